/** A receipt as text on the printer's column grid: a column is a cell of font A, a Han character takes two. */
import { type Cell, offsetDots, type PaperItem, type Receipt } from './paper.ts';

const COLUMN_DOTS = 12;

export function receiptText(receipt: Receipt): string {
  return receipt.items
    .flatMap((item) => itemLines(item))
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\s+$/g, '')
    .concat('\n');
}

function itemLines(item: PaperItem): string[] {
  switch (item.kind) {
    case 'line':
      return [lineText(item.cells, offsetDots(item, lineDots(item.cells)))];
    case 'qr':
      return [`[QR ${Buffer.from(item.data).toString('utf8')}]`];
    case 'raster':
      return [`[image ${item.widthBytes * 8 * item.scaleX} x ${item.heightDots * item.scaleY}]`];
    case 'barcode':
      return [`[barcode ${item.content}]`];
    case 'feed':
      return Array.from({ length: Math.min(4, Math.floor(item.dots / 30)) }, () => '');
  }
}

export function lineDots(cells: readonly Cell[]): number {
  const last = cells.at(-1);
  return last === undefined ? 0 : last.x + last.widthDots;
}

interface Phrase {
  readonly text: string;
  readonly columns: number;
  readonly fromDots: number;
  readonly toDots: number;
}

/** Phrases stand where they begin on the grid; the last of several stands where it ends, so that sums of enlarged
 *  figures, which take less room as text than on paper, still meet the right edge. */
function lineText(cells: readonly Cell[], startDots: number): string {
  const phrases = phrasesOf(cells);
  let text = '';
  let columns = 0;
  phrases.forEach((phrase, index) => {
    const ends = index > 0 && index === phrases.length - 1;
    const at = ends ? phrase.toDots / COLUMN_DOTS - phrase.columns : phrase.fromDots / COLUMN_DOTS;
    const start = Math.round(startDots / COLUMN_DOTS + at);
    const gap = Math.max(index === 0 ? 0 : 1, start - columns);
    text += ' '.repeat(gap) + phrase.text;
    columns += gap + phrase.columns;
  });
  return text;
}

/** Cut at two blanks or more, and where the head was moved. */
function phrasesOf(cells: readonly Cell[]): readonly Phrase[] {
  const phrases: Phrase[] = [];
  let blanks = 0;
  for (const cell of cells) {
    if (cell.text === ' ') {
      blanks += 1;
      continue;
    }
    const last = phrases.at(-1);
    const reached = (last?.toDots ?? 0) + blanks * cell.widthDots;
    const joins = last !== undefined && blanks < 2 && Math.abs(cell.x - reached) < cell.widthDots;
    const columns = cell.widthDots / cell.scaleX > COLUMN_DOTS ? 2 : 1;
    const phrase: Phrase = {
      text: joins ? last.text + ' '.repeat(blanks) + cell.text : cell.text,
      columns: joins ? last.columns + blanks + columns : columns,
      fromDots: joins ? last.fromDots : cell.x,
      toDots: cell.x + cell.widthDots,
    };
    if (joins) phrases[phrases.length - 1] = phrase;
    else phrases.push(phrase);
    blanks = 0;
  }
  return phrases;
}
