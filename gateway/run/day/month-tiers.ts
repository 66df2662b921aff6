/** Sets merchants' prices by the turnover of a month, once its last cycle has been calculated.
 *
 *  The turnover is what cycles made of the ledger: sales less refunds of those whose business date is in the month, whoever the
 *  partner was. It follows from facts, so a job that was killed comes to the same and sets what is missing. A price never holds for
 *  a day that has begun, and never for one before: a payment keeps the terms it was made under. */
import { parseCurrencyCode } from '../../kernel/currency.ts';
import { parseMid } from '../../kernel/identifiers.ts';
import { type Money, money } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { FeeTender } from '../../ledger/fee-book.ts';
import type { FeeRate } from '../../ledger/fee-rate.ts';
import { type MonthTier, rateByTurnover } from '../../ledger/month-tier.ts';
import { addDays } from '../../settlement/calendar.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { SYSTEM_MAKER } from './calculate.ts';
import { breathe, type DayContext } from './context.ts';

export type TierContext = Pick<DayContext, 'store' | 'terms' | 'runtime' | 'log' | 'progress' | 'halt'>;

/** A merchant's price as it would be set now, or as it was. */
export interface TierPreview extends MonthTier {
  /** Of the month before; null where there was none. */
  readonly before: FeeRate | null;
  readonly isSet: boolean;
}

export interface MonthPreview {
  readonly month: string;
  /** False while a cycle of the month is to be cut or calculated: its turnover is not what it will be. */
  readonly complete: boolean;
  readonly done: boolean;
  readonly tiers: readonly TierPreview[];
}

/** Commits under way at once. */
const TOGETHER = 100;

/** Answers how many prices it set. Errors  FEE_TERMS_INVALID */
export async function setMonthTiers(context: TierContext): Promise<number> {
  const { store, terms } = context;
  if ((terms.feeTiers ?? []).length === 0) return 0;
  const { date } = localTime(store.now(), MOSCOW_OFFSET_MINUTES);
  let set = 0;
  for (const month of [monthBefore(date.slice(0, 7)), date.slice(0, 7)]) {
    if ((await store.feeMonthIsDone(month)) || !(await isComplete(context, month))) continue;
    set += await setMonth(context, month);
  }
  return set;
}

/** What a month's turnover makes, or will make when it ends as it stands. Errors  FEE_TERMS_INVALID */
export async function previewMonthTiers(context: TierContext, month: string): Promise<MonthPreview> {
  const { store } = context;
  const [done, complete] = [await store.feeMonthIsDone(month), await isComplete(context, month)];
  const set = await store.feeTiers(month);
  const before = new Map((await store.feeTiers(monthBefore(month))).map((tier) => [keyOf(tier), tier.rate]));
  const drafts = done ? set : await draftTiers(context, month);
  const known = new Map(set.map((tier) => [keyOf(tier), tier]));
  const tiers = drafts.map((draft): TierPreview => {
    const tier = known.get(keyOf(draft)) ?? draft;
    return { ...tier, before: before.get(keyOf(draft)) ?? null, isSet: known.has(keyOf(draft)) };
  });
  return { month, complete, done, tiers };
}

async function setMonth(context: TierContext, month: string): Promise<number> {
  const { store, log, progress } = context;
  const { tiers } = await previewMonthTiers(context, month);
  const missing = tiers.filter(({ isSet }) => !isSet);
  let set = 0;
  for (let from = 0; from < missing.length; from += TOGETHER) {
    const part = missing.slice(from, from + TOGETHER);
    const results = await Promise.all(part.map((tier) => store.commit(unitOf(context, tier))));
    // Where it was refused, another process has set it, with its row of the journal.
    set += results.filter(({ ok }) => ok).length;
    progress({ job: 'fee tiers', subject: month, done: from + part.length, of: missing.length });
    await breathe(context);
  }
  const facts = { tiers: `${tiers.length}` };
  await store.commit([
    { kind: 'fee_month.done', month, tiers: tiers.length },
    {
      kind: 'audit.insert',
      row: { at: store.now(), actor: SYSTEM_MAKER, action: 'fee_month.done', subject: month, facts },
    },
  ]);
  log.info('fee_tiers_set', { name: month, count: set });
  return set;
}

