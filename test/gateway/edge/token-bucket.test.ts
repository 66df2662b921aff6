import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressKey } from '../../../gateway/edge/address.ts';
import { AddressBuckets, TokenBucket } from '../../../gateway/edge/token-bucket.ts';

describe('a token bucket', () => {
  test('gives its burst at once and then its rate, never more', () => {
    const limit = fc.record({
      burst: fc.integer({ min: 1, max: 20 }),
      perMinute: fc.integer({ min: 1, max: 6_000 }),
    });
    const steps = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(limit, steps, ({ burst, perMinute }, waits) => {
        const bucket = new TokenBucket({ burst, perMinute }, 0);
        let now = 0;
        let taken = 0;
        for (const wait of waits) {
          now += wait;
          if (bucket.take(now)) taken += 1;
          expect(taken).toBeLessThanOrEqual(burst + (now * perMinute) / 60_000);
        }
      }),
    );
  });

  test('gains nothing from a clock that goes back', () => {
    const bucket = new TokenBucket({ burst: 1, perMinute: 60 }, 10_000);
    expect(bucket.take(10_000)).toBe(true);
    expect(bucket.take(1_000)).toBe(false);
    expect(bucket.take(1_999)).toBe(false);
    expect(bucket.take(2_000)).toBe(true);
  });
});

describe('buckets by address', () => {
  test('are separate, and the longest unused is forgotten first', () => {
    const buckets = new AddressBuckets({ burst: 1, perMinute: 1 }, 2);
    expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('b', 0)]).toEqual([true, false, true]);
    buckets.take('a', 0);
    buckets.take('c', 0);
    expect([buckets.take('a', 0), buckets.take('b', 0)]).toEqual([false, true]);
  });
});

test('an address is counted by itself, and an IPv6 address by its first 64 bits', () => {
  expect(addressKey('192.0.2.7')).toBe('192.0.2.7');
  expect(addressKey('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(addressKey('2001:0DB8:1:2::9')).toBe('2001:db8:1:2::/64');
  expect(addressKey('::1')).toBe('0:0:0:0::/64');
  expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect([addressKey(undefined), addressKey('nonsense')]).toEqual(['unknown', 'unknown']);
});
