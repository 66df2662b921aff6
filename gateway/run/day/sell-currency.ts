/** Books a sale of currency that the bank has made: what left one account of ours, what came to another, and what it earned
 *  against what the currency had cost. Repeating a deal changes nothing. */
import { realisedGain } from '../../fx/revaluation.ts';
import { AmurError } from '../../kernel/errors.ts';
import { compare, isZero, type Money } from '../../kernel/money.ts';
import { fxRealised, fxSold } from '../../ledger/fx-postings.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { commitNew } from './commits.ts';
import type { DayContext } from './context.ts';
import { HOME, heldOf, positionNow } from './fx-position.ts';

export interface CurrencySale {
  /** The bank's number of the deal: it is booked once. */
  readonly deal: string;
  readonly sold: Money;
  readonly bought: Money;
  /** Our accounts: the one it was sold from, and the one that was paid. */
  readonly nostro: string;
  readonly nostroBought: string;
  readonly businessDate: string;
}

/** Answers what the deal booked. Errors  CURRENCY_MISMATCH when it was not sold for roubles | ALLOCATION_OUT_OF_RANGE when more
 *  is sold than is held | FX_POSITION_MIXED | CYCLE_CHANGED when somebody booked it at the same time */
export async function sellCurrency(
  context: Pick<DayContext, 'store' | 'limits'>,
  sale: CurrencySale,
): Promise<readonly Transfer[]> {
  const { store, limits } = context;
  const { sold, bought } = sale;
  const reference = `currency-sale/${sale.deal}`;
  const before = await store.transfersOf(reference);
  if (before.length > 0) return before;
  if (bought.currency !== HOME || sold.currency === HOME) {
    throw new AmurError('CURRENCY_MISMATCH', { left: sold.currency, right: bought.currency });
  }
  const { held, cost } = heldOf((await positionNow(store, limits.foldMost)).balances, sold.currency);
  if (compare(held, sold) < 0) {
    throw new AmurError('ALLOCATION_OUT_OF_RANGE', {
      whole: held.amountMinor.toString(),
      part: sold.amountMinor.toString(),
    });
  }
  const { gain } = realisedGain({ held, cost, sold, bought });
  const { nostro, nostroBought, businessDate } = sale;
  const meta = { reference, mid: null, nostro, nostroBought, businessDate, postedAt: store.now() };
  const transfers = [fxSold(sold, bought, meta), ...(isZero(gain) ? [] : [fxRealised(gain, meta)])];
  await commitNew(
    context,
    transfers.map((transfer): DayChange => ({ kind: 'transfer.ensure', transfer })),
  );
  return transfers;
}
