import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { parseRrn, parseStan, parseTid } from '../../../../gateway/kernel/identifiers.ts';
import { formatDecimal, money } from '../../../../gateway/kernel/money.ts';
import {
  type CardClearingLine,
  readCardClearing,
  writeCardClearing,
} from '../../../../gateway/settlement/files/card-clearing.ts';
import { csvLine, splitCsv, withoutGuard } from '../../../../gateway/settlement/files/csv.ts';
import {
  amountText,
  type MerchantStatement,
  writeMerchantStatement,
} from '../../../../gateway/settlement/files/merchant-statement.ts';
import {
  type PartnerDetailLine,
  writePartnerDetail,
} from '../../../../gateway/settlement/files/partner-detail.ts';
import { readPartnerDetail } from '../../../../gateway/settlement/files/read-partner-detail.ts';
import { readBytes } from '../../../../gateway/settlement/files/reading.ts';
import { CHARITY, cycleOf, MERCHANT, netLine } from './orders.ts';
import { bytesOf, codeOf, expectNoCrash, expectRefusedWhereverCut, placeOf } from './soundness.ts';

const joined = (pieces: Iterable<Uint8Array>) => new Uint8Array(Buffer.concat([...pieces]));
const head = {
  partner: 'amurbank',
  cycleId: 'amurbank-RUB-20261120',
  currency: RUB,
  businessDate: '2026-11-20',
  valueDate: '2026-11-23',
};

const SALES = netLine(MERCHANT, {
  sales: 1_000_000n,
  salesCount: 3,
  refunds: 50_000n,
  refundsCount: 1,
  fees: 18_000n,
  feesReturned: 900n,
  vat: 2_850n,
  partnerShare: 8_550n,
  donations: 100n,
  reserveHeld: 46_645n,
});
const GIFTS = netLine(CHARITY, { sales: 100n, salesCount: 1 });
const BELOW = netLine(
  { ...MERCHANT, id: '000000000000102' },
  { carriedIn: -500n, refunds: 4_500n, refundsCount: 1 },
);
const DETAIL: readonly PartnerDetailLine[] = [
  { payee: MERCHANT, line: SALES },
  { payee: CHARITY, line: GIFTS },
  { payee: { ...MERCHANT, id: '000000000000102', name: '@SUM(1)' }, line: BELOW },
];
const detail = (bytes: Uint8Array) => readBytes('detail.csv', bytes, readPartnerDetail);

describe('A partner’s detail file', () => {
  const bytes = joined(writePartnerDetail(head, DETAIL));

  test('is read back with every amount, and its total is what the payment pays', () => {
    const { rows, summary } = detail(bytes);
    expect(rows.map(({ kind, id, name, due, carriedOut }) => [kind, id, name, due, carriedOut])).toEqual([
      ['merchant', MERCHANT.id, MERCHANT.name, 886_155n, 0n],
      ['charity', 'tigers', CHARITY.name, 100n, 0n],
      ['merchant', '000000000000102', '@SUM(1)', 0n, -5_000n],
    ]);
    expect(summary).toEqual({ ...head, rows: 3, totals: [money(886_255n, RUB)] });
  });

  test('no cell starts a formula for a spreadsheet, and a negative amount stays a number', () => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    expect(text.startsWith('\ufeffAMUR-PARTNER-DETAIL,1,amurbank,')).toBe(true);
    const cells = text.split('\r\n').flatMap((line) => splitCsv(line, '', 1));
    expect(cells.filter((cell) => /^[=+@|%\t]/.test(cell) || /^-[^0-9]/.test(cell))).toEqual([]);
    expect(text).toContain("'=Фонд «Амурский тигр»");
    expect(text).toContain(',-50.00');
  });

  test('a line that does not come to its net is not written', () => {
    const wrong = [{ payee: MERCHANT, line: { ...SALES, fees: SALES.fees + 1n } }];
    expect(placeOf(() => joined(writePartnerDetail(head, wrong)))).toEqual(['FILE_VALUE_UNFIT', 3, 'net']);
    const broken = [{ payee: { ...MERCHANT, name: 'a\nb' }, line: SALES }];
    expect(codeOf(() => joined(writePartnerDetail(head, broken)))).toBe('FILE_VALUE_UNFIT');
  });

  test('changed amounts, a lost line and a line twice are refused, and the file wherever it is cut', () => {
    const text = new TextDecoder().decode(bytes);
    const changed = (from: string | RegExp, to: string) =>
      placeOf(() => detail(bytesOf(text.replace(from, to))));
    expect(changed('10000.00', '10000.01')).toEqual(['FILE_TOTALS_WRONG', 3, 'net']);
    expect(changed(/charity.*\r\n/, '')).toEqual(['FILE_TOTALS_WRONG', 5, 'id']);
    expect(changed(/(charity.*\r\n)/, '$1$1')).toEqual(['FILE_TOTALS_WRONG', 7, 'id']);
    expectRefusedWhereverCut(bytes, detail);
    expectNoCrash(bytes, detail);
  });

  test('of no payees has a TOTAL of nothing', () => {
    expect(detail(joined(writePartnerDetail(head, []))).summary).toMatchObject({
      rows: 0,
      totals: [money(0n, RUB)],
    });
  });
});

