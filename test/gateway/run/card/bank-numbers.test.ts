import { expect, test } from 'vitest';
import { parseStan } from '../../../../gateway/kernel/identifiers.ts';
import { BankNumbers } from '../../../../gateway/run/card/bank-numbers.ts';

const AT = Date.UTC(2026, 10, 22, 6, 1, 2);

test('a number has its second in UTC and its day in the reference', () => {
  const numbers = new BankNumbers(parseStan('000041'));
  expect(numbers.next(AT)).toEqual({ stan: '000042', transmittedAt: '1122060102', rrn: '632606000042' });
  expect(numbers.next(AT + 1_000)).toMatchObject({ stan: '000043', transmittedAt: '1122060103' });
});

test('after 999999 comes 000001', () => {
  const numbers = new BankNumbers(parseStan('999998'));
  expect([numbers.next(AT).stan, numbers.next(AT).stan]).toEqual(['999999', '000001']);
});

test('where its STANs come round the references of an hour go on, and the next hour begins anew', () => {
  const numbers = new BankNumbers(parseStan('999998'));
  const rrns = [AT, AT, AT, AT + 3_600_000].map((at) => numbers.next(at).rrn);
  expect(rrns).toEqual(['632606999999', '632630000001', '632630000002', '632607000003']);
});
