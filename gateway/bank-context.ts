/** What the bank's own process has beside the jobs of the day: reconciliation's memory, the payers and official rates. */
import { PRICING_SOURCE } from './fx/rate-board.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from './kernel/time.ts';
import type { RoundJobs } from './run/day/bank-day.ts';
import { CalendarWatch } from './run/day/calendar-watch.ts';
import type { DayContext } from './run/day/context.ts';
import { setMonthTiers } from './run/day/month-tiers.ts';
import { type ReconContext, reconcileAll } from './run/day/reconcile.ts';
import { type OfficialRates, type RevaluationOutcome, revalueDay } from './run/day/revalue.ts';
import type { RateBook } from './run/manual-rates.ts';

export interface BankContext extends DayContext, ReconContext {
  /** As the gateway kept them, and those set by hand. */
  readonly rates: OfficialRates & RateBook;
}

/** What belongs to a round after its files were taken in. A cycle's payout does not wait for it: what wallets owe us is not
 *  what we owe merchants. */
export function roundJobs(context: BankContext): RoundJobs {
  const watch = new CalendarWatch(context);
  return {
    afterImport: [
      () => reconcileAll(context),
      () => revalueWhenKnown(context),
      () => setMonthTiers(context),
      () => watch.look(),
    ],
  };
}

/** Moscow: what is held is valued once the day's sales are over. */
const REVALUED_FROM = '21:00:00';

/** Null before the evening, and before any official rate is known: then nothing of another currency was sold by us either. */
export async function revalueWhenKnown(context: BankContext): Promise<RevaluationOutcome | null> {
  const { date, time } = localTime(context.store.now(), MOSCOW_OFFSET_MINUTES);
  if (time < REVALUED_FROM) return null;
  if (context.rates.inEffect(PRICING_SOURCE, date) === null) return null;
  return revalueDay(context, context.rates);
}
