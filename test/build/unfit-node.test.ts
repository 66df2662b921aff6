import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../../build/process.ts';
import { nodeRefusal } from '../../gateway/kernel/node-version.ts';

const ENTRIES = [
  'gateway/main.ts',
  'electron/host.ts',
  'electron/serve.ts',
  'simulators/alipay/main.ts',
  'simulators/counter.ts',
  'build/start.ts',
  'build/demo.ts',
  'test/sim/main.ts',
  'test/crash/main.ts',
  'test/fuzz/main.ts',
  'test/bench/main.ts',
];

/** Makes the process believe that it runs on an older Node. */
const OLDER = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.18.0'}})`;

test.each(ENTRIES)('%s refuses an unfit Node in one sentence and with exit code 1', (entry) => {
  const done = spawnSync(process.execPath, ['--import', OLDER, entry], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(done.stderr.trim()).toBe(nodeRefusal('22.18.0'));
  expect(done.stdout).toBe('');
  expect(done.status).toBe(1);
});

test('the way into every command sets itself up on Node 20 and refuses an older one in one sentence', () => {
  const older = OLDER.replace('22.18.0', '18.20.0');
  const done = spawnSync(process.execPath, ['--import', older, 'build/run.mjs', 'demo'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(done.stderr.trim()).toMatch(/^Amur needs Node\.js 20 or newer[^\n]*$/);
  expect(done.status).toBe(1);
});

test('a fit Node is not refused', () => {
  expect(nodeRefusal('24.21.0')).toBeNull();
  expect(nodeRefusal('26.1.0')).toBeNull();
});
