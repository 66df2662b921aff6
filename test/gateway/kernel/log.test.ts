import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedFacts, createLog } from '../../../gateway/kernel/log.ts';

const ATTEMPT = '01KAHJ9V5R0000000000000001';

test('a line carries its time, level, process, event and the allowed facts', () => {
  const lines: string[] = [];
  const log = createLog('gateway', { now: () => 1_795_327_200_000 }, (line) => lines.push(line));
  log.alarm('payment_state', { attemptId: ATTEMPT, tid: '10000001', made: 3, found: '88710 CNY' });
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    at: '2026-11-22T06:00:00.000Z',
    level: 'alarm',
    name: 'gateway',
    event: 'payment_state',
    attemptId: ATTEMPT,
    tid: '10000001',
    made: 3,
    found: '88710 CNY',
  });
});

test('a field that is not in the table is left out, and counted', () => {
  expect(allowedFacts({ authCode: '280000000000004321', state: 'waiting' })).toEqual({
    state: 'waiting',
    fieldsLeftOut: 1,
  });
});

test('a result of the wallet keeps its business code, without which nobody could act on it', () => {
  const facts = { method: 'alipay.trade.pay', outTradeNo: ATTEMPT, code: '40004', subCode: 'ACQ.ODD' };
  expect(allowedFacts(facts)).toEqual(facts);
});

test('a value without the shape of its field is masked', () => {
  const odd = { attemptId: '4111111111111111', tid: '1234', state: 'a b', made: 1.5, address: '<script>' };
  expect(new Set(Object.values(allowedFacts(odd)))).toEqual(new Set(['[masked]']));
});

test('card numbers and payment codes are masked in free text, however they are grouped', () => {
  for (const digits of [
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '280000000000004321',
  ]) {
    expect(allowedFacts({ message: `paid with ${digits} today` })).toEqual({ message: '[masked]' });
  }
});

test('no run of 13 or more digits passes in any field but those whose shape vouches for it', () => {
  const fields = [
    'state',
    'code',
    'cause',
    'message',
    'address',
    'error',
    'ordered',
    'attemptId',
    'tid',
    'file',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...fields),
      fc.stringMatching(/^[0-9]{13,19}$/),
      fc.string(),
      (field, digits, around) => {
        const shown = JSON.stringify(allowedFacts({ [field]: `${around}${digits}${around}` }));
        expect(shown).not.toContain(digits);
      },
    ),
  );
});
