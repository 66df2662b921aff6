import { zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { formatDecimal } from '../../../../gateway/kernel/money.ts';
import { readAlipayBill } from '../../../../gateway/settlement/files/alipay-bill.ts';
import { readAlipayPackage } from '../../../../gateway/settlement/files/alipay-package.ts';
import { sourceOf } from '../../../../gateway/settlement/files/source.ts';
import { readZip } from '../../../../gateway/settlement/files/zip.ts';
import { BATCHES, SETTLEMENT } from './alipay-samples.ts';
import { bytesOf, codeOf, expectNoCrash, expectRefusedWhereverCut, placeOf } from './soundness.ts';

const STORED = { level: 0 } as const;
const gbk = (text: string) => new Uint8Array(iconv.encode(text, 'gbk'));

const DETAIL = [
  '#支付宝业务明细查询',
  '#账号：[2088000000000009]',
  '#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]',
  `#${'-'.repeat(41)}业务明细列表${'-'.repeat(41)}`,
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,备注',
  '2026112022001000000000000001\t,A1\t,交易,"茶, 绿",2026-11-20 10:11:00,2026-11-20 10:11:12,S1,东方小店 Восток,op1,T1,*(138****0001),887.11,887.11,,5.32,',
  '2026112022001000000000000002\t,A2\t,交易,杯,2026-11-20 10:12:00,2026-11-20 10:12:12,S1,东方小店 Восток,op1,T1,*(139****0002),100.00,100.00,,0.60,',
  '2026112022001000000000000001\t,A1\t,退款,茶,2026-11-20 10:11:00,2026-11-20 12:00:00,S1,东方小店 Восток,op1,T1,*(138****0001),-87.11,-87.11,R1\t,-0.52,',
  `#${'-'.repeat(41)}业务明细列表结束${'-'.repeat(36)}`,
  '#交易合计：2笔，商家实收共987.11元',
  '#退款合计：1笔，商家实收退款共-87.11元',
  '#导出时间：[2026年11月21日 10:00:00]',
  '',
].join('\r\n');

const STORES = [
  '#支付宝业务汇总查询',
  `#${'-'.repeat(41)}业务汇总列表${'-'.repeat(41)}`,
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）',
  'S1,东方小店 Восток,2,1,987.11,900.00',
  '合计,,2,1,987.11,900.00',
  `#${'-'.repeat(41)}业务汇总列表结束${'-'.repeat(36)}`,
  '#导出时间：[2026年11月21日 10:00:00]',
  '',
].join('\r\n');

const billOf = (detail: string, stores = STORES) =>
  zipSync({ '2088_20261120_业务明细.csv': gbk(detail), '2088_20261120_业务明细(汇总).csv': gbk(stores) });
const bill = (bytes: Uint8Array) => readAlipayBill(sourceOf('bill.zip', bytes), bytes);

describe('The trade bill of the Open Platform', () => {
  test('gives the rows of its detail, with the request number as a refund’s id', () => {
    const bytes = billOf(DETAIL);
    const { rows, summary } = bill(bytes);
    expect(
      rows.map(({ line, kind, ids, amount, fee, at }) => [
        line,
        kind,
        ids.ours,
        formatDecimal(amount),
        fee && formatDecimal(fee),
        at,
      ]),
    ).toEqual([
      [6, 'payment', 'A1', '887.11', '5.32', '2026-11-20T02:11:12.000Z'],
      [7, 'payment', 'A2', '100.00', '0.60', '2026-11-20T02:12:12.000Z'],
      [8, 'refund', 'R1', '87.11', '-0.52', '2026-11-20T04:00:00.000Z'],
    ]);
    expect(new Set(rows.map((row) => row.fileId))).toEqual(new Set([sourceOf('', bytes).fileId]));
    expect([summary.payments, summary.refunds, ...summary.totals.map(formatDecimal)]).toEqual([
      2,
      1,
      '900.00',
    ]);
  });

  test('is refused where its rows, its sums and its summary disagree, with the file inside named', () => {
    const inner = '/2088_20261120_业务明细.csv';
    const changed = (from: string, to: string, stores = STORES) =>
      placeOf(() => bill(billOf(DETAIL.replace(from, to), stores)));
    expect(changed('100.00,100.00', '100.01,100.01')).toEqual(['FILE_TOTALS_WRONG', 10, '合计']);
    expect(changed('合计：2笔', '合计：3笔')).toEqual(['FILE_TOTALS_WRONG', 10, '合计']);
    expect(changed('退款,茶', '冻结,茶')).toEqual(['FILE_MALFORMED', 8, '业务类型']);
    const other = STORES.replaceAll('987.11,900.00', '987.11,900.01');
    expect(changed('', '', other)).toEqual(['FILE_TOTALS_WRONG', 0, '']);
    const wrong = () => bill(billOf(DETAIL.replace('100.00,100.00', '100.01,100.01')));
    expect(wrong).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ file: `bill.zip${inner}` }) }),
    );
  });

  test('each of its tables is refused wherever it is cut, and the archive with it', () => {
    expectRefusedWhereverCut(gbk(DETAIL), (cut) =>
      bill(zipSync({ 'x_业务明细.csv': cut, 'x(汇总).csv': gbk(STORES) }, STORED)),
    );
    expectRefusedWhereverCut(gbk(STORES), (cut) =>
      bill(zipSync({ 'x_业务明细.csv': gbk(DETAIL), 'x(汇总).csv': cut }, STORED)),
    );
    expectRefusedWhereverCut(billOf(DETAIL), bill);
  });

  test('survives any change of bytes, packed or not', () => {
    expectNoCrash(billOf(DETAIL), bill, 200);
    expectNoCrash(
      gbk(DETAIL),
      (bytes) => bill(zipSync({ 'x_业务明细.csv': bytes, 'x(汇总).csv': gbk(STORES) }, STORED)),
      200,
    );
  });
});

