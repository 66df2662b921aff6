/** A serial port that is not there: a pseudo-terminal kept by `socat`, with a stable name for the host's side. */
import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Pty {
  /** The device path the host opens. */
  readonly path: string;
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** The device disappears, as when a cable is pulled. Idempotent. */
  close(): Promise<void>;
}

/** Rejects when socat is not installed or cannot make the pseudo-terminal. */
export function openPty(path: string): Promise<Pty> {
  mkdirSync(dirname(path), { recursive: true });
  removeStaleLink(path);
  const child = spawn('socat', ['-d', '-d', 'STDIO', `PTY,link=${path},raw,echo=0`]);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  return new Promise((resolve, reject) => {
    let words = '';
    child.once('error', reject);
    child.once('close', () => reject(new Error(`socat ended: ${words.slice(-200)}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-2_000);
      if (words.includes('starting data transfer loop')) resolve(ptyOver(child, path, ended));
    });
  });
}

function ptyOver(child: ChildProcess, path: string, ended: Promise<void>): Pty {
  const listeners = new Set<(bytes: Uint8Array) => void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const listener of listeners) listener(chunk);
  });
  // Writing to a device whose keeper has just ended is what an unplugged cable is like.
  child.stdin?.on('error', () => listeners.clear());
  return {
    path,
    write: (bytes) => {
      if (child.stdin?.writable) child.stdin.write(bytes);
    },
    onData: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A keeper killed without warning leaves its link behind; anything that is not a link stays. */
function removeStaleLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(path);
}
