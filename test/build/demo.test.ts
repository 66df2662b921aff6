import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from '../../build/process.ts';

test.each([
  ['the acquirer converts', []],
  ['the wallet converts', ['--wallet-converts', '--keep']],
] as const)(
  'the scripted day ends with the books of till, gateway, wallet and banks in agreement where %s',
  (_name, args) => {
    const done = spawnSync(process.execPath, ['build/demo.ts', '--json', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 590_000,
    });
    const kept = /^Kept in (.+)$/m.exec(done.stdout)?.[1];
    if (kept !== undefined) rmSync(kept, { recursive: true });
    const report = JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
    expect(report).toMatchObject({
      ok: true,
      violations: 0,
      violationTexts: [],
      acts: 21,
      payments: 4,
      cardTransactions: 14,
      batchesAgreed: 1,
      receiptsPrinted: 44,
    });
    expect(report.papers).toEqual({
      batch: 1,
      card_customer: 11,
      card_merchant: 11,
      card_note: 3,
      refund: 7,
      sale: 11,
    });
    expect(done.status).toBe(0);
  },
  600_000,
);
