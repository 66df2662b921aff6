/** Goods, lines and the basket as screens show them. */
import { type Money, moneyToJson } from '../../../gateway/kernel/money.ts';
import type { Goods } from '../../catalogue/goods.ts';
import type { BasketView, GoodsView, LineView, RateView } from '../../contract/view.ts';
import { basketTotal, lineSum, type SaleLine } from '../../sale/basket.ts';
import { vatIncluded } from '../../sale/vat.ts';
import { yuanOf } from '../../tender/step.ts';
import type { TillCore } from '../core.ts';
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
  const total = basketTotal(basket.lines);
  return {
    saleId: head?.saleId ?? '',
    receiptNumber: head?.receiptNumber ?? '',
    lines: basket.lines.map(lineView),
    selectedLineId: basket.selectedLineId,
    total: moneyToJson(total),
    vatIncluded: moneyToJson(vatIncluded(basket.lines)),
    yuan: moneyOrNull(currentYuan(core, quote, total)),
    rate: quote === null ? null : rateView(quote),
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
