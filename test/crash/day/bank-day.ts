/** Many runs of a bank's day that is killed, and a check that broken rules would be found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { bundledProgram } from '../programs.ts';
import { BROKEN_DAY_RULES } from './broken/rules.ts';
import { differences, type Ending } from './day-checks.ts';
import { prepareDay, type Template } from './day-estate.ts';
import { DAY_POINTS, JOBS, type Job, LOADED, SPANS } from './day-points.ts';
import { type DayAim, type DayProgram, type DayRun, forgetDay, playDay } from './day-run.ts';

export interface BankDayOptions {
  readonly runs: number;
  readonly seed: number;
  readonly payments: number;
  readonly parallel: number;
  readonly keep: boolean;
  /** Every point of the table is to be hit so often at least. */
  readonly hitsAtLeast: number;
  readonly say: (text: string) => void;
}

export interface BankDayReport {
  readonly ok: boolean;
  readonly violations: number;
  readonly violationTexts: readonly string[];
  readonly runs: number;
  readonly kills: number;
  /** Runs by how often the process died in them. */
  readonly runsByKills: Readonly<Record<string, number>>;
  /** At a named point, and at a random instant of the job. */
  readonly killsByJob: Readonly<Record<Job, { readonly atPoint: number; readonly atRandom: number }>>;
  /** Hits by point: one commit may have several names. */
  readonly histogram: Readonly<Record<string, number>>;
  readonly minPerPoint: number;
  /** Aims that did not come any more before the day was over. */
  readonly misses: number;
  readonly unlisted: readonly string[];
  /** From the last start until the day was over. */
  readonly resumedMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Rules broken on purpose: in which run each was found, null when it was not. */
  readonly brokenRules: Readonly<Record<string, { readonly foundInRun: number | null; readonly as: string }>>;
  readonly seconds: number;
  readonly conditions: Readonly<Record<string, unknown>>;
}

const KILLED_AGAIN_PERMILLE = 350;
const DEATHS_MOST = 3;
const AT_RANDOM_PERMILLE = 350;
const RUNS_OF_A_BROKEN_RULE = 12;
const TRIES = 3;
/** Of a span that the undisturbed day did not show. */
const SPAN_MS = 100;

interface Undisturbed {
  readonly ending: Ending;
  readonly spans: ReadonlyMap<Job, { readonly from: string; readonly ms: number }>;
}

interface Tally {
  readonly texts: string[];
  readonly runs: DayRun[];
  readonly histogram: Record<string, number>;
}

export async function killBankDays(options: BankDayOptions): Promise<BankDayReport> {
  const startedAt = performance.now();
  const loadBefore = loadavg();
  const home = mkdtempSync(join(tmpdir(), 'amur-bank-day-'));
  try {
    const template = await prepareDay(join(home, 'template'), options.payments);
    const program: DayProgram = { entry: await bundledProgram('bank-day', 'gateway/bank-main.ts') };
    const undisturbed = await playUndisturbed(template, program);
    const tally: Tally = {
      ...{ texts: [], runs: [] },
      histogram: Object.fromEntries(DAY_POINTS.map(({ point }) => [point, 0])),
    };
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < options.runs) {
        next += 1;
        await oneRun(options, tally, next, template, program, undisturbed);
      }
    };
    await Promise.all(Array.from({ length: options.parallel }, worker));
    const brokenRules = await findBroken(options, template, undisturbed);
    const seconds = (performance.now() - startedAt) / 1_000;
    return reportOf(options, tally, brokenRules, { seconds, loadBefore });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Errors  when a day that nobody kills does not come to its end in order: then there is nothing to compare with */
async function playUndisturbed(template: Template, program: DayProgram): Promise<Undisturbed> {
  const run = await playDay(template, program, []);
  if (run.ending === null || run.violations.length > 0) {
    throw new Error(`An undisturbed day is out of order: ${run.violations.join('; ')}`);
  }
  forgetDay(run);
  const spans = SPANS.map(({ job, from, to }) => {
    const [begins, ends] = [run.seen.get(from), run.seen.get(to)];
    const ms = begins === undefined || ends === undefined || ends <= begins ? SPAN_MS : ends - begins;
    return [job, { from, ms }] as const;
  });
  return { ending: run.ending, spans: new Map(spans) };
}

