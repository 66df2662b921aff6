/** Which PIN block may become which. A PIN stays bound to its card: both blocks bind the same PAN, and a format that binds none
 *  (1, 2) is neither read nor made.
 *
 *  Source  ISO 9564-1:2017, 9.2 (as IBM CCA and AWS Payment Cryptography state its table) */
import type { Random } from '../kernel/time.ts';
import type { BlockCipher } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { decryptPinBlock, encryptPinBlock, type PinFormat } from './pin-block.ts';

const TRANSLATIONS: Readonly<Record<number, readonly number[]>> = {
  0: [0, 3, 4],
  3: [0, 3, 4],
  4: [0, 3, 4],
};

/** Errors  PIN_TRANSLATION_FORBIDDEN. Takes any number: a format comes from a message. */
export function requireTranslation(from: number, to: number): void {
  if (!(TRANSLATIONS[from] ?? []).includes(to))
    throw new KeysError('PIN_TRANSLATION_FORBIDDEN', { from, to });
}

/** Errors  PIN_TRANSLATION_FORBIDDEN | PIN_BLOCK_MALFORMED | PAN_MALFORMED | KEY_USE_FORBIDDEN (format 4 without AES) */
export function translatePinBlock(entry: {
  readonly from: { readonly format: PinFormat; readonly cipher: BlockCipher; readonly block: Uint8Array };
  readonly to: { readonly format: PinFormat; readonly cipher: BlockCipher };
  readonly pan: string;
  readonly random: Random;
}): Uint8Array {
  const { from, to, pan, random } = entry;
  requireTranslation(from.format, to.format);
  const pin = decryptPinBlock({ ...from, pan });
  return encryptPinBlock({ ...to, pin, pan, random });
}
