/** One line of cells and what stands in them, each read with its column's name so that a fault can be pointed at. */
import { type CurrencyCode, parseCurrencyCode } from '../../kernel/currency.ts';
import { type AmurError, failureName } from '../../kernel/errors.ts';
import { type Money, parseDecimalMoney } from '../../kernel/money.ts';
import { type EpochMs, instantText } from '../../kernel/time.ts';
import { type FileErrorCode, refusal } from './source.ts';

export interface CellLine {
  /** The file's name. */
  readonly file: string;
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
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
  const cells = new Map<string, string>();
  for (let i = 0; i < columns.length; i += 1) cells.set(columns[i] ?? '', values[i] ?? '');
  return { file, line, cells };
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
  const value = matching(
    at,
    column,
    /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/,
    'a time like 2026-11-22 18:30:05',
  );
  return instant(at, column, `${value.slice(0, 10)}T${value.slice(11)}`, offset);
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

export function dayExists(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === date;
}

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
