/** Keys of both ends of a link and of one PIN pad, made for a test: two HSMs that share nothing but the ZMK. */

import { Secret } from '../../../gateway/kernel/secret.ts';
import type { Random } from '../../../gateway/kernel/time.ts';
import type { AccountData } from '../../../gateway/keys/account-data.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import type { KeyUse } from '../../../gateway/keys/hsm.ts';
import { ksnBytes, ksnFromBytes, parseKsn } from '../../../gateway/keys/ksn.ts';
import { encryptPinBlock } from '../../../gateway/keys/pin-block.ts';
import { SoftwareHsm } from '../../../gateway/keys/software-hsm.ts';
import { tdesInitialKey, tdesTransactionKey, tdesWorkingKey } from '../../../gateway/keys/tdes-dukpt.ts';
import { wrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import type { CapturedCard } from '../../../gateway/payments/card/ports.ts';

export const PAN = '2200700012345678';
export const TRACK2 = `${PAN}=30122010000000000`;
export const PIN = '4729';

export interface TestKeys {
  readonly gateway: SoftwareHsm;
  readonly bank: SoftwareHsm;
  readonly terminalKey: (ksn: Uint8Array) => KeyUse | null;
  capturedCard(counter: number, withPin: boolean): CapturedCard;
  storedCard(cardId: string): Uint8Array;
}

type Named = readonly [name: string, usage: string, algorithm: string, mode: string, key: Uint8Array];

function hsmWith(random: Random, keys: readonly Named[]): SoftwareHsm {
  const masterKey = random.bytes(32);
  const blocks = keys.map(([name, usage, algorithm, modeOfUse, key]) => {
    const header = {
      version: 'D',
      usage,
      algorithm,
      modeOfUse,
      keyVersion: '00',
      exportability: 'N',
    } as const;
    return [name, wrapKeyBlock(masterKey, { ...header, optional: [] }, key, random)] as const;
  });
  return new SoftwareHsm({ masterKey, random, keys: Object.fromEntries(blocks) });
}

export function testKeys(random: Random): TestKeys {
  const zmk: Named = ['bank.zmk', 'K1', 'A', 'B', random.bytes(32)];
  const bdkKey = random.bytes(16);
  const bdk: Named = ['pads.bdk', 'B0', 'T', 'X', bdkKey];
  const gateway = hsmWith(random, [zmk, bdk, ['store.pan', 'D0', 'A', 'B', random.bytes(32)]]);
  const account: AccountData = { pan: PAN, track2: TRACK2, panSequence: '01' };
  return {
    gateway,
    bank: hsmWith(random, [zmk]),
    terminalKey: (ksn) => ({ kind: 'dukpt', bdk: 'pads.bdk', ksn: ksnFromBytes(ksn) }),
    capturedCard: (counter, withPin) => {
      const ksn = parseKsn(`FFFF9876543210E${counter.toString(16).toUpperCase().padStart(5, '0')}`);
      const transactionKey = tdesTransactionKey(tdesInitialKey(bdkKey, ksn), ksn);
      const cipher = (use: 'pin' | 'dataRequest') =>
        new BlockCipher('tdes', tdesWorkingKey(transactionKey, use));
      const named = { algorithm: 'tdes', ksn: ksnBytes(ksn) } as const;
      const block = encryptPinBlock({ format: 0, cipher: cipher('pin'), pin: PIN, pan: PAN, random });
      return {
        account: new Secret({ ...account, expiryYymm: '3012' }, PAN.slice(-4)),
        pin: withPin ? { ...named, bytes: block, format: 0 } : null,
        bankPin: null,
      };
    },
    storedCard: (cardId) =>
      Buffer.from(
        gateway.encryptPan({
          key: 'store.pan',
          account: new Secret({ pan: PAN, expiryYymm: '3012' }),
          context: cardId,
        }),
        'latin1',
      ),
  };
}
