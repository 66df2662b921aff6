/** `charity.list` and `sale.gift`: to whom customers may give, and what they give with a sale, made durable before anybody is
 *  asked to pay it. A payment or card transaction of the sale takes it from there. */
import { AmurError } from '../kernel/errors.ts';
import { parseSaleId } from '../kernel/identifiers.ts';
import { moneyToJson } from '../kernel/money.ts';
import { giftFromWire, sameGift } from '../payments/gift.ts';
import { newSale, requireRange } from '../payments/payment-opening.ts';
import type { Change, Gift, SaleRecord } from '../payments/ports.ts';
import type { ReplyBody, RequestBody } from '../wire/messages.ts';
import { COMMIT_TRIES_MOST, type RunContext } from './context.ts';
import type { Asker } from './who-asks.ts';

export function listCharities(context: RunContext, asker: Asker): ReplyBody<'charity.list'> {
  return { charities: [...charitiesOf(context, asker)] };
}

/** A charity is paid roubles, so a shop that is paid its customers' yuan cannot pass a gift on. */
function charitiesOf({ charities }: RunContext, { merchant }: Asker): RunContext['charities'] {
  return merchant.terms.paidIn === 'order' ? [] : charities;
}

/** Errors  those of `sale.gift` in the wire's table of requests */
export async function tellGift(
  context: RunContext,
  asker: Asker,
  body: RequestBody<'sale.gift'>,
): Promise<ReplyBody<'sale.gift'>> {
  const { store } = context;
  const saleId = parseSaleId(body.saleId);
  const gift = giftFromWire(body.gift);
  if (gift !== null) requireGivable(context, asker, gift);
  for (let tries = 0; tries < COMMIT_TRIES_MOST; tries += 1) {
    const stored = await store.sale(saleId);
    if (stored !== null && isTold(stored, asker, body.revision, gift)) return replyOf(stored);
    if (stored !== null) await requireUntried(context, stored);
    const { tid, mid } = asker.terminal;
    const base = stored ?? { ...newSale({ saleId, tid, mid }, null), version: 0 };
    const row = { ...base, gift, giftRevision: body.revision, version: base.version + 1 };
    const change: Change = { kind: stored === null ? 'sale.insert' : 'sale.put', row };
    if ((await store.commit([change])).ok) return replyOf(row);
  }
  throw new AmurError('INTERNAL', { saleId });
}

/** Errors  CHARITY_UNKNOWN | AMOUNT_OUT_OF_RANGE | CURRENCY_MISMATCH */
function requireGivable(context: RunContext, asker: Asker, { charity, amount }: Gift): void {
  if (!charitiesOf(context, asker).some((known) => known.charity === charity)) {
    throw new AmurError('CHARITY_UNKNOWN', { charity });
  }
  requireRange(amount, context.payments);
}

/** Whether the till has said so before. Errors  SALE_CONFLICT for another terminal's sale, and for what a later word has replaced */
function isTold(sale: SaleRecord, { terminal }: Asker, revision: number, gift: Gift | null): boolean {
  const { saleId } = sale;
  if (sale.mid !== terminal.mid) throw new AmurError('SALE_CONFLICT', { field: 'saleId' });
  if (sale.tid !== terminal.tid) throw new AmurError('SALE_CONFLICT', { saleId, field: 'tid' });
  if (revision > sale.giftRevision) return false;
  if (revision < sale.giftRevision) throw new AmurError('SALE_CONFLICT', { saleId, field: 'revision' });
  if (!sameGift(sale.gift, gift)) throw new AmurError('SALE_CONFLICT', { saleId, field: 'gift' });
  return true;
}

/** What was once asked of a customer keeps its sum and its parts. Errors  SALE_CLOSED | SALE_CONFLICT */
async function requireUntried({ store }: RunContext, { saleId, disposition }: SaleRecord): Promise<void> {
  if (disposition !== null) throw new AmurError('SALE_CLOSED', { saleId });
  const [payments, cards] = [await store.paymentsOfSale(saleId), await store.cards.ofSale(saleId)];
  if (payments.length > 0 || cards.length > 0) {
    throw new AmurError('SALE_CONFLICT', { saleId, field: 'gift' });
  }
}

function replyOf({ saleId, gift, giftRevision }: SaleRecord): ReplyBody<'sale.gift'> {
  const told = gift === null ? null : { charity: gift.charity, amount: moneyToJson(gift.amount) };
  return { saleId, revision: giftRevision, gift: told };
}
