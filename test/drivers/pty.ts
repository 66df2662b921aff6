/** Two ends of a pseudo-terminal by socat: the driver opens one, the test plays the device on the other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './real-runtime.ts';

export interface Pty {
  readonly driverPath: string;
  readonly devicePath: string;
  /** As pulling the cable does. */
  unplug(): Promise<void>;
  /** The same, over when it returns: nothing else of this process happens meanwhile. */
  cut(): void;
  plug(): Promise<void>;
  dispose(): Promise<void>;
}

export async function openPty(): Promise<Pty> {
  const folder = mkdtempSync(join(tmpdir(), 'amur-pty-'));
  const driverPath = join(folder, 'driver');
  const devicePath = join(folder, 'device');
  let socat: ChildProcess | null = null;

  async function plug(): Promise<void> {
    const child = spawn('socat', [`pty,raw,echo=0,link=${driverPath}`, `pty,raw,echo=0,link=${devicePath}`], {
      stdio: 'ignore',
    });
    socat = child;
    let failure: Error | null = null;
    child.on('error', (error) => {
      failure = error;
    });
    await until(() => {
      if (failure !== null) throw failure;
      return existsSync(driverPath) && existsSync(devicePath);
    }, 'socat made its ports');
  }

  async function unplug(): Promise<void> {
    const child = socat;
    socat = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    await until(() => !existsSync(driverPath), 'socat removed its ports');
  }

  function cut(): void {
    socat?.kill('SIGKILL');
    socat = null;
    // The links stay, and what they lead to is gone with the process.
    const end = Date.now() + 10_000;
    while (existsSync(driverPath)) if (Date.now() > end) throw new Error('The port stays.');
    rmSync(driverPath, { force: true });
    rmSync(devicePath, { force: true });
  }

  await plug();
  return {
    driverPath,
    devicePath,
    plug,
    unplug,
    cut,
    async dispose() {
      await unplug();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
