/** What an operator does on the gateway's command line while it runs, with the partner banks' process beside it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Estate, freePorts } from '../../build/estate.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
let directory = '';
let estate: Estate;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amur-operator-'));
  estate = await Estate.prepare(directory, { ports: await freePorts(), cards: {} });
  await estate.start('bank');
  await estate.start('gateway');
});
afterAll(async () => {
  await estate.stopAll();
  rmSync(directory, { recursive: true });
});

function operator(...args: string[]) {
  const config = join(directory, 'gateway.json');
  const entry = join(ROOT, 'gateway/main.ts');
  const done = spawnSync(process.execPath, [entry, '--config', config, ...args], { encoding: 'utf8' });
  return { status: done.status, printed: done.stdout.trim(), said: done.stderr.trim() };
}

const logged = () => readFileSync(join(directory, 'logs', 'gateway.log'), 'utf8').split('\n');

async function untilLogged(count: number, ...words: string[]): Promise<void> {
  const found = () => logged().filter((line) => words.every((word) => line.includes(word))).length;
  for (let tries = 0; found() < count; tries += 1) {
    if (tries === 300) throw new Error(`The gateway did not log ${words.join(' ')}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('the day of a bank is closed while the gateway runs, as often as somebody wishes', async () => {
  for (const count of [1, 2]) {
    const { status, printed } = operator('--close-bank-day', 'mir-bank');
    expect(status).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ bank: 'mir-bank', wished: true });
    await untilLogged(count, '"event":"card_bank_totals"', '"bank":"mir-bank"', '"state":"balanced"');
  }
  expect(logged().filter((line) => line.includes('"level":"alarm"'))).toEqual([]);
  const nobody = operator('--close-bank-day', 'nobody');
  expect([nobody.status, nobody.said]).toEqual([1, 'Configuration: there is no such bank.']);
});

test('what needs a person is listed while the gateway runs', () => {
  expect(JSON.parse(operator('--card-matters').printed)).toEqual({ matters: [] });
});
