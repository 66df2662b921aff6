/** Many runs, over a few estates side by side. A run is a few drills with a kill each, then an undisturbed sale. */
import { cpus } from 'node:os';
import { SeededRandom } from '../sim/seeded-random.ts';
import { isHit, killAt, playDrill } from './crash-run.ts';
import { type KillPoint, nameOf } from './points.ts';
import { Schedule } from './schedule.ts';
import type { Shop } from './shop.ts';
import type { Trade } from './trade.ts';

export interface CrashOptions {
  readonly trade: Trade;
  readonly runs: number;
  readonly killsPerRun: number;
  /** The last runs go on until every point was hit so often. */
  readonly hitsAtLeast: number;
  readonly seed: number;
  /** Estates that run at the same time. */
  readonly parallel: number;
  readonly keep: boolean;
  readonly say: (text: string) => void;
  /** All of them unless told. */
  readonly points?: readonly KillPoint[];
}

export interface CrashReport {
  readonly ok: boolean;
  readonly violations: number;
  readonly violationTexts: readonly string[];
  readonly runs: number;
  readonly kills: number;
  /** Kills by the process that died. */
  readonly killsByProcess: Readonly<Record<string, number>>;
  readonly salesShownPaid: number;
  readonly refundsShown: number;
  /** Hits by point: a commit that makes two states durable is a hit of both. */
  readonly histogram: Readonly<Record<string, number>>;
  readonly minPerPoint: number;
  /** Points aimed at that did not come in any drill tried for them. */
  readonly misses: Readonly<Record<string, number>>;
  /** Points that came by and are no row of the table. */
  readonly unlisted: readonly string[];
  readonly settleMs: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly wallSeconds: number;
  readonly conditions: Readonly<Record<string, string | number>>;
}

const MOST_KILLS_IN_A_RUN = 250;
/** All books are read again and again while they settle: an estate is closed, and a new one opened, before they grow long. */
const RUNS_OF_AN_ESTATE = 25;

interface Tally {
  readonly schedule: Schedule;
  readonly settles: number[];
  readonly texts: string[];
  readonly seen: Set<string>;
  readonly killsByProcess: Record<string, number>;
  runsLeft: number;
  runsDone: number;
  paid: number;
  refunded: number;
}

export async function crash(options: CrashOptions): Promise<CrashReport> {
  const startedAt = performance.now();
  const random = new SeededRandom(options.seed);
  const tally: Tally = {
    schedule: new Schedule(options.points ?? options.trade.points),
    settles: [],
    texts: [],
    seen: new Set(),
    killsByProcess: {},
    runsLeft: options.runs,
    runsDone: 0,
    paid: 0,
    refunded: 0,
  };
  const estates = Array.from({ length: Math.min(options.parallel, options.runs) }, () => random.fork());
  await Promise.all(estates.map((own) => keepShop(options, tally, own)));
  return reportOf(options, tally, (performance.now() - startedAt) / 1_000);
}

/** One estate after the other, each until it is old or a violation has spoilt its books, until no run is left. */
async function keepShop(options: CrashOptions, tally: Tally, random: SeededRandom): Promise<void> {
  while (tally.runsLeft > 0) {
    const shop = await openShop(options, tally);
    if (shop === null) continue;
    let spoilt = false;
    for (let age = 0; age < RUNS_OF_AN_ESTATE && tally.runsLeft > 0 && !spoilt; age += 1) {
      tally.runsLeft -= 1;
      try {
        spoilt = !(await oneRun(options, tally, shop, random));
      } catch (error) {
        // A process that does not come back at all, for one.
        spoilt = true;
        accuse(options, tally, [`seed ${options.seed}: ${messageOf(error)}`]);
      }
      tally.runsDone += 1;
    }
    const faults = spoilt ? [] : options.trade.afterwards(shop);
    accuse(options, tally, faults);
    for (const point of shop.seen) tally.seen.add(point);
    tally.paid += shop.memory.paid.size;
    tally.refunded += shop.memory.refunded.size;
    const keep = options.keep || spoilt || faults.length > 0;
    await shop.close(keep);
    if (keep) options.say(`kept: ${shop.directory}`);
  }
}

