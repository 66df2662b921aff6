/** `sale.close` and `payment.cancel`: giving money up, durably, before anybody is told so. */
import { AmurError } from '../kernel/errors.ts';
import { type AttemptId, parseAttemptId, parseSaleId, parseTenderId } from '../kernel/identifiers.ts';
import { moneyFromJson } from '../kernel/money.ts';
import { step } from '../payments/payment-machine.ts';
import { newSale, tombstone } from '../payments/payment-opening.ts';
import type { Change, PaymentRecord, SaleRecord, Subject } from '../payments/ports.ts';
import type { RequestBody } from '../wire/messages.ts';
import { announcePayment, announceRefund } from './announce.ts';
import { giveUpCards } from './close-sale-cards.ts';
import { COMMIT_TRIES_MOST, type RunContext } from './context.ts';
import { applyToPayment, changeOf, type PaymentChange } from './payment-steps.ts';
import { type Asker, findPayment } from './who-asks.ts';

export interface ClosedSale {
  readonly sale: SaleRecord;
  /** What is now to be done at once: cancels and returns. */
  readonly owed: readonly Subject[];
}

/** Closes the sale, gives up its live attempts and sends its approved money back, wallets and cards in one unit. Closing again answers how
 *  it was closed. Errors  SALE_CONFLICT for another merchant's sale */
export async function closeSale(
  context: RunContext,
  asker: Asker,
  body: RequestBody<'sale.close'>,
): Promise<ClosedSale> {
  const saleId = parseSaleId(body.saleId);
  for (let tries = 0; tries < COMMIT_TRIES_MOST; tries += 1) {
    const stored = await context.store.sale(saleId);
    if (stored !== null && stored.mid !== asker.merchant.mid) {
      throw new AmurError('SALE_CONFLICT', { field: 'saleId' });
    }
    const sale = stored?.disposition != null ? stored : closedSale(stored, asker, body);
    const payments = await context.store.paymentsOfSale(saleId);
    const given = payments.map((payment) => giveUp(context, payment));
    const saleChange: readonly Change[] =
      sale === stored ? [] : [{ kind: stored === null ? 'sale.insert' : 'sale.put', row: sale }];
    const cards = await giveUpCards(context, saleId);
    const unit = [...saleChange, ...given.flatMap((change) => change.changes), ...cards.changes];
    const result = unit.length === 0 ? { ok: true } : await context.store.commit(unit);
    if (!result.ok) continue;
    const changed = given.filter((change) => change.changes.length > 0);
    for (const change of changed) await tell(context, change);
    cards.committed();
    return { sale, owed: given.flatMap(owedBy) };
  }
  throw new AmurError('INTERNAL', { saleId });
}

function closedSale(stored: SaleRecord | null, asker: Asker, body: RequestBody<'sale.close'>): SaleRecord {
  const { tid, mid } = asker.terminal;
  const base = stored ?? { ...newSale({ saleId: parseSaleId(body.saleId), tid, mid }, null), version: 0 };
  return {
    ...base,
    disposition: body.disposition,
    closedBy: body.operator,
    closedReason: body.reason,
    closedAt: body.closedAt,
    version: base.version + 1,
  };
}

function giveUp(context: RunContext, payment: PaymentRecord): PaymentChange {
  const now = context.store.now();
  return changeOf(context, payment, step(payment, { kind: 'sale_closed' }, now, context.payments), now);
}

function owedBy(change: PaymentChange): readonly Subject[] {
  const { record, refund } = change;
  if (refund !== null) return [{ kind: 'refund', id: refund.refundId }];
  return record.state === 'cancelling' ? [{ kind: 'payment', id: record.attemptId }] : [];
}

async function tell(context: RunContext, change: PaymentChange): Promise<void> {
  context.committed(change.refund?.nextActionAt ?? change.record.nextActionAt, false);
  await announcePayment(context, change.record);
  if (change.refund !== null) announceRefund(context, change.refund);
}

/** Gives one attempt up; an attempt that the gateway never heard of is recorded as cancelled, so that a late start finds
 *  it so. Errors  PAYMENT_CONFLICT for another merchant's attempt */
export async function cancelPayment(
  context: RunContext,
  asker: Asker,
  body: RequestBody<'payment.cancel'>,
): Promise<PaymentRecord> {
  const attemptId = parseAttemptId(body.attemptId);
  for (let tries = 0; tries < COMMIT_TRIES_MOST; tries += 1) {
    const stored = await findPayment(context, asker, attemptId);
    if (stored !== null)
      return (await applyToPayment(context, attemptId, { kind: 'cancel_requested' })).record;
    if ((await context.store.payment(attemptId)) !== null) {
      throw new AmurError('PAYMENT_CONFLICT', { field: 'attemptId' });
    }
    const record = await commitTombstone(context, asker, attemptId, body);
    if (record !== null) return record;
  }
  throw new AmurError('INTERNAL', { attemptId });
}

/** Null when somebody was faster. */
async function commitTombstone(
  context: RunContext,
  asker: Asker,
  attemptId: AttemptId,
  body: RequestBody<'payment.cancel'>,
): Promise<PaymentRecord | null> {
  const { tid, mid } = asker.terminal;
  const saleId = parseSaleId(body.saleId);
  const sale = await context.store.sale(saleId);
  if (sale !== null && sale.mid !== mid) throw new AmurError('SALE_CONFLICT', { field: 'saleId' });
  const request = {
    attemptId,
    saleId,
    tenderId: parseTenderId(body.tenderId),
    tid,
    amount: moneyFromJson(body.amount),
  };
  const row = tombstone(request, asker.merchant, context.store.now());
  const saleChange: readonly Change[] =
    sale === null ? [{ kind: 'sale.insert', row: newSale({ saleId, tid, mid }, null) }] : [];
  const result = await context.store.commit([...saleChange, { kind: 'payment.insert', row }]);
  return result.ok ? row : null;
}
