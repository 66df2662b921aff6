import { describe, expect, test } from 'vitest';
import { CNY, parseCurrencyCode } from '../../../../gateway/kernel/currency.ts';
import { formatDecimal, money, parseDecimalMoney } from '../../../../gateway/kernel/money.ts';
import { expectedSettlement } from '../../../../gateway/settlement/files/alipay-arithmetic.ts';
import { readAlipayBatches } from '../../../../gateway/settlement/files/alipay-batch.ts';
import { readAlipayReport } from '../../../../gateway/settlement/files/alipay-report.ts';
import { readAlipaySettlement } from '../../../../gateway/settlement/files/alipay-settlement.ts';
import { readAlipaySummary } from '../../../../gateway/settlement/files/alipay-summary.ts';
import { readAlipayTransactions } from '../../../../gateway/settlement/files/alipay-transactions.ts';
import { readBytes } from '../../../../gateway/settlement/files/reading.ts';
import { PUBLISHED_LAYOUTS, parseReportLayout } from '../../../../gateway/settlement/files/report-layout.ts';
import { fileIdOf } from '../../../../gateway/settlement/files/source.ts';
import {
  BATCHES,
  HONG_KONG,
  OFFICIAL_SETTLEMENT,
  SETTLEMENT,
  SETTLEMENT_DETAILS,
  SUMMARY,
  TRANSACTIONS,
} from './alipay-samples.ts';
import { bytesOf, codeOf, expectNoCrash, expectRefusedWhereverCut, placeOf, refusalOf } from './soundness.ts';

const AUD = parseCurrencyCode('AUD');
const transactions = (bytes: Uint8Array) => readBytes('tx.csv', bytes, readAlipayTransactions);
const batchOf = () => {
  const [batch] = readBytes('batch.csv', bytesOf(BATCHES), readAlipayBatches).rows;
  if (batch === undefined) throw new Error('The sample holds a batch.');
  return batch;
};
const settlement = (bytes: Uint8Array) =>
  readBytes('settle.csv', bytes, (source) => readAlipaySettlement(source, batchOf()));
const unproved = (bytes: Uint8Array) =>
  readBytes('settle.csv', bytes, (source) => readAlipaySettlement(source, null));
const summary = (bytes: Uint8Array) => readBytes('summary.csv', bytes, readAlipaySummary);
const layout = PUBLISHED_LAYOUTS[0];
const report = (bytes: Uint8Array) =>
  readBytes('details.csv', bytes, (source) => readAlipayReport(source, parseReportLayout(layout), null));

