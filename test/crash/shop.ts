/** One estate of real processes in which terminal, gateway and wallet may die at any moment: it aims the kill, notices the
 *  death, says which point it was, and starts the dead again. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Estate, freePorts, type ProcessName } from '../../build/estate.ts';
import type { EstateTerms, Ports } from '../../build/estate-config.ts';
import { ROOT, type RunningProcess } from '../../build/process.ts';
import { TillClient } from '../../build/till-client.ts';
import { WalletClient } from '../../build/wallet-client.ts';
import type { ProcessUnderTest } from './durable-labels.ts';
import { Memory } from './memory.ts';
import { bundledPrograms, type Programs } from './programs.ts';
import { adjustConfiguration, quickTerms } from './shop-terms.ts';
import { MARKS } from './sync-claim.ts';

const MODULE = join(ROOT, 'test/crash/kill-points.ts');
/** Shared by all starts of all estates: a start costs a third then. */
const COMPILE_CACHE = join(tmpdir(), 'amur-crash-compile-cache');
const BREAKER = join(ROOT, 'test/crash/never-sync.ts');

export interface Kill {
  readonly process: ProcessUnderTest;
  /** All names of the moment: a commit makes several states durable at once. */
  readonly points: readonly string[];
}

/** Which processes may die, and how the estate differs from the usual one. */
export interface ShopPlan {
  /** In the order of their start. */
  readonly underTest: readonly ProcessUnderTest[];
  /** Started before and never killed. */
  readonly beside: readonly ProcessName[];
  readonly terms: (ports: Ports) => EstateTerms;
  readonly adjust: (directory: string) => void;
}

const WALLET_PLAN: ShopPlan = {
  underTest: ['alipay', 'gateway', 'terminal'],
  beside: ['counter'],
  terms: quickTerms,
  adjust: adjustConfiguration,
};

export interface ShopOptions {
  readonly plan?: ShopPlan;
  /** Put in front of a process's command. */
  readonly underOf?: (name: ProcessUnderTest, directory: string) => readonly string[];
  /** The process whose store is broken on purpose. */
  readonly neverSync?: ProcessUnderTest | null;
}

interface Watched {
  readonly running: RunningProcess;
  ended: number | NodeJS.Signals | null;
}

export class Shop {
  readonly estate: Estate;
  readonly memory = new Memory();
  readonly kills: Kill[] = [];
  /** Every point that came by, whether it was aimed at or not. */
  readonly seen = new Set<string>();
  readonly faults: string[] = [];
  readonly ports: Ports;
  readonly #options: ShopOptions;
  readonly #programs: Programs;
  readonly #underTest: readonly ProcessUnderTest[];
  readonly #watched = new Map<ProcessUnderTest, Watched>();
  readonly #killsRead = new Map<ProcessUnderTest, number>();
  #armed: (() => void) | null = null;
  /** What each was aimed at last: who is started anew is aimed at it from its first moment. */
  readonly #aims = new Map<ProcessUnderTest, string | null>();
  #till: { readonly of: RunningProcess; readonly client: TillClient } | null = null;

  private constructor(estate: Estate, ports: Ports, options: ShopOptions, programs: Programs) {
    this.estate = estate;
    this.#programs = programs;
    this.ports = ports;
    this.#options = options;
    this.#underTest = (options.plan ?? WALLET_PLAN).underTest;
  }

  static async open(options: ShopOptions = {}): Promise<Shop> {
    const ports = await freePorts();
    const directory = mkdtempSync(join(tmpdir(), 'amur-crash-'));
    const plan = options.plan ?? WALLET_PLAN;
    const estate = await Estate.prepare(directory, plan.terms(ports));
    plan.adjust(directory);
    const shop = new Shop(estate, ports, options, await bundledPrograms(plan.underTest));
    for (const name of plan.beside) await estate.start(name);
    for (const name of plan.underTest) await shop.#start(name, null);
    // Told to aim at nothing, each writes what it compiled where the next start finds it.
    for (const name of plan.underTest) await shop.aim(name, null, 0);
    return shop;
  }

  get directory(): string {
    return this.estate.directory;
  }

  get wallet(): WalletClient {
    return new WalletClient(this.estate);
  }

