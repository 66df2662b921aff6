/** PIN blocks: a PIN bound to the card it was entered for.
 *
 *  Shape   format 0   0 | length | PIN | fill F, exclusive or with 0000 and the 12 rightmost PAN digits without the check digit
 *          format 3   as 0 with 3 in front and fill of random A to F
 *          format 4   4 | length | PIN | fill A to 8 bytes | 8 random bytes; enciphered, exclusive or with the PAN block
 *                     (PAN length less 12 | PAN | zeros), enciphered again
 *  Errors  PIN_MALFORMED (4 to 12 digits), PAN_MALFORMED (12 to 19 digits), PIN_BLOCK_MALFORMED
 *  Source  ISO 9564-1:2017, 9.3.2, 9.3.5, 9.4.2 */
import { unreachable } from '../kernel/errors.ts';
import type { Random } from '../kernel/time.ts';
import type { BlockCipher } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { toHex, xor } from './octets.ts';

export type PinFormat = 0 | 3 | 4;

const PAN = /^[0-9]{12,19}$/;
const PIN = /^[0-9]{4,12}$/;

/** 8 bytes under TDES for formats 0 and 3; 16 under AES for format 4. */
export function encryptPinBlock(entry: {
  readonly format: PinFormat;
  readonly cipher: BlockCipher;
  readonly pin: string;
  readonly pan: string;
  readonly random: Random;
}): Uint8Array {
  const { format, cipher, pin, pan, random } = entry;
  requireCipher(format, cipher);
  if (format !== 4) return cipher.encryptBlock(clearPinBlock(format, pin, pan, random));
  const inner = cipher.encryptBlock(pinField4(pin, random));
  return cipher.encryptBlock(xor(inner, panField4(pan)));
}

/** The PIN. A block that does not open is one error whatever was wrong with it, so that nobody can search for a PIN by the difference. */
export function decryptPinBlock(entry: {
  readonly format: PinFormat;
  readonly cipher: BlockCipher;
  readonly block: Uint8Array;
  readonly pan: string;
}): string {
  const { format, cipher, block, pan } = entry;
  requireCipher(format, cipher);
  if (block.length !== cipher.blockBytes) throw malformed(format);
  if (format !== 4) return readClearPinBlock(format, cipher.decryptBlock(block), pan);
  const inner = xor(cipher.decryptBlock(block), panField4(pan));
  return readPinField(4, toHex(cipher.decryptBlock(inner)).slice(0, 16));
}

/** Formats 0 and 3 before encipherment. */
export function clearPinBlock(format: 0 | 3, pin: string, pan: string, random: Random): Uint8Array {
  requirePin(pin);
  const head = `${format}${pin.length.toString(16)}${pin}`;
  const fill = format === 0 ? 'F'.repeat(16 - head.length) : randomFill(random, 16 - head.length);
  return xor(Buffer.from(head + fill, 'hex'), panField(pan));
}

export function readClearPinBlock(format: 0 | 3, block: Uint8Array, pan: string): string {
  if (block.length !== 8) throw malformed(format);
  return readPinField(format, toHex(xor(block, panField(pan))));
}

/** Sixteen digits: control, length, PIN, and the format's own fill to the end. */
function readPinField(format: PinFormat, field: string): string {
  const length = Number.parseInt(field.charAt(1), 16);
  const pin = field.slice(2, 2 + length);
  const fill = field.slice(2 + length);
  if (field.charAt(0) !== String(format) || pin.length !== length || !PIN.test(pin) || !isFill(format, fill))
    throw malformed(format);
  return pin;
}

function isFill(format: PinFormat, fill: string): boolean {
  switch (format) {
    case 0:
      return /^F*$/.test(fill);
    case 3:
      return /^[A-F]*$/.test(fill);
    case 4:
      return /^A*$/.test(fill);
    default:
      return unreachable(format);
  }
}

function panField(pan: string): Buffer {
  requirePan(pan);
  return Buffer.from(`0000${pan.slice(0, -1).slice(-12).padStart(12, '0')}`, 'hex');
}

function pinField4(pin: string, random: Random): Buffer {
  requirePin(pin);
  const digits = `4${pin.length.toString(16)}${pin}`.padEnd(16, 'A');
  return Buffer.concat([Buffer.from(digits, 'hex'), random.bytes(8)]);
}

function panField4(pan: string): Buffer {
  requirePan(pan);
  return Buffer.from(`${pan.length - 12}${pan}`.padEnd(32, '0'), 'hex');
}

/** Digits A to F, each equally likely: of sixteen values the upper ten are drawn again. */
function randomFill(random: Random, digits: number): string {
  let fill = '';
  while (fill.length < digits) fill += toHex(random.bytes(digits)).replace(/[0-9]/g, '');
  return fill.slice(0, digits);
}

export function requirePin(pin: string): void {
  if (!PIN.test(pin)) throw new KeysError('PIN_MALFORMED', {});
}

export function requirePan(pan: string): void {
  if (!PAN.test(pan)) throw new KeysError('PAN_MALFORMED', { length: pan.length });
}

function requireCipher(format: PinFormat, cipher: BlockCipher): void {
  const needed = format === 4 ? 'aes' : 'tdes';
  if (cipher.algorithm !== needed)
    throw new KeysError('KEY_USE_FORBIDDEN', { format, algorithm: cipher.algorithm });
}

function malformed(format: PinFormat): KeysError {
  return new KeysError('PIN_BLOCK_MALFORMED', { format });
}
