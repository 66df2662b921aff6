/** Which durable state a statement writes: read off its SQL and what is bound to it, from outside the programs.
 *  A label is `<what>.<state>`; a commit has the labels of all that it makes durable. */

import { BANK, GATEWAY_CARDS, TERMINAL_CARDS } from './card-durable-labels.ts';
import { always, type Bound, named, type Rule } from './label-rules.ts';

/** `bank`: the partner banks' host. `counter`: the PIN pad, with the other devices of the counter. */
export type ProcessUnderTest = 'terminal' | 'gateway' | 'alipay' | 'bank' | 'counter';
const GATEWAY: readonly Rule[] = [
  { sql: /^(INSERT INTO|UPDATE) payment\b/, label: (bound) => `payment.${named(bound, 'state')}` },
  {
    sql: /^(INSERT INTO|UPDATE) refund\b/,
    label: (bound) =>
      `${named(bound, 'cause') === 'auto_return' ? 'return' : 'refund'}.${named(bound, 'state')}`,
  },
  {
    sql: /^(INSERT INTO|UPDATE) sale\b/,
    label: (bound) => {
      const disposition = named(bound, 'disposition');
      return disposition === null ? null : `sale.${disposition}`;
    },
  },
  { sql: /^INSERT INTO quote\b/, label: always('quote.issued') },
  { sql: /^INSERT INTO transfer\b/, label: always('ledger.posted') },
  { sql: /^INSERT INTO ledger_position\b/, label: always('ledger.folded') },
];

/** Columns of the attempt's row in the order in which the journal binds them: code, phase, outcome, ..., wish. */
function attemptLabel(bound: Bound): string {
  const [, phase, outcome, , , wish] = bound;
  if (outcome !== null) return `attempt.${outcome}`;
  return wish === 'cancel' ? 'attempt.given_up' : `attempt.${phase}`;
}

const TERMINAL: readonly Rule[] = [
  { sql: /^INSERT INTO attempts\b/, label: always('attempt.sending') },
  { sql: /^UPDATE attempts SET code\b/, label: attemptLabel },
  { sql: /^UPDATE attempts SET payment_json\b/, label: always('attempt.later_word') },
  { sql: /^INSERT INTO sales\b/, label: always('sale.open') },
  { sql: /^UPDATE sales SET state\b/, label: ([state]) => `sale.${state}` },
  { sql: /^UPDATE sales SET fiscal_state\b/, label: always('sale.fiscal') },
  { sql: /^(INSERT INTO lines|DELETE FROM lines)\b/, label: always('sale.lines') },
  { sql: /^INSERT INTO gifts\b/, label: always('gift.noted') },
  { sql: /^UPDATE gifts SET told\b/, label: always('gift.told') },
  { sql: /^INSERT INTO refunds\b/, label: always('refund.sending') },
  { sql: /^UPDATE refunds SET fiscal_state\b/, label: always('refund.fiscal') },
  { sql: /^UPDATE refunds SET state\b/, label: ([state]) => `refund.${state}` },
  { sql: /^INSERT INTO receipts\b/, label: always('receipt.sent') },
  { sql: /^UPDATE receipts SET state\b/, label: ([state]) => `receipt.${state}` },
  { sql: /^INSERT INTO outbox\b/, label: always('close.queued') },
  { sql: /^UPDATE outbox SET acknowledged_at\b/, label: always('close.acknowledged') },
  { sql: /^INSERT INTO set_asides\b/, label: always('set_aside.open') },
  { sql: /^UPDATE set_asides SET fate\b/, label: ([fate]) => `set_aside.${fate}` },
];

const ALIPAY: readonly Rule[] = [
  { sql: /^INSERT OR REPLACE INTO trade\b/, label: (bound) => `trade.${bound[4]}` },
  { sql: /^INSERT INTO refund\b/, label: ([, , kind]) => `returned.by_${kind}` },
  { sql: /^INSERT INTO notification\b/, label: always('notification.queued') },
  { sql: /^UPDATE notification SET sent\b/, label: ([, state]) => `notification.${state}` },
  { sql: /^INSERT OR IGNORE INTO declined_pay\b/, label: always('pay.declined') },
  { sql: /^INSERT OR IGNORE INTO cancelled_number\b/, label: always('number.cancelled') },
];

const RULES: Readonly<Record<ProcessUnderTest, readonly Rule[]>> = {
  gateway: [...GATEWAY, ...GATEWAY_CARDS],
  terminal: [...TERMINAL, ...TERMINAL_CARDS],
  alipay: ALIPAY,
  bank: BANK,
  // The PIN pad keeps a file, not a database.
  counter: [],
};

/** Null for reads and for what is no state of a payment, refund, sale or paper. */
export function durableLabel(process: ProcessUnderTest, sql: string, bound: Bound): string | null {
  const text = sql.trimStart();
  return RULES[process].find((rule) => rule.sql.test(text))?.label(bound, text) ?? null;
}