async function oneRun(
  options: BankDayOptions,
  tally: Tally,
  number: number,
  template: Template,
  program: DayProgram,
  undisturbed: Undisturbed,
): Promise<void> {
  const aims = aimsOf(new SeededRandom(options.seed * 100_003 + number), undisturbed, tally.histogram);
  const run = await playKilled(template, program, aims);
  tally.runs.push(run);
  for (const { aim, points } of run.kills) {
    if (aim.how === 'time') continue;
    for (const point of points)
      if (point in tally.histogram) tally.histogram[point] = (tally.histogram[point] ?? 0) + 1;
  }
  const found = faultsOf(run, undisturbed);
  for (const text of found) {
    const said = `run ${number}, seed ${options.seed}, ${aims.map(aimText).join(', then ')}: ${text}`;
    tally.texts.push(said);
    options.say(`VIOLATION: ${said}`);
  }
  if (found.length > 0 || options.keep) options.say(`kept: ${run.directory}`);
  else forgetDay(run);
  if (number % 10 === 0) options.say(`${tally.runs.length} of ${options.runs} runs`);
}

/** A day that was over before its first aim came is played again, aimed earlier, and in the end at a point that always comes. */
async function playKilled(template: Template, program: DayProgram, aims: readonly DayAim[]): Promise<DayRun> {
  let run = await playDay(template, program, aims);
  for (let tries = 1; tries < TRIES && run.kills.length === 0 && run.violations.length === 0; tries += 1) {
    forgetDay(run);
    const isLast = tries === TRIES - 1;
    run = await playDay(
      template,
      program,
      aims.map((aim) => earlier(aim, isLast)),
    );
  }
  return run;
}

function earlier(aim: DayAim, isLast: boolean): DayAim {
  if (aim.how === 'point') return { ...aim, nth: 1 };
  if (!isLast) return { ...aim, afterMs: Math.floor(aim.afterMs / 4) };
  const [first] = DAY_POINTS.filter(({ job }) => job === aim.job);
  return { how: 'point', point: first?.point ?? aim.from, nth: 1 };
}

function faultsOf(run: DayRun, { ending }: Undisturbed): readonly string[] {
  return [...run.violations, ...(run.ending === null ? [] : differences(run.ending, ending))];
}

/** The first is at a point that was hit least, or at any instant of a job; who comes back may be killed again, where the day
 *  has not been yet. */
function aimsOf(
  random: SeededRandom,
  undisturbed: Undisturbed,
  histogram: Readonly<Record<string, number>>,
): readonly DayAim[] {
  const aims: DayAim[] = [];
  let earliest = 0;
  do {
    const first = aims.length === 0;
    if (random.chance(AT_RANDOM_PERMILLE)) {
      const job = random.pick(JOBS.slice(earliest));
      aims.push(atRandom(random, undisturbed, job));
      earliest = JOBS.indexOf(job);
    } else {
      const points = DAY_POINTS.filter(({ job }) => JOBS.indexOf(job) >= earliest);
      const least = Math.min(...points.map(({ point }) => histogram[point] ?? 0));
      const chosen = random.pick(first ? points.filter(({ point }) => histogram[point] === least) : points);
      aims.push({ how: 'point', point: chosen.point, nth: first ? 1 + random.below(chosen.times) : 1 });
      earliest = JOBS.indexOf(chosen.job);
    }
  } while (aims.length < DEATHS_MOST && random.chance(KILLED_AGAIN_PERMILLE));
  return aims;
}

function atRandom(random: SeededRandom, { spans }: Undisturbed, job: Job): DayAim {
  const { from, ms } = spans.get(job) ?? { from: '', ms: SPAN_MS };
  return { how: 'time', job, from, afterMs: random.below(Math.max(1, Math.ceil(ms))) };
}

