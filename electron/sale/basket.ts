/** The basket: what the customer is buying, at what price. Pure; every change makes a new one. */
import type { VatCode } from '../../drivers/contract/fiscal.ts';
import { RUB } from '../../gateway/kernel/currency.ts';
import { add, type Money, scaleMoney, zero } from '../../gateway/kernel/money.ts';
import type { Goods, Unit } from '../catalogue/goods.ts';
import type { Names } from '../contract/view.ts';
import { Refusal } from '../till/refusal.ts';

/** As many as one refund may name, and as a receipt on the narrowest paper has room for. */
export const LINES_MAX = 500;
const COUNT_MAX_MILLI = 999_000;

export interface SaleLine {
  readonly lineId: string;
  readonly goodsId: string;
  readonly barcode: string;
  readonly names: Names;
  readonly vat: VatCode;
  readonly unit: Unit;
  /** Thousandths of the unit: 1000 is one piece; 412 is 0.412 kg. */
  readonly quantityMilli: number;
  readonly unitPrice: Money;
}

export interface Basket {
  readonly lines: readonly SaleLine[];
  readonly selectedLineId: string | null;
  /** Lines ever made in this basket, so that no line takes a removed one's id. */
  readonly linesMade: number;
}

export const EMPTY_BASKET: Basket = { lines: [], selectedLineId: null, linesMade: 0 };

/** One rounding, half up, to the kopeck. */
export function lineSum(line: SaleLine): Money {
  return scaleMoney(line.unitPrice, BigInt(line.quantityMilli), 1000n, 'half_up');
}

export function basketTotal(lines: readonly SaleLine[]): Money {
  return lines.reduce((sum, line) => add(sum, lineSum(line)), zero(RUB));
}

/** One more of the goods: pieces join the line of the same goods and price, what is weighed is a line of its own.
 *  Errors  BASKET_FULL */
export function addGoods(basket: Basket, goods: Goods, quantityMilli: number): Basket {
  const joined = basket.lines.find((line) => joins(line, goods, quantityMilli));
  if (joined !== undefined) {
    return replace(basket, { ...joined, quantityMilli: joined.quantityMilli + quantityMilli });
  }
  if (basket.lines.length >= LINES_MAX) throw new Refusal('BASKET_FULL', { most: LINES_MAX });
  const linesMade = basket.linesMade + 1;
  const { goodsId, barcode, names, vat, unit, price } = goods;
  const lineId = `L${linesMade}`;
  const line: SaleLine = { lineId, goodsId, barcode, names, vat, unit, quantityMilli, unitPrice: price };
  return { lines: [...basket.lines, line], selectedLineId: lineId, linesMade };
}

/** Errors  LINE_NOT_FOUND | WEIGHT_REQUIRED (a count for weighed goods) */
export function setCount(basket: Basket, lineId: string, count: number): Basket {
  const line = lineOf(basket, lineId);
  if (line.unit !== 'piece') throw new Refusal('WEIGHT_REQUIRED', { lineId });
  return replace(basket, { ...line, quantityMilli: count * 1000 });
}

/** Errors  LINE_NOT_FOUND, also for goods sold by the piece */
export function setGrams(basket: Basket, lineId: string, grams: number): Basket {
  const line = lineOf(basket, lineId);
  if (line.unit !== 'kg') throw new Refusal('LINE_NOT_FOUND', { lineId, unit: line.unit });
  return replace(basket, { ...line, quantityMilli: grams });
}

/** Errors  LINE_NOT_FOUND */
export function removeLine(basket: Basket, lineId: string): Basket {
  lineOf(basket, lineId);
  const lines = basket.lines.filter((line) => line.lineId !== lineId);
  return { ...basket, lines, selectedLineId: lines.at(-1)?.lineId ?? null };
}

/** Errors  LINE_NOT_FOUND */
export function selectLine(basket: Basket, lineId: string): Basket {
  return { ...basket, selectedLineId: lineOf(basket, lineId).lineId };
}

/** A basket as it was stored: the last line is selected, and new ids begin after the highest. */
export function basketOf(lines: readonly SaleLine[]): Basket {
  const numbers = lines.map((line) => Number.parseInt(line.lineId.slice(1), 10));
  return {
    lines,
    selectedLineId: lines.at(-1)?.lineId ?? null,
    linesMade: numbers.reduce((most, n) => Math.max(most, n), 0),
  };
}

function joins(line: SaleLine, goods: Goods, quantityMilli: number): boolean {
  return (
    goods.unit === 'piece' &&
    line.goodsId === goods.goodsId &&
    line.unit === 'piece' &&
    line.vat === goods.vat &&
    line.unitPrice.amountMinor === goods.price.amountMinor &&
    line.quantityMilli + quantityMilli <= COUNT_MAX_MILLI
  );
}

function lineOf(basket: Basket, lineId: string): SaleLine {
  const line = basket.lines.find((l) => l.lineId === lineId);
  if (line === undefined) throw new Refusal('LINE_NOT_FOUND', { lineId });
  return line;
}

function replace(basket: Basket, changed: SaleLine): Basket {
  return {
    ...basket,
    lines: basket.lines.map((line) => (line.lineId === changed.lineId ? changed : line)),
    selectedLineId: changed.lineId,
  };
}
