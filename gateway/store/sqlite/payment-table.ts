/** The `payment` table: one row per attempt, replaced by version. */
import type Database from 'better-sqlite3';
import type { AttemptId, SaleId } from '../../kernel/identifiers.ts';
import type { PaymentRecord } from '../../payments/ports.ts';
import {
  giftColumns,
  giftOrNull,
  insertSql,
  moneyColumns,
  moneyOf,
  moneyOrNull,
  numberOf,
  numberOrNull,
  prepare,
  prepareNamed,
  type Row,
  rateColumn,
  rateOrNull,
  type SqlValue,
  textOf,
  textOrNull,
  updateSql,
} from './columns.ts';

const COLUMNS = [
  'attempt_id',
  'sale_id',
  'tender_id',
  'tid',
  'mid',
  'state',
  'version',
  'wallet',
  'method',
  'content_hash',
  'amount_minor',
  'amount_currency',
  'gift_charity',
  'gift_minor',
  'gift_currency',
  'order_minor',
  'order_currency',
  'payer_minor',
  'payer_currency',
  'settlement_minor',
  'settlement_currency',
  'rate',
  'settlement_rate',
  'quote_id',
  'terms',
  'subject',
  'receipt_number',
  'operator',
  'code_tail',
  'qr_content',
  'qr_expires_at',
  'provider_ref',
  'buyer',
  'decline_code',
  'inquiries_made',
  'cancels_made',
  'next_action_at',
  'cancel_at',
  'steps',
  'refunded_price_minor',
  'refunded_price_currency',
  'refunded_order_minor',
  'refunded_order_currency',
  'business_date',
  'created_at',
  'updated_at',
] as const;

const LIST = COLUMNS.join(', ');

export type PaymentTable = ReturnType<typeof paymentTable>;

export function paymentTable(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('payment', COLUMNS));
  const update = prepareNamed(db, updateSql('payment', 'attempt_id', COLUMNS));
  const byId = prepare(db, `SELECT ${LIST} FROM payment WHERE attempt_id = ?`);
  const bySale = prepare(db, `SELECT ${LIST} FROM payment WHERE sale_id = ? ORDER BY created_at, attempt_id`);
  const page = prepare(db, `SELECT ${LIST} FROM payment WHERE attempt_id > ? ORDER BY attempt_id LIMIT 200`);
  return {
    insert: (row: PaymentRecord): void => void insert.run(toRow(row)),
    update: (row: PaymentRecord): void => void update.run(toRow(row)),
    find(attemptId: AttemptId): PaymentRecord | null {
      const row = byId.get(attemptId);
      return row === undefined ? null : fromRow(row);
    },
    ofSale: (saleId: SaleId): readonly PaymentRecord[] => bySale.all(saleId).map(fromRow),
    /** By id, in pages, so that the connection stays free between them. */
    *all(): Iterable<PaymentRecord> {
      let rows = page.all('').map(fromRow);
      while (rows.length > 0) {
        yield* rows;
        rows = page.all(rows.at(-1)?.attemptId ?? '').map(fromRow);
      }
    },
  };
}

function toRow(p: PaymentRecord): Record<string, SqlValue> {
  return {
    attempt_id: p.attemptId,
    sale_id: p.saleId,
    tender_id: p.tenderId,
    tid: p.tid,
    mid: p.mid,
    state: p.state,
    version: p.version,
    wallet: p.wallet,
    method: p.method,
    content_hash: p.contentHash,
    ...moneyColumns('amount', p.amount),
    ...giftColumns(p.gift),
    ...moneyColumns('order', p.order),
    ...moneyColumns('payer', p.payer),
    ...moneyColumns('settlement', p.settlement),
    rate: rateColumn(p.rate),
    settlement_rate: rateColumn(p.settlementRate ?? null),
    quote_id: p.quoteId,
    terms: JSON.stringify(p.terms),
    subject: p.subject,
    receipt_number: p.receiptNumber,
    operator: p.operator,
    code_tail: p.codeTail,
    qr_content: p.qrContent,
    qr_expires_at: p.qrExpiresAt,
    provider_ref: p.providerRef,
    buyer: p.buyer,
    decline_code: p.declineCode,
    inquiries_made: p.inquiriesMade,
    cancels_made: p.cancelsMade,
    next_action_at: p.nextActionAt,
    cancel_at: p.cancelAt,
    steps: JSON.stringify(p.steps),
    ...moneyColumns('refunded_price', p.refundedPrice),
    ...moneyColumns('refunded_order', p.refundedOrder),
    business_date: p.businessDate,
    created_at: p.createdAt,
    updated_at: p.updatedAt,
  };
}

/** The table's own checks hold the words of its unions, so that they are taken as read. */
function fromRow(row: Row): PaymentRecord {
  const settlementRate = rateOrNull(row, 'settlement_rate');
  const gift = giftOrNull(row);
  return {
    attemptId: textOf(row, 'attempt_id') as PaymentRecord['attemptId'],
    saleId: textOf(row, 'sale_id') as PaymentRecord['saleId'],
    tenderId: textOf(row, 'tender_id') as PaymentRecord['tenderId'],
    tid: textOf(row, 'tid') as PaymentRecord['tid'],
    mid: textOf(row, 'mid') as PaymentRecord['mid'],
    state: textOf(row, 'state') as PaymentRecord['state'],
    version: numberOf(row, 'version'),
    wallet: textOf(row, 'wallet') as PaymentRecord['wallet'],
    method: textOf(row, 'method') as PaymentRecord['method'],
    contentHash: textOrNull(row, 'content_hash'),
    amount: moneyOf(row, 'amount'),
    ...(gift === null ? {} : { gift }),
    order: moneyOf(row, 'order'),
    payer: moneyOrNull(row, 'payer'),
    settlement: moneyOrNull(row, 'settlement'),
    rate: rateOrNull(row, 'rate'),
    ...(settlementRate === null ? {} : { settlementRate }),
    quoteId: textOrNull(row, 'quote_id') as PaymentRecord['quoteId'],
    terms: JSON.parse(textOf(row, 'terms')) as PaymentRecord['terms'],
    subject: textOf(row, 'subject'),
    receiptNumber: textOf(row, 'receipt_number'),
    operator: textOf(row, 'operator'),
    codeTail: textOrNull(row, 'code_tail'),
    qrContent: textOrNull(row, 'qr_content'),
    qrExpiresAt: numberOrNull(row, 'qr_expires_at'),
    providerRef: textOrNull(row, 'provider_ref'),
    buyer: textOrNull(row, 'buyer'),
    declineCode: textOrNull(row, 'decline_code'),
    inquiriesMade: numberOf(row, 'inquiries_made'),
    cancelsMade: numberOf(row, 'cancels_made'),
    nextActionAt: numberOrNull(row, 'next_action_at'),
    cancelAt: numberOrNull(row, 'cancel_at'),
    steps: JSON.parse(textOf(row, 'steps')) as PaymentRecord['steps'],
    refundedPrice: moneyOf(row, 'refunded_price'),
    refundedOrder: moneyOf(row, 'refunded_order'),
    businessDate: textOf(row, 'business_date'),
    createdAt: numberOf(row, 'created_at'),
    updatedAt: numberOf(row, 'updated_at'),
  };
}
