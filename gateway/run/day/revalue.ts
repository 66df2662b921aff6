/** The day's revaluation: yesterday's is taken back and today's booked, in one commit and once a day, whenever it is asked for. */
import { PRICING_SOURCE } from '../../fx/rate-board.ts';
import type { RateSet } from '../../fx/rate-set.ts';
import { type Revaluation, revalue } from '../../fx/revaluation.ts';
import { AmurError } from '../../kernel/errors.ts';
import { isZero } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { TransferMeta } from '../../ledger/build-transfer.ts';
import { fxRevaluationReversed, fxRevalued } from '../../ledger/fx-postings.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { commitNew } from './commits.ts';
import type { DayContext } from './context.ts';
import { HOME, positionNow } from './fx-position.ts';

/** Official rates as they were kept. */
export interface OfficialRates {
  inEffect(source: string, day: string): RateSet | null;
}

export type RevaluationOutcome =
  | { readonly kind: 'booked'; readonly day: string; readonly revaluation: Revaluation }
  | { readonly kind: 'done_before'; readonly day: string };

/** Errors  RATE_UNAVAILABLE before any official rate is known | FX_PATH_UNKNOWN for a currency held that is not quoted */
export async function revalueDay(
  context: Pick<DayContext, 'store' | 'limits' | 'log'>,
  rates: OfficialRates,
): Promise<RevaluationOutcome> {
  const { store, limits, log } = context;
  const postedAt = store.now();
  const day = localTime(postedAt, MOSCOW_OFFSET_MINUTES).date;
  const reference = `revaluation/${day}`;
  if ((await store.transfersOf(reference)).length > 0) return { kind: 'done_before', day };
  const set = rates.inEffect(PRICING_SOURCE, day);
  if (set === null) throw new AmurError('RATE_UNAVAILABLE', {});
  const { standing, balances } = await positionNow(store, limits.foldMost);
  const revaluation = revalue(balances, set, HOME);
  const meta: TransferMeta = { reference, mid: null, businessDate: day, postedAt };
  const transfers = [
    ...(isZero(standing) ? [] : [fxRevaluationReversed(standing, meta)]),
    ...(isZero(revaluation.gain) ? [] : [fxRevalued(revaluation.gain, meta)]),
  ];
  const unit = transfers.map((transfer): DayChange => ({ kind: 'transfer.ensure', transfer }));
  if (unit.length > 0) {
    await commitNew(context, unit);
    log.info('fx_revalued', { businessDate: day, sourceDate: set.effectiveOn });
  }
  return { kind: 'booked', day, revaluation };
}
