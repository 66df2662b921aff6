/** What does not agree, in sum and one by one. */
import type Database from 'better-sqlite3';
import type { ExceptionSummary, ExceptionView } from '../../console/contract/views.ts';
import { moneyToJson } from '../../kernel/money.ts';
import { ageBucket } from '../../reconciliation/ageing.ts';
import {
  bigintOf,
  moneyOf,
  numberOf,
  numberOrNull,
  prepare,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';
import { minorJson } from './console-settlement.ts';

const DAY_MS = 86_400_000;

export function consoleExceptions(
  db: Database.Database,
  today: () => string,
  partnerNames: () => ReadonlyMap<string, string>,
) {
  const summary = prepare(
    db,
    `SELECT type, at_risk_currency, count(*) AS count, sum(at_risk_minor) AS at_risk_minor, min(business_date) AS oldest
     FROM reconciliation_exception WHERE state = 'open' GROUP BY type, at_risk_currency ORDER BY count(*) DESC, type`,
  );
  const select = `SELECT e.*, f.name AS file_name FROM reconciliation_exception e
    LEFT JOIN bank_file f ON f.file_id = e.file_id`;
  const open = prepare(
    db,
    `${select} WHERE e.state = 'open' ORDER BY e.business_date, e.at_risk_minor DESC, e.exception_id LIMIT ? + 0`,
  );
  const ended = prepare(
    db,
    `${select} WHERE e.state <> 'open' ORDER BY e.resolved_at DESC, e.exception_id LIMIT ? + 0`,
  );
  return {
    exceptionSummary(): ExceptionSummary {
      const rows = summary.all();
      const types = new Map<string, { type: string; count: number; atRisk: Map<string, bigint> }>();
      const sums = new Map<string, bigint>();
      for (const row of rows) {
        const type = textOf(row, 'type');
        const one = types.get(type) ?? { type, count: 0, atRisk: new Map<string, bigint>() };
        const currency = textOf(row, 'at_risk_currency');
        const minor = bigintOf(row, 'at_risk_minor');
        one.count += numberOf(row, 'count');
        one.atRisk.set(currency, minor);
        types.set(type, one);
        sums.set(currency, (sums.get(currency) ?? 0n) + minor);
      }
      const json = (amounts: ReadonlyMap<string, bigint>) =>
        [...amounts]
          .filter(([, minor]) => minor !== 0n)
          .map(([currency, minor]) => minorJson(minor, currency));
      const [oldest] = rows.map((row) => textOf(row, 'oldest')).sort();
      return {
        types: [...types.values()].map((one) => ({ ...one, atRisk: json(one.atRisk) })),
        atRisk: json(sums),
        open: [...types.values()].reduce((sum, { count }) => sum + count, 0),
        oldestDays: oldest === undefined ? null : daysBetween(oldest, today()),
      };
    },
    exceptions(state: 'open' | 'ended', most: number): readonly ExceptionView[] {
      const names = partnerNames();
      return (state === 'open' ? open : ended).all(most).map((row) => exceptionView(row, today(), names));
    },
  };
}

function exceptionView(row: Row, today: string, names: ReadonlyMap<string, string>): ExceptionView {
  const party = textOf(row, 'party');
  const businessDate = textOf(row, 'business_date');
  const days = daysBetween(businessDate, today);
  return {
    exceptionId: textOf(row, 'exception_id'),
    type: textOf(row, 'type'),
    party,
    partyName: names.get(party) ?? party,
    owner: textOf(row, 'owner'),
    state: textOf(row, 'state'),
    atRisk: moneyToJson(moneyOf(row, 'at_risk')),
    subject: textOf(row, 'subject'),
    line: numberOrNull(row, 'line'),
    fileName: textOrNull(row, 'file_name'),
    facts: JSON.parse(textOf(row, 'facts')) as Readonly<Record<string, string>>,
    businessDate,
    days,
    age: ageBucket(days),
    proposedBy: textOrNull(row, 'proposed_by'),
    approvedBy: textOrNull(row, 'approved_by'),
    reason: textOrNull(row, 'reason'),
    transferId: textOrNull(row, 'transfer_id'),
  };
}

function daysBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS));
}
