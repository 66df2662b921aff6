import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../../build/process.ts';

/** An echo: DE7, DE11 and DE70. */
const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const SOUND = `${hex('0800')}82200000000000000400000000000000${hex('1122081500000001301')}`;

function described(...args: readonly string[]) {
  const { stdout, status } = spawnSync(process.execPath, ['build/describe.ts', ...args, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, report: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown> };
}

test('a message that is described as JSON says whether it is sound', () => {
  const sound = described(SOUND);
  expect(sound.report).toMatchObject({ ok: true, profile: 'ascii', error: null });
  expect(sound.status).toBe(0);
  const cut = described(SOUND.slice(0, -2));
  expect(cut.report).toMatchObject({ ok: false, error: { code: expect.any(String) } });
  expect(cut.status).toBe(1);
});

test('what is no message at all says so as JSON too', () => {
  const { report, status } = described('6001', '--tpdu');
  expect(report).toMatchObject({
    ok: false,
    profile: 'ascii',
    rows: [],
    error: { code: expect.any(String) },
  });
  expect(status).toBe(1);
});
