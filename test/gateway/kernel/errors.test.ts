import { describe, expect, test } from 'vitest';
import {
  AmurError,
  ERROR_CATALOGUE,
  failureName,
  InvariantError,
  invariant,
  isErrorCode,
  unreachable,
} from '../../../gateway/kernel/errors.ts';

describe('The catalogue of errors', () => {
  test.each(Object.entries(ERROR_CATALOGUE))('%s says what is wrong in one plain sentence', (code, row) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]{1,63}$/);
    expect(row.message).toMatch(/^[A-Z].*\.$/);
    expect(row.message.length).toBeLessThanOrEqual(400);
    expect(['never', 'later', 'new']).toContain(row.retry);
  });

  test('knows its own codes and nothing that every object has', () => {
    expect(isErrorCode('QUOTE_EXPIRED')).toBe(true);
    for (const text of ['', 'quote_expired', 'toString', '__proto__', 'constructor']) {
      expect(isErrorCode(text)).toBe(false);
    }
  });
});

describe('An operating failure', () => {
  test('carries its code, a message safe to log, its facts and its cause', () => {
    const cause = new Error('inner');
    const error = new AmurError('QUOTE_EXPIRED', { quote: 'q' }, { cause });
    expect(error).toMatchObject({ name: 'AmurError', code: 'QUOTE_EXPIRED', facts: { quote: 'q' }, cause });
    expect(error.message).toBe(ERROR_CATALOGUE.QUOTE_EXPIRED.message);
  });
});

describe('A bug', () => {
  test('is another kind of error', () => {
    expect(() => invariant(false, 'Debits equal credits.')).toThrow(InvariantError);
    expect(() => invariant(true, 'Debits equal credits.')).not.toThrow();
    expect(() => unreachable('new state' as never)).toThrow('new state');
    expect(new InvariantError('x')).not.toBeInstanceOf(AmurError);
  });
});

test('a failure is named in a log by its code, so that a full disk is told from a bug, and never by its words', () => {
  expect(failureName(new AmurError('STORE_UNAVAILABLE', {}))).toBe('STORE_UNAVAILABLE');
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  expect(failureName(full)).toBe('Error:SQLITE_FULL');
  expect(failureName(Object.assign(new Error('x'), { code: 'four words of it' }))).toBe('Error');
  expect(failureName(new InvariantError('An entry is never below zero.'))).toBe('InvariantError');
  expect(failureName('card 4111111111111111')).toBe('string');
});
