import { beforeEach, describe, expect, test } from 'vitest';
import { currencyOf } from '../../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../../gateway/kernel/errors.ts';
import { formatDecimal, money } from '../../../../gateway/kernel/money.ts';
import { readAlipayBill } from '../../../../gateway/settlement/files/alipay-bill.ts';
import { readAlipayPackage } from '../../../../gateway/settlement/files/alipay-package.ts';
import { readAlipaySummary } from '../../../../gateway/settlement/files/alipay-summary.ts';
import { readAlipayTransactions } from '../../../../gateway/settlement/files/alipay-transactions.ts';
import { readBytes } from '../../../../gateway/settlement/files/reading.ts';
import { sourceOf } from '../../../../gateway/settlement/files/source.ts';
import type { DefectKind } from '../../../../simulators/alipay/settlement-files/defects.ts';
import { feeOn } from '../../../../simulators/alipay/settlement-files/figures.ts';
import { World } from '../wallet-fixture.ts';

const DAY = '2026-11-22';
const NEXT = '2026-11-23';
const DAYS = { from: DAY, to: DAY, settleDay: NEXT };
let world: World;

/** Two yuan payments with a refund, one priced and settled in roubles, one taken back whole. */
beforeEach(() => {
  world = new World({ float: { CNY: 1_000_000n, RUB: 10_000_000n } });
  world.pay('01AAAAAAAAAAAAAAAAAAAAAAA1', '887.11');
  world.time.now += 60_000;
  world.pay('01AAAAAAAAAAAAAAAAAAAAAAA2', '100.00');
  world.time.now += 60_000;
  world.pay('01AAAAAAAAAAAAAAAAAAAAAAA3', '369.30', { trans_currency: 'RUB', settle_currency: 'RUB' });
  world.time.now += 60_000;
  world.refund('01AAAAAAAAAAAAAAAAAAAAAAA1', '87.11', '01BBBBBBBBBBBBBBBBBBBBBBB1');
  world.time.now += 60_000;
  world.cancel('01AAAAAAAAAAAAAAAAAAAAAAA2');
});

const plant = (kind: DefectKind, ours: string | null = null) =>
  world.wallet.plant({ kind, day: DAY, file: null, ours });
const transactions = (day = DAY) => {
  const { name, bytes } = world.wallet.transactionFile(day);
  return readBytes(name, bytes, readAlipayTransactions);
};
const settlement = () => {
  const file = world.wallet.settlementFiles(DAYS).find(({ name }) => name.endsWith('.zip'));
  if (file === undefined) throw new Error('The days have a package.');
  return readAlipayPackage(sourceOf(file.name, file.bytes), file.bytes);
};
const bill = () => {
  world.time.now = Date.parse(`${NEXT}T12:00:00+08:00`);
  const { bill_download_url: url = '' } = world.call('alipay.data.dataservice.bill.downloadurl.query', {
    bill_type: 'trade',
    bill_date: DAY,
  });
  const bytes = world.wallet.bill(/([0-9a-f]{48})/.exec(url)?.[1] ?? '');
  if (bytes === null) throw new Error('The ticket is good.');
  return readAlipayBill(sourceOf('bill.zip', bytes), bytes);
};
const numbers = (
  rows: readonly {
    kind: string;
    ids: { ours: string | null };
    amount: Parameters<typeof formatDecimal>[0];
  }[],
) => rows.map(({ kind, ids, amount }) => [kind, ids.ours?.slice(-2) ?? null, formatDecimal(amount)]);
const codeOf = (work: () => unknown) => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof AmurError ? error.code : error;
  }
};

const ALL = [
  ['payment', 'A1', '887.11'],
  ['payment', 'A2', '100.00'],
  ['payment', 'A3', '369.30'],
  ['refund', 'B1', '87.11'],
  ['cancel', 'A2', '100.00'],
];

