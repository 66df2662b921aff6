/** `settlement`: a day of 100,000 and one of 1,000,000 payments, cut, netted and written out, and the card bank's file of as
 *  many rows taken in and reconciled, each size in a process of its own.
 *
 *  Targets  for 1,000,000: cut, net and write files under 60 s; reconcile under 60 s; under 1.5 GB; ten times the payments
 *           in no more than ten times the time (a fifth is allowed for the machine) */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions, BenchResult } from './main.ts';

const SIZES = [100_000, 1_000_000] as const;
const TARGETS = { seconds: 60, peakMb: 1_500, timesOfTen: 12 } as const;
const PROGRAM = new URL('./settlement-run.ts', import.meta.url).pathname;

type Step = { readonly seconds: number; readonly cpuSeconds: number };

interface SizeResult {
  readonly payments: number;
  readonly steps: Readonly<Record<string, Step>>;
  readonly peakMb: number;
  readonly matched: number;
  readonly exceptions: number;
  readonly agrees: boolean;
  readonly filesWritten: number;
}

const SETTLING = ['cut', 'calculate', 'approve', 'writeFiles'];
const RECONCILING = ['reconcile'];

export async function settlementBench({ say, sales }: BenchOptions): Promise<BenchResult> {
  const sizes = sales === undefined ? SIZES : [Math.max(1, Math.floor(sales / 10)), sales];
  const loadBefore = loadavg();
  const results: SizeResult[] = [];
  for (const payments of sizes) {
    say(`${payments} payments`);
    results.push(await runSize(payments));
  }
  const [small, large] = results;
  if (small === undefined || large === undefined) throw new Error('Two sizes are measured.');
  const summed = (result: SizeResult, names: readonly string[]) =>
    names.reduce((sum, name) => sum + (result.steps[name]?.seconds ?? Number.NaN), 0);
  const settleSeconds = summed(large, SETTLING);
  const reconcileSeconds = summed(large, RECONCILING);
  const growth = {
    settle: settleSeconds / summed(small, SETTLING),
    import: summed(large, ['import']) / summed(small, ['import']),
    reconcile: reconcileSeconds / summed(small, RECONCILING),
  };
  const wrong = results.filter(
    ({ matched, payments, exceptions, agrees }) => matched !== payments || exceptions !== 0 || !agrees,
  );
  const missed = [
    ...(settleSeconds <= TARGETS.seconds ? [] : [`cut, net and write took ${settleSeconds} s`]),
    ...(reconcileSeconds <= TARGETS.seconds ? [] : [`reconciliation took ${reconcileSeconds} s`]),
    ...(large.peakMb <= TARGETS.peakMb ? [] : [`memory peaked at ${large.peakMb} MB`]),
    ...Object.entries(growth)
      .filter(([, times]) => times > TARGETS.timesOfTen)
      .map(([name, times]) => `${name} grew ${times} times for ten times the payments`),
  ];
  return {
    ok: missed.length === 0 && wrong.length === 0,
    violations: wrong.length,
    missed,
    targets: TARGETS,
    settleSeconds,
    importSeconds: summed(large, ['import']),
    reconcileSeconds,
    timesForTenfold: growth,
    sizes: results,
    conditions: {
      node: process.version,
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      loadBefore,
      loadAfter: loadavg(),
      database:
        'SQLite on a file, WAL, synchronous=FULL; sales as ledger transfers without card rows, 2,000 merchants',
    },
  };
}

async function runSize(payments: number): Promise<SizeResult> {
  const folder = mkdtempSync(join(tmpdir(), 'amur-bench-settlement-'));
  mkdirSync(join(folder, 'inbox'));
  mkdirSync(join(folder, 'outbox'));
  try {
    const child = spawn(process.execPath, [PROGRAM, '--payments', `${payments}`, '--folder', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`The measurement ended with ${code}.`);
    return JSON.parse(text.trim()) as SizeResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