describe('Alipay’s settlement package', () => {
  const name = 'MID_settle_20180821_50002018082100000000000000000000.csv';
  const pack = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([key, text]) => [key, bytesOf(text)])));
  const read = (bytes: Uint8Array) => readAlipayPackage(sourceOf('settle.zip', bytes), bytes);

  test('proves each settlement file by its batch', () => {
    const { rows, summary } = read(pack({ 'MID_batch.csv': BATCHES, [name]: SETTLEMENT }));
    expect(rows.map((row) => [row.line, row.kind, row.batchNo.slice(0, 8)])).toEqual([
      [2, 'payment', '50002018'],
      [3, 'refund', '50002018'],
      [4, 'cancel', '50002018'],
    ]);
    expect(summary.batches).toHaveLength(1);
    expect(summary.totals.map(formatDecimal)).toEqual(['288.26']);
  });

  test('is refused when a batch has no file, a file no batch, or there is no batch file', () => {
    const code = (files: Record<string, string>) => codeOf(() => read(pack(files)));
    expect(code({ 'b.csv': BATCHES })).toBe('FILE_MALFORMED');
    expect(code({ 'b.csv': BATCHES, [name]: SETTLEMENT, 'MID_settle_20180821_1.csv': SETTLEMENT })).toBe(
      'FILE_MALFORMED',
    );
    expect(code({ [name]: SETTLEMENT })).toBe('FILE_MALFORMED');
    expect(code({ 'b.csv': BATCHES, 'MID_settle_20180821_9.csv': SETTLEMENT })).toBe('FILE_MALFORMED');
  });
});

describe('A zip archive', () => {
  const bytes = zipSync({ 'a.csv': bytesOf('one\n'.repeat(200)), 'b.csv': bytesOf('two') });

  test('is unpacked, stored files too', () => {
    expect(readZip('z', bytes).map((entry) => [entry.name, entry.bytes.length])).toEqual([
      ['a.csv', 800],
      ['b.csv', 3],
    ]);
    expect(readZip('z', zipSync({ a: bytesOf('x') }, STORED))[0]?.bytes).toEqual(bytesOf('x'));
  });

  test('with one changed bit in its content is refused', () => {
    const at = 30 + 'a.csv'.length + 2;
    for (let bit = 0; bit < 8; bit += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      expect(codeOf(() => readZip('z', changed))).not.toBeNull();
    }
  });

  test('that says it unpacks to more than is allowed is refused before it is unpacked', () => {
    const changed = Uint8Array.from(bytes);
    const directory = new DataView(changed.buffer);
    const central = directory.getUint32(changed.length - 22 + 16, true);
    directory.setUint32(central + 24, 2 ** 30, true);
    expect(codeOf(() => readZip('z', changed))).toBe('FILE_TOO_LARGE');
  });

  test('that is none is refused', () => {
    expect(codeOf(() => readZip('z', bytesOf('not a zip')))).toBe('FILE_TRUNCATED');
    expect(codeOf(() => readZip('z', new Uint8Array(0)))).toBe('FILE_TRUNCATED');
  });
});