describe('Alipay’s transaction file', () => {
  test('gives one row for each transaction, its kind, both ids and the instant', () => {
    const { rows, summary: of } = transactions(bytesOf(TRANSACTIONS));
    expect(rows.map(({ kind, ids, line }) => [line, kind, ids.ours])).toEqual([
      [3, 'payment', 'A1'],
      [4, 'payment', 'A2'],
      [5, 'refund', 'R1'],
      [6, 'cancel', 'A2'],
    ]);
    expect(rows[0]).toEqual({
      source: 'alipay',
      fileId: fileIdOf([bytesOf(TRANSACTIONS)]),
      line: 3,
      kind: 'payment',
      ids: { ours: 'A1', theirs: '2026112022001000000000000001' },
      amount: money(88_711n, CNY),
      fee: money(532n, CNY),
      settlement: null,
      at: '2026-11-20T02:11:12.000Z',
    });
    expect(of).toEqual({
      rows: 4,
      totals: [money(80_000n, CNY)],
      proof: 'count',
      partner: '2088000000000009',
      businessDate: '2026-11-20',
    });
  });

  test('a refund is above zero and its fee given back, whichever sign the file writes', () => {
    const { rows } = transactions(bytesOf(TRANSACTIONS));
    expect([rows[2]?.amount, rows[2]?.fee]).toEqual([money(8_711n, CNY), money(-52n, CNY)]);
    expect([rows[3]?.amount, rows[3]?.fee]).toEqual([money(10_000n, CNY), money(-60n, CNY)]);
  });

  test('is read with the short heading and with the shorter one', () => {
    for (const [columns, cells] of [
      [12, 12],
      [8, 8],
    ] as const) {
      const short = TRANSACTIONS.split('\r\n')
        .map((line, index) =>
          index === 0 || line === '' ? line : line.split('|').slice(0, columns).join('|'),
        )
        .join('\n');
      expect(transactions(bytesOf(short)).rows).toHaveLength(4);
      expect(cells).toBe(columns);
    }
  });

  test('is refused when it holds fewer or more rows than its first line promises', () => {
    const fewer = TRANSACTIONS.replace('Total_count:4', 'Total_count:5');
    const more = TRANSACTIONS.replace('Total_count:4', 'Total_count:3');
    expect(codeOf(() => transactions(bytesOf(fewer)))).toBe('FILE_TRUNCATED');
    expect(codeOf(() => transactions(bytesOf(more)))).toBe('FILE_TOTALS_WRONG');
  });

  test('a refusal names file, line, column and what to do, and quotes nothing of the file', () => {
    const error = refusalOf(() => transactions(bytesOf(TRANSACTIONS.replace('887.11|5.32', '887.1x|5.32'))));
    expect(error?.facts).toEqual({
      file: 'tx.csv',
      line: 3,
      column: 'Transaction_amount',
      reason: 'Not an amount of its currency.',
      advice: 'Show the line to the sender and ask for a corrected file.',
    });
  });

  test('a day that does not exist, a currency that does not exist and an unknown type are refused at their place', () => {
    const changed = (from: string, to: string) =>
      placeOf(() => transactions(bytesOf(TRANSACTIONS.replace(from, to))));
    expect(changed('2026-11-20 10:11:12', '2026-11-31 10:11:12')).toEqual([
      'FILE_MALFORMED',
      3,
      'Payment_time',
    ]);
    expect(changed('2026-11-20 10:11:12', '2026-11-20 24:11:12')).toEqual([
      'FILE_MALFORMED',
      3,
      'Payment_time',
    ]);
    expect(changed('5.32|CNY', '5.32|CNX')).toEqual(['FILE_MALFORMED', 3, 'Currency']);
    expect(changed('|REFUND|', '|REFUNDED|')).toEqual(['FILE_MALFORMED', 5, 'Transaction_type']);
    expect(changed('-87.11|-0.52', '-87.111|-0.52')).toEqual(['FILE_MALFORMED', 5, 'Transaction_amount']);
  });

  test('is refused wherever it is cut, and survives any change of bytes', () => {
    expectRefusedWhereverCut(bytesOf(TRANSACTIONS), transactions);
    expectNoCrash(bytesOf(TRANSACTIONS), transactions);
  });
});

