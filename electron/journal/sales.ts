/** Sales and their lines in the journal. */
import type { FiscalResult, VatCode } from '../../drivers/contract/fiscal.ts';
import { CNY, RUB } from '../../gateway/kernel/currency.ts';
import { type Money, money } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { Unit } from '../catalogue/goods.ts';
import type { Means } from '../contract/view.ts';
import { basketTotal, lineSum, type SaleLine } from '../sale/basket.ts';
import { receiptNumber, type Shift } from '../shift/shift.ts';
import type { Journal } from './journal.ts';

export type SaleState = 'open' | 'paid' | 'cancelled' | 'set_aside';

/** What names a sale; made before its first line is journaled. */
export interface SaleHead {
  readonly saleId: string;
  readonly shiftNumber: number;
  readonly sequence: number;
  readonly receiptNumber: string;
  readonly tenderId: string;
  readonly cashierId: string;
  readonly openedAt: EpochMs;
}

export interface SaleRecord {
  readonly head: SaleHead;
  readonly state: SaleState;
  readonly businessDate: string;
  readonly closedAt: EpochMs | null;
  /** What was to be paid: goods and gift. */
  readonly total: Money | null;
  readonly means: Means | null;
  readonly yuan: Money | null;
  readonly fiscalState: 'pending' | FiscalResult['kind'] | null;
}

interface SaleRow {
  readonly sale_id: string;
  readonly shift_number: number;
  readonly sequence: number;
  readonly receipt_number: string;
  readonly state: SaleState;
  readonly cashier_id: string;
  readonly opened_at: number;
  readonly business_date: string;
  readonly closed_at: number | null;
  readonly total_minor: number | null;
  readonly tender_id: string;
  readonly means: Means | null;
  readonly yuan_minor: number | null;
  readonly fiscal_state: SaleRecord['fiscalState'];
}

interface LineRow {
  readonly line_id: string;
  readonly goods_id: string;
  readonly barcode: string;
  readonly name_ru: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly vat: VatCode;
  readonly unit: Unit;
  readonly quantity_milli: number;
  readonly unit_price_minor: number;
}

/** The next free number in the shift; taken only when the sale is inserted. */
export function nextHead(
  journal: Journal,
  shift: Shift,
  ids: { readonly saleId: string; readonly tenderId: string },
  cashierId: string,
): SaleHead {
  const last = journal.get<{ most: number | null }>(
    'SELECT MAX(sequence) AS most FROM sales WHERE shift_number = ?',
    shift.number,
  );
  const sequence = (last?.most ?? 0) + 1;
  return {
    ...ids,
    shiftNumber: shift.number,
    sequence,
    receiptNumber: receiptNumber(shift.number, sequence),
    cashierId,
    openedAt: journal.now(),
  };
}

export function insertSale(journal: Journal, head: SaleHead, businessDate: string): void {
  journal.run(
    `INSERT INTO sales (sale_id, shift_number, sequence, receipt_number, state, cashier_id, opened_at, business_date, tender_id)
     VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?)`,
    head.saleId,
    head.shiftNumber,
    head.sequence,
    head.receiptNumber,
    head.cashierId,
    head.openedAt,
    businessDate,
    head.tenderId,
  );
}

export function saveCashier(journal: Journal, { saleId, cashierId }: SaleHead): void {
  journal.run("UPDATE sales SET cashier_id = ? WHERE sale_id = ? AND state = 'open'", cashierId, saleId);
}

/** Writes what differs between two states of a basket. */
export function saveLines(
  journal: Journal,
  saleId: string,
  before: readonly SaleLine[],
  after: readonly SaleLine[],
): void {
  const old = new Map(before.map((line) => [line.lineId, line]));
  after.forEach((line, position) => {
    if (old.get(line.lineId) !== line) saveLine(journal, saleId, position, line);
    old.delete(line.lineId);
  });
  for (const lineId of old.keys()) {
    journal.run('DELETE FROM lines WHERE sale_id = ? AND line_id = ?', saleId, lineId);
  }
}

function saveLine(journal: Journal, saleId: string, position: number, line: SaleLine): void {
  journal.run(
    `INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sale_id, line_id) DO UPDATE SET quantity_milli = excluded.quantity_milli, sum_minor = excluded.sum_minor`,
    saleId,
    line.lineId,
    position,
    line.goodsId,
    line.barcode,
    line.names.ru,
    line.names.zh,
    line.names.en,
    line.vat,
    line.unit,
    line.quantityMilli,
    line.unitPrice.amountMinor,
    lineSum(line).amountMinor,
  );
}

export interface SaleEnd {
  readonly state: 'paid' | 'cancelled' | 'set_aside';
  readonly means: Means | null;
  readonly yuan: Money | null;
  /** Beside the goods; the sale's total has it. */
  readonly gift: Money | null;
  readonly businessDate: string;
}

export function endSale(journal: Journal, saleId: string, lines: readonly SaleLine[], end: SaleEnd): void {
  journal.run(
    `UPDATE sales SET state = ?, means = ?, yuan_minor = ?, total_minor = ?, business_date = ?, closed_at = ?, fiscal_state = ?
     WHERE sale_id = ? AND state = 'open'`,
    end.state,
    end.means,
    end.yuan?.amountMinor ?? null,
    basketTotal(lines).amountMinor + (end.gift?.amountMinor ?? 0n),
    end.businessDate,
    journal.now(),
    end.state === 'paid' ? 'pending' : null,
    saleId,
  );
}

