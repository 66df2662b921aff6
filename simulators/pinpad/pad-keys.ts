/** The device's working keys, one set for each key serial number, and the loading of a new initial key.
 *  Source  docs/pinpad-protocol.md, Keys */

import type { DukptData, EncryptedPin } from '../../drivers/contract/pin-pad.ts';
import type { Random } from '../../gateway/kernel/time.ts';
import { encodeAccountData } from '../../gateway/keys/account-data.ts';
import { aesTransactionKey, aesWorkingKey } from '../../gateway/keys/aes-dukpt.ts';
import { BlockCipher } from '../../gateway/keys/cipher.ts';
import { keyCheckValue } from '../../gateway/keys/kcv.ts';
import { KeysError } from '../../gateway/keys/keys-error.ts';
import { initialKsn, type Ksn, ksnBytes, ksnScheme, parseKsn } from '../../gateway/keys/ksn.ts';
import { cmac, pad, retailMac } from '../../gateway/keys/mac.ts';
import { encryptPinBlock } from '../../gateway/keys/pin-block.ts';
import { tdesTransactionKey, tdesWorkingKey } from '../../gateway/keys/tdes-dukpt.ts';
import { unwrapKeyBlock } from '../../gateway/keys/tr31.ts';
import { track2Of, type VirtualCard } from './card-deck.ts';
import { PadRefusal } from './refusal.ts';

export interface InitialKey {
  readonly ksn: Ksn;
  readonly key: Uint8Array;
}

export function initialKeyOf(ksn: string, hex: string): InitialKey {
  return { ksn: initialKsn(parseKsn(ksn)), key: Buffer.from(hex, 'hex') };
}

export function padScheme({ ksn }: InitialKey): 'tdes' | 'aes' {
  return ksnScheme(ksn);
}

export function encryptPin(
  initial: InitialKey,
  ksn: Ksn,
  pin: string,
  pan: string,
  random: Random,
): EncryptedPin {
  const algorithm = padScheme(initial);
  const format = algorithm === 'aes' ? 4 : 0;
  const cipher = new BlockCipher(algorithm, workingKey(initial, ksn, 'pin'));
  const bytes = encryptPinBlock({ format, cipher, pin, pan, random });
  return { algorithm, ksn: Uint8Array.from(ksnBytes(ksn)), bytes: Uint8Array.from(bytes), format };
}

export function encryptAccount(initial: InitialKey, ksn: Ksn, card: VirtualCard, byChip: boolean): DukptData {
  const algorithm = padScheme(initial);
  const clear = encodeAccountData({
    pan: card.pan,
    track2: track2Of(card),
    ...(byChip ? { panSequence: card.psn } : {}),
  });
  const cipher = new BlockCipher(algorithm, workingKey(initial, ksn, 'dataRequest'));
  const bytes = cipher.encryptCbc(pad(clear, 2, cipher.blockBytes));
  return { algorithm, ksn: Uint8Array.from(ksnBytes(ksn)), bytes: Uint8Array.from(bytes) };
}

/** Eight bytes: the whole of a retail MAC, the leading half of a CMAC. */
export function macOf(
  initial: InitialKey,
  ksn: Ksn,
  usage: 'macRequest' | 'macResponse',
  message: Uint8Array,
): Uint8Array {
  const key = workingKey(initial, ksn, usage);
  const whole =
    padScheme(initial) === 'aes' ? cmac(new BlockCipher('aes', key), message) : retailMac(key, message, 1);
  return Uint8Array.from(whole.subarray(0, 8));
}

function workingKey(
  initial: InitialKey,
  ksn: Ksn,
  usage: 'pin' | 'dataRequest' | 'macRequest' | 'macResponse',
) {
  return padScheme(initial) === 'aes'
    ? aesWorkingKey(aesTransactionKey(initial.key, ksn), ksn, usage, 'AES128')
    : tdesWorkingKey(tdesTransactionKey(initial.key, ksn), usage);
}

/** Opens a key block under the transport key. Its serial number stands in the block: optional block `KS` for TDES (the
 *  initial key's), `IK` for AES (eight bytes, to which the counter's zeros are added).
 *  Errors  PadRefusal key_block_refused | check_value_differs | no_key */
export function openKeyBlock(
  transportKey: string | null,
  keyBlock: string,
): InitialKey & { readonly checkValue: string } {
  if (transportKey === null) throw new PadRefusal('no_key');
  try {
    const { header, key } = unwrapKeyBlock(Buffer.from(transportKey, 'hex'), keyBlock);
    const serial = header.optional.find(({ id }) => id === 'KS' || id === 'IK');
    if (header.usage !== 'B1' || serial === undefined) throw new PadRefusal('key_block_refused');
    const ksn = initialKsn(
      parseKsn(serial.id === 'IK' ? `${serial.data}00000000` : serial.data.padStart(20, 'F')),
    );
    const algorithm = header.algorithm === 'A' ? 'aes' : 'tdes';
    if (algorithm !== ksnScheme(ksn)) throw new PadRefusal('key_block_refused');
    return { ksn, key, checkValue: keyCheckValue(new BlockCipher(algorithm, key)) };
  } catch (error) {
    if (error instanceof KeysError) throw new PadRefusal('key_block_refused');
    throw error;
  }
}