/** Null where it does not open: that is a run, and a violation of its own. */
async function openShop(options: CrashOptions, tally: Tally): Promise<Shop | null> {
  try {
    return await options.trade.openShop();
  } catch (error) {
    tally.runsLeft -= 1;
    tally.runsDone += 1;
    accuse(options, tally, [`seed ${options.seed}: no estate: ${messageOf(error)}`]);
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Said as soon as it is found, and kept for the report. */
function accuse(options: CrashOptions, tally: Tally, violations: readonly string[]): void {
  for (const text of violations) {
    tally.texts.push(text);
    options.say(`VIOLATION: ${text}`);
  }
}

/** False when something was violated. */
async function oneRun(
  options: CrashOptions,
  tally: Tally,
  shop: Shop,
  random: SeededRandom,
): Promise<boolean> {
  const run = options.runs - tally.runsLeft;
  for (let kill = 0; kill < options.killsPerRun || isOwed(options, tally, kill); kill += 1) {
    if (!(await oneKill(options, tally, shop, random, run))) return false;
  }
  const { trade } = options;
  const after = await playDrill(trade, shop, random.pick(trade.undisturbed), [], random);
  accuse(
    options,
    tally,
    after.violations.map((text) => `run ${run}, a sale afterwards: ${text}`),
  );
  if (run % 10 === 0) options.say(`${tally.runsDone + 1} of ${options.runs} runs`);
  return after.violations.length === 0;
}

/** Whether the last run must go on; a point that cannot be reached does not hold it for ever. */
function isOwed(options: CrashOptions, tally: Tally, killsMade: number): boolean {
  if (tally.runsLeft > 0 || killsMade > MOST_KILLS_IN_A_RUN) return false;
  return Math.min(...Object.values(tally.schedule.histogram)) < options.hitsAtLeast;
}

async function oneKill(
  options: CrashOptions,
  tally: Tally,
  shop: Shop,
  random: SeededRandom,
  run: number,
): Promise<boolean> {
  const point = tally.schedule.next(random, tally.runsLeft > 0 ? undefined : options.hitsAtLeast);
  const before = shop.kills.length;
  const { trade } = options;
  const others: KillPoint[] = [];
  const beside = (drill: string): readonly KillPoint[] => {
    const other = trade.aimsAtOnce > 1 ? tally.schedule.beside(point, drill, random) : null;
    if (other !== null) others.push(other);
    return other === null ? [] : [other];
  };
  const result = await killAt(trade, shop, point, random, beside);
  for (const one of shop.kills.slice(before)) {
    tally.schedule.record(one);
    tally.killsByProcess[one.process] = (tally.killsByProcess[one.process] ?? 0) + 1;
  }
  tally.schedule.done(point, result.hit, 'first');
  const kills = shop.kills.slice(before);
  for (const other of others) {
    const hit = kills.some((kill) => isHit(kill, other));
    tally.schedule.done(other, hit, 'beside');
  }
  tally.settles.push(result.settleMs);
  const aimedAt = [point, ...others].map(nameOf).join(' and ');
  const what = `run ${run}, seed ${options.seed}, ${aimedAt} in ${result.drill}`;
  if (!result.hit) options.say(`not reached: ${what}`);
  accuse(
    options,
    tally,
    result.violations.map((text) => `${what}: ${text}`),
  );
  return result.violations.length === 0;
}

function reportOf(options: CrashOptions, tally: Tally, wallSeconds: number): CrashReport {
  const { histogram } = tally.schedule;
  const settles = [...tally.settles].sort((left, right) => left - right);
  const table = new Set(options.trade.points.map(nameOf));
  const minPerPoint = Math.min(...Object.values(histogram));
  const at = (share: number): number => Math.round(settles[Math.floor((settles.length - 1) * share)] ?? 0);
  return {
    ok: tally.texts.length === 0 && minPerPoint >= options.hitsAtLeast,
    violations: tally.texts.length,
    violationTexts: tally.texts,
    runs: tally.runsDone,
    kills: Object.values(tally.killsByProcess).reduce((sum, n) => sum + n, 0),
    killsByProcess: tally.killsByProcess,
    salesShownPaid: tally.paid,
    refundsShown: tally.refunded,
    histogram,
    minPerPoint,
    misses: tally.schedule.misses,
    unlisted: [...tally.seen].filter((point) => !table.has(point)).sort(),
    settleMs: { p50: at(0.5), p95: at(0.95), max: at(1) },
    wallSeconds: Math.round(wallSeconds),
    conditions: {
      seed: options.seed,
      killsPerRun: options.killsPerRun,
      parallel: options.parallel,
      node: process.version,
      platform: process.platform,
      cpu: cpus()[0]?.model ?? '',
      cores: cpus().length,
    },
  };
}
