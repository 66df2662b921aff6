/** Cash: what the customer is likely to hand over, and what they get back. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { compare, type Money, money, subtract } from '../../gateway/kernel/money.ts';
import { Refusal } from '../till/refusal.ts';

/** Bank of Russia notes in everyday use, in kopecks. */
const NOTES_MINOR = [50_00n, 100_00n, 200_00n, 500_00n, 1000_00n, 2000_00n, 5000_00n];
const SUGGESTIONS_MAX = 6;

/** The exact sum, then the sum rounded up to each note: 366.68 gives 366.68, 400, 500, 1000, 2000, 5000. */
export function tenderedSuggestions(total: Money): readonly Money[] {
  const roundedUp = NOTES_MINOR.map((note) => ((total.amountMinor + note - 1n) / note) * note);
  const sums = [...new Set([total.amountMinor, ...roundedUp])];
  sums.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  return sums.slice(0, SUGGESTIONS_MAX).map((minor) => money(minor, RUB));
}

/** Errors  CASH_TOO_LITTLE */
export function changeFor(total: Money, tendered: Money): Money {
  if (compare(tendered, total) < 0) {
    throw new Refusal('CASH_TOO_LITTLE', {
      total: total.amountMinor.toString(),
      tendered: tendered.amountMinor.toString(),
    });
  }
  return subtract(tendered, total);
}
