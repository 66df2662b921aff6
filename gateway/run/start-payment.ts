/** `payment.start`: everything that can be refused is refused first, then one unit makes the intent durable, and only then
 *  is the wallet called. */
import { AmurError, type ErrorCode, invariant } from '../kernel/errors.ts';
import {
  type AttemptId,
  parseAttemptId,
  parseQuoteId,
  parseSaleId,
  parseTenderId,
  type TenderId,
} from '../kernel/identifiers.ts';
import { compare, type Money, moneyFromJson } from '../kernel/money.ts';
import { recogniseCode } from '../kernel/payment-codes.ts';
import { Secret } from '../kernel/secret.ts';
import { isAttemptKind } from '../payments/card/card-record.ts';
import { paymentConflict, paymentContentHash } from '../payments/content.ts';
import { giftFromWire, sameGift } from '../payments/gift.ts';
import { newSale, openPayment, type PaymentRequest } from '../payments/payment-opening.ts';
import { isOpen } from '../payments/payment-record.ts';
import type { Change, Lease, PaymentRecord, QuoteRecord, Refusal, SaleRecord } from '../payments/ports.ts';
import type { RequestBody } from '../wire/messages.ts';
import { announcePayment } from './announce.ts';
import { COMMIT_TRIES_MOST, type RunContext } from './context.ts';
import { isOurs } from './quotes.ts';
import type { Asker } from './who-asks.ts';

type StartBody = RequestBody<'payment.start'>;

/** `lease` and `authCode` are given with a new attempt, whose call is now to be made. */
export type StartResult =
  | { readonly kind: 'replay'; readonly record: PaymentRecord }
  | {
      readonly kind: 'new';
      readonly attemptId: AttemptId;
      readonly lease: Lease;
      readonly authCode: Secret<string> | null;
    };

/** Errors  those of `payment.start` in the wire's table of errors */
export async function startPayment(context: RunContext, asker: Asker, body: StartBody): Promise<StartResult> {
  const attemptId = parseAttemptId(body.attemptId);
  for (let tries = 0; tries < COMMIT_TRIES_MOST; tries += 1) {
    const stored = await context.store.payment(attemptId);
    if (stored !== null) return { kind: 'replay', record: requireReplay(stored, asker, body) };
    const { unit, record } = await intentUnit(context, asker, attemptId, body);
    const result = await context.store.commit(unit);
    if (result.ok) {
      const lease = result.leases[0];
      invariant(lease !== undefined, 'An intent comes with its lease.');
      context.committed(record.nextActionAt, false);
      await announcePayment(context, record);
      const { method } = body;
      const code = method.kind === 'scanned' ? new Secret(method.code, method.code.slice(-4)) : null;
      return { kind: 'new', attemptId, lease, authCode: code };
    }
    await throwUnlessRace(context, record, result.refusal);
  }
  throw new AmurError('INTERNAL', { attemptId });
}

async function intentUnit(
  context: RunContext,
  asker: Asker,
  attemptId: AttemptId,
  body: StartBody,
): Promise<{ readonly unit: readonly Change[]; readonly record: PaymentRecord }> {
  requireOwnCode(body);
  const { merchant, terminal } = asker;
  const quote = await requireQuote(context, asker, body);
  const total = moneyFromJson(body.saleTotal);
  const gift = giftFromWire(body.gift);
  const request: PaymentRequest = {
    attemptId,
    saleId: parseSaleId(body.saleId),
    tenderId: parseTenderId(body.tenderId),
    tid: terminal.tid,
    amount: moneyFromJson(body.amount),
    ...(gift === null ? {} : { gift }),
    method: body.method.kind,
    codeTail: body.method.kind === 'scanned' ? body.method.code.slice(-4) : null,
    subject: body.subject,
    receiptNumber: body.receiptNumber,
    operator: body.operator,
    contentHash: paymentContentHash(terminal.tid, body),
  };
  const record = openPayment(request, merchant, quote, context.store.now(), context.payments);
  const saleChange = await saleFor(context, record, total);
  const subject = { kind: 'payment', id: attemptId } as const;
  const { owner } = context;
  const unit: readonly Change[] = [
    saleChange,
    { kind: 'payment.insert', row: record },
    // After the payment: what is wrong with the sale is said before what is wrong with the rate.
    ...(record.quoteId === null
      ? []
      : [{ kind: 'quote.use', quoteId: record.quoteId, tid: terminal.tid, by: attemptId } as const]),
    { kind: 'lease.take', subject, owner, leaseMs: context.limits.leaseMs },
  ];
  return { unit, record };
}

/** A known sale is written too: its version keeps starts of its attempts, and its closing, in one order. */
async function saleFor(context: RunContext, record: PaymentRecord, total: Money): Promise<Change> {
  const { saleId, tid, mid } = record;
  const sale = await context.store.sale(saleId);
  if (sale === null) {
    requireWithin(record.amount, total, []);
    requireGiftTold(null, record, total, []);
    return { kind: 'sale.insert', row: newSale({ saleId, tid, mid }, total) };
  }
  requireSameSale(sale, record, total);
  const others = await context.store.paymentsOfSale(saleId);
  if (sale.disposition !== null) throw new AmurError('SALE_CLOSED', { saleId });
  if (hasApproved(others, record.tenderId)) throw new AmurError('SALE_ALREADY_PAID', { saleId });
  if (others.some((other) => isOpen(other.state))) throw new AmurError('SALE_HAS_LIVE_ATTEMPT', { saleId });
  requireWithin(record.amount, total, others);
  requireGiftTold(sale, record, total, others);
  return { kind: 'sale.put', row: { ...sale, total, version: sale.version + 1 } };
}

