import { describe, expect, test } from 'vitest';
import {
  newUlid,
  parseAttemptId,
  parseMid,
  parseQuoteId,
  parseRefundId,
  parseSaleId,
  parseTenderId,
  parseTid,
  supportNumber,
} from '../../../gateway/kernel/identifiers.ts';

const malformed = expect.objectContaining({ code: 'IDENTIFIER_MALFORMED' });
const clock = (at: number) => ({ now: () => at });
const bytes = (fill: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(fill) });

describe('Terminal and merchant numbers', () => {
  test('are digits that keep their leading zeros', () => {
    expect(parseTid('00000001')).toBe('00000001');
    expect(parseMid('000000000000001')).toBe('000000000000001');
  });

  test.each(['', '1', '000000001', '0000000a', '0000000１', ' 0000001', '00000001\n'])(
    '"%s" is no terminal',
    (text) => {
      expect(() => parseTid(text)).toThrow(malformed);
    },
  );

  test('are not taken for each other', () => {
    expect(() => parseMid('00000001')).toThrow(malformed);
    expect(() => parseTid('000000000000001')).toThrow(malformed);
  });

  test('that are refused are not repeated in what is logged', () => {
    expect(() => parseTid('4111111111111111')).toThrow(
      expect.objectContaining({ facts: { identifier: 'tid', length: 16 } }),
    );
  });
});

describe('A ULID', () => {
  const parsers = [parseSaleId, parseTenderId, parseAttemptId, parseRefundId, parseQuoteId];

  test('has 26 Crockford characters: time first, then chance', () => {
    // The time half of the ULID specification's own example, 01ARZ3NDEKTSV4RRFFQ69G5FAV.
    const ulid = newUlid(clock(1_469_922_850_259), bytes(31));
    expect(ulid).toBe('01ARZ3NDEKZZZZZZZZZZZZZZZZ');
    for (const parse of parsers) expect(parse(ulid)).toBe(ulid);
  });

  test('sorts by time', () => {
    const times = [0, 1, 31, 32, 1_000_000, 1_795_000_000_000, 2 ** 48 - 1];
    const ulids = times.map((at) => newUlid(clock(at), bytes(200)));
    expect(ulids.toSorted()).toEqual(ulids);
    expect(ulids.at(-1)?.slice(0, 10)).toBe('7ZZZZZZZZZ');
  });

  test('uses five bits of each random byte, and so every character', () => {
    const random = { bytes: () => Uint8Array.from({ length: 16 }, (_, i) => i * 2 + 1) };
    expect(newUlid(clock(0), random)).toBe('000000000013579BDFHKNQSVXZ');
  });

  test.each([
    '',
    '01ARZ3NDEKZZZZZZZZZZZZZZZ',
    '81ARZ3NDEKZZZZZZZZZZZZZZZZ',
    '01ARZ3NDEKZZZZZZZZZZZZZZZI',
    '01arz3ndekzzzzzzzzzzzzzzzz',
  ])('is not "%s"', (text) => {
    for (const parse of parsers) expect(() => parse(text)).toThrow(malformed);
  });

  test('has a short number that a person can read out', () => {
    expect(supportNumber(parseAttemptId('01ARZ3NDEKTSV4RRFFQ69G5FAV'))).toBe('FFQ6-9G5F-AV');
  });
});
