/** A software HSM with a key of each kind, a terminal that holds its initial keys, and a partner bank's. */
import { createHash } from 'node:crypto';
import type { Random } from '../../../gateway/kernel/time.ts';
import { type AccountData, sealAccount } from '../../../gateway/keys/account-data.ts';
import { aesInitialKey, aesTransactionKey, aesWorkingKey } from '../../../gateway/keys/aes-dukpt.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import type { DukptUse } from '../../../gateway/keys/dukpt-devices.ts';
import type { KeyBlockHeader } from '../../../gateway/keys/key-block-header.ts';
import { type Ksn, ksnScheme, parseKsn } from '../../../gateway/keys/ksn.ts';
import { cmac, retailMac } from '../../../gateway/keys/mac.ts';
import { encryptPinBlock } from '../../../gateway/keys/pin-block.ts';
import { SoftwareHsm } from '../../../gateway/keys/software-hsm.ts';
import { tdesInitialKey, tdesTransactionKey, tdesWorkingKey } from '../../../gateway/keys/tdes-dukpt.ts';
import { wrapKeyBlock } from '../../../gateway/keys/tr31.ts';

/** Bytes that depend on the seed only. */
export function seededRandom(seed: string): Random {
  let count = 0;
  return {
    bytes: (length) => {
      const parts: Buffer[] = [];
      for (let have = 0; have < length; have += 32) {
        count += 1;
        parts.push(createHash('sha256').update(`${seed} ${count}`).digest());
      }
      return Uint8Array.from(Buffer.concat(parts).subarray(0, length));
    },
  };
}

export const PAN = '2200701234567891';
export const ACCOUNT: AccountData = {
  pan: PAN,
  track2: `${PAN}=30122011234500000`,
  expiryYymm: '3012',
  serviceCode: '201',
  panSequence: '01',
};

const ROWS: Readonly<
  Record<string, readonly [usage: string, algorithm: string, mode: string, bytes: number, export_?: string]>
> = {
  'terminal.bdk.tdes': ['B0', 'T', 'X', 16],
  'terminal.bdk.aes': ['B0', 'A', 'X', 16],
  'terminal.tmk': ['K0', 'A', 'B', 16],
  'bank.zmk': ['K0', 'T', 'B', 16],
  'bank.zmk.aes': ['K1', 'A', 'B', 32],
  'bank.zpk': ['P0', 'T', 'B', 16],
  'bank.zpk.aes': ['P0', 'A', 'B', 16],
  'bank.zpk.seal': ['P0', 'T', 'E', 16],
  'bank.zak': ['M3', 'T', 'C', 16],
  'bank.zak.cbc': ['M1', 'T', 'C', 16],
  'bank.zak.aes': ['M6', 'A', 'C', 16],
  'bank.zak.check': ['M3', 'T', 'V', 16],
  'bank.kept': ['P0', 'T', 'B', 16, 'N'],
  'pan.key': ['D0', 'A', 'B', 32],
  'pan.other': ['D0', 'A', 'B', 32],
  'pan.hash': ['M7', 'H', 'G', 32],
  'issuer.ac': ['E0', 'T', 'X', 16],
  'issuer.pvk': ['V2', 'T', 'C', 16],
};

export interface HsmWorld {
  readonly hsm: SoftwareHsm;
  readonly masterKey: Uint8Array;
  /** The keys in clear, as a test may know them. */
  readonly clear: ReadonlyMap<string, Uint8Array>;
  readonly blocks: Readonly<Record<string, string>>;
}

export function hsmWorld(seed = 'hsm'): HsmWorld {
  const random = seededRandom(seed);
  const masterKey = random.bytes(32);
  const clear = new Map<string, Uint8Array>();
  const blocks: Record<string, string> = {};
  for (const [name, [usage, algorithm, modeOfUse, bytes, exportability = 'E']] of Object.entries(ROWS)) {
    const key = random.bytes(bytes);
    clear.set(name, key);
    blocks[name] = wrapKeyBlock(
      masterKey,
      headerFor(usage, algorithm, modeOfUse, exportability),
      key,
      random,
    );
  }
  return { hsm: new SoftwareHsm({ masterKey, random, keys: blocks }), masterKey, clear, blocks };
}

export function headerFor(
  usage: string,
  algorithm: string,
  modeOfUse: string,
  exportability = 'E',
): KeyBlockHeader {
  return { version: 'D', usage, algorithm, modeOfUse, keyVersion: '00', exportability, optional: [] };
}

export function clearKey(world: HsmWorld, name: string): Uint8Array {
  const key = world.clear.get(name);
  if (key === undefined) throw new Error(`The world has no key ${name}.`);
  return key;
}

export const TDES_KSN = parseKsn('FFFF9876543210E00007');
export const AES_KSN = parseKsn('12345678901234560000002B');

/** What a PIN pad does under its KSN, with keys derived on its side. */
export function pinPad(world: HsmWorld, ksn: Ksn) {
  const scheme = ksnScheme(ksn);
  const bdk = `terminal.bdk.${scheme}`;
  const base = clearKey(world, bdk);
  const key = (use: DukptUse): Uint8Array =>
    scheme === 'aes'
      ? aesWorkingKey(aesTransactionKey(aesInitialKey(base, ksn), ksn), ksn, use, 'AES128')
      : tdesWorkingKey(tdesTransactionKey(tdesInitialKey(base, ksn), ksn), use);
  const format: 0 | 4 = scheme === 'aes' ? 4 : 0;
  return {
    use: { kind: 'dukpt', bdk, ksn } as const,
    format,
    account: (account: AccountData = ACCOUNT) =>
      sealAccount(new BlockCipher(scheme, key('dataRequest')), account),
    pinBlock: (pin: string, pan = PAN, as: 0 | 3 | 4 = format) =>
      encryptPinBlock({
        format: as,
        cipher: new BlockCipher(scheme, key('pin')),
        pin,
        pan,
        random: seededRandom('pin'),
      }),
    mac: (data: Uint8Array, use: 'macRequest' | 'macResponse') =>
      (scheme === 'aes'
        ? cmac(new BlockCipher('aes', key(use)), data)
        : retailMac(key(use), data, 1)
      ).subarray(0, 8),
  };
}