describe('Comma separated values', () => {
  test('any text without line ends comes back as it was, and starts no formula', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).filter((cell) => !/\p{Cc}/u.test(cell)),
          { minLength: 1 },
        ),
        (cells) => {
          const line = csvLine(cells, 'f').slice(0, -2);
          const back = splitCsv(line, 'f', 1);
          expect(back.map(withoutGuard)).toEqual(cells);
          expect(back.filter((cell) => /^[=+@]/.test(cell))).toEqual([]);
        },
      ),
      { seed: 20261122 },
    );
  });
});

const clearingHead = { bank: 'amurbank', businessDate: '2026-11-20', currency: RUB };
const CLEARING: readonly CardClearingLine[] = [
  {
    rrn: parseRrn('632500000001'),
    stan: parseStan('000001'),
    tid: parseTid('10000001'),
    at: Date.parse('2026-11-20T07:00:00Z'),
    kind: 'payment',
    amount: money(150_000n, RUB),
    fee: money(1_800n, RUB),
    bankReference: 'B1',
  },
  {
    rrn: parseRrn('632500000002'),
    stan: parseStan('000002'),
    tid: parseTid('10000001'),
    at: Date.parse('2026-11-20T20:59:59Z'),
    kind: 'refund',
    amount: money(50_000n, RUB),
    fee: money(-600n, RUB),
    bankReference: 'B2',
  },
];
const clearing = (bytes: Uint8Array) => readBytes('clearing.csv', bytes, readCardClearing);

