/** A message as values: the message type, and one slot for each data element. */
import { CodecError } from './codec-error.ts';
import type { Mti } from './mti.ts';

/** Text for character data elements (digits included), bytes for binary ones. */
export type FieldValue = string | Uint8Array;

/** Indexed by data element number; absent ones are undefined. An array, because a look-up in it costs next to nothing. */
export type FieldValues = readonly (FieldValue | undefined)[];

export interface IsoMessage {
  readonly mti: Mti;
  readonly fields: FieldValues;
}

export const DE_MAX = 128;

/** Builds a message from `{ 3: '000000', 4: '000000010000', ... }`; an undefined value leaves its data element out.
 *  Errors  CodecError FIELD_UNKNOWN for a number outside 2..128 */
export function isoMessage(mti: Mti, values: Readonly<Record<number, FieldValue | undefined>>): IsoMessage {
  const fields = new Array<FieldValue | undefined>(DE_MAX + 1).fill(undefined);
  for (const [key, value] of Object.entries(values)) {
    const de = Number(key);
    if (!Number.isInteger(de) || de < 2 || de > DE_MAX) throw new CodecError('FIELD_UNKNOWN', de, 0);
    fields[de] = value;
  }
  return { mti, fields };
}

/** The same message with some data elements replaced, added, or (undefined) taken out. */
export function withValues(
  message: IsoMessage,
  values: Readonly<Record<number, FieldValue | undefined>>,
  mti: Mti = message.mti,
): IsoMessage {
  const merged: Record<number, FieldValue | undefined> = {};
  for (const de of presentFields(message)) merged[de] = message.fields[de];
  return isoMessage(mti, { ...merged, ...values });
}

/** The numbers of the data elements that are there, in order. */
export function presentFields(message: IsoMessage): readonly number[] {
  const present: number[] = [];
  for (let de = 2; de < message.fields.length; de += 1) {
    if (message.fields[de] !== undefined) present.push(de);
  }
  return present;
}

/** A character data element, or undefined when absent. Errors  CodecError FIELD_TYPE */
export function textOf(message: IsoMessage, de: number): string | undefined {
  const value = message.fields[de];
  if (value !== undefined && typeof value !== 'string') throw new CodecError('FIELD_TYPE', de, 0);
  return value;
}

/** A binary data element, or undefined when absent. Errors  CodecError FIELD_TYPE */
export function bytesOf(message: IsoMessage, de: number): Uint8Array | undefined {
  const value = message.fields[de];
  if (typeof value === 'string') throw new CodecError('FIELD_TYPE', de, 0);
  return value;
}

/** Errors  CodecError FIELD_MISSING | FIELD_TYPE */
export function requireText(message: IsoMessage, de: number): string {
  const value = textOf(message, de);
  if (value === undefined) throw new CodecError('FIELD_MISSING', de, 0);
  return value;
}

/** Errors  CodecError FIELD_MISSING | FIELD_TYPE */
export function requireBytes(message: IsoMessage, de: number): Uint8Array {
  const value = bytesOf(message, de);
  if (value === undefined) throw new CodecError('FIELD_MISSING', de, 0);
  return value;
}
