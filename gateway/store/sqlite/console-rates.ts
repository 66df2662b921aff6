/** The board as people look at it: the rate of the day, thirty days of it, and rates set by hand. */
import type Database from 'better-sqlite3';
import type { ManualRateView, RatesView, RateToday } from '../../console/contract/views.ts';
import { along, divergenceBp } from '../../fx/fraction.ts';
import type { ManualRate } from '../../fx/manual-rate.ts';
import { pathIn, type RateSet } from '../../fx/rate-set.ts';
import { CNY, RUB } from '../../kernel/currency.ts';
import { AmurError } from '../../kernel/errors.ts';
import { type ExactRate, rateToJson } from '../../kernel/rate.ts';
import { numberOf, prepare, textOf } from './columns.ts';
import { rateTables } from './rate-tables.ts';

const PRICING = 'CBR';
const DAY_MS = 86_400_000;
const DAYS = 30;
const MANUAL_MOST = 50;

export function consoleRates(db: Database.Database, today: () => string) {
  const tables = rateTables(db);
  const sources = prepare(db, 'SELECT DISTINCT source FROM rate_set ORDER BY source');
  const markups = prepare(
    db,
    'SELECT min(markup_bp) AS least, max(markup_bp) AS most, count(*) AS count FROM merchant',
  );

  function rateToday(): RateToday | null {
    const day = today();
    const set = tables.inEffect(PRICING, day);
    const manual = tables.openManual().find((one) => one.state === 'in_force' && isYuan(one.rate));
    const official = set === null ? null : yuanIn(set);
    const rate = manual?.rate ?? official;
    if (rate === null || rate === undefined) return null;
    const bounds = markups.get() ?? {};
    const count = numberOf(bounds, 'count');
    const markupBp = count > 0 && bounds.least === bounds.most ? numberOf(bounds, 'least') : null;
    return {
      rate: rateToJson(rate),
      priced: markupBp === null ? null : rateToJson(marked(rate, markupBp)),
      markupBp,
      source: manual === undefined ? PRICING : 'MANUAL',
      sourceDate: manual === undefined ? (set?.effectiveOn ?? day) : day,
      second: secondOf(rate, day),
      days: history(day),
    };
  }

  function history(day: string): RateToday['days'] {
    const from = new Date(Date.parse(day) - DAYS * DAY_MS).toISOString().slice(0, 10);
    const byDay = new Map<string, ExactRate>();
    for (const set of tables.setsBetween(PRICING, from, day)) {
      const rate = yuanIn(set);
      if (rate !== null) byDay.set(set.effectiveOn, rate);
    }
    return [...byDay].map(([date, rate]) => ({ date, rate: rateToJson(rate) }));
  }

  function secondOf(rate: ExactRate, day: string): RateToday['second'] {
    for (const row of sources.all()) {
      const source = textOf(row, 'source');
      if (source === PRICING) continue;
      const other = tables.inEffect(source, day);
      const theirs = other === null ? null : yuanIn(other);
      if (theirs === null) continue;
      const apart = divergenceBp(along(CNY, [rate]).fraction, along(CNY, [theirs]).fraction);
      return { source, apartBp: Number(apart) };
    }
    return null;
  }

  return {
    rateToday,
    rates: (): RatesView => ({
      today: rateToday(),
      board: sources
        .all()
        .map((row) => tables.inEffect(textOf(row, 'source'), today()))
        .filter((set) => set !== null)
        .map(({ source, effectiveOn, loadedAt, rates }) => ({
          ...{ source, effectiveOn, loadedAt },
          rates: rates.map(rateToJson),
        })),
      manual: tables.latestManual(MANUAL_MOST).map(manualView),
    }),
  };
}

export function manualView(rate: ManualRate): ManualRateView {
  const { manualId, state, from, until, reason, apartBp, proposedBy, proposedAt, decidedBy, decidedAt } =
    rate;
  return {
    ...{ manualId, state, from, until, reason, proposedBy, proposedAt, decidedBy, decidedAt },
    withdrawal: rate.withdrawal,
    rate: rateToJson(rate.rate),
    apartBp: apartBp === null ? null : apartBp.toString(),
  };
}

function isYuan({ base, quote }: ExactRate): boolean {
  return base === CNY && quote === RUB;
}

/** Roubles for a yuan, where the set quotes it directly: through a third currency a person would not know it again. */
function yuanIn(set: RateSet): ExactRate | null {
  try {
    const path = pathIn(set, CNY, RUB);
    const [direct] = path;
    return path.length === 1 && direct !== undefined && isYuan(direct) ? direct : null;
  } catch (error) {
    if (error instanceof AmurError && error.code === 'FX_PATH_UNKNOWN') return null;
    throw error;
  }
}

/** The acquirer buys the customer's yuan: source x (1 - mark-up), exact. */
function marked(rate: ExactRate, markupBp: number): ExactRate {
  return { ...rate, value: rate.value * BigInt(10_000 - markupBp), scale: rate.scale + 4 };
}
