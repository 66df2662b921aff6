/** How much of a sale may still go back, by lines or by amount. Never more than was paid, per line never more than was sold. */
import { RUB } from '../../gateway/kernel/currency.ts';
import {
  add,
  compare,
  cumulativeShare,
  type Money,
  money,
  subtract,
  zero,
} from '../../gateway/kernel/money.ts';
import { lineSum, type SaleLine } from '../sale/basket.ts';
import { Refusal } from '../till/refusal.ts';

/** A refund that counts against the limit: approved, or still open. */
export interface EarlierRefund {
  readonly amount: Money;
  readonly lines: readonly RefundLine[];
}

export interface RefundLine {
  readonly lineId: string;
  readonly quantityMilli: number;
  readonly sum: Money;
}

export interface RefundPlan {
  readonly amount: Money;
  readonly lines: readonly RefundLine[];
}

export function refundedOf(earlier: readonly EarlierRefund[]): Money {
  return earlier.reduce((sum, refund) => add(sum, refund.amount), zero(RUB));
}

export function refundedMilli(earlier: readonly EarlierRefund[], lineId: string): number {
  return earlier
    .flatMap((refund) => refund.lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, line) => sum + line.quantityMilli, 0);
}

/** Errors  REFUND_NOTHING_LEFT | REFUND_EXCEEDS_PAID */
export function planAmount(paid: Money, earlier: readonly EarlierRefund[], amount: Money): RefundPlan {
  requireLeft(paid, earlier, amount);
  return { amount, lines: [] };
}

/** All that was paid, goods and gift: only at once, while nothing of it has gone back.
 *  Errors  REFUND_NOTHING_LEFT */
export function planWhole(
  paid: Money,
  sold: readonly SaleLine[],
  earlier: readonly EarlierRefund[],
): RefundPlan {
  if (earlier.length > 0) throw new Refusal('REFUND_NOTHING_LEFT');
  const lines = sold.map((line) => {
    const { lineId, quantityMilli } = line;
    return { lineId, quantityMilli, sum: lineSum(line) };
  });
  return { amount: paid, lines };
}

/** `count` pieces of each named line, or the whole rest of a weighed one.
 *  Errors  LINE_NOT_FOUND | REFUND_NOTHING_LEFT | REFUND_EXCEEDS_PAID */
export function planLines(
  paid: Money,
  sold: readonly SaleLine[],
  earlier: readonly EarlierRefund[],
  wanted: readonly { readonly lineId: string; readonly count: number }[],
): RefundPlan {
  const lines: RefundLine[] = [];
  for (const { lineId, count } of wanted) {
    if (lines.some((line) => line.lineId === lineId)) throw new Refusal('LINE_NOT_FOUND', { lineId });
    lines.push(planLine(sold, earlier, lineId, count));
  }
  const amount = lines.reduce((sum, line) => add(sum, line.sum), zero(RUB));
  requireLeft(paid, earlier, amount);
  return { amount, lines };
}

function planLine(
  sold: readonly SaleLine[],
  earlier: readonly EarlierRefund[],
  lineId: string,
  count: number,
): RefundLine {
  const line = sold.find((l) => l.lineId === lineId);
  if (line === undefined) throw new Refusal('LINE_NOT_FOUND', { lineId });
  const already = refundedMilli(earlier, lineId);
  const left = line.quantityMilli - already;
  const quantityMilli = line.unit === 'kg' ? left : count * 1000;
  if (left <= 0) throw new Refusal('REFUND_NOTHING_LEFT', { lineId });
  if (quantityMilli > left) throw new Refusal('REFUND_EXCEEDS_PAID', { lineId, leftMilli: left });
  // Quantities stand in for money so that the parts of a line add up to its sum exactly.
  const milli = (value: number): Money => money(BigInt(value), RUB);
  const sum = cumulativeShare(lineSum(line), milli(line.quantityMilli), milli(already), milli(quantityMilli));
  return { lineId, quantityMilli, sum };
}

function requireLeft(paid: Money, earlier: readonly EarlierRefund[], amount: Money): void {
  const left = subtract(paid, refundedOf(earlier));
  if (left.amountMinor <= 0n) throw new Refusal('REFUND_NOTHING_LEFT');
  if (compare(amount, left) > 0 || amount.amountMinor <= 0n) {
    throw new Refusal('REFUND_EXCEEDS_PAID', {
      left: left.amountMinor.toString(),
      amount: amount.amountMinor.toString(),
    });
  }
}

/** The yuan that belong to a refund, cut from the running sum as the gateway cuts them. */
export function refundYuan(
  paidYuan: Money | null,
  paid: Money,
  earlier: readonly EarlierRefund[],
  amount: Money,
): Money | null {
  return paidYuan === null ? null : cumulativeShare(paidYuan, paid, refundedOf(earlier), amount);
}