  /** A screen on the terminal that runs now. Errors  when it dies meanwhile */
  async till(): Promise<TillClient> {
    const { running } = this.#of('terminal');
    if (this.#till?.of === running) return this.#till.client;
    this.#till?.client.close();
    const dead = running.exited.then(() => Promise.reject(new Error('The terminal died.')));
    const client = await Promise.race([TillClient.connect(running.address('cashier')), dead]);
    client.onView((view) => this.memory.look(view));
    this.memory.look(client.view);
    this.#till = { of: running, client };
    return client;
  }

  /** From now on the process dies when the point comes for the nth time. */
  async aim(name: ProcessUnderTest, point: string | null, nth: number): Promise<void> {
    const { running } = this.#of(name);
    this.#aims.set(name, point);
    const heard = new Promise<void>((resolve) => {
      this.#armed = resolve;
    });
    if (running.tell({ arm: point, nth })) await Promise.race([heard, running.exited]);
  }

  /** Whether all processes live. The dead are started again, perhaps aimed at the same point once more. */
  async revive(aimAgain: () => string | null): Promise<boolean> {
    const dead = this.#underTest.filter((name) => this.#of(name).ended !== null);
    for (const name of dead) this.#readKills(name, this.#of(name).ended ?? 'SIGKILL');
    await Promise.all(dead.map((name) => this.#start(name, aimAgain())));
    return dead.length === 0;
  }

  /** The terminal is switched off, `meanwhile` is done, and it is switched on again. */
  async switchTerminalOff(meanwhile: () => void): Promise<void> {
    await this.#of('terminal').running.kill();
    meanwhile();
    await this.#start('terminal', this.#aims.get('terminal') ?? null);
  }

  async setPaperEnd(on: boolean): Promise<void> {
    const body = JSON.stringify({ name: 'paper_end', on });
    const answer = await fetch(new URL('/fault', this.estate.address('counter', 'paper')), {
      method: 'POST',
      body,
    });
    if (!answer.ok) throw new Error(`The printer's page answered ${answer.status}.`);
  }

  async close(keep: boolean): Promise<void> {
    this.#till?.client.close();
    await this.estate.stopAll();
    if (!keep) rmSync(this.directory, { recursive: true, force: true });
  }

  #of(name: ProcessUnderTest): Watched {
    const watched = this.#watched.get(name);
    if (watched === undefined) throw new Error(`${name} was never started.`);
    return watched;
  }

  /** A process that is aimed from its first moment may die before it is ready; then it is started once more. */
  async #start(name: ProcessUnderTest, point: string | null): Promise<void> {
    try {
      await this.#startOnce(name, point);
    } catch (error) {
      if (point === null) throw error;
      this.#readKills(name, 'SIGKILL');
      await this.#startOnce(name, null);
    }
  }

  async #startOnce(name: ProcessUnderTest, point: string | null): Promise<void> {
    const { underOf, neverSync } = this.#options;
    const under = underOf?.(name, this.directory) ?? [];
    const entry = this.#programs.get(name);
    const running = await this.estate.start(name, {
      ...(entry === undefined ? {} : { entry }),
      ...(under.length === 0 ? {} : { under }),
      preload: {
        module: neverSync === name ? BREAKER : MODULE,
        environment: {
          NODE_COMPILE_CACHE: COMPILE_CACHE,
          AMUR_CRASH_PROCESS: name,
          AMUR_CRASH_FILE: this.#killFile(name),
          AMUR_CRASH_CARDS: this.#options.plan?.terms(this.ports).cards === undefined ? 'no' : 'yes',
          AMUR_CRASH_PORTS: JSON.stringify(this.ports),
          AMUR_CRASH_ARM: point ?? '',
          AMUR_CRASH_MARKS: under.length === 0 ? '' : join(this.directory, `${name}-${MARKS}`),
        },
        onMessage: (message) => this.#hear(name, message as { seen?: string; armed?: string | null }),
      },
    });
    const watched: Watched = { running, ended: null };
    this.#watched.set(name, watched);
    void running.exited.then((ended) => {
      watched.ended = ended;
    });
  }

  #hear(name: ProcessUnderTest, message: { readonly seen?: string; readonly armed?: string | null }): void {
    if (message.seen !== undefined) this.seen.add(`${name}:${message.seen}`);
    if (message.armed !== undefined) this.#armed?.();
  }

  #killFile(name: ProcessUnderTest): string {
    return join(this.directory, `kills-${name}.jsonl`);
  }

  #readKills(name: ProcessUnderTest, ended: number | NodeJS.Signals): void {
    const file = this.#killFile(name);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    const read = this.#killsRead.get(name) ?? 0;
    this.#killsRead.set(name, lines.length);
    for (const line of lines.slice(read)) this.kills.push({ process: name, points: JSON.parse(line) });
    if (lines.length === read) this.faults.push(`${name} ended by itself (${ended}), nobody killed it`);
  }
}
