import { expect, test } from 'vitest';
import { transmissionTime } from '../../../gateway/iso8583/transmission-time.ts';

test.each([
  ['2026-11-23T13:07:09.999Z', '1123130709'],
  ['2027-01-01T02:59:59+03:00', '1231235959'],
  ['2028-02-29T00:00:00Z', '0229000000'],
])('DE7 of %s is in UTC, to the second and without a year', (at, text) => {
  expect(transmissionTime(Date.parse(at))).toBe(text);
});
