/** Shares a run's worlds out among processes, one a core, and puts their results together as if one had run them all. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Census } from './census.ts';
import type { Part, RunResult, RunViolation } from './run.ts';
import { newTally, PROCESSES, type Tally } from './weather.ts';

/** What one process tells on its last line. */
export interface PartReport {
  readonly result: RunResult;
  readonly taken: Readonly<Record<string, number>>;
  readonly tally: Tally;
}

export async function runParts(
  args: readonly string[],
  count: number,
  seed: number,
  census: Census,
  tally: Tally,
): Promise<RunResult> {
  const reports = await Promise.all(
    Array.from({ length: count }, (_, index) => runPart(args, { index, count }, seed)),
  );
  const hashes: string[] = [];
  let violation: RunViolation | null = null;
  for (const [index, report] of reports.entries()) {
    census.add(report.taken);
    addTally(tally, report.tally);
    violation ??= report.result.violation;
    for (const [nth, hash] of report.result.hashes.entries()) hashes[index + nth * count] = hash;
  }
  const sum = (of: (result: RunResult) => number): number =>
    reports.reduce((total, one) => total + of(one.result), 0);
  return { shopDays: sum((one) => one.shopDays), sales: sum((one) => one.sales), violation, hashes };
}

function runPart(args: readonly string[], part: Part, seed: number): Promise<PartReport> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args, '--part', `${part.index}/${part.count}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(readPart(printed, signal ?? `code ${code}`, part, seed));
    });
  });
}

/** A part that failed has said why where people read, and nothing here: that is a violation, and the other parts' worlds count. */
export function readPart(printed: string, ended: string, { index, count }: Part, seed: number): PartReport {
  const last = printed.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last) as PartReport;
  } catch {
    const facts = { part: `${index}/${count}`, ended };
    const violation: RunViolation = { rule: 'the program failed', facts, seed, shopDay: 0 };
    return { result: { shopDays: 0, sales: 0, hashes: [], violation }, taken: {}, tally: newTally() };
  }
}

function addTally(into: Tally, part: Tally): void {
  into.calls += part.calls;
  into.stormy += part.stormy;
  into.faulted += part.faulted;
  for (const [ill, count] of Object.entries(part.ills)) into.ills[ill] = (into.ills[ill] ?? 0) + count;
  for (const [name, count] of Object.entries(part.cards)) into.cards[name] = (into.cards[name] ?? 0) + count;
  for (const kind of PROCESSES) into.deaths[kind] += part.deaths[kind];
}
