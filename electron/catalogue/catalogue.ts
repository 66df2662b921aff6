/** The shop's goods in SQLite: looked up by code and barcode, searched by name in three languages. */
import type { Database, Statement } from 'better-sqlite3';
import { RUB } from '../../gateway/kernel/currency.ts';
import { money } from '../../gateway/kernel/money.ts';
import type { Goods, Unit } from './goods.ts';
import { readGoods } from './read-goods.ts';

export const SEARCH_MAX = 50;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS goods (
  goods_id TEXT PRIMARY KEY,
  barcode TEXT UNIQUE,
  name_ru TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  price_minor INTEGER NOT NULL CHECK (price_minor > 0),
  vat TEXT NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('piece', 'kg')),
  goods_group TEXT NOT NULL,
  quick INTEGER,
  position INTEGER NOT NULL,
  -- Names, code and barcode in lower case: SQLite folds ASCII only.
  words TEXT NOT NULL
) STRICT;`;

const SEARCHED = `
SELECT * FROM goods WHERE words LIKE @first ESCAPE '\\'
ORDER BY goods_id = @whole DESC, words LIKE @begin ESCAPE '\\' DESC, position`;

interface Row {
  readonly goods_id: string;
  readonly barcode: string | null;
  readonly name_ru: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly price_minor: number;
  readonly vat: Goods['vat'];
  readonly unit: Unit;
  readonly goods_group: string;
  readonly quick: number | null;
  readonly words: string;
}

export class Catalogue {
  readonly #byId: Statement<[string], Row>;
  readonly #byBarcode: Statement<[string], Row>;
  readonly #search: Statement<[{ first: string; begin: string; whole: string }], Row>;
  readonly #all: Statement<[], Row>;

  constructor(db: Database) {
    db.exec(SCHEMA);
    this.#byId = db.prepare('SELECT * FROM goods WHERE goods_id = ?');
    this.#byBarcode = db.prepare('SELECT * FROM goods WHERE barcode = ?');
    this.#search = db.prepare(SEARCHED);
    this.#all = db.prepare('SELECT * FROM goods ORDER BY position');
  }

  byId(goodsId: string): Goods | null {
    return goodsOrNull(this.#byId.get(goodsId));
  }

  byBarcode(barcode: string): Goods | null {
    return goodsOrNull(this.#byBarcode.get(barcode));
  }

  all(): readonly Goods[] {
    return this.#all.all().map(goodsOf);
  }

  /** Goods whose names, code or barcode contain every word of `text`, those that begin with it first; at most 50. */
  search(text: string): readonly Goods[] {
    const words = fold(text)
      .split(/\s+/)
      .filter((word) => word !== '');
    const first = words[0];
    if (first === undefined) return [];
    const found: Goods[] = [];
    const begin = `%|${escapeLike(words.join(' '))}%`;
    for (const row of this.#search.iterate({ first: `%${escapeLike(first)}%`, begin, whole: text.trim() })) {
      if (words.every((word) => row.words.includes(word))) found.push(goodsOf(row));
      if (found.length === SEARCH_MAX) break;
    }
    return found;
  }
}

export function openCatalogue(db: Database): Catalogue {
  return new Catalogue(db);
}

/** Replaces the whole catalogue in one transaction. Errors  CatalogueError, and then nothing has changed */
export function importCatalogue(db: Database, csv: string | Uint8Array): { readonly goods: number } {
  const goods = readGoods(csv);
  db.exec(SCHEMA);
  const insert = db.prepare(
    'INSERT INTO goods (goods_id, barcode, name_ru, name_zh, name_en, price_minor, vat, unit, goods_group, quick, position, words) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)',
  );
  db.transaction(() => {
    db.exec('DELETE FROM goods');
    goods.forEach((article, position) => {
      const { goodsId, barcode, names, price, vat, unit, group, quick } = article;
      const words = fold(`|${names.ru}|${names.zh}|${names.en}|${goodsId}|${barcode}|`);
      const code = barcode === '' ? null : barcode;
      const fields = [goodsId, code, names.ru, names.zh, names.en, price.amountMinor, vat, unit];
      insert.run(...fields, group, quick, position, words);
    });
  }).immediate();
  return { goods: goods.length };
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll('ё', 'е');
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (c) => `\\${c}`);
}

function goodsOrNull(row: Row | undefined): Goods | null {
  return row === undefined ? null : goodsOf(row);
}

function goodsOf(row: Row): Goods {
  return {
    goodsId: row.goods_id,
    barcode: row.barcode ?? '',
    names: { ru: row.name_ru, zh: row.name_zh, en: row.name_en },
    price: money(BigInt(row.price_minor), RUB),
    vat: row.vat,
    unit: row.unit,
    group: row.goods_group,
    quick: row.quick,
  };
}
