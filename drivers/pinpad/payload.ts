/** Reading one payload by its tags: each at most once, none unknown to its place left to chance, every value of its stated shape.
 *  Errors  DriverError PINPAD_PROTOCOL naming the tag */
import { DriverError } from '../contract/device.ts';
import { readTlvs, type Tlv, writeTlv } from './tlv.ts';

export interface Fields {
  has(tag: number): boolean;
  bytes(tag: number): Uint8Array;
  /** The object inside a constructed tag. */
  inner(tag: number): Fields;
  text(tag: number, shape: RegExp): string;
  /** One byte that stands for a word of the table. */
  word<T extends string>(tag: number, table: Readonly<Record<number, T>>): T;
  flag(tag: number): boolean;
  byte(tag: number): number;
}

/** Tags that the protocol's later versions add are passed over; a tag twice is refused. */
export function fieldsOf(payload: Uint8Array): Fields {
  const values = new Map<number, Uint8Array>();
  for (const { tag, value } of readTlvs(payload)) {
    if (values.has(tag)) throw wrong(tag, 'twice');
    values.set(tag, value);
  }
  const bytes = (tag: number): Uint8Array => {
    const value = values.get(tag);
    if (value === undefined) throw wrong(tag, 'missing');
    return value;
  };
  const byte = (tag: number): number => {
    const value = bytes(tag);
    if (value.length !== 1) throw wrong(tag, 'length');
    return value[0] ?? 0;
  };
  return {
    has: (tag) => values.has(tag),
    bytes,
    byte,
    inner: (tag) => fieldsOf(bytes(tag)),
    text(tag, shape) {
      const text = decodeUtf8(bytes(tag));
      if (text === null || !shape.test(text)) throw wrong(tag, 'value');
      return text;
    },
    word(tag, table) {
      const word = table[byte(tag)];
      if (word === undefined) throw wrong(tag, 'value');
      return word;
    },
    flag(tag) {
      const value = byte(tag);
      if (value > 1) throw wrong(tag, 'value');
      return value === 1;
    },
  };
}

/** Null where the bytes are not UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function payloadOf(...parts: readonly (Tlv | null)[]): Uint8Array {
  return Buffer.concat(parts.filter((part) => part !== null).map(({ tag, value }) => writeTlv(tag, value)));
}

export function textField(tag: number, text: string): Tlv {
  return { tag, value: Buffer.from(text, 'utf8') };
}

export function byteField(tag: number, value: number): Tlv {
  return { tag, value: Uint8Array.of(value) };
}

/** Digits as BCD, left-filled with a zero to whole bytes. */
export function bcdField(tag: number, digits: string): Tlv {
  return { tag, value: Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex') };
}

export function wrong(tag: number, what: string): DriverError {
  return new DriverError('PINPAD_PROTOCOL', 'The PIN pad sent data that cannot be read.', {
    tag: tag.toString(16).toUpperCase(),
    what,
  });
}
