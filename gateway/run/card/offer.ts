/** `card.offer`: whether a card may be charged in its own currency at the till, and at what price. The till shows both
 *  amounts, the rate and the mark-up before the card signs; the customer's choice comes with the sale. */
import { AmurError } from '../../kernel/errors.ts';
import { moneyFromJson, moneyToJson } from '../../kernel/money.ts';
import { convert } from '../../kernel/rate.ts';
import { tillConverts } from '../../payments/card/contract.ts';
import type { BinRoute } from '../../payments/card/ports.ts';
import { quoteToWire } from '../../payments/view.ts';
import type { CardOfferWire, RequestBody } from '../../wire/messages.ts';
import type { QuoteBoard, RunContext } from '../context.ts';
import { issueQuote } from '../quotes.ts';
import type { Asker } from '../who-asks.ts';
import type { BinTable } from './bin-table.ts';

type OfferBody = RequestBody<'card.offer'>;

/** Errors  those of `card.offer` in the wire's table */
export async function offerForCard(
  context: Pick<RunContext, 'store' | 'runtime' | 'quoteKey'>,
  bins: BinTable | null,
  rates: QuoteBoard,
  asker: Asker,
  body: OfferBody,
): Promise<CardOfferWire> {
  if (bins === null) throw new AmurError('CARDS_NOT_OFFERED', {});
  // Its row, and who converts for it, are known when its number is.
  if (!bins.decides(body.bin)) return { scheme: null, routed: true, offer: null };
  const route = bins.find(body.bin);
  if (route === null) return { scheme: null, routed: false, offer: null };
  const plain = { scheme: route.scheme, routed: true, offer: null };
  if (!tillConverts(asker.merchant) || !mayConvert(route, body)) return plain;
  // A card's own currency that no rate leads to is charged in the price's, as if there were no offer to make.
  const { markupBp, terms } = asker.merchant;
  const { rate } = rates.quoteTerms(markupBp, terms.markupGroup ?? null);
  if (rate.base !== route.currency || rate.quote !== body.amount.currency) return plain;
  const amount = convert(moneyFromJson(body.amount), rate, 'half_up');
  if (amount.amountMinor < 1n) throw new AmurError('AMOUNT_OUT_OF_RANGE', { asked: body.amount.amountMinor });
  const quote = await issueQuote(context, rates, asker, body.bin);
  return { ...plain, offer: { quote: quoteToWire(quote), amount: moneyToJson(amount) } };
}

/** A refund follows the currency of what it refunds, and a balance has no price. */
function mayConvert(route: BinRoute, { amount, operation }: OfferBody): boolean {
  const priced = operation === 'sale' || operation === 'preauthorisation';
  return priced && route.converter === 'till' && route.currency !== amount.currency;
}
