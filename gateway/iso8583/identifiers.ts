/** The card number: digits in a `Secret`, so that it prints as its last four wherever it strays. */
import { AmurError } from '../kernel/errors.ts';
import { type Bin, type MaskedPan, parseBin, parseMaskedPan } from '../kernel/identifiers.ts';
import { openSecret, Secret } from '../kernel/secret.ts';

/** 12 to 19 digits. Stan, Rrn, AuthCode, Bin, MaskedPan, Tid and Mid stand in the kernel. */
export type Pan = Secret<string>;

const PAN = /^[0-9]{12,19}$/;

/** Whether the check digit fits is another question (`luhnFits`): not every issuer has one.
 *  Errors  AmurError IDENTIFIER_MALFORMED */
export function parsePan(text: string): Pan {
  if (!PAN.test(text))
    throw new AmurError('IDENTIFIER_MALFORMED', { identifier: 'pan', length: text.length });
  return new Secret(text, text.slice(-4));
}

/** First six and last four digits, and a star for each one between. */
export function maskPan(pan: Pan): MaskedPan {
  const digits = openSecret(pan);
  return parseMaskedPan(`${digits.slice(0, 6)}${'*'.repeat(digits.length - 10)}${digits.slice(-4)}`);
}

/** The leading digits, for routing. */
export function binOf(pan: Pan, digits: 6 | 8): Bin {
  return parseBin(openSecret(pan).slice(0, digits));
}

/** The check digit of ISO/IEC 7812-1, annex B. */
export function luhnFits(pan: Pan): boolean {
  const digits = openSecret(pan);
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += index % 2 === 1 ? doubled : digit;
  }
  return sum % 10 === 0;
}
