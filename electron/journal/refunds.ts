/** Refunds and their lines in the journal. */
import type { FiscalResult } from '../../drivers/contract/fiscal.ts';
import { RUB } from '../../gateway/kernel/currency.ts';
import { type MoneyJson, money, moneyFromJson, moneyToJson } from '../../gateway/kernel/money.ts';
import type { RefundWire } from '../../gateway/wire/messages.ts';
import type { Means } from '../contract/view.ts';
import type { RefundLine } from '../refund/plan.ts';
import { newRefund, type Refund, type RefundOrder } from '../refund/step.ts';
import type { Journal } from './journal.ts';

interface RefundRow {
  readonly refund_id: string;
  readonly order_json: string;
  readonly state: Refund['state'];
  readonly reason_code: string | null;
  readonly refund_json: string | null;
  readonly sends: number;
}

interface LineRow {
  readonly line_id: string;
  readonly quantity_milli: number;
  readonly sum_minor: number;
}

interface OrderJson extends Omit<RefundOrder, 'amount' | 'yuan' | 'lines'> {
  readonly amount: MoneyJson;
  readonly yuan: MoneyJson | null;
}

export function insertRefund(journal: Journal, refund: Refund, businessDate: string): void {
  const { lines, ...order } = refund.order;
  const yuan = order.yuan === null ? null : moneyToJson(order.yuan);
  const json: OrderJson = { ...order, amount: moneyToJson(order.amount), yuan };
  journal.run(
    `INSERT INTO refunds (refund_id, sale_id, attempt_id, card_attempt_id, amount_minor, order_json, state, sends,
       business_date, started_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    order.refundId,
    order.saleId,
    order.attemptId,
    order.cardAttemptId ?? null,
    order.amount.amountMinor,
    JSON.stringify(json),
    refund.state,
    refund.sends,
    businessDate,
    order.startedAt,
    journal.now(),
  );
  for (const line of lines) {
    journal.run(
      'INSERT INTO refund_lines VALUES (?, ?, ?, ?)',
      order.refundId,
      line.lineId,
      line.quantityMilli,
      line.sum.amountMinor,
    );
  }
}

/** An approval is final and saved once; with it the fiscal step is due. */
export function saveRefund(journal: Journal, before: Refund, after: Refund): void {
  const same =
    before.state === after.state &&
    before.sends === after.sends &&
    before.wire?.version === after.wire?.version;
  if (same) return;
  journal.run(
    `UPDATE refunds SET state = ?, reason_code = ?, refund_json = ?, sends = ?, fiscal_state = ?, updated_at = ?
     WHERE refund_id = ?`,
    after.state,
    after.reasonCode,
    after.wire === null ? null : JSON.stringify(after.wire),
    after.sends,
    after.state === 'approved' ? 'pending' : null,
    journal.now(),
    after.order.refundId,
  );
}

export function saveReturnFiscal(journal: Journal, refundId: string, result: FiscalResult): void {
  journal.run(
    'UPDATE refunds SET fiscal_state = ?, fiscal_json = ? WHERE refund_id = ?',
    result.kind,
    JSON.stringify(result),
    refundId,
  );
}

/** Null once the register has answered. */
export function refundAwaitingFiscal(journal: Journal, refundId: string): Refund | null {
  const row = journal.get<RefundRow>(
    "SELECT * FROM refunds WHERE refund_id = ? AND fiscal_state = 'pending'",
    refundId,
  );
  return row === undefined ? null : refundOf(journal, row);
}

export function refundsAwaitingFiscal(journal: Journal): readonly Refund[] {
  return journal
    .all<RefundRow>("SELECT * FROM refunds WHERE fiscal_state = 'pending' ORDER BY updated_at, refund_id")
    .map((row) => refundOf(journal, row));
}

export function leaveRefund(journal: Journal, refundId: string): void {
  journal.run('UPDATE refunds SET left_open = 1 WHERE refund_id = ?', refundId);
}

/** Not final yet, oldest first. */
export function openRefunds(
  journal: Journal,
): readonly { readonly refund: Refund; readonly left: boolean }[] {
  return journal
    .all<RefundRow & { readonly left_open: number }>(
      "SELECT * FROM refunds WHERE state NOT IN ('approved', 'declined') ORDER BY started_at, refund_id",
    )
    .map((row) => ({ refund: refundOf(journal, row), left: row.left_open === 1 }));
}

export function refundsOf(journal: Journal, saleId: string): readonly Refund[] {
  return journal
    .all<RefundRow>('SELECT * FROM refunds WHERE sale_id = ? ORDER BY started_at, refund_id', saleId)
    .map((row) => refundOf(journal, row));
}

/** Those that count against what may still go back: approved or open. */
export function countingRefunds(journal: Journal, saleId: string): readonly RefundOrder[] {
  return refundsOf(journal, saleId)
    .filter((refund) => refund.state !== 'declined')
    .map((refund) => refund.order);
}

/** Approved refunds made on the date, whatever day the sale was of. */
export function refundTotals(
  journal: Journal,
  businessDate: string,
): readonly { readonly means: Means; readonly count: number; readonly minor: number }[] {
  return journal.all(
    `SELECT CASE WHEN card_attempt_id IS NOT NULL THEN 'card' WHEN attempt_id IS NULL THEN 'cash' ELSE 'wallet' END
       AS means, COUNT(*) AS count, SUM(amount_minor) AS minor FROM refunds WHERE business_date = ? AND state = 'approved' GROUP BY 1`,
    businessDate,
  );
}

function refundOf(journal: Journal, row: RefundRow): Refund {
  const json = JSON.parse(row.order_json) as OrderJson;
  const lines: RefundLine[] = journal
    .all<LineRow>('SELECT * FROM refund_lines WHERE refund_id = ? ORDER BY line_id', row.refund_id)
    .map((line) => ({
      lineId: line.line_id,
      quantityMilli: line.quantity_milli,
      sum: money(BigInt(line.sum_minor), RUB),
    }));
  const yuan = json.yuan === null ? null : moneyFromJson(json.yuan);
  const order: RefundOrder = { ...json, amount: moneyFromJson(json.amount), yuan, lines };
  return {
    ...newRefund(order),
    state: row.state,
    reasonCode: row.reason_code,
    wire: row.refund_json === null ? null : (JSON.parse(row.refund_json) as RefundWire),
    sends: row.sends,
  };
}
