/** What a PIN pad encrypts of a card: its number, and what the bank needs with it. In clear only inside the HSM and in a
 *  `Secret` on the way to the bank.
 *
 *  Shape   BER-TLV with EMV tags, then padding method 2 of ISO/IEC 9797-1 (80, then 00 to the cipher's block):
 *          57 track 2 equivalent (BCD, `D` between, `F` fill) | 5A number (BCD, `F` fill) | 5F24 expiry YYMMDD | 5F34 sequence number.
 *          57 or 5A is present; where both are, the number is the same.
 *  Source  EMV 4.3 Book 3, annex A (tags); the container is Amur's own. */
import type { BlockCipher } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { pad } from './mac.ts';

export interface AccountData {
  readonly pan: string;
  /** Four digits, year before month. */
  readonly expiryYymm?: string;
  /** As on the magnetic stripe or the chip, with `=` between number and expiry. Absent when the number was keyed. */
  readonly track2?: string;
  readonly serviceCode?: string;
  /** Two digits; a chip's own. */
  readonly panSequence?: string;
}

const TRACK2 = /^([0-9]{12,19})=([0-9]{4})([0-9]{3})([0-9]{0,14})$/;
const PAN = /^[0-9]{12,19}$/;
const CLEAR_BYTES_MAX = 128;

/** Errors  ACCOUNT_DATA_MALFORMED for a number, track or expiry of a wrong shape, or a track of another number. */
export function encodeAccountData(account: AccountData): Uint8Array {
  const parts: Buffer[] = [];
  if (account.track2 === undefined) parts.push(tlv('5A', digitsField(account.pan)));
  else parts.push(tlv('57', digitsField(account.track2.replace('=', 'D'))));
  if (account.track2 === undefined && account.expiryYymm !== undefined)
    parts.push(tlv('5F24', `${account.expiryYymm}00`));
  if (account.panSequence !== undefined) parts.push(tlv('5F34', account.panSequence));
  const clear = Buffer.concat(parts);
  const read = readFields(clear);
  if (read.pan !== account.pan) throw malformed('number');
  return clear;
}

/** As a PIN pad sends it: CBC from a zero start, the key being used once. */
export function sealAccount(cipher: BlockCipher, account: AccountData): Uint8Array {
  return cipher.encryptCbc(pad(encodeAccountData(account), 2, cipher.blockBytes));
}

/** Errors  ACCOUNT_DATA_MALFORMED, for a wrong key too. */
export function openSealedAccount(cipher: BlockCipher, ciphertext: Uint8Array): AccountData {
  const { length } = ciphertext;
  if (length === 0 || length > CLEAR_BYTES_MAX || length % cipher.blockBytes !== 0) throw malformed('length');
  const padded = cipher.decryptCbc(ciphertext);
  const end = padded.lastIndexOf(0x80);
  // Nothing but zeros may follow the mark, and not a whole block of them.
  if (end < length - cipher.blockBytes || padded.subarray(end + 1).some((byte) => byte !== 0))
    throw malformed('padding');
  return decodeAccountData(padded.subarray(0, end));
}

/** Errors  ACCOUNT_DATA_MALFORMED, naming the part and never a digit of it. */
export function decodeAccountData(clear: Uint8Array): AccountData {
  return readFields(Buffer.from(clear.buffer, clear.byteOffset, clear.byteLength));
}

function readFields(clear: Buffer): AccountData {
  if (clear.length > CLEAR_BYTES_MAX) throw malformed('length');
  const fields = readTlv(clear);
  const track2 = fields.get('57')?.replace(/F$/, '').replace('D', '=');
  const keyed = fields.get('5A')?.replace(/F$/, '');
  const parts = track2 === undefined ? undefined : TRACK2.exec(track2);
  if (parts === null) throw malformed('track2');
  const pan = parts?.[1] ?? keyed;
  if (pan === undefined || !PAN.test(pan)) throw malformed('number');
  if (keyed !== undefined && keyed !== pan) throw malformed('number');
  const expiryYymm = parts?.[2] ?? expiryOf(fields.get('5F24'));
  const panSequence = fields.get('5F34');
  if (panSequence !== undefined && !/^[0-9]{2}$/.test(panSequence)) throw malformed('sequence');
  return {
    pan,
    ...(expiryYymm === undefined ? {} : { expiryYymm }),
    ...(track2 === undefined ? {} : { track2 }),
    ...(parts?.[3] === undefined ? {} : { serviceCode: parts[3] }),
    ...(panSequence === undefined ? {} : { panSequence }),
  };
}

function expiryOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{6}$/.test(text)) throw malformed('expiry');
  return text.slice(0, 4);
}

const TAGS = ['57', '5A', '5F24', '5F34'];

function readTlv(clear: Buffer): ReadonlyMap<string, string> {
  const text = clear.toString('hex').toUpperCase();
  const fields = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const tag = TAGS.find((each) => text.startsWith(each, at));
    if (tag === undefined || fields.has(tag)) throw malformed('tag');
    at += tag.length;
    const digits = Number.parseInt(text.slice(at, at + 2), 16) * 2;
    at += 2;
    if (!(digits > 0) || at + digits > text.length) throw malformed('length');
    fields.set(tag, text.slice(at, at + digits));
    at += digits;
  }
  return fields;
}

function tlv(tag: string, value: string): Buffer {
  if (!/^[0-9D]+F?$/.test(value)) throw malformed(tag);
  return Buffer.from(`${tag}${(value.length / 2).toString(16).padStart(2, '0')}${value}`, 'hex');
}

function digitsField(digits: string): string {
  return digits.length % 2 === 0 ? digits : `${digits}F`;
}

function malformed(part: string): KeysError {
  return new KeysError('ACCOUNT_DATA_MALFORMED', { part });
}
