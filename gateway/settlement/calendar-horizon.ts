/** How far the calendars reach that somebody settles by. Past its last day no value date can be given and nothing is cut, and a
 *  year's days are known only weeks before it begins: so it is told in time. */
import { type CalendarBook, daysBetween } from './calendar.ts';

export const CALENDAR_WARNING_DAYS = 45;

export interface CalendarReach {
  readonly calendar: string;
  readonly version: string;
  /** The last date it knows. */
  readonly lastDate: string;
  /** From today; below zero once it is over. */
  readonly daysLeft: number;
}

/** Each of the calendars once, the one that ends first before the others. Errors  CALENDAR_UNKNOWN */
export function calendarReaches(
  book: CalendarBook,
  names: Iterable<string>,
  today: string,
): readonly CalendarReach[] {
  return [...new Set(names)]
    .map((name): CalendarReach => {
      const { version, lastYear } = book.calendar(name);
      const lastDate = `${lastYear}-12-31`;
      return { calendar: name, version, lastDate, daysLeft: daysBetween(today, lastDate) };
    })
    .toSorted((a, b) => a.daysLeft - b.daysLeft || (a.calendar < b.calendar ? -1 : 1));
}

export function isEnding({ daysLeft }: CalendarReach): boolean {
  return daysLeft < CALENDAR_WARNING_DAYS;
}

/** Of those we owe and those who owe us. */
export function calendarsInUse(
  partners: readonly { readonly calendars: readonly string[] }[],
  payers: readonly { readonly calendar: string }[],
): readonly string[] {
  return [...partners.flatMap(({ calendars }) => calendars), ...payers.map(({ calendar }) => calendar)];
}
