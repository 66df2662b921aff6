/** A shop's price list as CSV: UTF-8, one header row, every fault named by line and column. Nothing is repaired. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { type Money, parseDecimalMoney, zero } from '../../gateway/kernel/money.ts';
import { parseCsv } from './csv.ts';
import { isEan } from './ean.ts';
import { type Goods, UNITS, VAT_CODES } from './goods.ts';

export const CSV_COLUMNS = [
  'goods_id',
  'barcode',
  'name_ru',
  'name_zh',
  'name_en',
  'price',
  'vat',
  'unit',
  'group',
  'quick',
] as const;
type Column = (typeof CSV_COLUMNS)[number];

export const GOODS_MAX = 200_000;
const FAULTS_MAX = 50;
const PRICE_MAX_MINOR = 99_999_999_99n;

export interface CatalogueFault {
  readonly line: number;
  readonly column: Column | null;
  readonly problem: string;
}

/** The list cannot be imported; `faults` are the first fifty, in order of the file. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly faults: readonly CatalogueFault[];

  constructor(faults: readonly CatalogueFault[]) {
    const first = faults[0];
    super(
      `The catalogue has ${faults.length} fault(s); line ${first?.line}, ${first?.column ?? 'row'}: ${first?.problem}`,
    );
    this.faults = faults;
  }
}

/** Errors  CatalogueError */
export function readGoods(csv: string | Uint8Array): readonly Goods[] {
  const text = typeof csv === 'string' ? csv : decode(csv);
  const parsed = parseCsv(text.replace(/^\ufeff/, ''));
  if ('unclosedQuoteAt' in parsed) throw fault(parsed.unclosedQuoteAt, 'a quoted field never ends');
  const [header, ...rows] = parsed.rows;
  if (header === undefined || header.fields.join(',') !== CSV_COLUMNS.join(',')) {
    throw fault(1, `the header must be ${CSV_COLUMNS.join(',')}`);
  }
  if (rows.length > GOODS_MAX) throw fault(rows.length, `more than ${GOODS_MAX} goods`);
  const faults: CatalogueFault[] = [];
  const goods: Goods[] = [];
  const seen = { goodsId: new Map<string, number>(), barcode: new Map<string, number>() };
  for (const row of rows) {
    if (faults.length >= FAULTS_MAX) break;
    const before = faults.length;
    const report = (column: Column | null, problem: string): void => {
      faults.push({ line: row.line, column, problem });
    };
    if (row.fields.length !== CSV_COLUMNS.length) {
      report(null, `${row.fields.length} fields instead of ${CSV_COLUMNS.length}`);
      continue;
    }
    const article = readRow(row.fields, report);
    unique(seen.goodsId, article.goodsId, row.line, 'goods_id', report);
    if (article.barcode !== '') unique(seen.barcode, article.barcode, row.line, 'barcode', report);
    if (faults.length === before) goods.push(article);
  }
  if (faults.length > 0) throw new CatalogueError(faults.slice(0, FAULTS_MAX));
  return goods;
}

type Report = (column: Column | null, problem: string) => void;

function readRow(fields: readonly string[], report: Report): Goods {
  const value = (column: Column): string => (fields[CSV_COLUMNS.indexOf(column)] ?? '').trim();
  const oneOf = <T extends string>(column: Column, allowed: readonly T[]): T => {
    const found = allowed.find((a) => a === value(column));
    if (found === undefined) report(column, `must be one of ${allowed.join(', ')}`);
    return found ?? (allowed[0] as T);
  };
  const goodsId = value('goods_id');
  const unit = oneOf('unit', UNITS);
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(goodsId)) report('goods_id', 'must be 1 to 40 letters, digits, _ or -');
  if (unit === 'kg' && !/^[0-9]{5}$/.test(goodsId)) report('goods_id', 'weighed goods need a five-digit PLU');
  const barcode = value('barcode');
  if (barcode !== '' && !isEan(barcode)) report('barcode', 'is not an EAN with a right check digit');
  for (const column of ['name_ru', 'name_zh', 'name_en'] as const) checkName(column, value(column), report);
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(value('group'))) report('group', 'must be a lower-case word');
  return {
    goodsId,
    barcode,
    names: { ru: value('name_ru'), zh: value('name_zh'), en: value('name_en') },
    price: readPrice(value('price'), report),
    vat: oneOf('vat', VAT_CODES),
    unit,
    group: value('group'),
    quick: readQuick(value('quick'), report),
  };
}

function checkName(column: Column, name: string, report: Report): void {
  if (name === '' || name.length > 120 || /\p{Cc}/u.test(name)) {
    report(column, 'must be 1 to 120 characters without control characters');
  }
}

function readPrice(text: string, report: Report): Money {
  try {
    const price = parseDecimalMoney(text, RUB);
    if (price.amountMinor > 0n && price.amountMinor <= PRICE_MAX_MINOR) return price;
  } catch (error) {
    if (!(error instanceof AmurError)) throw error;
  }
  report('price', 'must be a decimal of roubles above zero, such as 129.90');
  return zero(RUB);
}

function readQuick(text: string, report: Report): number | null {
  if (text === '') return null;
  if (!/^[0-9]{1,6}$/.test(text)) report('quick', 'must be empty or a whole number');
  return Number.parseInt(text, 10);
}

function unique(seen: Map<string, number>, key: string, line: number, column: Column, report: Report): void {
  const first = seen.get(key);
  if (first === undefined) seen.set(key, line);
  else report(column, `repeats line ${first}`);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fault(1, 'is not UTF-8');
  }
}

function fault(line: number, problem: string): CatalogueError {
  return new CatalogueError([{ line, column: null, problem }]);
}
