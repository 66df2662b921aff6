/** A receipt set in lines of a given number of columns. Pure: the encoder turns these lines into bytes, a screen or a
 *  log shows them as text.
 *
 *  Errors  DriverError TEXT_UNMAPPABLE | RECEIPT_TOO_LONG | VALUE_OUT_OF_RANGE */
import { unreachable } from '../../gateway/kernel/errors.ts';
import { DriverError } from '../contract/device.ts';
import type { Align, ReceiptBlock, ReceiptDoc } from '../contract/printer.ts';
import { columnsOf, type Glyph, toGlyphs } from './glyphs.ts';
import { wrapGlyphs } from './wrap.ts';

export type Row =
  | {
      readonly kind: 'line';
      readonly glyphs: readonly Glyph[];
      readonly double: boolean;
      readonly bold: boolean;
    }
  | { readonly kind: 'qr'; readonly content: string }
  | { readonly kind: 'feed'; readonly lines: number };

/** 5,000 rows are nineteen metres of paper: the fullest basket, every name in two languages, on the narrowest roll. */
export const MOST_ROWS = 5000;
export const MOST_BLOCKS = 2000;
export const MOST_CHARACTERS_OF_TEXT = 8192;
const MOST_FEED_LINES = 100;

/** The receipt as plain text, one string a line, at most `columns` display columns wide (a Han character takes two, a
 *  line of double size half as many). Assumes a printer with a Chinese ROM; QR codes stand as their content. */
export function layoutReceipt(doc: ReceiptDoc, columns: number): string[] {
  return layoutRows(doc, columns, true).flatMap((row) => {
    switch (row.kind) {
      case 'line':
        return [row.glyphs.map((glyph) => glyph.char).join('')];
      case 'feed':
        return Array.from({ length: row.lines }, () => '');
      case 'qr':
        return [`[QR ${row.content}]`];
      default:
        return unreachable(row);
    }
  });
}

export function layoutRows(doc: ReceiptDoc, columns: number, hanRom: boolean): Row[] {
  if (doc.blocks.length > MOST_BLOCKS) throw tooLong('blocks', doc.blocks.length, MOST_BLOCKS);
  const rows: Row[] = [];
  doc.blocks.forEach((block, index) => {
    for (const row of blockRows(block, index, columns, hanRom)) rows.push(row);
    if (rows.length > MOST_ROWS) throw tooLong('rows', rows.length, MOST_ROWS);
  });
  return rows;
}

function blockRows(block: ReceiptBlock, index: number, columns: number, hanRom: boolean): Row[] {
  switch (block.kind) {
    case 'text': {
      const width = block.size === 'double' ? Math.floor(columns / 2) : columns;
      return textLines(block.text, index, 'text', width, hanRom).map((line) =>
        toRow(aligned(line, width, block.align), block),
      );
    }
    case 'pair': {
      const width = block.size === 'double' ? Math.floor(columns / 2) : columns;
      return pairLines(block, index, width, hanRom).map((line) => toRow(line, block));
    }
    case 'rule':
      return [{ kind: 'line', glyphs: ruleGlyphs(block.weight, columns, index), double: false, bold: false }];
    case 'qr':
      return [{ kind: 'qr', content: block.content }];
    case 'feed':
      if (!Number.isInteger(block.lines) || block.lines < 0 || block.lines > MOST_FEED_LINES) {
        throw new DriverError('VALUE_OUT_OF_RANGE', 'A feed takes 0 to 100 lines.', {
          block: index,
          lines: block.lines,
        });
      }
      return [{ kind: 'feed', lines: block.lines }];
    default:
      return unreachable(block);
  }
}

function toRow(
  glyphs: readonly Glyph[],
  style: { readonly size: 'normal' | 'double'; readonly bold: boolean },
): Row {
  return { kind: 'line', glyphs, double: style.size === 'double', bold: style.bold };
}

function textLines(text: string, block: number, part: string, width: number, hanRom: boolean): Glyph[][] {
  if (text.length > MOST_CHARACTERS_OF_TEXT) throw tooLong(part, text.length, MOST_CHARACTERS_OF_TEXT);
  return text
    .split(/\r\n|\r|\n/)
    .flatMap((line) => wrapGlyphs(toGlyphs(line, hanRom, { block, part }), width));
}

function pairLines(
  block: { readonly left: string; readonly right: string },
  index: number,
  width: number,
  hanRom: boolean,
): Glyph[][] {
  const right = toGlyphs(block.right, hanRom, { block: index, part: 'right' });
  if (columnsOf(right) > width) {
    throw new DriverError('VALUE_OUT_OF_RANGE', 'The right side of a pair is wider than the paper.', {
      block: index,
      columns: columnsOf(right),
      most: width,
    });
  }
  const lines = textLines(block.left, index, 'left', width, hanRom);
  const last = lines.at(-1) ?? [];
  const gap = width - columnsOf(last) - columnsOf(right);
  // Two texts that touch read as one, so at least one column stays free between them.
  if (last.length === 0 || right.length === 0 || gap >= 1) {
    return [...lines.slice(0, -1), [...last, ...spaces(gap), ...right]];
  }
  return [...lines, [...spaces(width - columnsOf(right)), ...right]];
}

function aligned(line: readonly Glyph[], width: number, align: Align): Glyph[] {
  const free = width - columnsOf(line);
  switch (align) {
    case 'left':
      return [...line];
    case 'center':
      return [...spaces(Math.floor(free / 2)), ...line];
    case 'right':
      return [...spaces(free), ...line];
    default:
      return unreachable(align);
  }
}

function ruleGlyphs(weight: 'light' | 'heavy', columns: number, block: number): Glyph[] {
  return toGlyphs((weight === 'heavy' ? '=' : '-').repeat(columns), false, { block, part: 'rule' });
}

function spaces(count: number): Glyph[] {
  return toGlyphs(' '.repeat(Math.max(0, count)), false, { block: 0, part: 'padding' });
}

function tooLong(what: string, length: number, most: number): DriverError {
  return new DriverError('RECEIPT_TOO_LONG', 'The receipt exceeds its size limit.', { what, length, most });
}
