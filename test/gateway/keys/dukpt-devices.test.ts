import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aesInitialKey, aesTransactionKey, aesWorkingKey } from '../../../gateway/keys/aes-dukpt.ts';
import { DukptDevices } from '../../../gateway/keys/dukpt-devices.ts';
import { parseKsn } from '../../../gateway/keys/ksn.ts';
import { toHex } from '../../../gateway/keys/octets.ts';
import { tdesInitialKey, tdesTransactionKey, tdesWorkingKey } from '../../../gateway/keys/tdes-dukpt.ts';
import { seededRandom } from './hsm-world.ts';

const random = seededRandom('devices');

test('what is remembered of a device never changes a key, in whatever order counters come', () => {
  const bdk = random.bytes(16);
  const [tdes, aes] = [new DukptDevices('tdes', bdk), new DukptDevices('aes', bdk)];
  const counters = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 1023 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(counters, (asked) => {
      for (const [device, counter] of asked) {
        const t = parseKsn(`FFFF98765${device}3210E0${counter.toString(16).toUpperCase().padStart(4, '0')}`);
        const a = parseKsn(`123456789012345${device}${counter.toString(16).toUpperCase().padStart(8, '0')}`);
        expect(toHex(tdes.workingKey(t, 'pin', 'AES128'))).toBe(
          toHex(tdesWorkingKey(tdesTransactionKey(tdesInitialKey(bdk, t), t), 'pin')),
        );
        expect(toHex(aes.workingKey(a, 'dataRequest', 'AES128'))).toBe(
          toHex(aesWorkingKey(aesTransactionKey(aesInitialKey(bdk, a), a), a, 'dataRequest', 'AES128')),
        );
      }
    }),
    { numRuns: 60 },
  );
});
