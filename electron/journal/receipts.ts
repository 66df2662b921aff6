/** Receipts and slips in the journal, as the documents they were printed from. */
import type { PrinterFault, ReceiptDoc } from '../../drivers/contract/printer.ts';
import type { Journal } from './journal.ts';

export type ReceiptKind =
  | 'sale'
  | 'refund'
  | 'set_aside'
  | 'card_merchant'
  | 'card_customer'
  | 'card_note'
  | 'batch';
export type ReceiptState = 'sent' | 'printed' | 'failed';
export type ReceiptFault = PrinterFault | 'unprintable';

export interface ReceiptRecord {
  readonly receiptId: number;
  readonly kind: ReceiptKind;
  /** Null for a slip that is of no sale. */
  readonly saleId: string | null;
  readonly refundId: string | null;
  /** The card transaction it is of; null too for the receipt of a sale paid by card, whose tender knows it. */
  readonly cardAttemptId: string | null;
  readonly doc: ReceiptDoc;
  readonly state: ReceiptState;
  readonly fault: ReceiptFault | null;
}

interface Row {
  readonly receipt_id: number;
  readonly kind: ReceiptKind;
  readonly sale_id: string | null;
  readonly refund_id: string | null;
  readonly card_attempt_id: string | null;
  readonly doc_json: string;
  readonly state: ReceiptState;
  readonly fault: ReceiptFault | null;
}

export function insertReceipt(
  journal: Journal,
  receipt: Pick<ReceiptRecord, 'kind' | 'saleId' | 'refundId' | 'doc'> & {
    readonly cardAttemptId?: string | null;
  },
): number {
  return journal.run(
    `INSERT INTO receipts (kind, sale_id, refund_id, doc_json, state, made_at, card_attempt_id)
     VALUES (?, ?, ?, ?, 'sent', ?, ?)`,
    receipt.kind,
    receipt.saleId,
    receipt.refundId,
    JSON.stringify(receipt.doc),
    journal.now(),
    receipt.cardAttemptId ?? null,
  );
}

export function saveReceiptState(
  journal: Journal,
  receiptId: number,
  state: ReceiptState,
  fault: ReceiptFault | null,
): void {
  journal.run(
    'UPDATE receipts SET state = ?, fault = ?, printed_at = ? WHERE receipt_id = ?',
    state,
    fault,
    state === 'printed' ? journal.now() : null,
    receiptId,
  );
}

export function receiptById(journal: Journal, receiptId: number): ReceiptRecord | null {
  const row = journal.get<Row>('SELECT * FROM receipts WHERE receipt_id = ?', receiptId);
  return row === undefined ? null : recordOf(row);
}

/** The papers of a sale, oldest first: its receipt, or the slip of a sale set aside, and both slips of the card that paid it. */
export function papersOfSale(
  journal: Journal,
  saleId: string,
  cardAttemptId: string | null,
): readonly ReceiptRecord[] {
  return journal
    .all<Row>(
      `SELECT * FROM receipts WHERE sale_id = ? AND (kind IN ('sale', 'set_aside')
         OR (kind IN ('card_merchant', 'card_customer') AND card_attempt_id = ?)) ORDER BY receipt_id`,
      saleId,
      cardAttemptId,
    )
    .map(recordOf);
}

/** Slips of which it is not known whether they came out. A second one does no harm. */
export function interruptedSlips(journal: Journal): readonly ReceiptRecord[] {
  return journal
    .all<Row>("SELECT * FROM receipts WHERE state = 'sent' AND kind <> 'sale' ORDER BY receipt_id")
    .map(recordOf);
}

export function newestSaleReceipt(journal: Journal): ReceiptRecord | null {
  const newest = journal.get<Row>(
    "SELECT * FROM receipts WHERE kind = 'sale' ORDER BY receipt_id DESC LIMIT 1",
  );
  return newest === undefined ? null : recordOf(newest);
}

function recordOf(row: Row): ReceiptRecord {
  return {
    receiptId: row.receipt_id,
    kind: row.kind,
    saleId: row.sale_id,
    refundId: row.refund_id,
    cardAttemptId: row.card_attempt_id,
    doc: JSON.parse(row.doc_json) as ReceiptDoc,
    state: row.state,
    fault: row.fault,
  };
}
