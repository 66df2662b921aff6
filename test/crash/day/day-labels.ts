/** Which durable state of the bank's day a statement writes, read off its SQL and what is bound to it. */
import { always, type Bound, inserted, named, type Rule } from '../label-rules.ts';

const POSTINGS = ['card_settled', 'card_received', 'payout_due', 'payout_sent', 'payout_confirmed'];

const RULES: readonly Rule[] = [
  { sql: /^INSERT INTO ledger_position\b/, label: always('ledger.folded') },
  { sql: /^UPDATE settlement_cycle\b/, label: (bound) => `cycle.${named(bound, 'state')}` },
  { sql: /^INSERT INTO net_line\b/, label: always('net.line') },
  { sql: /^INSERT INTO bank_file\b/, label: (bound) => `file.${named(bound, 'state')}` },
  { sql: /^UPDATE bank_file SET state\b/, label: ([state]) => `file.${state}` },
  { sql: /^INSERT INTO scheme_row\b/, label: always('row.scheme') },
  { sql: /^INSERT INTO statement_row\b/, label: always('row.statement') },
  { sql: /^INSERT INTO recon_intake\b/, label: always('recon.taken_in') },
  { sql: /^INSERT INTO recon_row\b/, label: always('recon.paired') },
  { sql: /^INSERT INTO log_leaf\b/, label: always('log.appended') },
  {
    sql: /^INSERT INTO transfer\b/,
    label: (bound, sql) => {
      const template = `${inserted(sql, bound, 'template')}`;
      return POSTINGS.includes(template) ? `posted.${template}` : null;
    },
  },
];

/** Null for reads and for what is no step of a job. */
export function dayLabel(sql: string, bound: Bound): string | null {
  const text = sql.trimStart();
  return RULES.find((rule) => rule.sql.test(text))?.label(bound, text) ?? null;
}
