import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { openOutboxFolder } from '../../gateway/outbox-folder.ts';
import { fileIdOf } from '../../gateway/settlement/files/source.ts';
import type { OutboxPort } from '../../gateway/settlement/ports.ts';
import { SeededRandom } from '../sim/seeded-random.ts';

const CONTENT = [Buffer.from('Сумма=1.00\r\n'), Buffer.from('КонецФайла\r\n')];

let root = '';
let outbox: OutboxPort;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'amur-outbox-'));
  outbox = openOutboxFolder(root, new SeededRandom(1));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const seen = () =>
  readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith('.'))
    .sort();

test('a staged file is whole and not to be seen until it is published', async () => {
  const staged = await outbox.stage('ourbank/order.txt', CONTENT);
  expect(staged).toMatchObject({ fileId: fileIdOf(CONTENT), bytes: Buffer.concat(CONTENT).length });
  expect(Buffer.from(await outbox.read(staged.stagedAs))).toEqual(Buffer.concat(CONTENT));
  expect(seen()).toEqual([]);
  expect(await outbox.publish(staged.stagedAs, 'ourbank/order.txt')).toBe(true);
  expect(seen()).toEqual(['ourbank', 'ourbank/order.txt']);
  expect(readFileSync(join(root, 'ourbank/order.txt'))).toEqual(Buffer.concat(CONTENT));
});

test('a file is published once, even when it has been fetched since', async () => {
  const { stagedAs } = await outbox.stage('ourbank/order.txt', CONTENT);
  await outbox.publish(stagedAs, 'ourbank/order.txt');
  rmSync(join(root, 'ourbank/order.txt'));
  expect(await outbox.publish(stagedAs, 'ourbank/order.txt')).toBe(false);
  expect(seen()).toEqual(['ourbank']);
});

test('two that publish one record at once deliver it once', async () => {
  const { stagedAs } = await outbox.stage('ourbank/order.txt', CONTENT);
  const both = [1, 2, 3].map(() => outbox.publish(stagedAs, 'ourbank/order.txt').catch(() => 'taken'));
  expect((await Promise.all(both)).filter((result) => result === true).length).toBe(1);
});

test('a file that waits to be fetched is not replaced', async () => {
  const first = await outbox.stage('ourbank/order.txt', CONTENT);
  const second = await outbox.stage('ourbank/order.txt', [Buffer.from('other')]);
  await outbox.publish(first.stagedAs, 'ourbank/order.txt');
  const refused = await outbox.publish(second.stagedAs, 'ourbank/order.txt').catch((error: unknown) => error);
  expect(refused instanceof AmurError && refused.code).toBe('OUTBOX_NAME_TAKEN');
  await outbox.discard(second.stagedAs);
  await outbox.discard(second.stagedAs);
  expect(readdirSync(join(root, '.staging'))).toEqual([]);
});

test('no name leads out of the folder', async () => {
  const { stagedAs } = await outbox.stage('ourbank/order.txt', CONTENT);
  for (const name of [
    '../order.txt',
    'ourbank/../../x',
    '/etc/x',
    'ourbank/.x',
    'ourbank/a/b',
    '.staging/x',
  ]) {
    await expect(outbox.publish(stagedAs, name)).rejects.toThrow(AmurError);
  }
  await expect(outbox.publish('../x', 'ourbank/order.txt')).rejects.toThrow(AmurError);
});

test('what is staged is listed, half-written files as well, until it is published or discarded', async () => {
  expect(await outbox.staged()).toEqual([]);
  const one = await outbox.stage('ourbank/one.txt', CONTENT);
  const two = await outbox.stage('ourbank/two.txt', CONTENT);
  writeFileSync(join(root, '.staging/notes.txt'), 'not ours');
  expect(await outbox.staged()).toEqual([one.stagedAs, two.stagedAs].sort());
  await outbox.publish(one.stagedAs, 'ourbank/one.txt');
  await outbox.discard(two.stagedAs);
  expect(await outbox.staged()).toEqual([]);
});
