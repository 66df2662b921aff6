/** Runs of the bank's day with deaths in it: the first at a passage of its ports, of which each has its turn, the others at random
 *  ones or from outside at a random moment; then sittings without deaths until the cycle is closed, and the checks. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../build/process.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { bundledProgram } from '../programs.ts';
import { Desk, NOW } from './desk.ts';
import type { WorkOrder } from './work.ts';

export interface BankDayCrashOptions {
  readonly runs: number;
  readonly seed: number;
  /** Deaths of one run. */
  readonly deaths: number;
  readonly say: (text: string) => void;
}

export interface BankDayCrashReport {
  readonly runs: number;
  readonly kills: number;
  readonly killedAtPassage: number;
  readonly killedFromOutside: number;
  readonly passages: number;
  readonly faults: readonly string[];
  readonly ok: boolean;
}

const SITTINGS_MOST = 6;

export async function crashBankDay(options: BankDayCrashOptions): Promise<BankDayCrashReport> {
  const worker = join(ROOT, await bundledProgram('bank-day', 'test/crash/bank-day/worker.ts'));
  const random = new SeededRandom(options.seed);
  const counted = await run(worker, random, { passages: 0, deaths: 0, first: 0 });
  const faults = counted.faults.map((fault) => `without any death: ${fault}`);
  const order = shuffled(counted.passed, random);
  let [atPassage, fromOutside] = [0, 0];
  for (let index = 0; index < options.runs && faults.length === 0; index += 1) {
    const result = await run(worker, random, {
      ...{ passages: counted.passed, deaths: options.deaths },
      first: order[index % order.length] ?? 0,
    });
    atPassage += result.atPassage;
    fromOutside += result.fromOutside;
    faults.push(...result.faults.map((fault) => `run ${index}, seed ${options.seed}: ${fault}`));
    options.say(`run ${index + 1} of ${options.runs}: ${atPassage + fromOutside} deaths`);
  }
  return {
    runs: options.runs,
    kills: atPassage + fromOutside,
    killedAtPassage: atPassage,
    killedFromOutside: fromOutside,
    passages: counted.passed,
    faults,
    ok: faults.length === 0,
  };
}

interface RunPlan {
  /** Of a sitting without deaths. */
  readonly passages: number;
  readonly deaths: number;
  /** At which passage the first death is. */
  readonly first: number;
}

/** Every passage once, in a random order: so many runs have died at each of them. */
function shuffled(passages: number, random: SeededRandom): readonly number[] {
  const order = Array.from({ length: passages }, (_, index) => index + 1);
  for (let left = order.length - 1; left > 0; left -= 1) {
    const other = random.below(left + 1);
    [order[left], order[other]] = [order[other] ?? 0, order[left] ?? 0];
  }
  return order;
}

async function run(worker: string, random: SeededRandom, plan: RunPlan) {
  const directory = mkdtempSync(join(tmpdir(), 'amur-bank-crash-'));
  const desk = new Desk(directory);
  await desk.prepare();
  let [atPassage, fromOutside, passed, tookMs] = [0, 0, 0, 600];
  const order = (killAt: number): WorkOrder => ({ config: desk.config, now: NOW, killAt });
  for (let death = 0; death < plan.deaths; death += 1) {
    const isFromOutside = death > 0 && random.below(2) === 0;
    const killAt = isFromOutside ? 0 : death === 0 ? plan.first : 1 + random.below(plan.passages);
    const sitting = await sit(worker, order(killAt), isFromOutside ? 1 + random.below(tookMs) : null);
    if (sitting.signal === 'SIGKILL') {
      if (isFromOutside) fromOutside += 1;
      else atPassage += 1;
    } else tookMs = sitting.tookMs;
    desk.fetch();
  }
  const complaints: string[] = [];
  for (let sitting = 0; sitting < SITTINGS_MOST && !(await desk.isClosed()); sitting += 1) {
    const clean = await sit(worker, order(0), null);
    if (clean.code !== 0)
      complaints.push(`A sitting without a death ended with ${clean.code}: ${clean.error}`);
    passed = Math.max(passed, clean.passed);
    desk.fetch();
  }
  const faults = [...complaints, ...(await desk.check())];
  if (faults.length === 0) rmSync(directory, { recursive: true, force: true });
  return { atPassage, fromOutside, passed, faults: faults.map((fault) => `${fault} (${directory})`) };
}

interface Sitting {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly passed: number;
  readonly tookMs: number;
  readonly error: string;
}

function sit(worker: string, order: WorkOrder, killAfterMs: number | null): Promise<Sitting> {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [worker, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, error] = ['', ''];
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      error += text;
    });
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.once('close', (code, signal) => {
      if (timer !== null) clearTimeout(timer);
      const passed = output === '' ? 0 : (JSON.parse(output) as { passed: number }).passed;
      resolve({ code, signal, passed, tookMs: Date.now() - startedAt, error: error.slice(0, 500) });
    });
  });
}
