/** One of the project's processes, started as it is in life: own program, own memory, killed by signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** For the engine of a process that answers others: what is new in its memory is looked through every 8 MiB, which stops it for a few
 *  milliseconds; the engine's own 32 would do so seldom and for tens. (Twice the number counts. `--max-semi-space-size` would
 *  overrule what a thread wants for itself.) One helping thread, where four would take the few cores from
 *  the program while the old part is looked through; and what the program was given it gives back itself, which costs less
 *  than another thread's doing it. */
export const ENGINE: readonly string[] = [
  '--scavenger-max-new-space-capacity-mb=4',
  '--v8-pool-size=1',
  '--no-concurrent-array-buffer-sweeping',
];

export interface Ready {
  readonly name: string;
  readonly addresses: Readonly<Record<string, string>>;
}

export interface ProcessOptions {
  /** Path from the project's root. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Where its log lines go. */
  readonly logFile: string;
  readonly readyWithinMs: number;
  /** Put in front of the command, e.g. a tracer of system calls. */
  readonly under?: readonly string[];
  /** A module that is loaded before the program, and what is added to its environment. */
  readonly preload?: Preload;
}

export interface Preload {
  readonly module: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the module says to its parent with `process.send`. */
  readonly onMessage: (message: unknown) => void;
}

export class RunningProcess {
  readonly ready: Ready;
  readonly exited: Promise<number | NodeJS.Signals>;
  private readonly child: ChildProcess;
  /** A tracer passes no signal on: then the whole process group gets it. */
  private readonly traced: boolean;

  constructor(child: ChildProcess, ready: Ready, exited: Promise<number | NodeJS.Signals>, traced = false) {
    this.child = child;
    this.traced = traced;
    this.ready = ready;
    this.exited = exited;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  address(name: string): string {
    const found = this.ready.addresses[name];
    if (found === undefined) throw new Error(`${this.ready.name} announced no address "${name}".`);
    return found;
  }

  /** Asks it to stop and waits; kills it when it does not within `withinMs`. */
  async stop(withinMs = 8_000): Promise<number | NodeJS.Signals> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), withinMs);
    const result = await this.exited;
    clearTimeout(timer);
    return result;
  }

  /** kill -9: nothing of it runs afterwards. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.traced && this.child.exitCode === null) process.kill(-this.pid, signal);
    else this.child.kill(signal);
  }

  /** To its preloaded module. False when the process has gone. */
  tell(message: Readonly<Record<string, string | number | null>>): boolean {
    return this.child.connected && this.child.send(message, () => {});
  }
}

/** Resolves with the process once it printed its ready line; rejects with its last words when it ends or is late. */
export function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const [program = process.execPath, ...before] = [...(options.under ?? []), process.execPath];
  const { preload } = options;
  const imports = preload === undefined ? [] : ['--import', pathToFileURL(preload.module).href];
  const child = spawn(
    program,
    [...before, ...ENGINE, ...imports, join(ROOT, options.entry), ...options.args],
    {
      cwd: ROOT,
      stdio: preload === undefined ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...preload?.environment },
      // Its own process group, so that a Ctrl-C in the terminal reaches only the parent, which stops them in order.
      detached: process.platform !== 'win32',
    },
  );
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error(`${options.entry} has no output to read.`);
  if (preload !== undefined) child.on('message', preload.onMessage);
  const log = createWriteStream(options.logFile, { flags: 'a' });
  let lastWords = '';
  stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-2_000);
  });
  stderr.pipe(log);
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${options.entry} was not ready within ${options.readyWithinMs} ms. ${lastWords}`));
    }, options.readyWithinMs);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${options.entry} ended (${code ?? signal}) before it was ready. ${lastWords}`));
    });
    createInterface({ input: stdout }).on('line', (line) => {
      const ready = readyLine(line);
      if (ready === null) return;
      clearTimeout(timer);
      resolve(new RunningProcess(child, ready, exited, options.under !== undefined));
    });
  });
}

function readyLine(line: string): Ready | null {
  if (!line.startsWith('{"ready":true')) return null;
  const { name, addresses } = JSON.parse(line) as { name: string; addresses: Addresses };
  return { name, addresses: flat(addresses) };
}

type Addresses = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** A process that is several announces a group of addresses for each: `mir-bank.page`. */
function flat(addresses: Addresses): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(addresses).flatMap(([name, address]) =>
      typeof address === 'string'
        ? [[name, address]]
        : Object.entries(address).map(([part, one]) => [`${name}.${part}`, one]),
    ),
  );
}
