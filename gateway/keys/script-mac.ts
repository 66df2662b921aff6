/** Issuer scripts: the MAC by which a chip card knows that a command after the cryptogram comes from its issuer.
 *
 *  Shape   8 bytes: a retail MAC over the command, the ATC and the cryptogram, under the card's integrity key with the ATC in its
 *          left half and the ATC's complement in its right
 *  Errors  CRYPTOGRAM_DATA_MALFORMED, KEY_MALFORMED
 *  Source  as Visa's cards of versions 10 and 18 do it, by knovichikhin/pyemv `tests/test_cvn_hsm.py` (values, not text) */
import { oddParity } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { retailMac } from './mac.ts';
import { xor } from './octets.ts';

export function scriptSessionKey(iccKey: Uint8Array, atc: Uint8Array): Buffer {
  if (iccKey.length !== 16) throw new KeysError('KEY_MALFORMED', { algorithm: 'tdes', bytes: iccKey.length });
  if (atc.length !== 2) throw new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag: '9F36', length: atc.length });
  const mask = Buffer.alloc(16);
  mask.set(atc, 6);
  mask.set(xor(atc, Uint8Array.of(0xff, 0xff)), 14);
  return oddParity(xor(iccKey, mask));
}

/** `command`: header and data as sent, without the MAC. */
export function scriptMac(
  sessionKey: Uint8Array,
  command: Uint8Array,
  atc: Uint8Array,
  arqc: Uint8Array,
): Uint8Array {
  if (arqc.length !== 8)
    throw new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag: '9F26', length: arqc.length });
  return retailMac(sessionKey, Buffer.concat([command, atc, arqc]), 2);
}
