/** The issuer's answer to a chip card: proof that it saw the card's cryptogram, and what it decided.
 *
 *  Shape   method 1: 8 bytes, over the cryptogram and two characters of response code
 *          method 2: 4 bytes, over the cryptogram, the card status update (4 bytes) and up to 8 bytes of the issuer's own
 *  Errors  CRYPTOGRAM_DATA_MALFORMED, KEY_MALFORMED
 *  Source  EMV 4.3 Book 2, 8.2 */
import { BlockCipher } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { RetailMacKey } from './mac.ts';
import { xor } from './octets.ts';

export function arpcMethod1(key: Uint8Array, arqc: Uint8Array, responseCode: string): Uint8Array {
  requireLength('9F26', arqc, 8, 8);
  if (!/^[0-9A-Z]{2}$/.test(responseCode))
    throw new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag: '8A', length: responseCode.length });
  const code = Buffer.alloc(8);
  code.write(responseCode, 'ascii');
  return new BlockCipher('tdes', key).encryptBlock(xor(arqc, code));
}

/** `mac` is the key's, where its holder keeps one. */
export function arpcMethod2(
  key: Uint8Array,
  arqc: Uint8Array,
  cardStatusUpdate: Uint8Array,
  proprietary: Uint8Array = new Uint8Array(0),
  mac: RetailMacKey = new RetailMacKey(key),
): Uint8Array {
  requireLength('9F26', arqc, 8, 8);
  requireLength('card status update', cardStatusUpdate, 4, 4);
  requireLength('proprietary', proprietary, 0, 8);
  return mac.mac(Buffer.concat([arqc, cardStatusUpdate, proprietary]), 2).subarray(0, 4);
}

function requireLength(tag: string, bytes: Uint8Array, least: number, most: number): void {
  if (bytes.length < least || bytes.length > most)
    throw new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag, length: bytes.length });
}
