import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { binOf, luhnFits, maskPan, parsePan } from '../../../gateway/iso8583/identifiers.ts';
import {
  nextStan,
  parseAuthCode,
  parseBin,
  parseMaskedPan,
  parseRrn,
  parseStan,
} from '../../../gateway/kernel/identifiers.ts';
import { openSecret } from '../../../gateway/kernel/secret.ts';

const malformed = expect.objectContaining({ code: 'IDENTIFIER_MALFORMED' });

describe('A card number', () => {
  const pan = parsePan('4111111111111111');

  test('prints as its last four, however it is printed, and opens by a call that can be searched for', () => {
    for (const text of [String(pan), JSON.stringify({ pan }), inspect(pan), `${pan}`]) {
      expect(text).toContain('1111');
      expect(text).not.toContain('41111');
    }
    expect(openSecret(pan)).toBe('4111111111111111');
  });

  test('is shown masked, and gives its leading digits for routing', () => {
    expect(maskPan(pan)).toBe('411111******1111');
    expect(maskPan(parsePan('220000000012'))).toBe('220000**0012');
    expect([binOf(pan, 6), binOf(pan, 8)]).toEqual(['411111', '41111111']);
  });

  test('has a check digit', () => {
    expect(luhnFits(pan)).toBe(true);
    expect(luhnFits(parsePan('4111111111111112'))).toBe(false);
    expect(luhnFits(parsePan('6212345678900000003'))).toBe(true);
  });

  test.each(['', '41111111111', '41111111111111111111', '4111 1111 1111 1111', '411111111111111a'])(
    '"%s" is none',
    (text) => {
      expect(() => parsePan(text)).toThrow(malformed);
    },
  );
});

describe('Numbers of a message', () => {
  test('the trace number goes from 999999 to 000001 and is never zero', () => {
    expect(nextStan(parseStan('999999'))).toBe('000001');
    expect(nextStan(parseStan('000001'))).toBe('000002');
    expect(() => parseStan('000000')).toThrow(malformed);
    expect(() => parseStan('1')).toThrow(malformed);
  });

  test('each keeps its shape', () => {
    expect(parseRrn('632606000123')).toBe('632606000123');
    expect(parseAuthCode('A1b2C3')).toBe('A1b2C3');
    expect(parseBin('22007000')).toBe('22007000');
    expect(parseMaskedPan('220070******1234')).toBe('220070******1234');
    expect(() => parseRrn('63260600012')).toThrow(malformed);
    expect(() => parseAuthCode('A1 2C3')).toThrow(malformed);
    expect(() => parseBin('2200700')).toThrow(malformed);
    for (const text of ['2200700000001234', '2200701*****1234', '220070*****01234', '******']) {
      expect(() => parseMaskedPan(text)).toThrow(malformed);
    }
  });
});
