/** The PIN verification value: four digits that a PIN must lead to, kept by the issuer instead of the PIN.
 *
 *  Shape   11 digits of PAN before the check digit | key index | first 4 digits of PIN, enciphered; of the result its decimal
 *          digits first, then its letters less ten, four in all
 *  Errors  KEY_MALFORMED, PAN_MALFORMED, PIN_MALFORMED, CRYPTOGRAM_DATA_MALFORMED (key index)
 *  Source  Visa PVV as IBM z/OS ICSF documents it ("Visa PIN algorithms") */
import { BlockCipher } from './cipher.ts';
import { decimalised } from './emv-keys.ts';
import { KeysError } from './keys-error.ts';
import { fromHex, toHex } from './octets.ts';
import { requirePan, requirePin } from './pin-block.ts';

/** `cipher` is the key pair's, where its holder keeps one. */
export function pvv(
  pvk: Uint8Array,
  keyIndex: number,
  pan: string,
  pin: string,
  cipher: BlockCipher = new BlockCipher('tdes', pvk),
): string {
  requirePan(pan);
  requirePin(pin);
  if (!Number.isInteger(keyIndex) || keyIndex < 0 || keyIndex > 6)
    throw new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag: 'pvki', length: 1 });
  if (pvk.length !== 16) throw new KeysError('KEY_MALFORMED', { algorithm: 'tdes', bytes: pvk.length });
  const security = pan.slice(-12, -1) + String(keyIndex) + pin.slice(0, 4);
  return decimalised(toHex(cipher.encryptBlock(fromHex(security)))).slice(0, 4);
}
