import { describe, expect, test } from 'vitest';
import { witness } from '../../witness/iso8583.ts';
import { isKnown, passesOver, UNKNOWN } from '../../witness/tshark-knowledge.ts';

const MESSAGES = 250;
const SEED = 20_261_122;

describe('tshark as a witness', () => {
  test.each(['ascii', 'ascii-hex', 'bcd'] as const)(
    '%s: reads every data element it knows as it was packed',
    (encoding) => {
      const seen = witness(encoding, MESSAGES, SEED, () => {});
      expect(seen.first).toEqual([]);
      expect(seen.disagreements).toBe(0);
      expect(seen.least.times).toBeGreaterThan(0);
      expect(seen.values).toBeGreaterThan(MESSAGES * 10);
    },
  );

  test('every data element of 1987 is known to it in one encoding at least, but for five', () => {
    const encodings = Object.keys(UNKNOWN) as readonly (keyof typeof UNKNOWN)[];
    const never = Array.from({ length: 127 }, (_, index) => index + 2).filter(
      (de) => !encodings.some((encoding) => isKnown(encoding, de)),
    );
    expect(never).toEqual([53, 86, 87, 88, 89]);
  });

  test('it passes over a message whose first bytes happen to be text', () => {
    const framed = (data: string): Buffer =>
      Buffer.concat([Buffer.from('00200200', 'hex'), Buffer.from(data, 'latin1')]);
    expect(passesOver('bcd', framed('xx0123456789ABCDEF'))).toBe(false);
    expect(passesOver('bcd', framed('xx0123456789ABCDEG'))).toBe(true);
    expect(passesOver('bcd', framed('xx0123456789ABCD\0G'))).toBe(false);
    expect(passesOver('bcd', framed('xx0123456789\xff\0rest'))).toBe(false);
    expect(passesOver('bcd', framed('xx0123456789ABC\xff\0'))).toBe(true);
    expect(passesOver('bcd', framed('xx0123456789AB\xff\0'))).toBe(false);
    expect(passesOver('bcd', framed('xx0123456789ABC'.replace('C', '\xff')))).toBe(false);
    expect(passesOver('ascii-hex', framed('xx0123456789ABCDEG'))).toBe(false);
  });
});
