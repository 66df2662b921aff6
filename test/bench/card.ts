/** `card`: card authorisations a second, open loop, through the real gateway (MAC, PIN translation, durable commit before and
 *  after, ledger, MAC) to a real bank and back, everything on this machine; then faster and faster until it no longer holds.
 *  Afterwards the books of gateway and bank are compared with the answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { ENGINE } from '../../build/process.ts';
import { OWN_CODES } from '../../gateway/payments/card/response-codes.ts';
import { commitSizes, disagreements, readCardBooks } from './card-books.ts';
import { type CpuReading, readCpu } from './card-cpu.ts';
import { type CardEstate, type CardProcesses, prepareCardEstate } from './card-estate.ts';
import type { LoadOrder, LoadReport, LoadRun } from './card-load.ts';
import { rounded } from './figures.ts';
import { cipherUs, syncLatency } from './limits.ts';
import type { BenchOptions, BenchResult } from './main.ts';

const TARGETS = { achievedPerSecond: 1_000, p99Ms: 50 } as const;
/** Of the offered rate: the last answer always comes a little after the last request. */
const HELD_SHARE = 0.99;
const SECONDS = 60;
const PER_SECOND = 1_000;
/** At the rate that is measured, and without a pause before it: what an engine compiles after some ten thousand messages
 *  belongs to the start of a process and not to a minute of its day. A short measurement has a short one. */
const WARM_UP_SECONDS = 30;
/** Long enough that one stop of the machine, a hundredth of a few seconds' requests, does not decide by itself. */
const RAMP = { stepPerSecond: 250, seconds: 20, warmUpSeconds: 4, mostSteps: 28 };
const CONNECTIONS = 16;
/** What a gateway or bank that is asked too much may answer; any other code is an answer to another message than was sent. */
const OF_OVERLOAD: ReadonlySet<string> = new Set<string>([OWN_CODES.bankUnavailable, OWN_CODES.malfunction]);

interface Step {
  readonly offeredPerSecond: number;
  readonly achievedPerSecond: number;
  readonly run: LoadRun;
  /** Microseconds of processor time an authorisation, by process. */
  readonly cpuUs: Readonly<Record<string, number>>;
  /** The same of the one thread that runs the process's program, without the engine's helpers. */
  readonly programUs: Readonly<Record<string, number>>;
  /** Of one core, while it lasted. */
  readonly coreShares: Readonly<Record<string, number>>;
}

export async function cardBench(options: BenchOptions): Promise<BenchResult> {
  const { say, seconds = SECONDS, rate = PER_SECOND, rampSteps = RAMP.mostSteps } = options;
  const loadBefore = loadavg();
  say('preparing keys, terminals and cards');
  const estate = await prepareCardEstate();
  let sound = false;
  const load = await LoadProcess.open(estate);
  try {
    const sync = syncLatency(estate.directory);
    const cipherBeforeUs = rounded(cipherUs());
    const answered = { approved: 0, approvedMinor: 0 };
    const warmUpSeconds = Math.min(seconds, WARM_UP_SECONDS);
    const main = await inOneLife(estate, load, answered, async (bench) => [
      await bench.step(rate, seconds, warmUpSeconds),
    ]);
    const climbed =
      rampSteps > 0
        ? await inOneLife(estate, load, answered, (bench) =>
            climb(
              bench,
              { from: rate, steps: rampSteps, seconds: Math.min(seconds, RAMP.seconds), warmUpSeconds },
              say,
            ),
          )
        : { steps: [], violations: [], commits: [] };
    const [sustained] = main.steps;
    if (sustained === undefined) throw new Error('Nothing was measured.');
    const steps = [sustained, ...climbed.steps];
    const knee = steps.filter(holds).at(-1) ?? null;
    const violations = [...main.violations, ...climbed.violations];
    sound = violations.length === 0;
    const met = { achievedPerSecond: sustained.achievedPerSecond, p99Ms: sustained.run.latency.p99Ms };
    return {
      ok: violations.length === 0 && holds(sustained) && rate >= TARGETS.achievedPerSecond,
      bench: 'card',
      targets: TARGETS,
      met,
      violations,
      figures: {
        sustained: shown(sustained),
        commitsByUnits: main.commits,
        ramp: climbed.steps.map(shown),
        rampCommitsByUnits: climbed.commits,
        kneePerSecond: knee?.offeredPerSecond ?? null,
        boundBy: boundBy(steps.at(-1) ?? sustained),
        appendAndFdatasync: sync,
        makeAndUseCipherUs: { before: cipherBeforeUs, after: rounded(cipherUs()) },
      },
      books: readCardBooks(estate.directory),
      conditions: {
        node: process.version,
        engineOptions: ENGINE,
        cpu: cpus()[0]?.model ?? '',
        cores: cpus().length,
        loadBefore: loadBefore.map(rounded),
        loadAfter: loadavg().map(rounded),
        seconds,
        rampStepSeconds: Math.min(seconds, RAMP.seconds),
        warmUp: { perSecond: rate, seconds: warmUpSeconds },
        terminals: estate.terms.tids.length,
        cards: estate.terms.cards.length,
        connections: CONNECTIONS,
        terminalLeg:
          'plain TCP on loopback, BCD profile, AES DUKPT, one serial number a message, chip and PIN',
        bankLeg: 'TLS 1.3 with client certificate, ASCII profile, CMAC, PIN block format 4, 2 connections',
        bankChecks: 'MAC, ARQC and ARPC, PIN by PVV, limits, accounts',
        gatewayStore: 'SQLite on disk, WAL, synchronous=FULL',
        bankStore: 'SQLite on disk, WAL, synchronous=FULL',
        loadGenerator:
          'its own process on the same cores; latency from the planned instant; every answer matched, its MAC checked',
      },
    };
  } finally {
    load.end();
    if (sound) estate.remove();
    else say(`left to be looked at: ${estate.directory}`);
  }
}

