/** Business days of a party: when its day ends where it lives, which day a moment belongs to, and when money moves.
 *  Nothing is done by UTC: 21:30 in Moscow is half past two of the next day in Beijing. */
import { AmurError } from '../kernel/errors.ts';
import { BEIJING_OFFSET_MINUTES, type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import { addDays, type CalendarBook } from './calendar.ts';
import type { CutOff, ZoneName } from './contract.ts';

/** Minutes east of Greenwich, the whole year. */
export const ZONE_OFFSET_MINUTES: Readonly<Record<ZoneName, number>> = {
  'Europe/Moscow': MOSCOW_OFFSET_MINUTES,
  'Asia/Shanghai': BEIJING_OFFSET_MINUTES,
};

/** Longest run of closed days that is believed; a calendar with a longer one is at fault. */
const CLOSED_DAYS_MOST = 30;

/** The business day a moment belongs to: of the local date, of the next one from the cut-off on, and of the first business
 *  day after where that date is none. So Friday's evening and the weekend belong to Monday.
 *  Errors  CALENDAR_UNKNOWN | CALENDAR_OUT_OF_RANGE */
export function businessDateAt(at: EpochMs, cutOff: CutOff, calendar: string, book: CalendarBook): string {
  const local = localTime(at, ZONE_OFFSET_MINUTES[cutOff.zone]);
  const isOver = local.time.slice(0, 5) >= cutOff.localTime;
  return firstOpen(isOver ? addDays(local.date, 1) : local.date, [calendar], book);
}

/** The moment a business day is over. */
export function cutOffAt(businessDate: string, cutOff: CutOff): EpochMs {
  const utc = Date.parse(`${businessDate}T${cutOff.localTime}:00Z`);
  return utc - ZONE_OFFSET_MINUTES[cutOff.zone] * 60_000;
}

/** The date itself or the first after it on which all calendars are open. */
export function firstOpen(date: string, calendars: readonly string[], book: CalendarBook): string {
  let day = date;
  for (let closed = 0; closed <= CLOSED_DAYS_MOST; closed += 1) {
    if (calendars.every((name) => book.isOpen(name, day))) return day;
    day = addDays(day, 1);
  }
  throw new AmurError('CALENDAR_OUT_OF_RANGE', { calendar: calendars.join(' '), date });
}

/** The nth day after `date` on which all calendars are open; a day on which one is closed does not count. For 0 the date
 *  itself where it is open, else the first after it. */
export function addBusinessDays(
  date: string,
  days: number,
  calendars: readonly string[],
  book: CalendarBook,
): string {
  let day = firstOpen(date, calendars, book);
  // A date that is closed itself is no day T: counting starts from it, not from the day it was moved to.
  let left = day === date ? days : days - 1;
  while (left > 0) {
    day = firstOpen(addDays(day, 1), calendars, book);
    left -= 1;
  }
  return day;
}

/** Open days from the first date, itself not counted, to the second; below zero when the second is earlier. Both ends of a
 *  weekend are the same business day. */
export function businessDaysBetween(from: string, to: string, calendar: string, book: CalendarBook): number {
  if (to < from) return -businessDaysBetween(to, from, calendar, book);
  let days = 0;
  for (let day = from; day < to; ) {
    day = addDays(day, 1);
    if (book.isOpen(calendar, day)) days += 1;
  }
  return days;
}
