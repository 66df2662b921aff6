/** Application cryptograms of a chip card: the request a card signs (ARQC) and which data and key its version takes.
 *
 *  Shape   8 bytes: a retail MAC of amounts, country, TVR, currency, date, type, number, AIP, ATC and the issuer's own data
 *          version 10: the card's own key, zeros behind, the card verification results (9F10 from its fourth byte)
 *          version 18: a session key of the ATC, a bit and zeros behind, the whole of 9F10
 *  Errors  KEY_MALFORMED, CRYPTOGRAM_DATA_MISSING, CRYPTOGRAM_DATA_MALFORMED
 *  Source  EMV 4.3 Book 2, 8.1 and A1; the two versions as Visa's cards use them, by knovichikhin/pyemv `cvn.py` (values, not text) */

import type { BlockCipher } from './cipher.ts';
import { sessionKey } from './emv-keys.ts';
import { KeysError } from './keys-error.ts';
import { type MacPadding, RetailMacKey } from './mac.ts';
import { equalBytes } from './octets.ts';

export type CryptogramVersion = 10 | 18;

/** Values by tag, as DE55 carries them. */
export type CryptogramTags = Readonly<Record<string, Uint8Array>>;

const SIGNED_TAGS = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'];

/** The version a card's issuer application data names (9F10: length 06, key index, version), or null where it is another. */
export function cryptogramVersion(issuerApplicationData: Uint8Array): CryptogramVersion | null {
  const version = issuerApplicationData.length >= 7 ? issuerApplicationData[2] : undefined;
  if (version === 0x0a) return 10;
  if (version === 0x12) return 18;
  return null;
}

/** What the card signed, without padding.
 *  Errors  CRYPTOGRAM_DATA_MISSING, naming the tag */
export function cryptogramData(version: CryptogramVersion, tags: CryptogramTags): Buffer {
  const issuerData = tagValue(tags, '9F10');
  const own = version === 10 ? issuerData.subarray(3, 7) : issuerData;
  return Buffer.concat([...SIGNED_TAGS.map((tag) => tagValue(tags, tag)), own]);
}

/** The key a cryptogram is made with: the card's own, or its session key. `cipher` is the card key's, where there is one. */
export function cryptogramKey(
  version: CryptogramVersion,
  iccKey: Uint8Array,
  atc: Uint8Array,
  cipher?: BlockCipher,
): Uint8Array {
  return version === 10 ? iccKey : sessionKey(iccKey, atc, cipher);
}

/** `mac` is the key's, where its holder keeps one. */
export function makeArqc(
  version: CryptogramVersion,
  key: Uint8Array,
  data: Uint8Array,
  mac: RetailMacKey = new RetailMacKey(key),
): Uint8Array {
  const padding: MacPadding = version === 10 ? 1 : 2;
  return mac.mac(data, padding);
}

export function arqcMatches(
  version: CryptogramVersion,
  key: Uint8Array,
  data: Uint8Array,
  arqc: Uint8Array,
  mac?: RetailMacKey,
): boolean {
  return equalBytes(makeArqc(version, key, data, mac), arqc);
}

function tagValue(tags: CryptogramTags, tag: string): Uint8Array {
  const value = tags[tag];
  if (value === undefined) throw new KeysError('CRYPTOGRAM_DATA_MISSING', { tag });
  return value;
}
