/** One run: a copy of the day, its process killed where the aims say and started again each time, until the day is over. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, type RunningProcess, startProcess } from '../../../build/process.ts';
import { checkDay, type Ending } from './day-checks.ts';
import { copyDay, type Template } from './day-estate.ts';
import type { Job } from './day-points.ts';
import { STARTS_AT } from './day-terms.ts';
import { Outside } from './outside.ts';

const MODULE = fileURLToPath(new URL('./kill-day-points.ts', import.meta.url));
const COMPILE_CACHE = join(ROOT, 'dist', 'crash', 'compile-cache');
const TICK_MS = 12;
/** Without a single commit: then nothing more will come. */
const IDLE_MOST_MS = 20_000;
const READY_WITHIN_MS = 20_000;

export type DayAim =
  | { readonly how: 'point'; readonly point: string; readonly nth: number }
  | { readonly how: 'time'; readonly job: Job; readonly from: string; readonly afterMs: number };

export interface DayKill {
  readonly aim: DayAim;
  /** Points that were being passed; of a kill by time, the last new one that had come by. */
  readonly points: readonly string[];
}

export interface DayRun {
  readonly violations: readonly string[];
  readonly ending: Ending | null;
  readonly kills: readonly DayKill[];
  readonly misses: readonly DayAim[];
  /** Points that came by, and when of the process's life each came first, in milliseconds since it was started. */
  readonly seen: ReadonlyMap<string, number>;
  /** How long the process was alive after its last death until the day was over. */
  readonly resumedMs: number;
  readonly directory: string;
}

export interface DayProgram {
  /** Path from the project's root. */
  readonly entry: string;
  /** A rule that is broken in it. */
  readonly breaks?: string;
}

export async function playDay(
  template: Template,
  program: DayProgram,
  aims: readonly DayAim[],
): Promise<DayRun> {
  const directory = join(mkdtempSync(join(tmpdir(), 'amur-bank-day-')), 'day');
  copyDay(template, directory);
  const run = new Run(directory, template, program);
  try {
    await run.play(aims);
  } catch (error) {
    run.violations.push(error instanceof Error ? error.message : String(error));
  }
  await run.check();
  return run.result();
}

export function forgetDay({ directory }: DayRun): void {
  rmSync(join(directory, '..'), { recursive: true, force: true });
}

class Run {
  readonly violations: string[] = [];
  readonly #directory: string;
  readonly #program: DayProgram;
  readonly #startedAt = Date.now();
  readonly #outside: Outside;
  readonly #kills: DayKill[] = [];
  readonly #misses: DayAim[] = [];
  readonly #seen = new Map<string, number>();
  #ending: Ending | null = null;
  #killsRead = 0;
  #resumedMs = 0;

  constructor(directory: string, template: Template, program: DayProgram) {
    this.#directory = directory;
    this.#program = program;
    this.#outside = new Outside(directory, this.#startedAt, template.credits);
  }

  async play(aims: readonly DayAim[]): Promise<void> {
    const left = [...aims];
    for (;;) {
      const aim = left.shift() ?? null;
      const bornAt = performance.now();
      const died = await this.#live(aim);
      // A partner is quick: what was delivered is gone before anybody looks again.
      this.#outside.fetch();
      if (!died) {
        if (aim !== null) this.#misses.push(aim, ...left);
        this.#resumedMs = performance.now() - bornAt;
        break;
      }
    }
  }

  async check(): Promise<void> {
    try {
      const { violations, ending } = await checkDay(this.#directory, this.#startedAt, this.#outside);
      this.violations.push(...violations);
      this.#ending = ending;
    } catch (error) {
      this.violations.push(
        `the books cannot be checked: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  result(): DayRun {
    return {
      violations: this.violations,
      ending: this.#ending,
      kills: this.#kills,
      misses: this.#misses,
      seen: this.#seen,
      resumedMs: this.#resumedMs,
      directory: this.#directory,
    };
  }

  /** From a start to a death, or to the end of the day. */
  async #live(aim: DayAim | null): Promise<boolean> {
    const bornAt = performance.now();
    let activity = { mark: '', at: bornAt };
    let last = '';
    let overdue: (() => void) | null = null;
    let killedByTime = false;
    const onMessage = (message: unknown): void => {
      const { seen } = message as { readonly seen?: string };
      if (seen === undefined) return;
      last = seen;
      if (!this.#seen.has(seen)) this.#seen.set(seen, performance.now() - bornAt);
      if (aim?.how === 'time' && seen === aim.from) setTimeout(() => overdue?.(), aim.afterMs);
    };
    let running: RunningProcess;
    try {
      running = await this.#start(aim, onMessage);
    } catch (error) {
      if (this.#readKill(aim)) return true;
      throw error;
    }
    overdue = () => {
      killedByTime = true;
      running.signal('SIGKILL');
    };
    let ended: number | NodeJS.Signals | null = null;
    void running.exited.then((how) => {
      ended = how;
    });
    while (ended === null) {
      const mark = this.#outside.writtenLast();
      if (mark !== activity.mark) activity = { mark, at: performance.now() };
      const isIdle = performance.now() - activity.at > IDLE_MOST_MS;
      const fault = isIdle
        ? `the day came to a stand before its end, last seen ${last}`
        : this.#outside.fault();
      if (fault !== null) {
        await running.kill();
        throw new Error(fault);
      }
      if ((await this.#outside.tick()) && ended === null) {
        const code = await running.stop();
        if (code !== 0 && !killedByTime && !this.#readKill(aim)) {
          throw new Error(`the process ended with ${code} when it was told to stop`);
        }
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    if (killedByTime && aim !== null) this.#kills.push({ aim, points: [last] });
    else if (!this.#readKill(aim))
      throw new Error(`the process ended by itself (${ended}), last seen ${last}`);
    return true;
  }

  #start(aim: DayAim | null, onMessage: (message: unknown) => void): Promise<RunningProcess> {
    return startProcess({
      entry: this.#program.entry,
      args: ['--config', join(this.#directory, 'bank.json')],
      logFile: join(this.#directory, 'bank.log'),
      readyWithinMs: READY_WITHIN_MS,
      preload: {
        module: MODULE,
        environment: {
          NODE_COMPILE_CACHE: COMPILE_CACHE,
          AMUR_CRASH_PROCESS: 'bank',
          AMUR_CRASH_FILE: this.#killFile(),
          AMUR_CRASH_ARM: aim?.how === 'point' ? aim.point : '',
          AMUR_CRASH_NTH: aim?.how === 'point' ? `${aim.nth}` : '1',
          AMUR_CRASH_SHIFT_MS: `${STARTS_AT - this.#startedAt}`,
          AMUR_CRASH_BREAK: this.#program.breaks ?? '',
        },
        onMessage,
      },
    });
  }

  #killFile(): string {
    return join(this.#directory, 'kills.jsonl');
  }

  /** Whether the process has killed itself since the last look. */
  #readKill(aim: DayAim | null): boolean {
    if (aim === null || !existsSync(this.#killFile())) return false;
    const lines = readFileSync(this.#killFile(), 'utf8').trim().split('\n');
    const line = lines[this.#killsRead];
    if (line === undefined) return false;
    this.#killsRead = lines.length;
    this.#kills.push({ aim, points: JSON.parse(line) as string[] });
    return true;
  }
}
