/** A message as a table for people: every data element with its name, place, length, and as much of its value as its log
 *  rule lets be seen. A message that is not sound is shown up to where it breaks, and without a digit of its values: where
 *  one byte is wrong, a card number may stand in any of them. */

import { unpackPartial } from './codec.ts';
import type { CodecError } from './codec-error.ts';
import { type EmvTagRow, emvTag } from './emv-tags.ts';
import type { FieldValue } from './message.ts';
import { mayBeMisread } from './misread.ts';
import { mtiClass, mtiFunction } from './mti.ts';
import type { FieldSpec, LogRule, Spec } from './spec.ts';
import { hexOf, isConstructed, parseTlv, type Tlv } from './tlv.ts';
import type { UnpackedMessage } from './unpacked-message.ts';

export interface DescribedRow {
  /** `MTI`, `2` ... `128`, or a tag inside a data element: `55 9F26`. */
  readonly element: string;
  readonly name: string;
  /** Bytes of the value, without its length prefix. */
  readonly length: number;
  /** Of the first byte, length prefix included, in what was given; null inside a data element. */
  readonly offset: number | null;
  readonly value: string;
}

export interface Description {
  readonly profile: string;
  readonly rows: readonly DescribedRow[];
  readonly error: {
    readonly code: string;
    readonly de: number | null;
    readonly offset: number;
    readonly text: string;
  } | null;
}

/** `shift` is added to every offset: what stood before the message. */
export function describeMessage(spec: Spec, bytes: Uint8Array, shift = 0): Description {
  const { message, error } = unpackPartial(spec, bytes);
  const rows = mtiWasRead(error) ? [...fieldRows(message, shift)] : [];
  const shown = error !== null || mayBeMisread(message) ? rows.map(withoutDigits) : rows;
  return {
    profile: spec.name,
    rows: mtiWasRead(error) ? [mtiRow(message, shift), ...shown] : [],
    error: error === null ? null : described(error, shift),
  };
}

/** Digits in runs that could be a card number keep their first six and last four. */
export function maskDigits(text: string): string {
  return text.replace(
    /[0-9]{12,}/g,
    (run) => `${run.slice(0, 6)}${'*'.repeat(run.length - 10)}${run.slice(-4)}`,
  );
}

/** A value as its log rule lets it be seen. */
export function shownValue(rule: LogRule, value: FieldValue): string {
  if (rule === 'never') return '[hidden]';
  const text = typeof value === 'string' ? value : hexOf(value);
  return rule === 'mask-pan' ? maskDigits(text) : text;
}

function withoutDigits(row: DescribedRow): DescribedRow {
  return { ...row, value: row.value.replace(/[0-9]/g, '*') };
}

function mtiWasRead(error: CodecError | null): boolean {
  return error === null || (error.de !== 0 && error.code !== 'MESSAGE_TOO_LONG');
}

function described(error: CodecError, shift: number): Description['error'] {
  const offset = error.offset + shift;
  const place =
    error.de === null
      ? 'the message'
      : error.de === 0
        ? 'the MTI'
        : error.de === 1
          ? 'the bitmap'
          : `DE${error.de}`;
  return { code: error.code, de: error.de, offset, text: `${error.code} in ${place} at byte ${offset}` };
}

function mtiRow(message: UnpackedMessage, shift: number): DescribedRow {
  const words = `${mtiClass(message.mti)} ${mtiFunction(message.mti)}`.replaceAll('_', ' ');
  const length = message.spec.mti === 'bcd' ? 2 : 4;
  return { element: 'MTI', name: 'Message type', length, offset: shift, value: `${message.mti} ${words}` };
}

function* fieldRows(message: UnpackedMessage, shift: number): Generator<DescribedRow> {
  for (const [de, extent] of message.extents().entries()) {
    const field = message.spec.plans[de]?.spec;
    const value = message.fields[de];
    if (extent === undefined || field === undefined || value === undefined) continue;
    yield {
      element: String(de),
      name: field.name,
      length: extent.valueBytes,
      offset: extent.offset + shift,
      value: shownValue(field.log, value),
    };
    if (typeof value !== 'string') yield* tagRows(field, value);
  }
}

/** DE55 and DE59 by their tags; one that is no BER-TLV stays hidden as a whole. */
function tagRows(field: FieldSpec, value: Uint8Array): readonly DescribedRow[] {
  if (field.number !== 55 && field.number !== 59) return [];
  const rowOf = field.number === 55 ? emvTag : containerTag;
  return tlvsOf(value).flatMap(({ tag, value: inner }) => {
    const rule: LogRule = rowOf(tag)?.log ?? 'never';
    const nested = field.number === 59 && isConstructed(tag) ? tlvsOf(inner) : [];
    return [
      tagRow(field.number, tag, rowOf(tag), inner, nested.length > 0 ? 'never' : rule),
      ...nested.map((part) =>
        tagRow(
          field.number,
          `${tag} ${part.tag}`,
          containerTag(part.tag),
          part.value,
          containerTag(part.tag)?.log ?? 'never',
        ),
      ),
    ];
  });
}

function tagRow(
  de: number,
  path: string,
  row: Pick<EmvTagRow, 'name'> | undefined,
  value: Uint8Array,
  rule: LogRule,
): DescribedRow {
  return {
    element: `${de} ${path}`,
    name: row?.name ?? 'Unknown tag',
    length: value.length,
    offset: null,
    value: shownValue(rule, value),
  };
}

function tlvsOf(value: Uint8Array): readonly Tlv[] {
  try {
    return parseTlv(value);
  } catch {
    // The element's own row stands; its inside is not what it should be and so is not shown.
    return [];
  }
}

interface ContainerTag {
  readonly name: string;
  readonly log: LogRule;
}

const CONTAINER_TAGS: Readonly<Record<string, ContainerTag>> = {
  E1: { name: 'Account data', log: 'never' },
  E2: { name: 'PIN block', log: 'never' },
  E3: { name: 'MAC key', log: 'never' },
  E4: { name: 'Sale and attempt', log: 'clear' },
  DF01: { name: 'Algorithm', log: 'clear' },
  DF02: { name: 'Key serial number', log: 'clear' },
  DF03: { name: 'Ciphertext', log: 'never' },
  DF04: { name: 'BIN', log: 'clear' },
  DF05: { name: 'Masked account number', log: 'clear' },
  DF06: { name: 'PIN block format', log: 'clear' },
  DF07: { name: 'Sale', log: 'clear' },
  DF08: { name: 'Attempt', log: 'clear' },
};

function containerTag(tag: string): ContainerTag | undefined {
  return Object.hasOwn(CONTAINER_TAGS, tag) ? CONTAINER_TAGS[tag] : undefined;
}

const COLUMNS = ['DE', 'name', 'bytes', 'at', 'value'] as const;

/** Columns aligned, one line a row; an error last. */
export function descriptionText(description: Description): string {
  const lines = description.rows.map(({ element, name, length, offset, value }) => [
    element,
    name,
    String(length),
    offset === null ? '' : String(offset),
    value,
  ]);
  const table = [[...COLUMNS], ...lines];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length)));
  const text = table.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (column === COLUMNS.length - 1) return cell;
        return column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  if (description.error !== null) text.push('', description.error.text);
  return text.join('\n');
}
