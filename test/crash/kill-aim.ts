/** One process's aim: which moment kills it, what came by, and how its parts are wrapped from outside. Every file of hooks uses
 *  this one.
 *
 *  The parent says { arm: '<label>:<side>', nth } and gets { armed } back; nothing else changes the process. When the point
 *  comes for the nth time, what was hit is written to a file and SIGKILL follows: no code of the process runs after it. */
import { appendFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { Ports } from '../../build/estate-config.ts';
import type { ProcessUnderTest } from './durable-labels.ts';

export const subject = process.env.AMUR_CRASH_PROCESS as ProcessUnderTest;
export const ports = JSON.parse(process.env.AMUR_CRASH_PORTS ?? '{}') as Partial<Ports>;
const killFile = process.env.AMUR_CRASH_FILE ?? '';
const marksFile = process.env.AMUR_CRASH_MARKS ?? '';

const aim = { point: process.env.AMUR_CRASH_ARM ?? '', left: Number(process.env.AMUR_CRASH_NTH ?? '1') };
/** Said once from aim to aim. */
const seen = new Set<string>();
let cacheWritten = false;

process.on('message', (message: { readonly arm: string | null; readonly nth: number }) => {
  aim.point = message.arm ?? '';
  aim.left = message.nth;
  seen.clear();
  process.send?.({ armed: message.arm });
  // Who is killed never writes the cache at its end, and every start would compile everything anew.
  if (!cacheWritten) flushCompileCache();
  cacheWritten = true;
});
process.channel?.unref();
// Whoever ends the harness leaves no estate behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/** One moment that may have several names: a commit makes several states durable at once. */
export function reach(labels: Iterable<string>, side: string): void {
  const points = [...labels].map((label) => `${label}:${side}`);
  for (const point of points) {
    if (seen.has(point)) continue;
    seen.add(point);
    process.send?.({ seen: point });
  }
  if (!points.includes(aim.point)) return;
  aim.left -= 1;
  if (aim.left > 0) return;
  appendFileSync(killFile, `${JSON.stringify(points)}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** Says in a trace of system calls what is about to leave. */
export function mark(message: string): void {
  if (marksFile !== '') appendFileSync(marksFile, `${message}\n`);
}

export type Loose = Record<string, (...args: never[]) => unknown>;
export type Method = (this: unknown, ...args: unknown[]) => unknown;

export function wrap(target: object, name: string, make: (original: Method) => Method): void {
  const holder = target as Loose;
  holder[name] = make(holder[name] as Method);
}