export interface TenderRecord {
  readonly tenderId: string;
  readonly saleId: string;
  readonly means: Means;
  readonly amount: Money;
  readonly tendered: Money | null;
  readonly change: Money | null;
  readonly attemptId: string | null;
  readonly cardAttemptId: string | null;
}

export function insertTender(journal: Journal, tender: TenderRecord): void {
  journal.run(
    `INSERT INTO tenders (tender_id, sale_id, means, amount_minor, tendered_minor, change_minor, attempt_id, paid_at,
       card_attempt_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    tender.tenderId,
    tender.saleId,
    tender.means,
    tender.amount.amountMinor,
    tender.tendered?.amountMinor ?? null,
    tender.change?.amountMinor ?? null,
    tender.attemptId,
    journal.now(),
    tender.cardAttemptId,
  );
}

interface TenderRow {
  readonly tender_id: string;
  readonly means: Means;
  readonly amount_minor: number;
  readonly tendered_minor: number | null;
  readonly change_minor: number | null;
  readonly attempt_id: string | null;
  readonly card_attempt_id: string | null;
}

export function tenderOf(journal: Journal, saleId: string): TenderRecord | null {
  const row = journal.get<TenderRow>('SELECT * FROM tenders WHERE sale_id = ?', saleId);
  if (row === undefined) return null;
  return {
    tenderId: row.tender_id,
    saleId,
    means: row.means,
    amount: money(BigInt(row.amount_minor), RUB),
    tendered: row.tendered_minor === null ? null : money(BigInt(row.tendered_minor), RUB),
    change: row.change_minor === null ? null : money(BigInt(row.change_minor), RUB),
    attemptId: row.attempt_id,
    cardAttemptId: row.card_attempt_id,
  };
}

export function saveFiscal(journal: Journal, saleId: string, result: FiscalResult): void {
  journal.run(
    'UPDATE sales SET fiscal_state = ?, fiscal_json = ? WHERE sale_id = ?',
    result.kind,
    JSON.stringify(result),
    saleId,
  );
}

export function openSale(journal: Journal): SaleRecord | null {
  return recordOrNull(journal.get<SaleRow>("SELECT * FROM sales WHERE state = 'open'"));
}

export function saleById(journal: Journal, saleId: string): SaleRecord | null {
  return recordOrNull(journal.get<SaleRow>('SELECT * FROM sales WHERE sale_id = ?', saleId));
}

export function saleByReceipt(journal: Journal, number: string): SaleRecord | null {
  return recordOrNull(journal.get<SaleRow>('SELECT * FROM sales WHERE receipt_number = ?', number));
}

/** Sales ended on the date, newest first; those cancelled before anybody paid are left out unless an attempt was made. */
export function salesOfDate(journal: Journal, businessDate: string): readonly SaleRecord[] {
  return journal
    .all<SaleRow>(
      `SELECT * FROM sales WHERE business_date = ? AND (state IN ('paid', 'set_aside')
         OR (state = 'cancelled' AND (EXISTS (SELECT 1 FROM attempts a WHERE a.sale_id = sales.sale_id)
           OR EXISTS (SELECT 1 FROM card_attempts c WHERE c.sale_id = sales.sale_id AND c.stan IS NOT NULL))))
       ORDER BY closed_at DESC, shift_number DESC, sequence DESC`,
      businessDate,
    )
    .map(recordOf);
}

export function salesAwaitingFiscal(journal: Journal): readonly SaleRecord[] {
  return journal
    .all<SaleRow>("SELECT * FROM sales WHERE fiscal_state = 'pending' ORDER BY closed_at")
    .map(recordOf);
}

export function linesOf(journal: Journal, saleId: string): readonly SaleLine[] {
  return journal
    .all<LineRow>('SELECT * FROM lines WHERE sale_id = ? ORDER BY position, line_id', saleId)
    .map((row) => ({
      lineId: row.line_id,
      goodsId: row.goods_id,
      barcode: row.barcode,
      names: { ru: row.name_ru, zh: row.name_zh, en: row.name_en },
      vat: row.vat,
      unit: row.unit,
      quantityMilli: row.quantity_milli,
      unitPrice: money(BigInt(row.unit_price_minor), RUB),
    }));
}

function recordOrNull(row: SaleRow | undefined): SaleRecord | null {
  return row === undefined ? null : recordOf(row);
}

function recordOf(row: SaleRow): SaleRecord {
  return {
    head: {
      saleId: row.sale_id,
      shiftNumber: row.shift_number,
      sequence: row.sequence,
      receiptNumber: row.receipt_number,
      tenderId: row.tender_id,
      cashierId: row.cashier_id,
      openedAt: row.opened_at,
    },
    state: row.state,
    businessDate: row.business_date,
    closedAt: row.closed_at,
    total: row.total_minor === null ? null : money(BigInt(row.total_minor), RUB),
    means: row.means,
    yuan: row.yuan_minor === null ? null : money(BigInt(row.yuan_minor), CNY),
    fiscalState: row.fiscal_state,
  };
}
