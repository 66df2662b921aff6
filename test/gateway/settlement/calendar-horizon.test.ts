import { expect, test } from 'vitest';
import { calendarReaches, calendarsInUse, isEnding } from '../../../gateway/settlement/calendar-horizon.ts';
import { BOOK } from './parties.ts';

test('a calendar in use is told of while fewer than 45 days of it are left', () => {
  const on = (today: string) => calendarReaches(BOOK, ['ru.payments', 'cn.banks', 'ru.payments'], today);
  expect(on('2026-11-16')).toEqual([
    { calendar: 'cn.banks', version: '2025-11-04', lastDate: '2026-12-31', daysLeft: 45 },
    { calendar: 'ru.payments', version: '2025-12-09', lastDate: '2026-12-31', daysLeft: 45 },
  ]);
  expect(on('2026-11-16').some(isEnding)).toBe(false);
  expect(on('2026-11-17').every(isEnding)).toBe(true);
  expect(on('2027-01-02').map(({ daysLeft }) => daysLeft)).toEqual([-2, -2]);
});

test('in use are the calendars of partners and of those who owe us', () => {
  const partners = [{ calendars: ['ru.payments', 'cn.banks'] }, { calendars: ['ru.payments'] }];
  expect(calendarsInUse(partners, [{ calendar: 'cn.markets' }])).toEqual([
    ...['ru.payments', 'cn.banks', 'ru.payments', 'cn.markets'],
  ]);
});