describe('Alipay’s settlement file', () => {
  test('the official sample reproduces to the last digit from amount, rate and a fee of 0.6 % rounded per currency', () => {
    const [row] = unproved(bytesOf(OFFICIAL_SETTLEMENT)).rows;
    expect(row?.rmb?.rate).toEqual({ base: AUD, quote: CNY, value: 541_940_000n, scale: 8 });
    const rate = row?.rmb?.rate ?? null;
    if (row === undefined || rate === null) throw new Error('The sample has a rate.');
    const expected = expectedSettlement(parseDecimalMoney('369.30', AUD), rate, 6_000n);
    expect(Object.values(expected).map(formatDecimal)).toEqual([
      '2001.38',
      '2.22',
      '367.08',
      '12.01',
      '1989.37',
    ]);
    expect([row.amount, row.fee, row.settlement].map((value) => value && formatDecimal(value))).toEqual([
      '369.30',
      '2.22',
      '367.08',
    ]);
    expect(row.rmb && [row.rmb.amount, row.rmb.settlement].map(formatDecimal)).toEqual([
      '2001.38',
      '1989.37',
    ]);
    expect(expected).toMatchObject({
      rmbAmount: row.rmb?.amount,
      fee: row.fee,
      settlement: row.settlement,
      rmbSettlement: row.rmb?.settlement,
    });
  });

  test('gives payments, refunds and cancels; of a cancelled trade our id is not in the file', () => {
    const { rows, summary: of } = settlement(bytesOf(SETTLEMENT));
    expect(
      rows.map(({ kind, ids, amount, settlement: net }) => [
        kind,
        ids.ours,
        formatDecimal(amount),
        formatDecimal(net),
      ]),
    ).toEqual([
      ['payment', 'P100', '369.30', '367.08'],
      ['refund', 'R7', '69.30', '-68.88'],
      ['cancel', null, '10.00', '-9.94'],
    ]);
    expect(rows[2]?.ids.theirs).toBe('2018082021001004000000000912');
    expect(rows[0]?.settledAt).toBe('2018-08-21T08:50:00.000Z');
    expect(of).toMatchObject({
      rows: 3,
      totals: [money(28_826n, AUD)],
      fees: [money(174n, AUD)],
      proof: 'batch',
    });
  });

  test('without its batch it says that nothing proves it whole', () => {
    expect(unproved(bytesOf(SETTLEMENT)).summary.proof).toBe('none');
  });

  test('with its batch it is refused wherever it is cut, a whole line included, and survives any change of bytes', () => {
    expectRefusedWhereverCut(bytesOf(SETTLEMENT), settlement);
    expectNoCrash(bytesOf(SETTLEMENT), settlement);
  });

  test('contradictions are refused: settlement against fee, yuan against rate, rows against batch', () => {
    const changed = (from: string, to: string) =>
      placeOf(() => settlement(bytesOf(SETTLEMENT.replace(from, to))));
    expect(changed('367.08', '367.09')).toEqual(['FILE_TOTALS_WRONG', 2, 'Settlement']);
    expect(changed('2001.38', '2003.38')).toEqual(['FILE_TOTALS_WRONG', 2, 'Rmb_amount']);
    expect(changed('|P|L|', '|P|P|')).toEqual(['FILE_MALFORMED', 2, 'Status']);
    expect(changed('369.30|2001.38|2.22|367.08', '369.30|2001.38|2.23|367.07')).toEqual([
      'FILE_TOTALS_WRONG',
      4,
      'Fee',
    ]);
    const twice = SETTLEMENT.replace(/(R7.*\n)/, '$1$1');
    expect(placeOf(() => settlement(bytesOf(twice)))).toEqual(['FILE_TOTALS_WRONG', 5, 'Amount']);
  });

  test('Hong Kong’s variant has commas, spaces, no yuan, and refunds without a sign', () => {
    const { rows, summary: of } = unproved(bytesOf(HONG_KONG));
    expect(
      rows.map(({ kind, amount, fee, settlement: net, rmb }) => [
        kind,
        formatDecimal(amount),
        fee && formatDecimal(fee),
        formatDecimal(net),
        rmb,
      ]),
    ).toEqual([
      ['payment', '862.40', '8.62', '853.78', null],
      ['refund', '10.00', '-0.10', '-9.90', null],
    ]);
    expect(of.totals.map(formatDecimal)).toEqual(['843.88']);
  });
});

describe('Alipay’s batch file', () => {
  test('is read with its spaces before commas', () => {
    expect(batchOf()).toEqual({
      batchNo: '50002018082100000000000000000000',
      settledAt: '2018-08-21T08:50:00.000Z',
      amount: money(29_000n, AUD),
      fee: money(174n, AUD),
      settlement: money(28_826n, AUD),
    });
  });

  test('is refused without a batch, with one twice, and where a line contradicts itself', () => {
    const read = (text: string) => placeOf(() => readBytes('b.csv', bytesOf(text), readAlipayBatches));
    const [heading = '', line = ''] = BATCHES.split('\r\n');
    expect(read(`${heading}\n`)).toEqual(['FILE_TRUNCATED', 1, '']);
    expect(read(`${heading}\n${line}\n${line}\n`)).toEqual(['FILE_MALFORMED', 3, 'Settle_batch_no']);
    expect(read(BATCHES.replace('288.26', '288.25'))).toEqual(['FILE_TOTALS_WRONG', 2, 'Settlement']);
    expectNoCrash(bytesOf(BATCHES), (bytes) => readBytes('b.csv', bytes, readAlipayBatches), 150);
  });
});

