import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../../build/process.ts';

test.each([
  ['the acquirer converts', []],
  ['the wallet converts', ['--wallet-converts']],
] as const)(
  'the scripted day ends with three books in agreement where %s',
  (_name, args) => {
    const done = spawnSync(process.execPath, ['build/demo.ts', '--json', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 110_000,
    });
    const report = JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
    expect(report).toMatchObject({
      ok: true,
      violations: 0,
      violationTexts: [],
      acts: 7,
      payments: 4,
      receiptsPrinted: 8,
    });
    expect(done.status).toBe(0);
  },
  120_000,
);
