/** Lines of comma separated values: RFC 4180 within a line. A cell of ours never holds a line end, and never starts a formula. */
import { refusal } from './source.ts';

/** Errors  FILE_MALFORMED */
export function splitCsv(line: string, file: string, number: number, separator = ','): readonly string[] {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let from = 0;
  for (;;) {
    const [cell, next] = line[from] === '"' ? quoted(line, from, file, number) : bare(line, from, separator);
    cells.push(cell);
    if (next === line.length) return cells;
    if (line[next] !== separator) throw malformed(file, number, 'Text stands after a closing quote.');
    from = next + 1;
  }
}

function bare(line: string, from: number, separator: string): readonly [string, number] {
  const found = line.indexOf(separator, from);
  const to = found < 0 ? line.length : found;
  return [line.slice(from, to), to];
}

function quoted(line: string, from: number, file: string, number: number): readonly [string, number] {
  let cell = '';
  let start = from + 1;
  for (;;) {
    const quote = line.indexOf('"', start);
    if (quote < 0) throw malformed(file, number, 'A quote is not closed on its line.');
    cell += line.slice(start, quote);
    if (line[quote + 1] !== '"') return [cell, quote + 1];
    cell += '"';
    start = quote + 2;
  }
}

function malformed(file: string, line: number, reason: string) {
  return refusal('FILE_MALFORMED', file, { line, column: '' }, reason);
}

/** What a spreadsheet may take for the start of a formula, and the guard itself. A number with a sign is none. */
const FORMULA = /^[=+\-@'|%]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** One line with its end. A cell that a spreadsheet would run as a formula gets an apostrophe before it.
 *  Errors  FILE_VALUE_UNFIT where a cell holds a line end or another control character */
export function csvLine(cells: readonly string[], file: string): string {
  return `${cells.map((cell) => csvCell(cell, file)).join(',')}\r\n`;
}

function csvCell(cell: string, file: string): string {
  if (/\p{Cc}/u.test(cell))
    throw refusal('FILE_VALUE_UNFIT', file, { line: 0, column: '' }, 'A cell holds a control character.');
  const safe = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",;]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The cell as it was before it was made safe: see `csvLine`. */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
