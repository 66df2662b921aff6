/** Goods, lines and the basket as screens show them. */
import { RUB } from '../../../gateway/kernel/currency.ts';
import { type Money, money, moneyToJson } from '../../../gateway/kernel/money.ts';
import type { Goods } from '../../catalogue/goods.ts';
import type {
  BasketView,
  GiftOfferView,
  GiftView,
  GoodsView,
  LineView,
  RateView,
} from '../../contract/view.ts';
import { basketTotal, lineSum, type SaleLine } from '../../sale/basket.ts';
import { GIFT_MOST_MINOR, roundUps, type SaleGift } from '../../sale/gift.ts';
import { vatIncluded } from '../../sale/vat.ts';
import { yuanOf } from '../../tender/step.ts';
import type { TillCore } from '../core.ts';
import { isGiftTold, saleTotal } from '../gifts.ts';
import { validQuote, yuanAt } from '../quotes.ts';
import type { HeldQuote } from '../state.ts';

export function goodsView(goods: Goods): GoodsView {
  const { goodsId, names, price, vat, unit, barcode } = goods;
  return { goodsId, names, price: moneyToJson(price), vat, unit, barcode };
}

export function lineView(line: SaleLine): LineView {
  const { lineId, goodsId, names, vat, unit, quantityMilli, barcode, unitPrice } = line;
  return {
    lineId,
    goodsId,
    names,
    vat,
    unit,
    quantityMilli,
    unitPrice: moneyToJson(unitPrice),
    sum: moneyToJson(lineSum(line)),
    barcode,
  };
}

export function basketView(core: TillCore): BasketView {
  const { head, basket } = core.state;
  const quote = validQuote(core.state, core.now());
  const goods = basketTotal(basket.lines);
  const total = saleTotal(core.state);
  return {
    saleId: head?.saleId ?? '',
    receiptNumber: head?.receiptNumber ?? '',
    lines: basket.lines.map(lineView),
    selectedLineId: basket.selectedLineId,
    total: moneyToJson(total),
    goods: moneyToJson(goods),
    gift: giftView(core.state.gift.gift, isGiftTold(core.state)),
    giftOffer: giftOfferView(core, goods),
    vatIncluded: moneyToJson(vatIncluded(basket.lines)),
    yuan: moneyOrNull(currentYuan(core, quote, total)),
    rate: quote === null ? null : rateView(quote),
  };
}

export function giftView(gift: SaleGift | null, told: boolean): GiftView | null {
  if (gift === null) return null;
  const { charity, names, amount } = gift;
  return { charity, names, amount: moneyToJson(amount), told };
}

function giftOfferView({ state }: TillCore, goods: Money): GiftOfferView | null {
  const { charities } = state;
  if (charities.length === 0 || goods.amountMinor === 0n) return null;
  return {
    charities: charities.map(({ charity, name, nameZh, nameEn }) => ({
      charity,
      names: { ru: name, zh: nameZh, en: nameEn },
    })),
    roundUps: roundUps(goods).map(moneyToJson),
    most: moneyToJson(money(GIFT_MOST_MINOR, RUB)),
  };
}

/** What the payment says once there is one, the quote before. */
function currentYuan(core: TillCore, quote: HeldQuote | null, total: Money): Money | null {
  const { attempt, screen } = core.state;
  const ofPayment = screen.name === 'payment' || screen.name === 'paid' || screen.name === 'set_aside';
  if (ofPayment && attempt !== null) return yuanOf(attempt);
  return quote === null ? null : yuanAt(total, quote.quote);
}

export function rateView({ quote, expiresAt }: HeldQuote): RateView {
  const { rate, sourceRate, source, sourceDate, markupBp } = quote;
  return { rate, sourceRate, source, sourceDate, markupBp, expiresAt };
}

export function moneyOrNull(value: Money | null): ReturnType<typeof moneyToJson> | null {
  return value === null ? null : moneyToJson(value);
}
