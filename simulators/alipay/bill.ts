/** The bill a merchant downloads: a zip of two GBK CSV files, every trade and refund of the period, then their sums. */
import { zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { CNY, type CurrencyCode, parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import { BEIJING_OFFSET_MINUTES, type EpochMs, localTime } from '../../gateway/kernel/time.ts';
import { MERCHANT } from './books.ts';
import { beijingStart } from './buyers.ts';
import { beijingText, type Desk, decimal } from './desk.ts';
import { maskedLogonId } from './logon-id.ts';
import { nextMonth } from './methods/bill-url.ts';
import type { BookLine } from './settlement-files/book-lines.ts';
import { isTruncated, plantedLines, withoutTail } from './settlement-files/defects.ts';

const DETAIL_COLUMNS = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '商品名称',
  '创建时间',
  '完成时间',
  '门店编号',
  '门店名称',
  '操作员',
  '终端号',
  '对方账户',
  '订单金额（元）',
  '商家实收（元）',
  '支付宝红包（元）',
  '集分宝（元）',
  '支付宝优惠（元）',
  '商家优惠（元）',
  '券核销金额（元）',
  '券名称',
  '商家红包消费金额（元）',
  '卡消费金额（元）',
  '退款批次号/请求号',
  '服务费（元）',
  '分润（元）',
  '备注',
  '标价币种',
  '标价金额',
  '结算币种',
  '结算金额',
] as const;

type Line = BookLine;

/** The bytes for a ticket, or null when the ticket is unknown or older than 30 seconds. */
export function fetchBill(desk: Desk, token: string, now: EpochMs): Uint8Array | null {
  const ticket = desk.books.sql('SELECT * FROM bill_ticket WHERE token = ?').get(token) as
    | { bill_type: string; bill_date: string; expires_at: number }
    | undefined;
  if (ticket === undefined || ticket.expires_at <= now) return null;
  const [from, to] = period(ticket.bill_date);
  const stamp = `${desk.terms.sellerId}_${ticket.bill_date.replaceAll('-', '')}`;
  const files: Record<string, Uint8Array> = {};
  if (ticket.bill_type === 'trade') {
    const days = [beijingDay(from), beijingDay(to - 1)] as const;
    const lines = plantedLines(desk, ...days, 'bill');
    const bytes = gbk(detail(desk, lines, from, to, now));
    files[`${stamp}_业务明细.csv`] = isTruncated(desk, ...days, 'bill') ? withoutTail(bytes) : bytes;
    files[`${stamp}_业务明细(汇总).csv`] = gbk(summary(desk, lines, from, to, now));
  } else {
    files[`${stamp}_账务明细.csv`] = gbk(account(desk, from, to, now));
  }
  // The zip format knows local time only, and the same bill must have the same bytes.
  return zipSync(files, { mtime: new Date(1980, 0, 2), level: 6 });
}

function period(billDate: string): readonly [EpochMs, EpochMs] {
  if (billDate.length === 10) return [beijingStart(billDate), beijingStart(billDate) + 86_400_000];
  return [beijingStart(`${billDate}-01`), beijingStart(`${nextMonth(billDate) ?? billDate}-01`)];
}

function heading(desk: Desk, title: string, from: EpochMs, to: EpochMs): readonly string[] {
  const rule = '-'.repeat(41);
  return [
    `#支付宝${title}查询`,
    `#账号：[${desk.terms.sellerId}]`,
    `#起始日期：[${chineseTime(from)}]   终止日期：[${chineseTime(to)}]`,
    `#${rule}${title}列表${rule}`,
  ];
}

function detail(
  desk: Desk,
  lines: readonly Line[],
  from: EpochMs,
  to: EpochMs,
  now: EpochMs,
): readonly string[] {
  const sum = (refunds: boolean): string =>
    decimal(
      lines.reduce((total, line) => total + (refunds === (line.refund !== null) ? fenOf(line) : 0n), 0n),
      CNY,
    );
  const count = lines.filter((line) => line.refund === null).length;
  return [
    ...heading(desk, '业务明细', from, to),
    row(DETAIL_COLUMNS),
    ...lines.map((line) => row(detailCells(desk, line))),
    `#${'-'.repeat(41)}业务明细列表结束${'-'.repeat(36)}`,
    `#交易合计：${count}笔，商家实收共${sum(false)}元`,
    `#退款合计：${lines.length - count}笔，商家实收退款共${sum(true)}元`,
    `#导出时间：[${chineseTime(now)}]`,
  ];
}

function detailCells(desk: Desk, line: Line): readonly string[] {
  const { trade, refund } = line;
  const fen = decimal(fenOf(line), CNY);
  const none = '0.00';
  const sign = refund === null ? 1n : -1n;
  const buyer = trade.buyerId === null ? null : desk.buyers.find(trade.buyerId);
  // Order numbers end in a tab so that a spreadsheet does not turn them into numbers.
  return [
    `${line.theirs}\t`,
    `${refund === null ? line.ours : trade.outTradeNo}\t`,
    refund === null ? '交易' : '退款',
    trade.subject,
    beijingText(trade.createdAt ?? trade.receivedAt),
    beijingText(line.at),
    trade.storeId ?? '',
    desk.terms.merchantName,
    (refund?.operatorId || trade.operatorId) ?? '',
    trade.terminalId ?? '',
    buyer === null ? '' : `*(${maskedLogonId(buyer.logonId)})`,
    fen,
    fen,
    none,
    none,
    none,
    none,
    none,
    '',
    none,
    none,
    refund === null ? '' : `${refund.kind === 'cancel' ? refund.outRequestNo : line.ours}\t`,
    none,
    none,
    refund?.reason ?? '',
    trade.transCurrency,
    decimal(sign * line.pricedMinor, trade.transCurrency),
    trade.settleCurrency,
    decimal(sign * line.settleMinor, trade.settleCurrency),
  ];
}

function summary(
  desk: Desk,
  lines: readonly Line[],
  from: EpochMs,
  to: EpochMs,
  now: EpochMs,
): readonly string[] {
  const stores = [...new Set(lines.map((line) => line.trade.storeId ?? ''))].toSorted();
  const cells = (name: string, label: string, of: readonly Line[]): string => {
    const paid = of.filter((line) => line.refund === null);
    const total = decimal(
      of.reduce((fen, line) => fen + fenOf(line), 0n),
      CNY,
    );
    const gross = decimal(
      paid.reduce((fen, line) => fen + fenOf(line), 0n),
      CNY,
    );
    const counts = [String(paid.length), String(of.length - paid.length)];
    return row([name, label, ...counts, gross, total, '0.00', '0.00', '0.00', '0.00', '0.00', total]);
  };
  return [
    ...heading(desk, '业务汇总', from, to),
    row([
      '门店编号',
      '门店名称',
      '交易订单总笔数',
      '退款订单总笔数',
      '订单金额（元）',
      '商家实收（元）',
      '支付宝优惠（元）',
      '商家优惠（元）',
      '卡消费金额（元）',
      '服务费（元）',
      '分润（元）',
      '实收净额（元）',
    ]),
    ...stores.map((id) =>
      cells(
        id,
        desk.terms.merchantName,
        lines.filter((line) => (line.trade.storeId ?? '') === id),
      ),
    ),
    cells('合计', '', lines),
    `#${'-'.repeat(41)}业务汇总列表结束${'-'.repeat(36)}`,
    `#导出时间：[${chineseTime(now)}]`,
  ];
}

function account(desk: Desk, from: EpochMs, to: EpochMs, now: EpochMs): readonly string[] {
  const rows: string[] = [];
  const balances = new Map<string, bigint>();
  for (const movement of desk.books.movements()) {
    if (movement.account !== MERCHANT || movement.at >= to) continue;
    const balance = (balances.get(movement.currency) ?? 0n) + movement.amountMinor;
    balances.set(movement.currency, balance);
    if (movement.at < from) continue;
    const currency: CurrencyCode = parseCurrencyCode(movement.currency);
    rows.push(
      row([
        `${movement.seq}\t`,
        `${movement.reference}\t`,
        beijingText(movement.at),
        movement.kind,
        currency,
        decimal(movement.amountMinor, currency),
        decimal(balance, currency),
      ]),
    );
  }
  return [
    ...heading(desk, '账务明细', from, to),
    row(['账务流水号', '商户订单号', '发生时间', '业务类型', '币种', '发生金额', '账户余额']),
    ...rows,
    `#${'-'.repeat(41)}账务明细列表结束${'-'.repeat(36)}`,
    `#导出时间：[${chineseTime(now)}]`,
  ];
}

function fenOf(line: Line): bigint {
  return line.refund === null ? line.payFen : -line.payFen;
}

function row(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

function chineseTime(at: EpochMs): string {
  const text = beijingText(at);
  return `${text.slice(0, 4)}年${text.slice(5, 7)}月${text.slice(8, 10)}日 ${text.slice(11)}`;
}

function beijingDay(at: EpochMs): string {
  return localTime(at, BEIJING_OFFSET_MINUTES).date;
}

function gbk(lines: readonly string[]): Uint8Array {
  return new Uint8Array(iconv.encode(`${lines.join('\r\n')}\r\n`, 'gbk'));
}
