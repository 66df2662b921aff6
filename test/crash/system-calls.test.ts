import { expect, test } from 'vitest';
import { checkSynced, type SyncClaim } from './sync-claim.ts';
import { readTrace } from './system-calls.ts';

const CLAIM: SyncClaim = {
  name: 'intent before request',
  log: 'store-wal',
  holds: ['A1'],
  says: ['pay'],
  port: 9,
};
const WRITE = '7 pwrite64(3</d/store-wal>, "..A1..", 4096, 32) = 4096';
const SYNC = '7 fdatasync(3</d/store-wal>) = 0';
const MARK = '7 write(4</d/marks.txt>, "pay", 3) = 3';
const SEND = '7 write(5<TCP:[127.0.0.1:1->127.0.0.1:9]>, "x", 1) = 1';

const find = (...lines: readonly string[]) => checkSynced(readTrace(lines.join('\n')), CLAIM);

test('written, synced and sent in that order holds', () => {
  expect(find(WRITE, SYNC, MARK, SEND)).toMatchObject({ ok: true, writtenAt: 0, syncedAt: 1, leftAt: 3 });
});

test('a sync that comes after the message, or not at all, is caught', () => {
  expect(find(WRITE, MARK, SEND, SYNC)).toEqual({ ok: false, reason: 'the message left before the sync' });
  expect(find(WRITE, MARK, SEND)).toEqual({ ok: false, reason: 'the log was never synced after the write' });
});

test('a message that leaves before its write is caught', () => {
  expect(find(MARK, SEND, WRITE, SYNC)).toEqual({ ok: false, reason: 'the message left before the write' });
});

test('a sync counts from when it has returned, also where the trace was interrupted', () => {
  const begun = '7 fdatasync(3</d/store-wal> <unfinished ...>';
  const resumed = '7 <... fdatasync resumed>) = 0';
  const elsewhere = MARK.replace('7', '8');
  expect(find(WRITE, begun, resumed, MARK, SEND)).toMatchObject({ ok: true });
  expect(find(WRITE, begun, elsewhere, resumed, SEND)).toMatchObject({ ok: false });
});

test('a sync that failed, or was of another file, is none', () => {
  expect(find(WRITE, SYNC.replace('= 0', '= -1 EIO'), MARK, SEND)).toMatchObject({ ok: false });
  expect(find(WRITE, SYNC.replace('store-wal', 'other-wal'), MARK, SEND)).toMatchObject({ ok: false });
});

test('a write to another port is not the leaving', () => {
  expect(find(WRITE, SYNC, MARK, SEND.replace(':9]', ':99]'))).toEqual({
    ok: false,
    reason: 'nothing left by the socket after the mark',
  });
});
