import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBusinessDays,
  businessDateAt,
  cutOffAt,
  firstOpen,
} from '../../../gateway/settlement/business-days.ts';
import { addDays, CalendarBook } from '../../../gateway/settlement/calendar.ts';
import { SHIPPED_CALENDARS } from '../../../gateway/settlement/calendar-data.ts';
import type { CutOff } from '../../../gateway/settlement/contract.ts';

const book = new CalendarBook(SHIPPED_CALENDARS);
const MOSCOW: CutOff = { localTime: '21:00', zone: 'Europe/Moscow' };
const BEIJING: CutOff = { localTime: '24:00', zone: 'Asia/Shanghai' };

describe('The business day of a moment', () => {
  const moscow = (at: string) => businessDateAt(Date.parse(at), MOSCOW, 'ru.work', book);
  const beijing = (at: string) => businessDateAt(Date.parse(at), BEIJING, 'cn.banks', book);

  test('ends at the party’s own cut-off and not with the day of UTC', () => {
    expect(moscow('2026-11-17T17:59:59Z')).toBe('2026-11-17');
    expect(moscow('2026-11-17T18:00:00Z')).toBe('2026-11-18');
    expect(beijing('2026-11-17T15:59:59Z')).toBe('2026-11-17');
    expect(beijing('2026-11-17T16:00:00Z')).toBe('2026-11-18');
  });

  test('is another in Moscow than in Beijing late in the evening', () => {
    const lateInMoscow = '2026-11-17T17:30:00Z';
    expect([moscow(lateInMoscow), beijing(lateInMoscow)]).toEqual(['2026-11-17', '2026-11-18']);
  });

  test('of Friday after the cut-off, Saturday and Sunday is Monday', () => {
    for (const at of ['2026-11-20T18:00:00Z', '2026-11-21T09:00:00Z', '2026-11-22T20:59:59Z']) {
      expect(moscow(at)).toBe('2026-11-23');
    }
  });

  test('of a holiday and of its eve after the cut-off is the first working day after', () => {
    expect(moscow('2026-11-03T18:30:00Z')).toBe('2026-11-05');
    expect(moscow('2026-11-04T10:00:00Z')).toBe('2026-11-05');
    expect(moscow('2025-12-30T18:30:00Z')).toBe('2026-01-12');
  });

  test('of a working Saturday is that Saturday', () => {
    expect(moscow('2025-11-01T12:00:00Z')).toBe('2025-11-01');
    expect(beijing('2026-02-14T03:00:00Z')).toBe('2026-02-14');
  });

  test('holds exactly the moments from one cut-off to the next', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse('2026-01-12T00:00:00Z'), max: Date.parse('2026-12-20T00:00:00Z') }),
        (at) => {
          const day = businessDateAt(at, MOSCOW, 'ru.work', book);
          let before = addDays(day, -1);
          while (!book.isOpen('ru.work', before)) before = addDays(before, -1);
          expect(at).toBeLessThan(cutOffAt(day, MOSCOW));
          expect(at).toBeGreaterThanOrEqual(cutOffAt(before, MOSCOW));
        },
      ),
    );
  });
});

describe('A value date', () => {
  // The wallet's own calendar, as its product pages give it.
  test('of the wallet: Friday to Sunday settle on Monday and are in Tuesday’s file', () => {
    for (const paid of ['2026-11-20', '2026-11-21', '2026-11-22']) {
      const settled = addBusinessDays(paid, 1, ['cn.banks'], book);
      expect([settled, addBusinessDays(settled, 1, ['cn.banks'], book)]).toEqual([
        '2026-11-23',
        '2026-11-24',
      ]);
    }
  });

  test('of the wallet: a holiday and its eve settle on the first working day after', () => {
    for (const paid of ['2026-04-30', '2026-05-01', '2026-05-05']) {
      expect(addBusinessDays(paid, 1, ['cn.banks'], book)).toBe('2026-05-06');
    }
    // The Saturday that makes up for the holiday counts.
    expect(addBusinessDays('2026-05-08', 1, ['cn.banks'], book)).toBe('2026-05-09');
  });

  test('over two calendars counts only days on which both are open', () => {
    const both = ['ru.payments', 'cn.markets'];
    expect(addBusinessDays('2026-05-08', 1, both, book)).toBe('2026-05-12');
    expect(addBusinessDays('2026-09-30', 1, both, book)).toBe('2026-10-08');
    expect(addBusinessDays('2026-11-03', 2, both, book)).toBe('2026-11-06');
    expect(addBusinessDays('2026-02-13', 1, both, book)).toBe('2026-02-24');
  });

  test('of no day later is the date itself, or the first open day after it', () => {
    expect(addBusinessDays('2026-11-20', 0, ['ru.work'], book)).toBe('2026-11-20');
    expect(addBusinessDays('2026-11-21', 0, ['ru.work'], book)).toBe('2026-11-23');
  });

  test('is always a day on which every calendar is open, and later for more days', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 330 }), fc.integer({ min: 0, max: 5 }), (offset, days) => {
        const from = addDays('2026-01-01', offset);
        const calendars = ['ru.payments', 'cn.banks'];
        const date = addBusinessDays(from, days, calendars, book);
        for (const name of calendars) expect(book.isOpen(name, date)).toBe(true);
        expect(firstOpen(date, calendars, book)).toBe(date);
        expect(addBusinessDays(from, days + 1, calendars, book) > date || days === 0).toBe(true);
      }),
    );
  });
});
