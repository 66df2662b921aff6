/** Breaking a line of glyphs at the paper's width: between words, between Han characters, and inside a word only when
 *  the word alone is wider than the paper. */
import { columnsOf, type Glyph } from './glyphs.ts';

/** These may not begin a line, so they stay with the character before them. */
const CLOSING = new Set('、。，．！？：；）】》」』〉〕％');

/** Spaces at a break are dropped; every other glyph is kept, in order. Always at least one line. */
export function wrapGlyphs(glyphs: readonly Glyph[], columns: number): Glyph[][] {
  const lines: Glyph[][] = [];
  let line: Glyph[] = [];
  let spaces: Glyph[] = [];
  for (const piece of pieces(glyphs)) {
    if (piece.every(isSpace)) {
      spaces = piece;
      continue;
    }
    if (columnsOf(line) + columnsOf(spaces) + columnsOf(piece) <= columns) {
      line.push(...spaces, ...piece);
    } else {
      if (line.length > 0) lines.push(line);
      const parts = chop(piece, columns);
      line = parts.pop() ?? [];
      lines.push(...parts);
    }
    spaces = [];
  }
  lines.push(line);
  return lines;
}

function pieces(glyphs: readonly Glyph[]): Glyph[][] {
  const found: Glyph[][] = [];
  let current: Glyph[] = [];
  for (const glyph of glyphs) {
    const last = current.at(-1);
    if (last !== undefined && breaksBetween(last, glyph)) {
      found.push(current);
      current = [];
    }
    current.push(glyph);
  }
  if (current.length > 0) found.push(current);
  return found;
}

function breaksBetween(before: Glyph, after: Glyph): boolean {
  if (isSpace(before) !== isSpace(after)) return true;
  if (isSpace(before)) return false;
  if (CLOSING.has(after.char)) return false;
  return before.columns === 2 || after.columns === 2;
}

function chop(piece: readonly Glyph[], columns: number): Glyph[][] {
  const parts: Glyph[][] = [];
  let part: Glyph[] = [];
  let used = 0;
  for (const glyph of piece) {
    if (used + glyph.columns > columns) {
      parts.push(part);
      part = [];
      used = 0;
    }
    part.push(glyph);
    used += glyph.columns;
  }
  parts.push(part);
  return parts;
}

function isSpace(glyph: Glyph): boolean {
  return glyph.char === ' ' || glyph.char === '\u3000';
}
