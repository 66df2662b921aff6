/** A calendar says of each date whether it is a business day. Dates are `yyyy-mm-dd` without a zone. */
import { AmurError } from '../kernel/errors.ts';

export interface Calendar {
  /** `ru.payments`: country and what it is for. */
  readonly name: string;
  readonly title: string;
  /** Date of the document it was last brought up to. */
  readonly version: string;
  readonly firstYear: number;
  readonly lastYear: number;
  readonly closed: readonly string[];
  readonly open: readonly string[];
  readonly short: readonly string[];
  readonly source: string;
}

export type DayKind = 'business' | 'short' | 'closed';

interface Known {
  readonly calendar: Calendar;
  readonly kinds: ReadonlyMap<string, DayKind>;
}

/** Calendars by name, ready to be asked. */
export class CalendarBook {
  readonly #days = new Map<string, Known>();

  /** A later calendar of the same name replaces the years it is about and leaves the others: so a year is added by itself.
   *  Errors  CALENDAR_INVALID, also where years between the two would be lacking */
  constructor(calendars: readonly Calendar[]) {
    for (const calendar of calendars) {
      const known = this.#days.get(calendar.name);
      const own: Known = { calendar, kinds: kindsOf(calendar) };
      this.#days.set(calendar.name, known === undefined ? own : joined(known, own));
    }
  }

  /** Errors  CALENDAR_UNKNOWN | CALENDAR_OUT_OF_RANGE */
  kind(name: string, date: string): DayKind {
    const { calendar, kinds } = this.#known(name);
    const year = yearOf(date);
    if (!isDate(date) || year < calendar.firstYear || year > calendar.lastYear) {
      throw new AmurError('CALENDAR_OUT_OF_RANGE', { calendar: name, date: date.slice(0, 10) });
    }
    return kinds.get(date) ?? (isWeekend(date) ? 'closed' : 'business');
  }

  isOpen(name: string, date: string): boolean {
    return this.kind(name, date) !== 'closed';
  }

  /** As it was given last, from the first year to the last that are known. Errors  CALENDAR_UNKNOWN */
  calendar(name: string): Calendar {
    return this.#known(name).calendar;
  }

  #known(name: string): Known {
    const found = this.#days.get(name);
    if (found === undefined) throw new AmurError('CALENDAR_UNKNOWN', { calendar: name.slice(0, 40) });
    return found;
  }
}

function joined(before: Known, after: Known): Known {
  const { name, firstYear, lastYear } = after.calendar;
  const { firstYear: first, lastYear: last } = before.calendar;
  if (firstYear > last + 1 || lastYear < first - 1) {
    throw new AmurError('CALENDAR_INVALID', { calendar: name, date: `${firstYear}` });
  }
  const kept = [...before.kinds].filter(([date]) => yearOf(date) < firstYear || yearOf(date) > lastYear);
  const years = { firstYear: Math.min(firstYear, first), lastYear: Math.max(lastYear, last) };
  return { calendar: { ...after.calendar, ...years }, kinds: new Map([...kept, ...after.kinds]) };
}

function yearOf(date: string): number {
  return Number.parseInt(date.slice(0, 4), 10);
}

/** A real date of the Gregorian calendar. */
export function isDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const DAY_MS = 86_400_000;

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** From the first to the second, below zero when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

export function isWeekend(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 || day === 6;
}

function kindsOf(calendar: Calendar): Map<string, DayKind> {
  const kinds = new Map<string, DayKind>();
  for (const date of calendar.closed.flatMap(datesOf)) kinds.set(date, 'closed');
  for (const date of calendar.open.flatMap(datesOf)) kinds.set(date, 'business');
  for (const date of calendar.short.flatMap(datesOf)) {
    if ((kinds.get(date) ?? (isWeekend(date) ? 'closed' : 'business')) === 'closed') {
      throw new AmurError('CALENDAR_INVALID', { calendar: calendar.name, date });
    }
    kinds.set(date, 'short');
  }
  for (const date of kinds.keys()) {
    const year = yearOf(date);
    if (year < calendar.firstYear || year > calendar.lastYear) {
      throw new AmurError('CALENDAR_INVALID', { calendar: calendar.name, date });
    }
  }
  return kinds;
}

function datesOf(range: string): readonly string[] {
  const [first = '', last = first] = range.split('..');
  if (!isDate(first) || !isDate(last) || last < first || daysBetween(first, last) > 366) {
    throw new AmurError('CALENDAR_INVALID', { calendar: '', date: range.slice(0, 24) });
  }
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, index) => addDays(first, index));
}
