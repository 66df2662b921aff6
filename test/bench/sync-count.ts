/** How often the estate waits for the disk between two instants, seen from outside by a tracer of system calls. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export class SyncCount {
  private readonly file: string;
  private readonly tracer: ChildProcess;

  private constructor(file: string, tracer: ChildProcess) {
    this.file = file;
    this.tracer = tracer;
  }

  /** Null where there is no tracer or it may not attach. */
  static async attach(pids: readonly number[], directory: string): Promise<SyncCount | null> {
    if (spawnSync('which', ['strace'], { stdio: 'ignore' }).status !== 0) return null;
    const file = join(directory, 'syncs.trace');
    const attach = pids.flatMap((pid) => ['-p', String(pid)]);
    const tracer = spawn('strace', ['-f', '-ttt', '-e', 'trace=fdatasync,fsync', '-o', file, ...attach], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let attached = 0;
    const ready = await new Promise<boolean>((resolve) => {
      tracer.on('error', () => resolve(false));
      tracer.on('exit', () => resolve(false));
      tracer.stderr?.on('data', (chunk: Buffer) => {
        attached += chunk.toString('utf8').split(' attached').length - 1;
        if (attached >= pids.length) resolve(true);
      });
    });
    return ready ? new SyncCount(file, tracer) : null;
  }

  /** Stops tracing and counts the syncs begun within each of the stretches. */
  async stop(stretches: readonly (readonly [fromMs: number, toMs: number])[]): Promise<readonly number[]> {
    const ended = new Promise((resolve) => this.tracer.once('exit', resolve));
    this.tracer.kill('SIGINT');
    await ended;
    const at = readFileSync(this.file, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const found = /^\s*(?:[0-9]+\s+)?([0-9]+\.[0-9]+) f(?:data)?sync\(/.exec(line);
        return found?.[1] === undefined ? [] : [Number(found[1]) * 1_000];
      });
    return stretches.map(([from, to]) => at.filter((instant) => instant >= from && instant <= to).length);
  }
}
