import { expect, test } from 'vitest';
import { usedPercent } from '../../../electron/card/key-age.ts';
import { ksnBytes, parseKsn } from '../../../gateway/keys/ksn.ts';

test.each([
  ['FFFF9876543210E00001', 0],
  ['FFFF9876543210E80000', 25],
  ['FFFF9876543210F80000', 75],
  ['FFFF9876543211180000', 75],
  ['123456789012345600000001', 0],
  ['123456789012345640000000', 25],
  ['1234567890123456C0000000', 75],
] as const)('of %s, %s per cent of the counter is used, whatever the identity', (ksn, percent) => {
  expect(Math.floor(usedPercent(ksnBytes(parseKsn(ksn))))).toBe(percent);
});