function holds({ offeredPerSecond, achievedPerSecond, run }: Step): boolean {
  const { warmUp } = run;
  const all = run.approved === run.sent && warmUp.approved === warmUp.sent;
  return all && achievedPerSecond >= offeredPerSecond * HELD_SHARE && run.latency.p99Ms <= TARGETS.p99Ms;
}

interface Climb {
  readonly from: number;
  readonly steps: number;
  /** Of each step. */
  readonly seconds: number;
  /** Before the first step: its processes have just started. */
  readonly warmUpSeconds: number;
}

async function climb(bench: RunningBench, climb: Climb, say: BenchOptions['say']): Promise<readonly Step[]> {
  say('ramp');
  const steps: Step[] = [];
  for (let at = 1; at <= climb.steps; at += 1) {
    const rate = climb.from + at * RAMP.stepPerSecond;
    const warmUpSeconds = at === 1 ? climb.warmUpSeconds : RAMP.warmUpSeconds;
    const step = await bench.step(rate, climb.seconds, warmUpSeconds);
    steps.push(step);
    if (holds(step)) continue;
    say(`${rate} a second did not hold`);
    break;
  }
  return steps;
}

interface Life {
  readonly steps: readonly Step[];
  readonly violations: readonly string[];
  readonly commits: ReturnType<typeof commitSizes>;
}

interface RunningBench {
  step(perSecond: number, seconds: number, warmUpSeconds: number): Promise<Step>;
}

/** Starts the processes, does the work, stops them and compares the books. `answered` goes on over lives. */
async function inOneLife(
  estate: CardEstate,
  load: LoadProcess,
  answered: { approved: number; approvedMinor: number },
  work: (bench: RunningBench) => Promise<readonly Step[]>,
): Promise<Life> {
  const processes = await estate.start();
  const faults: string[] = [];
  let steps: readonly Step[] = [];
  try {
    await load.connect(processes.cardPort);
    steps = await work({
      step: async (perSecond, seconds, warmUpSeconds) => {
        const step = await oneStep(processes, load, { perSecond, seconds, warmUpSeconds });
        for (const part of [step.run.warmUp, step.run]) {
          answered.approved += part.approved;
          answered.approvedMinor += part.approvedMinor;
        }
        faults.push(...faultsOf(step));
        return step;
      },
    });
  } finally {
    await processes.stop();
  }
  const { directory } = estate;
  const violations = [...faults, ...disagreements(answered, readCardBooks(directory))];
  return { steps, violations, commits: commitSizes(directory) };
}

async function oneStep(
  { gateway, bank }: CardProcesses,
  load: LoadProcess,
  { perSecond, seconds, warmUpSeconds }: Record<'perSecond' | 'seconds' | 'warmUpSeconds', number>,
): Promise<Step> {
  await load.prepare(Math.round(perSecond * warmUpSeconds) + Math.round(perSecond * seconds));
  const pids = { gateway: gateway.pid, bank: bank.pid };
  let before = readCpu(pids);
  const run = await load.run(perSecond, warmUpSeconds, () => {
    before = readCpu(pids);
  });
  const after = readCpu(pids);
  const achievedPerSecond = rounded((run.answered * 1_000) / run.tookMs);
  return { offeredPerSecond: perSecond, achievedPerSecond, run, ...usage(before, after, run) };
}