function requireSameSale(sale: SaleRecord, record: PaymentRecord, total: Money): void {
  const { saleId } = sale;
  if (sale.mid !== record.mid) throw new AmurError('SALE_CONFLICT', { saleId, field: 'saleId' });
  if (sale.tid !== record.tid) throw new AmurError('SALE_CONFLICT', { saleId, field: 'tid' });
  const known = sale.total;
  if (known !== null && (known.currency !== total.currency || known.amountMinor !== total.amountMinor)) {
    throw new AmurError('SALE_CONFLICT', { saleId, field: 'saleTotal' });
  }
}

/** The tenders that were paid and this one stay within the sale's total. */
function requireWithin(amount: Money, total: Money, others: readonly PaymentRecord[]): void {
  const paid = others.reduce((sum, o) => (o.state === 'approved' ? sum + o.amount.amountMinor : sum), 0n);
  const left: Money = { amountMinor: total.amountMinor - paid, currency: total.currency };
  if (compare(amount, left) <= 0) return;
  if (left.amountMinor <= 0n) throw new AmurError('SALE_ALREADY_PAID', {});
  throw new AmurError('AMOUNT_OUT_OF_RANGE', {
    asked: amount.amountMinor.toString(),
    most: left.amountMinor.toString(),
  });
}

/** The tender that completes the sale carries the whole of its gift, as it was told before; no other tender carries any.
 *  Errors  SALE_CONFLICT | AMOUNT_OUT_OF_RANGE for a tender that does not exceed its gift */
function requireGiftTold(
  sale: SaleRecord | null,
  { saleId, amount, gift: named }: PaymentRecord,
  total: Money,
  others: readonly PaymentRecord[],
): void {
  const paid = others.reduce((sum, o) => (o.state === 'approved' ? sum + o.amount.amountMinor : sum), 0n);
  const told = paid + amount.amountMinor === total.amountMinor ? (sale?.gift ?? null) : null;
  const gift = named ?? null;
  if (!sameGift(gift, told)) throw new AmurError('SALE_CONFLICT', { saleId, field: 'gift' });
  if (gift !== null && compare(gift.amount, amount) >= 0) {
    throw new AmurError('AMOUNT_OUT_OF_RANGE', { asked: gift.amount.amountMinor.toString(), field: 'gift' });
  }
}

function requireReplay(stored: PaymentRecord, asker: Asker, body: StartBody): PaymentRecord {
  if (stored.mid !== asker.merchant.mid) throw new AmurError('PAYMENT_CONFLICT', { field: 'attemptId' });
  const field = paymentConflict(stored, asker.terminal.tid, body);
  if (field !== null) throw new AmurError('PAYMENT_CONFLICT', { field });
  return stored;
}

/** Errors  WALLET_UNSUPPORTED | PERSONAL_CODE_REFUSED | CODE_UNRECOGNISED */
function requireOwnCode(body: StartBody): void {
  if (body.method.kind !== 'scanned') return;
  const code = recogniseCode(body.method.code);
  switch (code.kind) {
    case 'alipay':
      return;
    case 'wechat':
    case 'unionpay':
      throw new AmurError('WALLET_UNSUPPORTED', { wallet: code.kind });
    case 'personal_collection':
      throw new AmurError('PERSONAL_CODE_REFUSED', { wallet: code.wallet });
    case 'unknown':
      throw new AmurError('CODE_UNRECOGNISED', { length: body.method.code.length });
  }
}

/** Expiry, and whether it was used, are judged by the store, in the transaction of the intent. */
async function requireQuote(context: RunContext, asker: Asker, body: StartBody): Promise<QuoteRecord> {
  const quote = await context.store.quote(parseQuoteId(body.quoteId));
  const own = quote !== null && quote.tid === asker.terminal.tid && quote.cardBin === undefined;
  if (!own || !isOurs(quote, context.quoteKey, context.log)) throw new AmurError('QUOTE_NOT_FOUND', {});
  return quote;
}

const REFUSED_AS: Readonly<Partial<Record<Refusal['reason'], ErrorCode>>> = {
  sale_closed: 'SALE_CLOSED',
  quote_expired: 'QUOTE_EXPIRED',
  quote_used: 'QUOTE_USED',
  not_found: 'QUOTE_NOT_FOUND',
};

/** `exists` and `version` say that somebody was faster: read and decide again. */
async function throwUnlessRace(context: RunContext, record: PaymentRecord, refusal: Refusal): Promise<void> {
  const code = REFUSED_AS[refusal.reason];
  if (code !== undefined) throw new AmurError(code, {});
  if (refusal.reason !== 'live_attempt') return;
  const { saleId } = record;
  const others = await context.store.paymentsOfSale(saleId);
  const cards = await context.store.cards.ofSale(saleId);
  const byCard = cards.some(({ kind, state }) => isAttemptKind(kind) && state === 'approved');
  const paid = byCard || hasApproved(others, record.tenderId);
  throw new AmurError(paid ? 'SALE_ALREADY_PAID' : 'SALE_HAS_LIVE_ATTEMPT', { saleId });
}

function hasApproved(payments: readonly PaymentRecord[], tenderId: TenderId): boolean {
  return payments.some((payment) => payment.state === 'approved' && payment.tenderId === tenderId);
}
