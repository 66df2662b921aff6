import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../../gateway/kernel/money.ts';
import { readCamt } from '../../../gateway/settlement/files/camt.ts';
import { writePaymentOrders1c } from '../../../gateway/settlement/files/orders-1c.ts';
import { writePain001 } from '../../../gateway/settlement/files/pain001.ts';
import { readBytes } from '../../../gateway/settlement/files/reading.ts';
import { sourceOf } from '../../../gateway/settlement/files/source.ts';
import { readStatement1c } from '../../../gateway/settlement/files/statement-1c.ts';
import { STATEMENT_DEFECTS, withDefects, withoutTail } from '../../../simulators/house-bank/defects.ts';
import { type DayOfAccount, HouseBank } from '../../../simulators/house-bank/house-bank.ts';
import { OrderRefused } from '../../../simulators/house-bank/order-files.ts';
import {
  type CamtVersion,
  camt053,
  camt054,
  statement1c,
} from '../../../simulators/house-bank/statements.ts';
import { orderOf, PAYER } from '../../gateway/settlement/files/orders.ts';

const ROUBLES = PAYER.accounts.RUB ?? '';
const YUAN = PAYER.accounts.CNY ?? '';
const DAY = '2026-11-23';
let bank: HouseBank;

const rubles = () => writePaymentOrders1c([orderOf({ amount: money(500_000n, RUB) })], 'o').bytes;
const yuan = () => writePain001([orderOf({ currency: CNY, amount: money(88_711n, CNY) })], 'M1').bytes;
const dayOf = (account: string, from = DAY, to = from): DayOfAccount => {
  const day = bank.dayOf(account, from, to);
  if (day === null) throw new Error('The account is kept here.');
  return day;
};

beforeEach(() => {
  bank = new HouseBank(new Database(':memory:'), [
    { number: ROUBLES, owner: PAYER.name, currency: 'RUB', openingMinor: 1_000_000n },
    { number: YUAN, owner: PAYER.name, currency: 'CNY', openingMinor: 0n },
  ]);
});

describe('The house bank', () => {
  test('takes a file of orders once, and books it on its day', () => {
    expect([bank.take('a.txt', rubles()), bank.take('again.txt', rubles())]).toEqual([1, 0]);
    expect(bank.bookOrders('2026-11-22')).toEqual([]);
    expect(bank.bookOrders(DAY).map(({ direction, minor, number }) => [direction, minor, number])).toEqual([
      ['out', 500_000n, '17'],
    ]);
    expect(bank.bookOrders(DAY)).toEqual([]);
    expect(bank.balance(ROUBLES)).toBe(500_000n);
  });

  test('an order without money behind it waits, and is booked when the money is there', () => {
    bank.take('y.xml', yuan());
    expect([bank.bookOrders(DAY).length, bank.waiting(DAY)]).toEqual([0, 1]);
    const receipt = {
      minor: 100_000n,
      from: 'Alipay',
      fromAccount: 'A-1',
      endToEndId: null,
      purpose: 'Settlement',
    };
    bank.receive(DAY, { account: YUAN, ...receipt });
    expect(bank.bookOrders(DAY).map(({ endToEndId }) => endToEndId)).toEqual(['amurbank-CNY-20261120']);
    expect([bank.balance(YUAN), bank.waiting(DAY)]).toEqual([11_289n, 0]);
  });

  test('a file that is cut or of another kind is refused whole', () => {
    expect(() => bank.take('a', rubles().subarray(0, 900))).toThrow(OrderRefused);
    expect(() => bank.take('a', yuan().subarray(0, 900))).toThrow(OrderRefused);
    expect(() => bank.take('a', new TextEncoder().encode('hello'))).toThrow(OrderRefused);
    expect(bank.waiting('2027-01-01')).toBe(0);
  });
});

describe('Its statements', () => {
  beforeEach(() => {
    bank.take('a.txt', rubles());
    bank.bookOrders(DAY);
    const receipt = {
      minor: 12_345n,
      from: 'Банк «Карта» & Ко',
      fromAccount: '30232810900000000009',
      purpose: 'Возмещение',
    };
    bank.receive(DAY, { account: ROUBLES, endToEndId: 'C-1', ...receipt });
  });

  test('as 1CClientBankExchange are read by the acquirer, balances and reference', () => {
    const { rows, summary } = readBytes('s.txt', statement1c(dayOf(ROUBLES)), (source) =>
      readStatement1c(source, 'house'),
    );
    expect(
      rows.map((row) => [row.direction, formatDecimal(row.amount), row.endToEndId, row.valueDate]),
    ).toEqual([
      ['out', '5000.00', 'amurbank-RUB-20261120', DAY],
      ['in', '123.45', null, DAY],
    ]);
    expect(
      summary.accounts.map(({ opening, closing }) => [formatDecimal(opening), formatDecimal(closing)]),
    ).toEqual([['10000.00', '5123.45']]);
  });

  test.each([2, 4, 8] as const)('as camt.053.001.0%i are read by the acquirer', (version: CamtVersion) => {
    const bytes = camt053(dayOf(ROUBLES), version);
    const { rows, summary } = readCamt(sourceOf('s.xml', bytes), bytes, 'house');
    expect(
      rows.map((row) => [row.direction, formatDecimal(row.amount), row.endToEndId, row.counterparty]),
    ).toEqual([
      ['out', '5000.00', 'amurbank-RUB-20261120', 'Амур-Банк (АО)'],
      ['in', '123.45', 'C-1', 'Банк «Карта» & Ко'],
    ]);
    expect(summary.accounts.map(({ closing }) => formatDecimal(closing))).toEqual(['5123.45']);
  });

  test('as camt.054 tell one entry', () => {
    const day = dayOf(ROUBLES);
    const [entry] = day.entries;
    if (entry === undefined) throw new Error('The day has an entry.');
    const bytes = camt054(day, entry, 8);
    expect(
      readCamt(sourceOf('n.xml', bytes), bytes, 'house').rows.map(({ bankReference }) => bankReference),
    ).toEqual(['OUT20261123000001']);
  });

  test('with a planted fault stay sound in themselves, or are cut and refused', () => {
    const rowsOf = (kind: (typeof STATEMENT_DEFECTS)[number]) => {
      const bytes = camt053(withDefects(dayOf(ROUBLES), [{ kind, reference: null }]), 8);
      return readCamt(sourceOf('s.xml', bytes), bytes, 'house').rows.map(({ amount }) =>
        formatDecimal(amount),
      );
    };
    expect(STATEMENT_DEFECTS.map(rowsOf)).toEqual([
      ['123.45'],
      ['5000.00', '5000.00', '123.45'],
      ['5001.00', '123.45'],
      ['5000.00', '5000.00', '123.45'],
    ]);
    const cut = withoutTail(statement1c(dayOf(ROUBLES)));
    expect(() => readBytes('s', cut, (source) => readStatement1c(source, 'house'))).toThrow(
      expect.objectContaining({ code: 'FILE_TRUNCATED' }),
    );
  });

  test('of a day without entries open and close alike, and days follow each other', () => {
    expect(dayOf(ROUBLES, '2026-11-24')).toMatchObject({ openingMinor: 512_345n, entries: [] });
    const bytes = camt053(dayOf(ROUBLES, '2026-11-24'), 8);
    expect(readCamt(sourceOf('s.xml', bytes), bytes, 'house').rows).toEqual([]);
    expect(bank.dayOf('none', DAY)).toBeNull();
  });
});
