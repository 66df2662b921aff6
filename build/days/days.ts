/** Days of the play, as dates. */
import { firstOpen } from '../../gateway/settlement/business-days.ts';
import { addDays, type CalendarBook } from '../../gateway/settlement/calendar.ts';

/** A Friday: a weekend follows, and on the next Wednesday a holiday. */
export const FIRST_DAY = '2026-10-30';

export function dayAfter(day: string, days: number): string {
  return addDays(day, days);
}

/** So many business days of Russia's payment system from the first one on. */
export function businessDays(count: number, calendars: CalendarBook): readonly string[] {
  const found: string[] = [];
  for (let day = FIRST_DAY; found.length < count; day = dayAfter(day, 1)) {
    if (isOpen('ru.payments', day, calendars)) found.push(day);
  }
  return found;
}

export function isOpen(calendar: string, day: string, calendars: CalendarBook): boolean {
  return firstOpen(day, [calendar], calendars) === day;
}

export function moscow(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00+03:00`);
}
