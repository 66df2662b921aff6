/** One line of cells and what stands in them, each read with its column's name so that a fault can be pointed at. */
import { type CurrencyCode, parseCurrencyCode } from '../../kernel/currency.ts';
import { type AmurError, failureName } from '../../kernel/errors.ts';
import { type Money, parseDecimalMoney } from '../../kernel/money.ts';
import { type EpochMs, instantText } from '../../kernel/time.ts';
import { type FileErrorCode, refusal } from './source.ts';

/** Cells by the names of their columns: a map, or a row under its heading. */
export interface Cells {
  get(column: string): string | undefined;
  has(column: string): boolean;
}

export interface CellLine {
  /** The file's name. */
  readonly file: string;
  readonly line: number;
  readonly cells: Cells;
  /** Where the cells do not all stand on one line. */
  readonly lines?: ReadonlyMap<string, number>;
}

/** Errors  FILE_MALFORMED where the line has another number of cells than the heading. */
export function cellsOf(
  file: string,
  line: number,
  columns: readonly string[],
  values: readonly string[],
): CellLine {
  if (values.length !== columns.length) {
    const reason = `The line has ${values.length} cells, the heading ${columns.length}.`;
    throw refusal('FILE_MALFORMED', file, { line, column: '' }, reason);
  }
  return { file, line, cells: new RowCells(columns, values) };
}

/** A heading has a score of columns at most: looking through them costs less than a map a row. */
class RowCells implements Cells {
  readonly #columns: readonly string[];
  readonly #values: readonly string[];

  constructor(columns: readonly string[], values: readonly string[]) {
    this.#columns = columns;
    this.#values = values;
  }

  get(column: string): string | undefined {
    const at = this.#columns.indexOf(column);
    return at < 0 ? undefined : this.#values[at];
  }

  has(column: string): boolean {
    return this.#columns.includes(column);
  }
}

export function fault(at: CellLine, column: string, reason: string, code: FileErrorCode = 'FILE_MALFORMED') {
  return refusal(code, at.file, { line: at.lines?.get(column) ?? at.line, column }, reason);
}

/** The cell's text, possibly empty. */
export function text(at: CellLine, column: string, charactersMax = 512): string {
  const value = at.cells.get(column);
  if (value === undefined) throw fault(at, column, 'The column is missing.');
  if (value.length > charactersMax) throw fault(at, column, `More than ${charactersMax} characters.`);
  return value;
}

export function filled(at: CellLine, column: string, charactersMax = 512): string {
  const value = text(at, column, charactersMax);
  if (value === '') throw fault(at, column, 'The cell is empty.');
  return value;
}

export function matching(at: CellLine, column: string, pattern: RegExp, shape: string): string {
  const value = text(at, column);
  if (!pattern.test(value)) throw fault(at, column, `Not ${shape}.`);
  return value;
}

/** Letters, digits and the few marks that transaction numbers are made of. */
export function identifier(at: CellLine, column: string): string {
  return matching(at, column, /^[0-9A-Za-z_.:/-]{1,64}$/, 'an identifier of 1 to 64 characters');
}

export function oneOf<Word extends string>(at: CellLine, column: string, words: readonly Word[]): Word {
  const value = text(at, column);
  const found = words.find((word) => word === value);
  if (found === undefined) throw fault(at, column, `Not one of ${words.join(', ')}.`);
  return found;
}

export function count(at: CellLine, column: string): number {
  return Number(matching(at, column, /^(0|[1-9][0-9]{0,8})$/, 'a count'));
}

export function currency(at: CellLine, column: string): CurrencyCode {
  const letters = matching(at, column, /^[A-Z]{3}$/, 'a currency of three letters');
  return asCells(at, column, () => parseCurrencyCode(letters));
}

/** A decimal of its currency with a point, perhaps negative, perhaps with fewer decimals than the currency has. */
export function amount(at: CellLine, column: string, of: CurrencyCode): Money {
  const value = text(at, column, 24);
  return asCells(at, column, () => parseDecimalMoney(value, of));
}

/** `2026-11-22 18:30:05` at a fixed offset, as an instant. */
export function localInstant(at: CellLine, column: string, offset: '+08:00' | '+03:00'): string {
  const value = matching(at, column, LOCAL_TIME, 'a time like 2026-11-22 18:30:05');
  const date = value.slice(0, 10);
  const hours = Number(value.slice(11, 13)) - Number(offset.slice(1, 3));
  if (hours < 0) return instant(at, column, `${date}T${value.slice(11)}`, offset);
  // Most of a day is the same day in UTC: a million rows need no calendar for it.
  if (!dayExists(date)) throw fault(at, column, 'There is no such time.');
  return `${date}T${String(hours).padStart(2, '0')}:${value.slice(14)}.000Z`;
}

/** `2026-11-22T18:30:05+08:00`, as an instant. */
export function zonedInstant(at: CellLine, column: string): string {
  const shape = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;
  const value = text(at, column);
  const match = shape.exec(value);
  if (match === null) throw fault(at, column, 'Not a time like 2026-11-22T18:30:05+08:00.');
  return instant(at, column, match[1] ?? '', match[2] ?? '');
}

/** `2026-11-22`, a day that exists. */
export function isoDate(at: CellLine, column: string): string {
  const value = matching(at, column, /^\d{4}-\d{2}-\d{2}$/, 'a date like 2026-11-22');
  if (!dayExists(value)) throw fault(at, column, 'There is no such day.');
  return value;
}

/** `yyyy-mm-dd`: a day of the Gregorian calendar. */
export function dayExists(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= days;
}

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

function instant(at: CellLine, column: string, local: string, offset: string): string {
  const asUtc: EpochMs = Date.parse(`${local}Z`);
  const real: EpochMs = Date.parse(`${local}${offset}`);
  // A parser may carry 31 February over into March, and 24:00 into the next day; the round trip does not.
  if (Number.isNaN(asUtc) || Number.isNaN(real) || !instantText(asUtc).startsWith(local))
    throw fault(at, column, 'There is no such time.');
  return instantText(real);
}

/** A kernel's refusal of a cell's text becomes the file's refusal, at its place. */
function asCells<T>(at: CellLine, column: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw wordsOf(at, column, error);
  }
}

function wordsOf(at: CellLine, column: string, error: unknown): AmurError {
  const reason: Readonly<Record<string, string>> = {
    MONEY_MALFORMED: 'Not an amount of its currency.',
    CURRENCY_UNKNOWN: 'Not a currency of ISO 4217.',
  };
  const words = reason[failureName(error)];
  if (words === undefined) throw error;
  return fault(at, column, words);
}