/** `others`: whatever else ran on the machine meanwhile; `stolen`: what its host gave to other machines. */
function usage(
  before: CpuReading,
  after: CpuReading,
  run: LoadRun,
): Pick<Step, 'cpuUs' | 'programUs' | 'coreShares'> {
  const spent = (part: 'ms' | 'programMs') =>
    Object.fromEntries(
      Object.keys(after[part]).map((name) => [name, (after[part][name] ?? 0) - (before[part][name] ?? 0)]),
    );
  const own = spent('ms');
  const ours = { ...own, load: run.cpuMs };
  const all = Object.values(ours).reduce((sum, ms) => sum + ms, 0);
  const others = Math.max(0, after.machineMs - before.machineMs - all);
  const each = (ms: Readonly<Record<string, number>>, divided: (ms: number) => number) =>
    Object.fromEntries(Object.entries(ms).map(([name, value]) => [name, rounded(divided(value))]));
  return {
    cpuUs: each({ ...ours, all }, (ms) => (ms * 1_000) / Math.max(1, run.answered)),
    programUs: each(spent('programMs'), (ms) => (ms * 1_000) / Math.max(1, run.answered)),
    coreShares: each({ ...ours, others, stolen: after.stolenMs - before.stolenMs }, (ms) => ms / run.tookMs),
  };
}

function faultsOf({ offeredPerSecond, run }: Step): readonly string[] {
  const at = `At ${offeredPerSecond} a second`;
  const found: string[] = [];
  if (run.strange > 0) found.push(`${at} ${run.strange} answers were to nothing that was asked.`);
  if (run.wrongMac > 0) found.push(`${at} ${run.wrongMac} answers had a wrong MAC.`);
  for (const part of [run.warmUp, run]) {
    for (const [code, times] of Object.entries(part.codes)) {
      if (!OF_OVERLOAD.has(code)) found.push(`${at} ${times} good requests were answered ${code}.`);
    }
  }
  return found;
}

function shown({ offeredPerSecond, achievedPerSecond, run, cpuUs, programUs, coreShares }: Step) {
  const { sent, answered, approved, codes, macsChecked, latency, sendLateness } = run;
  return {
    ...{ offeredPerSecond, achievedPerSecond, sent, answered, approved, notApproved: codes, macsChecked },
    ...{ latency, sendLateness, cpuUsAnAuthorisation: cpuUs, ofItsOneProgramThread: programUs, coreShares },
  };
}

/** What the last step says would give out first: one thread, or all cores together. */
function boundBy({ cpuUs, programUs }: Step) {
  const cores = cpus().length;
  const gatewayThread = Math.round(1_000_000 / (programUs.gateway ?? Number.NaN));
  const bankThread = Math.round(1_000_000 / (programUs.bank ?? Number.NaN));
  const allCores = Math.round((cores * 1_000_000) / (cpuUs.all ?? Number.NaN));
  const perSecond = { gatewayThread, bankThread, allCores };
  const [first] = Object.entries(perSecond).sort(([, left], [, right]) => left - right);
  return { first: first?.[0] ?? '', perSecondByCpu: perSecond };
}

class LoadProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async open({ terms }: CardEstate): Promise<LoadProcess> {
    const child = fork(join(import.meta.dirname, 'card-load.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const load = new LoadProcess(child);
    await load.#order({ kind: 'open', terms });
    return load;
  }

  async connect(port: number): Promise<void> {
    await this.#order({ kind: 'connect', port, connections: CONNECTIONS });
  }

  async prepare(count: number): Promise<void> {
    await this.#order({ kind: 'prepare', count });
  }

  async run(perSecond: number, warmUpSeconds: number, onMeasuring: () => void): Promise<LoadRun> {
    const report = await this.#order({ kind: 'run', perSecond, warmUpSeconds }, onMeasuring);
    if (report.kind !== 'ran') throw new Error('The load generator measured nothing.');
    return report.run;
  }

  end(): void {
    if (this.#child.connected) this.#child.send({ kind: 'end' } satisfies LoadOrder);
  }

  #order(order: LoadOrder, onMeasuring: () => void = () => undefined): Promise<LoadReport> {
    return new Promise((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`The load generator ended (${code}).`));
      const heard = (report: LoadReport) => {
        if (report.kind === 'measuring') return onMeasuring();
        this.#child.off('exit', gone).off('message', heard);
        resolve(report);
      };
      this.#child.once('exit', gone).on('message', heard);
      this.#child.send(order);
    });
  }
}
