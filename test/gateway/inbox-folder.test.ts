import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openInboxFolder } from '../../gateway/inbox-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'amur-inbox-'));
  mkdirSync(join(root, 'ourbank'));
  writeFileSync(join(root, 'ourbank/b.xml'), 'b');
  writeFileSync(join(root, 'ourbank/a.txt'), 'a');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const writtenAt = () => statSync(join(root, 'ourbank/a.txt')).mtimeMs;

test('lists whole files at rest by name, and not what is still being written', async () => {
  writeFileSync(join(root, 'ourbank/c.xml.part'), 'c');
  writeFileSync(join(root, 'ourbank/.hidden'), 'c');
  writeFileSync(join(root, 'stray.xml'), 'no party');
  const later = { now: () => writtenAt() + 5_000 };
  expect(await openInboxFolder(root, later, 2_000).list()).toEqual(['ourbank/a.txt', 'ourbank/b.xml']);
  const now = { now: () => writtenAt() + 1_000 };
  expect(await openInboxFolder(root, now, 2_000).list()).toEqual([]);
});

test('puts what was taken aside, once, and tells when it is gone', async () => {
  const at = writtenAt() + 5_000;
  const inbox = openInboxFolder(root, { now: () => at }, 0);
  expect(Buffer.from((await inbox.read('ourbank/a.txt')) ?? []).toString()).toBe('a');
  await inbox.archive('ourbank/a.txt', 'ab'.repeat(32));
  await inbox.archive('ourbank/a.txt', 'ab'.repeat(32));
  expect(await inbox.read('ourbank/a.txt')).toBeNull();
  expect(await inbox.list()).toEqual(['ourbank/b.xml']);
  expect(readdirSync(join(root, '.archive/ourbank'))).toEqual(['abababababababab-a.txt']);
});