function unitOf({ store }: TierContext, { before, isSet: _, ...row }: TierPreview): readonly DayChange[] {
  const { mid, tender, month, turnover, rate, effectiveFrom } = row;
  const facts = {
    ...{ month, tender, effectiveFrom, turnover: `${turnover.amountMinor} ${turnover.currency}` },
    ...{ bp: `${rate.bp}`, bpBefore: before === null ? '' : `${before.bp}` },
  };
  return [
    { kind: 'fee_tier.insert', row },
    {
      kind: 'audit.insert',
      row: { at: store.now(), actor: SYSTEM_MAKER, action: 'fee_tier.set', subject: mid, facts },
    },
  ];
}

/** Every cycle of the month is calculated, and there is one. */
async function isComplete({ store }: TierContext, month: string): Promise<boolean> {
  const waiting = await store.cycles({ states: ['OPEN', 'CUT'] });
  if (waiting.length === 0 || waiting.some(({ businessDate }) => businessDate.slice(0, 7) <= month))
    return false;
  const all = await store.cycles();
  return all.some(({ businessDate }) => businessDate.startsWith(month));
}

/** Of all who turned something over, and of all who had such a price the month before: those may have fallen to the first tier. */
async function draftTiers(context: TierContext, month: string): Promise<readonly MonthTier[]> {
  const { store, terms } = context;
  const sums = await turnovers(context, month);
  for (const tier of await store.feeTiers(monthBefore(month))) {
    const none: Money = { ...tier.turnover, amountMinor: 0n };
    if (!sums.has(keyOf(tier))) sums.set(keyOf(tier), { ...tier, turnover: none });
  }
  const effectiveFrom = effectiveFromOf(month, store.now());
  return [...sums.values()]
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .flatMap(({ mid, tender, turnover }) => {
      const about = { mid, tender, turnover, effectiveFrom };
      const rate = rateByTurnover(terms.feeTiers ?? [], about);
      return rate === null ? [] : [{ ...about, month, rate }];
    });
}

type Turnover = Pick<MonthTier, 'mid' | 'tender' | 'turnover'>;
const TENDERS: Readonly<Record<string, FeeTender>> = { alipay: 'wallet', card: 'card' };

async function turnovers(context: TierContext, month: string): Promise<Map<string, Turnover>> {
  const sums = new Map<string, Turnover>();
  const cycles = (await context.store.cycles()).filter(({ businessDate }) => businessDate.startsWith(month));
  for (const [done, { cycleId, currency }] of cycles.entries()) {
    for (const { kind, id, tender: paidWith, sales, refunds } of await context.store.tenderLines(cycleId)) {
      const tender = TENDERS[paidWith];
      if (kind !== 'merchant' || tender === undefined) continue;
      const about = {
        mid: parseMid(id),
        tender,
        turnover: money(sales - refunds, parseCurrencyCode(currency)),
      };
      const known = sums.get(keyOf(about))?.turnover.amountMinor ?? 0n;
      const { turnover } = about;
      sums.set(keyOf(about), {
        ...about,
        turnover: { ...turnover, amountMinor: known + turnover.amountMinor },
      });
    }
    context.progress({ job: 'turnover', subject: month, done: done + 1, of: cycles.length });
    await breathe(context);
  }
  return sums;
}

/** The month's next, and never a day that has begun. */
function effectiveFromOf(month: string, now: number): string {
  const first = `${monthAfter(month)}-01`;
  const tomorrow = addDays(localTime(now, MOSCOW_OFFSET_MINUTES).date, 1);
  return tomorrow > first ? tomorrow : first;
}

function keyOf({ mid, tender, turnover }: Turnover): string {
  return `${mid} ${tender} ${turnover.currency}`;
}

export function monthBefore(month: string): string {
  return addDays(`${month}-01`, -1).slice(0, 7);
}

function monthAfter(month: string): string {
  return addDays(`${month}-01`, 31).slice(0, 7);
}
