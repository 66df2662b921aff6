/** What tshark's ISO 8583 dissector (4.0, `packet-iso8583.c`) makes of the 1987 data elements: which it reads as we do, what it
 *  shows of them, and which it does not know, with the reason. */
import type { FieldValue } from '../../gateway/iso8583/message.ts';
import type { FieldSpec, Spec } from '../../gateway/iso8583/spec.ts';
import { hexOf } from '../../gateway/iso8583/tlv.ts';

/** `ascii-hex`: the ASCII profile with its bitmap and binary data in hexadecimal text, as some hosts of that family want. */
export type Encoding = 'ascii' | 'ascii-hex' | 'bcd';

const EVERYWHERE: Readonly<Record<number, string>> = {
  53: 'takes 8 digits; the 1987 edition has n16',
  86: 'takes 15 digits; the 1987 edition has n16',
  87: 'takes 15 digits; the 1987 edition has n16',
  88: 'takes 15 digits; the 1987 edition has n16',
  89: 'takes 15 digits; the 1987 edition has n16',
};

const TRACK2_OVERRUN =
  'writes track 2 over the end of its own buffer when binary data is not in hexadecimal (4.0)';

/** Data elements that would throw the dissector out of step with the rest of the message. */
export const UNKNOWN: Readonly<Record<Encoding, Readonly<Record<number, string>>>> = {
  ascii: { ...EVERYWHERE, 35: TRACK2_OVERRUN },
  'ascii-hex': {
    ...EVERYWHERE,
    55: 'takes text; hexadecimal bytes are twice as long as their length says',
    59: 'as DE55',
  },
  bcd: {
    ...EVERYWHERE,
    35: 'counts the length of track data in bytes; a BCD profile counts digits',
    36: 'takes track 3 for text; a BCD profile packs it in nibbles',
  },
};

/** Data elements it reads only in part: drawn within what it takes. */
export const NARROWED: Readonly<Record<number, string>> = {
  36: 'takes letters and digits only; drawn as digits',
  54: 'takes 120 letters and digits at most; drawn so',
  55: 'takes text; drawn as printable bytes',
  59: 'takes text; drawn as printable bytes',
};

export function isKnown(encoding: Encoding, de: number): boolean {
  return !Object.hasOwn(UNKNOWN[encoding], de);
}

/** What it shows of a value: text as it stands on the wire, digits of nibbles, bytes in hexadecimal. */
export function shownBy(field: FieldSpec, value: FieldValue): string {
  if (typeof value !== 'string') {
    const asText = field.number === 55 || field.number === 59;
    return asText ? Buffer.from(value).toString('latin1') : hexOf(value);
  }
  return field.length.rule === 'fixed' ? value.padEnd(field.length.length, ' ') : value;
}

/** Where it makes hexadecimal of bytes (4.0) it forgets to end the text, so that a stray character may follow. */
export function agrees(encoding: Encoding, field: FieldSpec, shown: string, due: string): boolean {
  const stray = encoding !== 'ascii-hex' && field.content === 'b' && shown.length > due.length;
  return (stray ? shown.slice(0, due.length) : shown) === due;
}

/** Before it looks at anything else it takes the 16 bytes behind the first six (length included) for text, and gives up when
 *  they happen to be 16 characters that are not all hexadecimal: so it passes over some sound messages with a binary bitmap. */
export function passesOver(encoding: Encoding, framed: Uint8Array): boolean {
  if (encoding === 'ascii-hex') return false;
  let length = 0;
  let hexadecimal = true;
  for (const byte of framed.subarray(6, 22)) {
    if (byte === 0) break;
    // Each byte beyond ASCII becomes a replacement character of three.
    length += byte < 0x80 ? 1 : 3;
    hexadecimal &&= /[0-9A-Fa-f]/.test(String.fromCharCode(byte));
  }
  return length === 16 && !hexadecimal;
}

/** In BCD it takes four bytes for a length prefix of two, and gives up when the message ends within them. */
export function overreads(
  encoding: Encoding,
  last: FieldSpec | undefined,
  value: FieldValue | undefined,
): boolean {
  return encoding === 'bcd' && last?.length.rule === 'LLL' && (value?.length ?? 0) < 2;
}

/** The fields of a profile that can be put before it. */
export function knownFields(encoding: Encoding, spec: Spec): readonly FieldSpec[] {
  return spec.fields.filter(({ number }) => isKnown(encoding, number));
}
