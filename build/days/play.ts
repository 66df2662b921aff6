/** Plays the days and what follows of them, until everything of them is settled. */
import { businessDays, dayAfter, FIRST_DAY } from './days.ts';
import { DISPUTED_SHOP } from './parties.ts';
import type { Week } from './week.ts';

/** The third business day: there is something to dispute, and days are left to make up for it. */
const DISPUTE_ON = 2;
/** The fourth: payments have left by then, and one comes back. */
const PAYOUT_BACK_ON = 3;
/** After the last day of sales, at most. */
const FOLLOWING_MOST = 12;

export interface Played {
  readonly businessDays: readonly string[];
  readonly calendarDays: number;
  /** The first day that was not played. */
  readonly next: string;
}

export async function playDays(week: Week, count: number, say: (text: string) => void): Promise<Played> {
  const days = businessDays(count, week.calendars);
  const last = days.at(-1) ?? FIRST_DAY;
  let played = 0;
  let today = FIRST_DAY;
  for (; today <= last; today = dayAfter(today, 1)) {
    const sales = week
      .usualSales(today)
      .map((most, index) => (index === DISPUTED_SHOP && today === days[DISPUTE_ON] ? 0 : most));
    await week.day(today, sales, {
      dispute: today === days[DISPUTE_ON],
      payoutBack: today === days[PAYOUT_BACK_ON],
    });
    played += 1;
    say(`  ${today}  ${days.includes(today) ? 'business day' : 'day off     '}  ${await countsOf(week)}`);
  }
  const next = await untilSettled(week, today, last, say);
  return { businessDays: days, calendarDays: played, next };
}

/** Nothing is sold any more; files, money and statements still come. */
export async function untilSettled(
  week: Week,
  from: string,
  last: string,
  say: (text: string) => void,
): Promise<string> {
  let today = from;
  for (let days = 0; days < FOLLOWING_MOST; days += 1) {
    await week.day(
      today,
      week.usualSales(today).map(() => 0),
    );
    say(`  ${today}  afterwards    ${await countsOf(week)}`);
    today = dayAfter(today, 1);
    if (await isSettled(week, last)) break;
  }
  return today;
}

/** Every cycle up to the day is closed and nobody owes us anything of it. */
async function isSettled(week: Week, last: string): Promise<boolean> {
  const { store } = week.bank.context;
  const cycles = (await store.cycles()).filter(({ businessDate }) => businessDate <= last);
  if (cycles.some(({ state }) => state !== 'CLOSED')) return false;
  if ((await store.payoutsAgain()).some(({ state }) => state !== 'CONFIRMED')) return false;
  const families = ['wallet_receivable', 'wallet_clearing', 'bank_receivable', 'bank_clearing'];
  const balances = await store.balancesAt(await store.lastPosition(), families);
  return balances.every(({ debit, credit }) => debit === credit);
}

async function countsOf(week: Week): Promise<string> {
  const { store } = week.bank.context;
  const cycles = await store.cycles();
  const closed = cycles.filter(({ state }) => state === 'CLOSED').length;
  const open = await week.bank.openExceptions();
  return `position ${await store.lastPosition()}, cycles ${cycles.length} (closed ${closed}), files in ${week.bank.tally.filesIn}, exceptions open ${open.length}`;
}
