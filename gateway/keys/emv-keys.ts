/** The keys of a chip card: one for the card from its issuer's master key, one for each transaction from that.
 *
 *  Errors  KEY_MALFORMED, PAN_MALFORMED, CRYPTOGRAM_DATA_MALFORMED
 *  Source  EMV 4.3 Book 2, A1.3 (session keys), A1.4 (master keys) */
import { createHash } from 'node:crypto';
import { BlockCipher, oddParity } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { fromHex, toHex, xor } from './octets.ts';
import { requirePan } from './pin-block.ts';

const INVERT = new Uint8Array(8).fill(0xff);

/** Option A: the last 16 digits of PAN and sequence number, and their complement. `panSequence` is `00` where the card has none,
 *  `cipher` the issuer key's, where its holder keeps one. */
export function iccMasterKeyA(
  issuerKey: Uint8Array,
  pan: string,
  panSequence: string,
  cipher: BlockCipher = keyCipher(issuerKey),
): Buffer {
  const digits = cardDigits(pan, panSequence).slice(-16).padStart(16, '0');
  return diversified(cipher, fromHex(digits));
}

/** Option B: for PANs of more than 16 digits their hash, made decimal; for others the same as option A. */
export function iccMasterKeyB(
  issuerKey: Uint8Array,
  pan: string,
  panSequence: string,
  cipher: BlockCipher = keyCipher(issuerKey),
): Buffer {
  if (pan.length <= 16) return iccMasterKeyA(issuerKey, pan, panSequence, cipher);
  const digits = cardDigits(pan, panSequence);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const hash = toHex(createHash('sha1').update(fromHex(even)).digest());
  return diversified(cipher, fromHex(decimalised(hash).slice(0, 16)));
}

/** The common session key: a block of the ATC for each half, told apart by its third byte. `cipher` is the card key's, where
 *  its holder keeps one. */
export function sessionKey(
  iccKey: Uint8Array,
  atc: Uint8Array,
  cipher: BlockCipher = keyCipher(iccKey),
): Buffer {
  if (atc.length !== 2) throw new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag: '9F36', length: atc.length });
  const half = (mark: number) =>
    cipher.encryptBlock(Uint8Array.of(atc[0] ?? 0, atc[1] ?? 0, mark, 0, 0, 0, 0, 0));
  return oddParity(Buffer.concat([half(0xf0), half(0x0f)]));
}

/** Decimal digits of a hexadecimal text first, then its letters as 0 to 5. Source  EMV 4.3 Book 2, A1.4.2 */
export function decimalised(hex: string): string {
  let digits = '';
  let letters = '';
  for (const each of hex) {
    if (each <= '9') digits += each;
    else letters += Number.parseInt(each, 16) - 10;
  }
  return digits + letters;
}

function cardDigits(pan: string, panSequence: string): string {
  requirePan(pan);
  if (!/^[0-9]{2}$/.test(panSequence))
    throw new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag: '5F34', length: panSequence.length });
  return pan + panSequence;
}

function diversified(cipher: BlockCipher, card: Uint8Array): Buffer {
  return oddParity(Buffer.concat([cipher.encryptBlock(card), cipher.encryptBlock(xor(card, INVERT))]));
}

function keyCipher(key: Uint8Array): BlockCipher {
  if (key.length !== 16) throw new KeysError('KEY_MALFORMED', { algorithm: 'tdes', bytes: key.length });
  return new BlockCipher('tdes', key);
}