describe('The wallet’s files of its own books', () => {
  test('its transaction file is read by the connector’s reader, line for line', () => {
    const { rows, summary } = transactions();
    expect(numbers(rows)).toEqual(ALL);
    expect(summary.totals.map(formatDecimal)).toEqual(['800.00', '369.30']);
  });

  test('its settlement is read from the package, each currency proved by its batch', () => {
    const { rows, summary } = settlement();
    expect(numbers(rows)).toEqual([
      ['payment', 'A1', '887.11'],
      ['payment', 'A2', '100.00'],
      ['refund', 'B1', '87.11'],
      ['cancel', null, '100.00'],
      ['payment', 'A3', '369.30'],
    ]);
    expect(summary.batches.map(({ settlement: sum }) => [sum.currency, formatDecimal(sum)])).toEqual([
      ['CNY', '795.20'],
      ['RUB', '367.08'],
    ]);
  });

  test('its fee is 0.6 % rounded by itself in each currency, as in the published sample', () => {
    const row = settlement().rows.find((one) => one.amount.currency === 'RUB');
    expect([row?.fee, row?.settlement].map((value) => value && formatDecimal(value))).toEqual([
      '2.22',
      '367.08',
    ]);
    // The sample's yuan, by the wallet's own arithmetic.
    expect(feeOn(200_138n, 6_000)).toBe(1_201n);
    expect(formatDecimal(money(200_138n - feeOn(200_138n, 6_000), currencyOf('CNY').code))).toBe('1989.37');
  });

  test('its summaries add up to its batches', () => {
    const files = world.wallet.settlementFiles(DAYS).filter(({ name }) => name.includes('SUMMARY'));
    expect(files.map(({ name }) => name)).toEqual([
      'ALIPAY_SETTLEMENT_SUMMARY_CNY_20261123.csv',
      'ALIPAY_SETTLEMENT_SUMMARY_RUB_20261123.csv',
    ]);
    const totals = files.map(({ name, bytes }) =>
      readBytes(name, bytes, readAlipaySummary).summary.totals.map(formatDecimal),
    );
    expect(totals).toEqual([['795.20'], ['367.08']]);
  });

  test('its bill is read too, in yuan', () => {
    expect(numbers(bill().rows)).toEqual([
      ['payment', 'A1', '887.11'],
      ['payment', 'A2', '100.00'],
      ['payment', 'A3', '32.76'],
      ['refund', 'B1', '87.11'],
      ['refund', 'el', '100.00'],
    ]);
  });

  test('a day without a payment has a transaction file without rows, and no settlement', () => {
    expect(transactions('2026-11-10').rows).toEqual([]);
    expect(
      world.wallet.settlementFiles({ from: '2026-11-10', to: '2026-11-10', settleDay: '2026-11-11' }),
    ).toHaveLength(2);
  });
});

describe('A planted defect', () => {
  test('missing: the line is in none of the files, and their sums agree without it', () => {
    plant('missing');
    expect(numbers(transactions().rows)).toEqual(ALL.slice(1));
    expect(settlement().rows).toHaveLength(4);
    expect(bill().rows).toHaveLength(4);
  });

  test('extra: a line of an operation that never was', () => {
    plant('extra');
    const rows = transactions().rows;
    expect(rows).toHaveLength(6);
    expect(rows[1]?.ids.ours).toBe('X1AAAAAAAAAAAAAAAAAAAAAAA1');
  });

  test('wrong_amount: the named line is a hundredth more, with a fee and yuan that fit it', () => {
    plant('wrong_amount', '01AAAAAAAAAAAAAAAAAAAAAAA2');
    expect(numbers(transactions().rows)[1]).toEqual(['payment', 'A2', '101.00']);
    expect(numbers(settlement().rows)[1]).toEqual(['payment', 'A2', '101.00']);
  });

  test('duplicate: the line twice', () => {
    plant('duplicate');
    expect(numbers(transactions().rows).slice(0, 2)).toEqual([ALL[0], ALL[0]]);
  });

  test('swapped_columns and swapped_ids: numbers in each other’s column, and in each other’s line', () => {
    const theirs = transactions().rows[0]?.ids.theirs;
    plant('swapped_columns');
    plant('swapped_ids', '01AAAAAAAAAAAAAAAAAAAAAAA2');
    const rows = transactions().rows;
    expect(rows[0]?.ids).toEqual({ ours: theirs, theirs: '01AAAAAAAAAAAAAAAAAAAAAAA1' });
    expect(numbers(rows).slice(1, 3)).toEqual([
      ['payment', 'A3', '100.00'],
      ['payment', 'A2', '369.30'],
    ]);
  });

  test('late: the line comes in the next day’s file', () => {
    plant('late');
    expect(numbers(transactions().rows)).toEqual(ALL.slice(1));
    expect(numbers(transactions(NEXT).rows)).toEqual([ALL[0]]);
  });

  test('truncated: every file of the day has lost its tail and is refused whole', () => {
    plant('truncated');
    expect(codeOf(transactions)).toBe('FILE_TRUNCATED');
    expect(codeOf(settlement)).toMatch(/^FILE_(TRUNCATED|TOTALS_WRONG|MALFORMED)$/);
    expect(codeOf(bill)).toMatch(/^FILE_(TRUNCATED|ENCODING_WRONG|MALFORMED)$/);
  });

  test('is in the files only: the books are as they were', () => {
    for (const kind of ['missing', 'extra', 'wrong_amount', 'duplicate'] as const) plant(kind);
    expect(world.wallet.desk.books.audit()).toEqual([]);
  });
});
