/** Raises an alarm, once a day, for each calendar in use that is about to end. */
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import {
  type CalendarReach,
  calendarReaches,
  calendarsInUse,
  isEnding,
} from '../../settlement/calendar-horizon.ts';
import type { DayContext } from './context.ts';
import type { PayerRecord } from './payers.ts';

type Context = Pick<DayContext, 'store' | 'book' | 'log'> & { readonly payers: readonly PayerRecord[] };

/** Of all partners and payers, as of today in Moscow. */
export async function reachesInUse({
  store,
  book,
  payers,
}: Omit<Context, 'log'>): Promise<readonly CalendarReach[]> {
  const { date } = localTime(store.now(), MOSCOW_OFFSET_MINUTES);
  return calendarReaches(book, calendarsInUse(await store.partners(), payers), date);
}

/** Those whose next year has to be put in. */
export async function calendarsEnding(context: Omit<Context, 'log'>): Promise<readonly CalendarReach[]> {
  return (await reachesInUse(context)).filter(isEnding);
}

export class CalendarWatch {
  readonly #context: Context;
  #toldOn = '';

  constructor(context: Context) {
    this.#context = context;
  }

  async look(): Promise<void> {
    const { date } = localTime(this.#context.store.now(), MOSCOW_OFFSET_MINUTES);
    if (date === this.#toldOn) return;
    for (const { calendar, lastDate, daysLeft } of await calendarsEnding(this.#context)) {
      this.#context.log.alarm('calendar_ends', { name: calendar, businessDate: lastDate, count: daysLeft });
    }
    this.#toldOn = date;
  }
}
