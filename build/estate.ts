/** The whole estate as real processes: certificates, configuration, start in order, stop in the opposite order.
 *  Each process may be killed and started again by name; its data stays where it was. */
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCardKeys } from './card-keys.ts';
import { type CertificatePaths, ensureCertificates, spkiPin } from './certificates.ts';
import {
  type EstateTerms,
  type Ports,
  START_PORTS,
  TID,
  writeAlipayConfig,
  writeBankConfig,
  writeBankDayConfig,
  writeCounterConfig,
  writeGatewayConfig,
  writeTerminalConfig,
} from './estate-config.ts';
import { type Preload, ROOT, type RunningProcess, startProcess } from './process.ts';

export type ProcessName = 'alipay' | 'bank' | 'gateway' | 'bank-day' | 'counter' | 'terminal';

export const ENTRIES: Readonly<Record<ProcessName, string>> = {
  alipay: 'simulators/alipay/main.ts',
  bank: 'simulators/bank/main.ts',
  gateway: 'gateway/main.ts',
  'bank-day': 'gateway/bank-main.ts',
  counter: 'simulators/counter.ts',
  terminal: 'electron/serve.ts',
};

const START_ORDER: readonly ProcessName[] = ['alipay', 'bank', 'gateway', 'bank-day', 'counter', 'terminal'];

export interface StartOptions {
  /** Another file than its own program, from the project's root. */
  readonly entry?: string;
  /** Put in front of the process's command, e.g. a tracer of system calls. */
  readonly under?: readonly string[];
  readonly preload?: Preload;
}

export class Estate {
  readonly directory: string;
  readonly certificates: CertificatePaths;
  private readonly terms: EstateTerms;
  private readonly running = new Map<ProcessName, RunningProcess>();
  private readonly starting = new Set<Promise<RunningProcess>>();
  private ended = false;

  private constructor(directory: string, certificates: CertificatePaths, terms: EstateTerms) {
    this.directory = directory;
    this.certificates = certificates;
    this.terms = terms;
  }

  /** Makes what is missing in `directory` and writes the configuration; starts nothing yet. */
  static async prepare(directory: string, terms: EstateTerms): Promise<Estate> {
    mkdirSync(join(directory, 'logs'), { recursive: true, mode: 0o700 });
    const now = Date.now();
    const certificates = await ensureCertificates(join(directory, 'certificates'), now);
    const keys = terms.cards === undefined ? null : ensureCardKeys(join(directory, 'keys'), TID);
    writeGatewayConfig(directory, certificates, keys, terms, now);
    writeAlipayConfig(directory, certificates, terms);
    if (keys !== null) writeBankConfig(directory, certificates, keys, terms);
    if (terms.bankDay === true) writeBankDayConfig(directory, terms);
    writeCounterConfig(directory, keys, terms);
    return new Estate(directory, certificates, terms);
  }

  async startAll(): Promise<void> {
    await this.startServers();
    await this.start('terminal');
  }

  /** Everything but the terminal. */
  async startServers(): Promise<void> {
    for (const name of START_ORDER) if (name !== 'terminal' && this.has(name)) await this.start(name);
  }

  /** Whether the estate has such a process at all. */
  has(name: ProcessName): boolean {
    if (name === 'bank-day') return this.terms.bankDay === true;
    return name !== 'bank' || this.terms.cards !== undefined;
  }

  /** Resolves when the first of the running processes ends, with its name and how. */
  firstExit(): Promise<readonly [ProcessName, number | NodeJS.Signals]> {
    return Promise.race(
      [...this.running].map(async ([name, process]) => [name, await process.exited] as const),
    );
  }

  async start(name: ProcessName, options: StartOptions = {}): Promise<RunningProcess> {
    if (this.ended) throw new Error(`${name} is not started: the estate has been stopped.`);
    if (name === 'terminal') this.prepareTerminal();
    const ready = startProcess({
      entry: (name === 'terminal' ? this.terms.terminalProgram : undefined) ?? ENTRIES[name],
      args: ['--config', join(this.directory, `${name}.json`)],
      logFile: join(this.directory, 'logs', `${name}.log`),
      readyWithinMs: 60_000,
      ...options,
    });
    const started = ready.then((process) => {
      this.running.set(name, process);
      return process;
    });
    this.starting.add(started);
    return started.finally(() => this.starting.delete(started));
  }

  process(name: ProcessName): RunningProcess {
    const found = this.running.get(name);
    if (found === undefined) throw new Error(`${name} is not running.`);
    return found;
  }

  address(name: ProcessName, which: string): string {
    return this.process(name).address(which);
  }

  async kill(name: ProcessName): Promise<void> {
    await this.process(name).kill();
    this.running.delete(name);
  }

  async stop(name: ProcessName): Promise<void> {
    await this.process(name).stop();
    this.running.delete(name);
  }

  /** For good. What is just being started is waited for and stopped too: nobody else would. */
  async stopAll(): Promise<void> {
    this.ended = true;
    await Promise.allSettled(this.starting);
    for (const name of [...START_ORDER].reverse()) if (this.running.has(name)) await this.stop(name);
  }

  /** A terminal that is not enrolled yet is given a fresh activation code. */
  prepareTerminal(): void {
    const enrolled = existsSync(join(this.directory, 'terminal', 'terminal.json'));
    writeTerminalConfig(this.directory, this.certificates, this.terms, {
      activationCode: enrolled ? null : this.issueActivation(),
      spkiPin: spkiPin(readFileSync(this.certificates.gatewayCert)),
    });
  }

  private issueActivation(): string {
    const printed = execFileSync(
      process.execPath,
      [
        join(ROOT, ENTRIES.gateway),
        '--config',
        join(this.directory, 'gateway.json'),
        '--issue-activation',
        TID,
      ],
      { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    return (JSON.parse(printed.trim().split('\n').at(-1) ?? '') as { activationCode: string }).activationCode;
  }
}

/** Below what systems give to clients by themselves (Linux from 32768, others from 49152), and above what services have. A
 *  port of theirs could be a client's while its server is dead and is to come back to it. */
const PORTS_FROM = 10_240;
const PORTS_TO = 32_767;
const PORT_TRIES_MOST = 100;

/** A free port for each, found by opening them together and closing them again. */
export async function freePorts(): Promise<Ports> {
  const names = Object.keys(START_PORTS);
  const servers = await Promise.all(names.map(() => openBelow()));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(names.map((name, index) => [name, ports[index] ?? 0])) as unknown as Ports;
}

async function openBelow(): Promise<Server> {
  for (let tries = 0; tries < PORT_TRIES_MOST; tries += 1) {
    const server = await openOn(randomInt(PORTS_FROM, PORTS_TO + 1));
    if (server !== null) return server;
  }
  throw new Error(`No port from ${PORTS_FROM} to ${PORTS_TO} could be opened.`);
}

/** Null where somebody has it. */
function openOn(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** A path for the scanner's pseudo-terminal: short, because its name is limited, and absent where there is no socat. */
export function scannerPath(directory: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  const path = join(directory, 'scanner.tty');
  return path.length < 100 ? path : join(tmpdir(), `amur-${process.pid}.tty`);
}
