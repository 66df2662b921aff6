import { expect, test } from 'vitest';
import { decideShift, isOverdue, receiptNumber } from '../../../electron/shift/shift.ts';
import {
  hashPin,
  isLocked,
  NO_TRIES,
  PIN_LOCK_MS,
  type PinTries,
  verifyPin,
  wrongPin,
} from '../../../electron/shift/staff.ts';

const SALT = Uint8Array.from({ length: 16 }, (_, i) => i);

test('a PIN is kept as a hash that only the PIN fits', () => {
  const stored = hashPin('1234', SALT);
  expect(JSON.stringify(stored)).not.toContain('1234"');
  expect(verifyPin('1234', stored)).toBe(true);
  expect(verifyPin('1235', stored)).toBe(false);
});

test('the fifth wrong PIN locks for a while and the count starts over', () => {
  let tries: PinTries = NO_TRIES;
  for (let i = 0; i < 4; i += 1) tries = wrongPin(tries, 1_000);
  expect(isLocked(tries, 1_000)).toBe(false);
  tries = wrongPin(tries, 1_000);
  expect(isLocked(tries, 1_000 + PIN_LOCK_MS - 1)).toBe(true);
  expect(isLocked(tries, 1_000 + PIN_LOCK_MS)).toBe(false);
});

test('a shift is of its local business date', () => {
  const evening = Date.UTC(2026, 10, 22, 20, 59);
  const first = decideShift(null, evening, 180);
  expect(first).toMatchObject({
    kind: 'open',
    closes: null,
    shift: { number: 1, businessDate: '2026-11-22' },
  });
  if (first.kind !== 'open') return;
  expect(decideShift(first.shift, evening + 59_000, 180).kind).toBe('keep');
  expect(decideShift(first.shift, evening + 60_000, 180)).toMatchObject({
    closes: 1,
    shift: { number: 2, businessDate: '2026-11-23' },
  });
  expect(isOverdue(first.shift, evening + 86_400_000)).toBe(true);
});

test('receipt numbers read as shift and place', () => {
  expect(receiptNumber(214, 87)).toBe('214-0087');
});
