/** Commands that show how things stand: cycles by state, what is open, and how far the calendars reach. */
import type { Command } from './bank-answers.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from './kernel/time.ts';
import { calendarsEnding, reachesInUse } from './run/day/calendar-watch.ts';
import { isEnding } from './settlement/calendar-horizon.ts';
import type { CycleState } from './settlement/contract.ts';

const UNFINISHED: readonly CycleState[] = ['OPEN', 'CUT', 'CALCULATED', 'APPROVED', 'SENT', 'CONFIRMED'];

export const TODAY_COMMANDS: Readonly<Record<string, Command>> = {
  today: async (context) => {
    const { store } = context;
    const { date } = localTime(store.now(), MOSCOW_OFFSET_MINUTES);
    const cycles = await store.cycles({ states: UNFINISHED });
    const counts = UNFINISHED.map((state) => ({
      state,
      count: cycles.filter((cycle) => cycle.state === state).length,
    }));
    const openExceptions = (await store.exceptions({ states: ['open'] })).length;
    const ending = await calendarsEnding(context);
    return {
      facts: {
        date,
        cycles: Object.fromEntries(counts.map(({ state, count }) => [state, count])),
        openExceptions,
        calendarsEnding: ending,
      },
      columns: ['figure', 'value'],
      rows: [
        ['date', date],
        ...counts.map(({ state, count }) => [`cycles ${state}`, `${count}`]),
        ['open exceptions', `${openExceptions}`],
        ...ending.map(({ calendar, lastDate, daysLeft }) => [
          `calendar ${calendar} ends`,
          `${lastDate}, in ${daysLeft} days: put the next year into bank.json`,
        ]),
      ],
    };
  },
  calendars: async (context) => {
    const reaches = await reachesInUse(context);
    return {
      facts: reaches.map((reach) => ({ ...reach, ending: isEnding(reach) })),
      columns: ['calendar', 'version', 'last date', 'days left', ''],
      rows: reaches.map((reach) => [
        ...[reach.calendar, reach.version, reach.lastDate, `${reach.daysLeft}`],
        isEnding(reach) ? 'ends soon' : '',
      ]),
    };
  },
};
