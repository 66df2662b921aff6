import { expect, test } from 'vitest';
import { CalendarWatch, calendarsEnding } from '../../../../gateway/run/day/calendar-watch.ts';
import { type Calendar, CalendarBook } from '../../../../gateway/settlement/calendar.ts';
import { BOOK } from '../../settlement/parties.ts';
import { PAYER } from './bank-files.ts';
import { bankOf, DayWorld } from './day-world.ts';

const DAY_MS = 86_400_000;

test('a calendar that ends soon raises an alarm each day until its next year is there', async () => {
  const world = new DayWorld(Date.parse('2026-11-16T06:00:00Z'));
  await world.parties(bankOf('amurbank', { calendars: ['ru.payments', 'cn.banks'] }));
  const context = { ...world.context(), payers: [{ ...PAYER, calendar: 'cn.banks' }] };
  const watch = new CalendarWatch(context);
  await watch.look();
  expect(world.alarms).toEqual([]);
  await world.time.advance(DAY_MS);
  for (let round = 0; round < 3; round += 1) await watch.look();
  const told = ['cn.banks', 'ru.payments'].map(
    (name) => `calendar_ends ${JSON.stringify({ name, businessDate: '2026-12-31', count: 44 })}`,
  );
  expect(world.alarms).toEqual(told);
  await world.time.advance(DAY_MS);
  await watch.look();
  expect(world.alarms.length).toBe(4);

  const year = { firstYear: 2027, lastYear: 2027, version: 'test', closed: [], open: [], short: [] };
  const names = ['ru.payments', 'cn.banks'];
  const next = names.map((name): Calendar => ({ ...BOOK.calendar(name), ...year }));
  const longer = new CalendarBook([...names.map((name) => BOOK.calendar(name)), ...next]);
  expect(await calendarsEnding({ ...context, book: longer })).toEqual([]);
});