function aimText(aim: DayAim): string {
  return aim.how === 'point' ? `${aim.point} ${aim.nth}` : `${aim.job} after ${aim.afterMs} ms`;
}

async function findBroken(
  options: BankDayOptions,
  template: Template,
  undisturbed: Undisturbed,
): Promise<BankDayReport['brokenRules']> {
  const entry = await bundledProgram('bank-day-broken', 'test/crash/day/broken/bank.ts');
  const found: Record<string, { readonly foundInRun: number | null; readonly as: string }> = {};
  for (const [breaks, { at }] of Object.entries(BROKEN_DAY_RULES)) {
    found[breaks] = { foundInRun: null, as: '' };
    const random = new SeededRandom(options.seed);
    const points = DAY_POINTS.filter(({ point }) => at.includes(point.split(':')[0] ?? ''));
    for (let number = 1; number <= RUNS_OF_A_BROKEN_RULE && found[breaks].foundInRun === null; number += 1) {
      const { point, times } = random.pick(points);
      const aim: DayAim = { how: 'point', point, nth: 1 + random.below(times) };
      const run = await playDay(template, { entry, breaks }, [aim]);
      forgetDay(run);
      const faults = faultsOf(run, undisturbed);
      if (faults.length > 0) found[breaks] = { foundInRun: number, as: faults.slice(0, 2).join('; ') };
    }
    options.say(`broken on purpose, ${breaks}: ${found[breaks].as || 'NOT FOUND'}`);
  }
  return found;
}

function reportOf(
  options: BankDayOptions,
  { texts, runs, histogram }: Tally,
  brokenRules: BankDayReport['brokenRules'],
  { seconds, loadBefore }: { readonly seconds: number; readonly loadBefore: readonly number[] },
): BankDayReport {
  const kills = runs.flatMap((run) => run.kills);
  const jobOf = new Map(DAY_POINTS.map(({ point, job }) => [point, job]));
  const count = (job: Job, how: DayAim['how']) =>
    kills.filter(
      ({ aim }) => aim.how === how && (aim.how === 'time' ? aim.job : jobOf.get(aim.point)) === job,
    ).length;
  const killsByJob = Object.fromEntries(
    JOBS.map((job) => [job, { atPoint: count(job, 'point'), atRandom: count(job, 'time') }]),
  ) as BankDayReport['killsByJob'];
  const runsByKills: Record<string, number> = {};
  for (const run of runs) runsByKills[run.kills.length] = (runsByKills[run.kills.length] ?? 0) + 1;
  const resumed = runs.map(({ resumedMs }) => resumedMs).sort((a, b) => a - b);
  const at = (share: number) => Math.round(resumed[Math.floor((resumed.length - 1) * share)] ?? 0);
  const minPerPoint = Math.min(...Object.values(histogram));
  const seen = new Set(runs.flatMap((run) => [...run.seen.keys()]));
  const unfound = Object.values(brokenRules).filter(({ foundInRun }) => foundInRun === null);
  return {
    ok: texts.length === 0 && minPerPoint >= options.hitsAtLeast && unfound.length === 0,
    violations: texts.length,
    violationTexts: texts,
    runs: runs.length,
    kills: kills.length,
    runsByKills,
    killsByJob,
    histogram,
    minPerPoint,
    misses: runs.reduce((sum, { misses }) => sum + misses.length, 0),
    unlisted: [...seen].filter((point) => !(point in histogram) && point !== LOADED).sort(),
    resumedMs: { p50: at(0.5), p95: at(0.95), max: at(1) },
    brokenRules,
    seconds: Math.round(seconds),
    conditions: {
      ...{ seed: options.seed, payments: options.payments, parallel: options.parallel },
      ...{ node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length },
      ...{ loadBefore, loadAfter: loadavg() },
      database: 'SQLite on a file, WAL, synchronous=FULL; killed by SIGKILL, the machine stays up',
    },
  };
}
