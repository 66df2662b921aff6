import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { importCatalogue, openCatalogue, SEARCH_MAX } from '../../../electron/catalogue/catalogue.ts';
import { parseCsv } from '../../../electron/catalogue/csv.ts';
import { checkDigit, isEan } from '../../../electron/catalogue/ean.ts';
import { quickGroups } from '../../../electron/catalogue/quick-groups.ts';
import { CatalogueError, CSV_COLUMNS, readGoods } from '../../../electron/catalogue/read-goods.ts';
import { readWeighedCode } from '../../../electron/catalogue/weighed-code.ts';

const HEADER = CSV_COLUMNS.join(',');
const SAMPLE = readFileSync(new URL('../../../electron/catalogue/sample/goods.csv', import.meta.url));

function faultsOf(csv: string | Uint8Array): readonly string[] {
  try {
    readGoods(csv);
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return error.faults.map((f) => `${f.line} ${f.column} ${f.problem}`);
  }
  return [];
}

describe('the sample that ships', () => {
  const db = new Database(':memory:');
  const { goods } = importCatalogue(db, SAMPLE);
  const catalogue = openCatalogue(db);

  test('has more than two hundred goods, weighed ones among them, at both rates of tax', () => {
    expect(goods).toBeGreaterThan(200);
    const all = catalogue.all();
    expect(all).toHaveLength(goods);
    expect(all.some((g) => g.unit === 'kg')).toBe(true);
    expect(new Set(all.map((g) => g.vat))).toContain('vat22');
    expect(new Set(all.map((g) => g.vat))).toContain('vat10');
  });

  test('is found by barcode, by code and by any of its three names, in any case', () => {
    for (const article of catalogue.all()) {
      expect(catalogue.byBarcode(article.barcode)?.goodsId).toBe(article.goodsId);
      expect(catalogue.byId(article.goodsId)?.barcode).toBe(article.barcode);
    }
    const [first] = catalogue.search('МАТРЁШКА 5');
    expect(first?.goodsId).toBe('10001');
    expect(catalogue.search('матрешка').length).toBeGreaterThan(0);
    expect(catalogue.search('套娃五')[0]?.goodsId).toBe('10001');
    expect(catalogue.search('DOLL 5 pieces')[0]?.goodsId).toBe('10001');
    expect(catalogue.search('10001')[0]?.goodsId).toBe('10001');
    expect(catalogue.search('а').length).toBe(SEARCH_MAX);
    expect(catalogue.search('   ')).toEqual([]);
  });

  test('has quick keys, the frequent ones first and the weighed ones last', () => {
    const groups = quickGroups(catalogue.all());
    expect(groups.at(0)?.groupId).toBe('frequent');
    expect(groups.at(-1)?.groupId).toBe('weighed');
    expect(groups.every((g) => g.goods.length > 0)).toBe(true);
  });
});

describe('a price list with faults', () => {
  test('names each by line and column', () => {
    const csv = [
      HEADER,
      '1,4600000000015,а,中,a,10.00,vat22,piece,tea,',
      '1,4600000000015,б,中,b,10.00,vat22,piece,tea,',
      '2,4600000000016,в,中,c,1.005,vat20,box,Tea,x',
      '3,,,中,d,0,vat10,piece,tea,1',
      'abc,,г,中,e,5,vat10,kg,tea,1',
      '4,5',
    ].join('\n');
    expect(faultsOf(csv).map((f) => f.split(' ').slice(0, 2).join(' '))).toEqual([
      '3 goods_id',
      '3 barcode',
      '4 unit',
      '4 barcode',
      '4 group',
      '4 price',
      '4 vat',
      '4 quick',
      '5 name_ru',
      '5 price',
      '6 goods_id',
      '7 null',
    ]);
  });

  test('is refused whole, and the catalogue before it stands', () => {
    const db = new Database(':memory:');
    importCatalogue(db, `${HEADER}\n1,,а,中,a,10.00,vat22,piece,tea,\n`);
    expect(() => importCatalogue(db, `${HEADER}\n1,,б,中,b,nothing,vat22,piece,tea,\n`)).toThrow(
      CatalogueError,
    );
    expect(openCatalogue(db).byId('1')?.names.ru).toBe('а');
  });

  test('with another header, or not in UTF-8, is not read at all', () => {
    expect(faultsOf('id,name\n')[0]).toContain('header');
    expect(faultsOf(Uint8Array.of(0xcf, 0xf0, 0xe8))[0]).toContain('UTF-8');
    expect(faultsOf(`${HEADER}\n1,,"а`)[0]).toContain('quoted');
  });
});

test('quoted fields keep commas, quotes and line ends', () => {
  expect(parseCsv('a,"b,""c""\nd"\r\ne,f\n')).toEqual({
    rows: [
      { line: 1, fields: ['a', 'b,"c"\nd'] },
      { line: 3, fields: ['e', 'f'] },
    ],
  });
});

test('check digits agree with the example of GS1', () => {
  expect(checkDigit('629104150021')).toBe('3');
  expect(isEan('6291041500213')).toBe(true);
  expect(isEan('96385074')).toBe(true);
  expect(isEan('6291041500214')).toBe(false);
});

test('a label of the scale is read by the rule of its prefix', () => {
  expect(readWeighedCode('2100485004123')).toEqual({ plu: '00485', grams: 412 });
  expect(readWeighedCode('2100485004124')).toBeNull();
  expect(readWeighedCode('2200485004122')).toBeNull();
});
