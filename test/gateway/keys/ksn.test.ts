import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  counterPrefixes,
  initialKsn,
  ksnBytes,
  ksnCounter,
  ksnFromBytes,
  ksnScheme,
  nextKsn,
  parseKsn,
} from '../../../gateway/keys/ksn.ts';
import published from '../../fixtures/crypto.json' with { type: 'json' };
import { refusal } from './refusal.ts';

test('the published counters follow one another, over those with too many bits', () => {
  const rows = published.tdesDukpt.rows.map(({ ksn }) => parseKsn(ksn));
  for (const run of [rows.slice(0, 21), rows.slice(21)])
    run.slice(1).forEach((ksn, i) => {
      expect(nextKsn(run[i] ?? ksn)).toBe(ksn);
    });
  const aes = (counter: string) => parseKsn(published.aesDukpt.ikid + counter);
  expect(nextKsn(aes('00000000'))).toBe(aes('00000001'));
  expect(nextKsn(aes('0001FFFE'))).toBe(aes('00020000'));
  expect(nextKsn(aes('00020000'))).toBe(aes('00020001'));
  expect(nextKsn(aes('FFFE2000'))).toBe(aes('FFFE4000'));
  expect(nextKsn(aes('FFFE4000'))).toBe(aes('FFFE8000'));
  expect(nextKsn(aes('FFFE8000'))).toBe(aes('FFFF0000'));
});

test('after the last counter there is none', () => {
  for (const last of ['FFFF9876543210FFF800', '1234567890123456FFFF0000'])
    expect(refusal(() => nextKsn(parseKsn(last)))).toBe('KSN_EXHAUSTED');
});

test('the next counter is the smallest greater one with few enough bits', () => {
  const ones = (value: number) => [...value.toString(2)].filter((bit) => bit === '1').length;
  const tdes = fc.integer({ min: 0, max: 0x1fffff }).filter((counter) => ones(counter) <= 10);
  fc.assert(
    fc.property(tdes, (counter) => {
      const low = (0xe00000 + counter).toString(16).toUpperCase();
      const ksn = parseKsn(`FFFF9876543210${low}`);
      let expected = counter + 1;
      while (ones(expected) > 10) expected += 1;
      if (expected > 0x1fffff) expect(refusal(() => nextKsn(ksn))).toBe('KSN_EXHAUSTED');
      else expect(ksnCounter(nextKsn(ksn))).toBe(expected);
      expect(initialKsn(ksn)).toBe('FFFF9876543210E00000');
    }),
  );
});

test('a KSN of another length, case or alphabet is refused, and one with too many bits', () => {
  for (const text of [
    '',
    'FFFF9876543210E0000',
    'ffff9876543210e00001',
    'GFFF9876543210E00001',
    '1'.repeat(22),
  ])
    expect(refusal(() => parseKsn(text))).toBe('KSN_MALFORMED');
  expect(refusal(() => parseKsn('FFFF9876543210FFFFFF'))).toBe('KSN_MALFORMED');
  expect(refusal(() => parseKsn('1234567890123456FFFF8000'))).toBe('KSN_MALFORMED');
});

test('bytes and text are the same KSN, and its length tells the scheme', () => {
  const ksn = ksnFromBytes(Buffer.from('FFFF9876543210E00001', 'hex'));
  expect(ksn).toBe('FFFF9876543210E00001');
  expect(ksnFromBytes(ksnBytes(ksn))).toBe(ksn);
  expect([ksnScheme(ksn), ksnScheme(parseKsn('123456789012345600000001'))]).toEqual(['tdes', 'aes']);
  expect(ksnCounter(parseKsn('1234567890123456FFFF0000'))).toBe(0xffff0000);
});

test('a counter’s prefixes each have one set bit more', () => {
  expect(counterPrefixes(0b1011)).toEqual([0b1000, 0b1010, 0b1011]);
  expect(counterPrefixes(0)).toEqual([]);
  expect(counterPrefixes(0xffff0000).at(-1)).toBe(0xffff0000);
});
