/** IBM 3624 PINs: a natural PIN follows from the card number, and an offset turns it into the one the customer chose.
 *
 *  Shape   16 validation digits enciphered, each hexadecimal digit of the result through a table of 16 decimal digits; the
 *          offset is added digit by digit without carrying. The offset's length is the PIN's.
 *  Errors  KEY_MALFORMED, PIN_MALFORMED (offset or PIN), CRYPTOGRAM_DATA_MALFORMED (table or validation data)
 *  Source  IBM 3624 as IBM z/OS ICSF documents it ("IBM PIN algorithms") */
import { BlockCipher } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { fromHex, toHex } from './octets.ts';
import { requirePin } from './pin-block.ts';

export interface Ibm3624Card {
  readonly pvk: Uint8Array;
  /** 16 hexadecimal digits, as the issuer makes them of the PAN. */
  readonly validationData: string;
  /** Which decimal digit stands for 0 to F. */
  readonly decimalisationTable: string;
}

export function ibm3624Pin(card: Ibm3624Card, offset: string): string {
  requirePin(offset);
  return addDigits(naturalPin(card, offset.length), offset, 1);
}

export function ibm3624Offset(card: Ibm3624Card, pin: string): string {
  requirePin(pin);
  return addDigits(pin, naturalPin(card, pin.length), -1);
}

function naturalPin(card: Ibm3624Card, digits: number): string {
  if (!/^[0-9]{16}$/.test(card.decimalisationTable)) throw malformed('decimalisation table');
  if (!/^[0-9A-F]{16}$/.test(card.validationData)) throw malformed('validation data');
  const result = toHex(new BlockCipher('tdes', card.pvk).encryptBlock(fromHex(card.validationData)));
  return [...result.slice(0, digits)]
    .map((digit) => card.decimalisationTable.charAt(Number.parseInt(digit, 16)))
    .join('');
}

function addDigits(left: string, right: string, sign: 1 | -1): string {
  return [...left].map((digit, i) => (Number(digit) + sign * Number(right.charAt(i)) + 10) % 10).join('');
}

function malformed(tag: string): KeysError {
  return new KeysError('CRYPTOGRAM_DATA_MALFORMED', { tag });
}
