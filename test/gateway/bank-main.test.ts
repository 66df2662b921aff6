import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BANK_SETTINGS } from './bank-settings.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

let directory = '';
let config = '';
const started: { kill(signal: 'SIGKILL'): unknown }[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'amur-bank-'));
  config = join(directory, 'bank.json');
  writeFileSync(config, JSON.stringify(BANK_SETTINGS));
});
afterEach(() => {
  for (const process of started.splice(0)) process.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function bank(...args: string[]) {
  const all = ['gateway/bank-cli.ts', ...args, '--config', config, '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: ROOT, encoding: 'utf8' });
  return { code: status, error: stderr, answer: stdout === '' ? null : JSON.parse(stdout) };
}

describe('The bank’s process', () => {
  test('says that it is ready, opens its cycles, and stops when told', async () => {
    const child = spawn(process.execPath, ['gateway/bank-main.ts', '--config', config], { cwd: ROOT });
    started.push(child);
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: child.stdout }).once('line', resolve),
    );
    expect(JSON.parse(line)).toEqual({ ready: true, name: 'amur-bank', addresses: {} });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(bank('cycles').answer).toMatchObject([{ state: 'OPEN', partner: 'amurbank' }]);
  });

  test('and its command line say in a sentence what they cannot do', () => {
    expect(bank('fly')).toMatchObject({ code: 2, answer: null });
    const { code, error } = bank('cycles', '--parner', 'amurbank');
    expect(error).toMatch(/'--parner'[^\n]*\nnpm run bank -- <command>/);
    expect(code).toBe(2);
    expect(bank('send', 'nothing')).toMatchObject({ code: 1, answer: { code: 'CYCLE_NOT_FOUND' } });
    writeFileSync(config, '{}');
    expect(bank('cycles')).toMatchObject({ code: 1, answer: null });
  });
});