describe('Alipay’s settlement summary 2.0.4', () => {
  test('is read without its TOTAL, which is checked', () => {
    const { rows, summary: of } = summary(bytesOf(SUMMARY));
    expect(rows.map(({ type, count }) => [type, count])).toEqual([
      ['PAYMENT', 120],
      ['REFUND', 3],
    ]);
    expect(of).toEqual({ rows: 2, totals: [money(720_000n, CNY)], proof: 'totals' });
  });

  test('a TOTAL that is not the sum is refused by its column, and the file wherever it is cut', () => {
    const changed = (from: string, to: string) => placeOf(() => summary(bytesOf(SUMMARY.replace(from, to))));
    expect(changed('7200.00', '7200.01')).toEqual(['FILE_TOTALS_WRONG', 4, 'settlementAmount']);
    expect(changed(',123,', ',124,')).toEqual(['FILE_TOTALS_WRONG', 4, 'count']);
    expect(changed('43.47', '43.48')).toEqual(['FILE_TOTALS_WRONG', 4, 'commission']);
    expectRefusedWhereverCut(bytesOf(SUMMARY), summary);
    expectNoCrash(bytesOf(SUMMARY), summary, 200);
  });
});

describe('Reports of Alipay+ and Antom', () => {
  test('are read by a layout, in minor units, with the currency of the settlement', () => {
    const { rows, summary: of } = report(bytesOf(SETTLEMENT_DETAILS));
    const KRW = parseCurrencyCode('KRW');
    const USD = parseCurrencyCode('USD');
    expect(
      rows.map(({ kind, ids, amount, fee, settlement: net, at }) => ({
        kind,
        ours: ids.ours,
        amount,
        fee,
        net,
        at,
      })),
    ).toEqual([
      {
        kind: 'payment',
        ours: 'REQ1',
        amount: money(18_000n, KRW),
        fee: money(50n, USD),
        net: money(1_450n, USD),
        at: '2018-12-25T01:30:00.000Z',
      },
      {
        kind: 'refund',
        ours: 'REQ2',
        amount: money(9_000n, KRW),
        fee: money(-25n, USD),
        net: money(-725n, USD),
        at: '2018-12-25T02:30:00.000Z',
      },
    ]);
    expect(of).toEqual({ rows: 2, totals: [money(725n, USD)], proof: 'end_mark' });
  });

  test('without <END> they are refused whole, wherever they are cut', () => {
    const without = SETTLEMENT_DETAILS.replace('<END>', '');
    expect(codeOf(() => report(bytesOf(without)))).toBe('FILE_TRUNCATED');
    expectRefusedWhereverCut(bytesOf(SETTLEMENT_DETAILS), report);
    expect(codeOf(() => report(bytesOf(`${SETTLEMENT_DETAILS}\r\nmore`)))).toBe('FILE_MALFORMED');
    expectNoCrash(bytesOf(SETTLEMENT_DETAILS), report);
  });

  test('a layout from configuration is read strictly, and a heading that lacks its columns is refused', () => {
    expect(parseReportLayout({ ...layout, amountsIn: 'major' }).amountsIn).toBe('major');
    for (const part of ['name', 'separator', 'endMark', 'amountsIn', 'feesAs', 'timesAs', 'columns', 'types'])
      expect(codeOf(() => parseReportLayout({ ...layout, [part]: 7 }))).toBe('FILE_KIND_UNKNOWN');
    const renamed = SETTLEMENT_DETAILS.replace('transactionRequestId', 'requestId');
    expect(placeOf(() => report(bytesOf(renamed)))).toEqual(['FILE_MALFORMED', 1, 'transactionRequestId']);
  });
});

test('a file that changed between its hash and its reading is refused', () => {
  const bytes = bytesOf(TRANSACTIONS);
  const reading = readAlipayTransactions({ name: 'tx.csv', fileId: fileIdOf([bytesOf('other')]) });
  reading.push(bytes);
  expect(codeOf(() => reading.end())).toBe('FILE_CHANGED');
});

test('rows are the same whatever the pieces the bytes come in', () => {
  const bytes = bytesOf(TRANSACTIONS);
  const whole = transactions(bytes).rows;
  for (const size of [1, 2, 3, 7, 64]) {
    const reading = readAlipayTransactions({ name: 'tx.csv', fileId: fileIdOf([bytes]) });
    const rows = [];
    for (let at = 0; at < bytes.length; at += size) rows.push(...reading.push(bytes.subarray(at, at + size)));
    rows.push(...reading.end().rows);
    expect(rows).toEqual(whole);
  }
});
