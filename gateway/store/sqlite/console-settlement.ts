/** Cycles, their lines and files as the operator's pages show them. */
import type Database from 'better-sqlite3';
import type { CycleRow, CycleView, DueView, FileView, NetLineView } from '../../console/contract/views.ts';
import type { Scope } from '../../console/ports.ts';
import { parseCurrencyCode } from '../../kernel/currency.ts';
import { type MoneyJson, money, moneyToJson } from '../../kernel/money.ts';
import {
  bigintOf,
  numberOf,
  numberOrNull,
  prepare,
  prepareNamed,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';
import type { ConsoleScope } from './console-scope.ts';

const SUMS = `SELECT c.*, s.* FROM settlement_cycle c LEFT JOIN (
    SELECT cycle_id AS of_cycle, sum(sales_count) AS sales_count, sum(refunds_count) AS refunds_count,
      sum(sales) AS sales, sum(refunds) AS refunds, sum(fees - fees_returned) AS fees,
      sum(partner_share) AS partner_share, sum(reserve_held - reserve_released) AS held
    FROM net_line GROUP BY cycle_id) s ON s.of_cycle = c.cycle_id`;
const ONE = `SELECT c.*, s.* FROM settlement_cycle c LEFT JOIN (
    SELECT cycle_id AS of_cycle, sum(sales_count) AS sales_count, sum(refunds_count) AS refunds_count,
      sum(sales) AS sales, sum(refunds) AS refunds, sum(fees - fees_returned) AS fees,
      sum(partner_share) AS partner_share, sum(reserve_held - reserve_released) AS held
    FROM net_line WHERE cycle_id = @cycle GROUP BY cycle_id) s ON s.of_cycle = c.cycle_id
  WHERE c.cycle_id = @cycle`;
const STEPS = [
  ['CUT', 'cut_at', null],
  ['CALCULATED', 'calculated_at', 'calculated_by'],
  ['APPROVED', 'approved_at', 'approved_by'],
  ['SENT', 'sent_at', null],
  ['CONFIRMED', 'confirmed_at', null],
  ['CLOSED', 'closed_at', null],
] as const;
const ORDER = ['OPEN', 'CUT', 'CALCULATED', 'APPROVED', 'SENT', 'CONFIRMED', 'CLOSED'];

export type ConsoleSettlement = ReturnType<typeof consoleSettlement>;

export function consoleSettlement(db: Database.Database, scopes: ConsoleScope) {
  const recent = prepareNamed(
    db,
    `WITH c AS MATERIALIZED (SELECT * FROM settlement_cycle
       WHERE @scope IS NULL OR partner = @scope ORDER BY business_date DESC, partner, currency LIMIT @most + 0)
     ${SUMS.replace('FROM settlement_cycle c', 'FROM c').replace('FROM net_line GROUP', 'FROM net_line WHERE cycle_id IN (SELECT cycle_id FROM c) GROUP')}
     ORDER BY c.business_date DESC, c.partner, c.currency`,
  );
  const one = prepareNamed(db, ONE);
  const lines = prepare(
    db,
    `SELECT l.*, json_extract(p.doc, '$.name') AS name FROM net_line l
       LEFT JOIN payee p ON p.kind = l.kind AND p.payee_id = l.payee_id
     WHERE l.cycle_id = ? ORDER BY abs(l.due) DESC, l.payee_id LIMIT 2000`,
  );
  const filesOf = prepare(db, 'SELECT * FROM bank_file WHERE cycle_id = ? ORDER BY at, name LIMIT 2000');
  const files = prepareNamed(
    db,
    "SELECT * FROM bank_file WHERE @scope IS NULL OR (party = @scope AND direction = 'out') ORDER BY at DESC, name LIMIT @most + 0",
  );
  const due = prepareNamed(
    db,
    `SELECT c.currency, sum(c.net_minor) AS net, count(DISTINCT c.partner) AS banks, sum(c.state = 'CALCULATED') AS waiting,
       min(c.business_date) AS first, max(c.business_date) AS last,
       (SELECT coalesce(sum(r.amount_minor), 0) FROM payee_reserve r
        WHERE r.released_in IS NULL AND r.amount_currency = c.currency) AS held
     FROM settlement_cycle c
     WHERE c.state <> 'CLOSED' AND c.state IN ('CALCULATED', 'APPROVED', 'SENT') AND c.outcome = 'pay'
       AND (@scope IS NULL OR c.partner = @scope)
     GROUP BY c.currency ORDER BY net DESC`,
  );
  const faults = prepare(
    db,
    `SELECT count(*) AS count FROM reconciliation_exception
     WHERE state = 'open' AND party = ? AND subject = ?`,
  );
  /** Who works at the acquirer is none of a partner bank's business. */
  const cycleRow = (row: Row, names: ReadonlyMap<string, string>, scope: Scope): CycleRow => {
    const currency = textOf(row, 'currency');
    const cycleId = textOf(row, 'cycle_id');
    const partner = textOf(row, 'partner');
    const amount = (column: string) => minorJson(orZero(row, column), currency);
    return {
      cycleId,
      partner,
      partnerName: names.get(partner) ?? partner,
      currency,
      businessDate: textOf(row, 'business_date'),
      valueDate: textOf(row, 'value_date'),
      state: textOf(row, 'state'),
      outcome: textOrNull(row, 'outcome'),
      payments: Number(orZero(row, 'sales_count')),
      sales: amount('sales'),
      refunds: amount('refunds'),
      fees: amount('fees'),
      net: row.net_minor === null ? null : amount('net_minor'),
      maker: scope === null ? textOrNull(row, 'calculated_by') : null,
      checker: scope === null ? textOrNull(row, 'approved_by') : null,
      exceptions: numberOf(faults.get(partner, cycleId) ?? {}, 'count'),
    };
  };
  return {
    cycles(scope: Scope, most: number): readonly CycleRow[] {
      const names = scopes.partnerNames();
      return recent.all({ scope, most }).map((row) => cycleRow(row, names, scope));
    },
    cycle(cycleId: string, scope: Scope): Omit<CycleView, 'obstacles'> | null {
      const row = one.get({ cycle: cycleId });
      if (row === undefined || (scope !== null && textOf(row, 'partner') !== scope)) return null;
      const names = scopes.partnerNames();
      const head = cycleRow(row, names, scope);
      const reached = ORDER.indexOf(head.state);
      const mayFile = (file: FileView) =>
        scope === null || (file.party === scope && file.direction === 'out');
      return {
        ...head,
        fromPosition: numberOf(row, 'from_position'),
        toPosition: numberOrNull(row, 'to_position'),
        steps: STEPS.map(([state, at, by]) => ({
          state,
          at: numberOrNull(row, at),
          by: by === null || scope !== null ? null : textOrNull(row, by),
          reached: ORDER.indexOf(state) <= reached,
        })),
        partnerShare: minorJson(orZero(row, 'partner_share'), head.currency),
        carriedShare:
          row.carried_share_minor === null
            ? null
            : minorJson(bigintOf(row, 'carried_share_minor'), head.currency),
        bankReference: textOrNull(row, 'bank_reference'),
        lines: lines.all(cycleId).map(lineView),
        files: filesOf
          .all(cycleId)
          .map((file) => fileView(file, names))
          .filter(mayFile),
      };
    },
    files(scope: Scope, most: number): readonly FileView[] {
      const names = scopes.partnerNames();
      return files.all({ scope, most }).map((row) => fileView(row, names));
    },
    due: (scope: Scope): readonly DueView[] =>
      due.all({ scope }).map((row) => ({
        amount: minorJson(bigintOf(row, 'net'), textOf(row, 'currency')),
        banks: numberOf(row, 'banks'),
        held: minorJson(scope === null ? bigintOf(row, 'held') : 0n, textOf(row, 'currency')),
        waiting: numberOf(row, 'waiting'),
        from: textOf(row, 'first'),
        to: textOf(row, 'last'),
      })),
  };
}

export function minorJson(minor: bigint, currency: string): MoneyJson {
  return moneyToJson(money(minor, parseCurrencyCode(currency)));
}

export function orZero(row: Row, column: string): bigint {
  return row[column] === null ? 0n : bigintOf(row, column);
}

function lineView(row: Row): NetLineView {
  const minor = (column: string) => bigintOf(row, column).toString();
  return {
    kind: textOf(row, 'kind'),
    id: textOf(row, 'payee_id'),
    name: textOrNull(row, 'name') ?? textOf(row, 'payee_id'),
    salesCount: numberOf(row, 'sales_count'),
    refundsCount: numberOf(row, 'refunds_count'),
    carriedIn: minor('carried_in'),
    sales: minor('sales'),
    refunds: minor('refunds'),
    chargebacks: minor('chargebacks'),
    fees: (bigintOf(row, 'fees') - bigintOf(row, 'fees_returned')).toString(),
    donations: minor('donations'),
    adjustments: minor('adjustments'),
    reserve: (bigintOf(row, 'reserve_released') - bigintOf(row, 'reserve_held')).toString(),
    vat: minor('vat'),
    net: minor('net'),
    due: minor('due'),
    carriedOut: minor('carried_out'),
  };
}

function fileView(row: Row, names: ReadonlyMap<string, string>): FileView {
  const party = textOf(row, 'party');
  return {
    fileId: textOf(row, 'file_id'),
    direction: textOf(row, 'direction'),
    kind: textOf(row, 'kind'),
    name: textOf(row, 'name'),
    party,
    partyName: names.get(party) ?? party,
    state: textOf(row, 'state'),
    at: numberOf(row, 'at'),
    bytes: numberOf(row, 'bytes'),
    rows: numberOf(row, 'row_count'),
    totals: JSON.parse(textOf(row, 'totals')) as readonly MoneyJson[],
    refusedCode: textOrNull(row, 'refused_code'),
    schemaChecked: row.schema_checked === null ? null : bigintOf(row, 'schema_checked') === 1n,
  };
}
