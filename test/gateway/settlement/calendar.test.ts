import { describe, expect, test } from 'vitest';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import {
  addDays,
  type Calendar,
  CalendarBook,
  daysBetween,
  isDate,
} from '../../../gateway/settlement/calendar.ts';
import { SHIPPED_CALENDARS } from '../../../gateway/settlement/calendar-data.ts';

const book = new CalendarBook(SHIPPED_CALENDARS);

function countOf(name: string, year: number, kind: string): number {
  let count = 0;
  for (let day = `${year}-01-01`; day.startsWith(String(year)); day = addDays(day, 1)) {
    if (book.kind(name, day) === kind) count += 1;
  }
  return count;
}

function code(run: () => unknown): string {
  try {
    run();
    return 'ok';
  } catch (error) {
    return error instanceof AmurError ? error.code : String(error);
  }
}

describe('Russia', () => {
  test('each year has the 247 working days that its decree leaves', () => {
    for (const year of [2025, 2026]) {
      expect(countOf('ru.work', year, 'business') + countOf('ru.work', year, 'short')).toBe(247);
    }
  });

  test('a working Saturday works, and ends early before the holiday', () => {
    expect(book.kind('ru.work', '2025-11-01')).toBe('short');
    expect(book.kind('ru.work', '2025-11-03')).toBe('closed');
    expect(book.kind('ru.work', '2025-11-08')).toBe('closed');
  });

  test('a day off that was moved is off where it was moved to', () => {
    expect(['2026-01-09', '2026-12-31'].map((day) => book.kind('ru.work', day))).toEqual([
      'closed',
      'closed',
    ]);
    expect(book.kind('ru.work', '2026-01-12')).toBe('business');
  });

  test('the payment system has sessions on holidays for which they were announced', () => {
    const open = ['01', '02', '03', '05', '06', '07', '08', '09'].map((day) =>
      book.isOpen('ru.payments', `2026-01-${day}`),
    );
    expect(open).toEqual([false, false, true, true, true, false, true, true]);
    expect(book.isOpen('ru.payments', '2025-12-31')).toBe(true);
    expect(book.isOpen('ru.payments', '2026-01-04')).toBe(false);
  });
});

describe('China', () => {
  test('make-up weekends are working days for banks and closed on markets', () => {
    for (const day of ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']) {
      expect([day, book.kind('cn.banks', day), book.kind('cn.markets', day)]).toEqual([
        day,
        'business',
        'closed',
      ]);
    }
  });

  test('on weekdays banks and markets are closed together', () => {
    for (let day = '2026-01-01'; day < '2027-01-01'; day = addDays(day, 1)) {
      const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
      if (weekday === 0 || weekday === 6) continue;
      expect([day, book.kind('cn.banks', day)]).toEqual([day, book.kind('cn.markets', day)]);
    }
  });

  test('the Spring Festival of 2026 is closed for nine days', () => {
    expect(daysBetween('2026-02-15', '2026-02-23') + 1).toBe(9);
    for (let day = '2026-02-15'; day <= '2026-02-23'; day = addDays(day, 1)) {
      expect(book.isOpen('cn.banks', day)).toBe(false);
    }
    expect(book.isOpen('cn.banks', '2026-02-24')).toBe(true);
  });
});

describe('A calendar', () => {
  test('refuses a date it has no data for, and a name it does not know', () => {
    expect(code(() => book.kind('ru.work', '2027-01-11'))).toBe('CALENDAR_OUT_OF_RANGE');
    expect(code(() => book.kind('ru.work', '2026-02-30'))).toBe('CALENDAR_OUT_OF_RANGE');
    expect(code(() => book.kind('xx.work', '2026-02-03'))).toBe('CALENDAR_UNKNOWN');
  });

  test('that contradicts itself is refused', () => {
    const base = book.calendar('ru.work');
    expect(code(() => new CalendarBook([{ ...base, short: ['2026-01-01'] }]))).toBe('CALENDAR_INVALID');
    expect(code(() => new CalendarBook([{ ...base, closed: ['2027-01-01'] }]))).toBe('CALENDAR_INVALID');
    expect(code(() => new CalendarBook([{ ...base, closed: ['2026-13-01'] }]))).toBe('CALENDAR_INVALID');
    expect(code(() => new CalendarBook([{ ...base, closed: ['2026-03-05..2026-03-01'] }]))).toBe(
      'CALENDAR_INVALID',
    );
  });

  test('of a later version replaces the shipped one of its name', () => {
    const shipped = book.calendar('ru.payments');
    const later = new CalendarBook([
      ...SHIPPED_CALENDARS,
      { ...shipped, version: '2026-10-01', open: [...shipped.open, '2026-11-04'] },
    ]);
    expect(later.isOpen('ru.payments', '2026-11-04')).toBe(true);
    expect(book.isOpen('ru.payments', '2026-11-04')).toBe(false);
  });

  test('of a further year is joined to the years that are known', () => {
    const next: Calendar = {
      ...{
        name: 'ru.payments',
        title: 'Made for this test',
        version: 'test',
        firstYear: 2027,
        lastYear: 2027,
      },
      ...{
        closed: ['2027-01-01..2027-01-08'],
        open: ['2027-01-09'],
        short: ['2027-12-30'],
        source: 'This test',
      },
    };
    const longer = new CalendarBook([...SHIPPED_CALENDARS, next]);
    for (const date of ['2025-12-31', '2026-01-06', '2026-02-23', '2026-12-31']) {
      expect([date, longer.kind('ru.payments', date)]).toEqual([date, book.kind('ru.payments', date)]);
    }
    const kinds = ['2027-01-08', '2027-01-09', '2027-01-11', '2027-12-30'].map((date) =>
      longer.kind('ru.payments', date),
    );
    expect(kinds).toEqual(['closed', 'business', 'business', 'short']);
    expect(longer.calendar('ru.payments')).toMatchObject({
      version: 'test',
      firstYear: 2025,
      lastYear: 2027,
    });
    expect(code(() => longer.kind('ru.payments', '2028-01-01'))).toBe('CALENDAR_OUT_OF_RANGE');
    // What is about 2026 as well replaces 2026 whole.
    const overlapping = { ...next, firstYear: 2026 };
    const replaced = new CalendarBook([...SHIPPED_CALENDARS, overlapping]);
    expect(replaced.kind('ru.payments', '2026-02-23')).toBe('business');
    expect(replaced.kind('ru.payments', '2025-12-31')).toBe('business');
    const gap = { ...next, firstYear: 2028, lastYear: 2028, closed: [], open: [], short: [] };
    expect(code(() => new CalendarBook([...SHIPPED_CALENDARS, gap]))).toBe('CALENDAR_INVALID');
  });

  test('says where its data is from', () => {
    for (const calendar of SHIPPED_CALENDARS) expect(calendar.source).not.toBe('');
  });

  test('knows real dates from others', () => {
    expect(['2024-02-29', '2026-02-29', '2026-1-01', '2026-00-10', 'yesterday'].map(isDate)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