describe('A card bank’s clearing file', () => {
  const bytes = joined(writeCardClearing(clearingHead, CLEARING));

  test('is read back with the numbers that find a transaction', () => {
    const { rows, summary } = clearing(bytes);
    expect(
      rows.map((row) => [
        row.source,
        row.kind,
        row.rrn,
        row.stan,
        row.tid,
        row.ids.theirs,
        formatDecimal(row.amount),
        formatDecimal(row.fee),
        formatDecimal(row.settlement),
        row.at,
      ]),
    ).toEqual([
      [
        'amurbank',
        'payment',
        '632500000001',
        '000001',
        '10000001',
        'B1',
        '1500.00',
        '18.00',
        '1482.00',
        '2026-11-20T07:00:00.000Z',
      ],
      [
        'amurbank',
        'refund',
        '632500000002',
        '000002',
        '10000001',
        'B2',
        '500.00',
        '-6.00',
        '-494.00',
        '2026-11-20T20:59:59.000Z',
      ],
    ]);
    expect(summary).toEqual({ ...clearingHead, rows: 2, totals: [money(98_800n, RUB)], proof: 'totals' });
  });

  test('contradictions are refused at their column, and the file wherever it is cut', () => {
    const text = new TextDecoder().decode(bytes);
    const changed = (from: string, to: string) => placeOf(() => clearing(bytesOf(text.replace(from, to))));
    expect(changed('1482.00', '1482.01')).toEqual(['FILE_TOTALS_WRONG', 3, 'settlement']);
    expect(changed('TOTAL,2,1000.00', 'TOTAL,2,1000.01')).toEqual(['FILE_TOTALS_WRONG', 5, 'amount']);
    expect(changed(',000002,', ',000000,')).toEqual(['FILE_MALFORMED', 4, 'stan']);
    expect(changed('CLEARING,1,', 'CLEARING,2,')).toEqual(['FILE_KIND_UNKNOWN', 1, 'format']);
    expectRefusedWhereverCut(bytes, clearing);
    expectNoCrash(bytes, clearing);
  });

  test('amounts of another currency are not written', () => {
    const foreign = CLEARING.map((line) => ({ ...line, amount: money(1n, CNY) }));
    expect(codeOf(() => joined(writeCardClearing(clearingHead, foreign)))).toBe('FILE_VALUE_UNFIT');
  });
});

describe('A merchant’s statement', () => {
  const statement: MerchantStatement = {
    acquirer: 'Эквайрер Восток',
    partner: 'Амур-Банк',
    payee: { ...MERCHANT, name: '<b>Лотос</b> & Ко' },
    cycle: cycleOf(RUB),
    line: SALES,
    tenders: [
      {
        tender: 'alipay',
        paidIn: 'CNY',
        salesCount: 2,
        sales: money(900_000n, RUB),
        refundsCount: 1,
        refunds: money(50_000n, RUB),
      },
      {
        tender: 'card',
        paidIn: 'RUB',
        salesCount: 1,
        sales: money(100_000n, RUB),
        refundsCount: 0,
        refunds: money(0n, RUB),
      },
    ],
    reserveBalance: money(46_645n, RUB),
  };
  const html = new TextDecoder().decode(writeMerchantStatement(statement));

  test('shows turnover by tender and currency, fee, VAT, reserve and what is paid', () => {
    const rows = [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell = '']) =>
        cell.replaceAll('\u00a0', ' '),
      ),
    );
    expect(rows).toContainEqual(['Кошелёк Alipay', 'CNY', '2', '9 000,00', '1', '500,00']);
    expect(rows).toContainEqual(['Банковская карта', 'RUB', '1', '1 000,00', '0', '0,00']);
    expect(rows).toContainEqual(['Комиссия', '\u2212180,00']);
    expect(rows).toContainEqual(['в том числе НДС в комиссии', '28,50']);
    expect(rows).toContainEqual(['Удержано в резерв', '\u2212466,45']);
    expect(rows).toContainEqual(['К перечислению', '8 861,55']);
    expect(rows).toContainEqual(['Переносится на следующий расчёт', '0,00']);
    expect(rows).toContainEqual(['Остаток резерва после расчёта', '466,45']);
  });

  test('is one page without scripts or links, and a name cannot add markup', () => {
    expect(html).not.toMatch(/<script|https?:|<link|<img/);
    expect(html).toContain('&lt;b&gt;Лотос&lt;/b&gt; &amp; Ко');
    expect(html).toContain('<html lang="ru">');
  });

  test('is not written where turnover and lines disagree', () => {
    const wrong = { ...statement, tenders: statement.tenders.slice(1) };
    expect(codeOf(() => writeMerchantStatement(wrong))).toBe('FILE_VALUE_UNFIT');
  });

  test('amounts are grouped by three, with a comma and the currency’s decimals', () => {
    expect([1n, 123_456_789n, -100_000n].map((minor) => amountText(money(minor, RUB)))).toEqual([
      '0,01',
      '1\u00a0234\u00a0567,89',
      '\u22121\u00a0000,00',
    ]);
  });
});
