/** What the wallet settles for some days: a settlement file for each currency, the batch file over them, the zip of both, and
 *  the summary of version 2.0.4.
 *  Source  Antom documentation, "Settlement file", "Settlement file format" (batch), "Settlement File - Summary" */
import { zipSync } from 'fflate';
import { type CurrencyCode, currencyOf } from '../../../gateway/kernel/currency.ts';
import { beijingText, type Desk, decimal } from '../desk.ts';
import type { BookLine } from './book-lines.ts';
import { compact, dayStart } from './days.ts';
import { isTruncated, plantedLines, withoutTail } from './defects.ts';
import { figuresOf } from './figures.ts';
import { orderScene, rateOfPrice, signedPrice, type WalletFile } from './wallet-file.ts';

/** Beijing days, both in; what was paid on them is settled on `settleDay`. */
export interface SettledDays {
  readonly from: string;
  readonly to: string;
  readonly settleDay: string;
}

const HEADING =
  'Partner_transaction_id|Transaction_id|Amount|Rmb_amount|Fee|Settlement|Rmb_settlement|Currency|Rate|Payment_time|Settlement_time|Type|Status|Remarks|Secondary_merchant_industry|Secondary_merchant_name|Operator_name|Order_scene|Trans_currency|Trans_amount|Trans_forex_rate';
const SETTLED_AT_MS = (16 * 60 + 50) * 60_000;

interface Batch {
  readonly currency: CurrencyCode;
  readonly batchNo: string;
  readonly lines: readonly BookLine[];
  readonly amount: bigint;
  readonly fee: bigint;
  readonly settlement: bigint;
}

/** One for each currency, by its letters; none where nothing was paid. */
export function settlementFiles(desk: Desk, days: SettledDays): readonly WalletFile[] {
  const truncated = isTruncated(desk, days.from, days.to, 'settlement');
  return batchesOf(desk, days).map((batch) => {
    const text = [HEADING, ...batch.lines.map((line) => cells(desk, line, days).join('|'))].join('\n');
    const bytes = new TextEncoder().encode(`${text}\n`);
    return {
      name: `${desk.terms.sellerId}_settle_${compact(days.settleDay)}_${batch.batchNo}.csv`,
      bytes: truncated ? withoutTail(bytes) : bytes,
    };
  });
}

/** The batch file pads its cells, as the real one does. */
export function batchFile(desk: Desk, days: SettledDays): WalletFile {
  const lines = batchesOf(desk, days).map((batch) => {
    const sums = [batch.amount, batch.fee, batch.settlement].map((sum) => `${decimal(sum, batch.currency)} `);
    return [`${batch.batchNo} `, settledText(days), ...sums, batch.currency].join(',');
  });
  const text = ['Settle_batch_no,Settle_date,Amount,Fee,Settlement,Currency', ...lines].join('\r\n');
  return {
    name: `${desk.terms.sellerId}_batch_${compact(days.settleDay)}.csv`,
    bytes: new TextEncoder().encode(`${text}\r\n`),
  };
}

export function settlementPackage(desk: Desk, days: SettledDays): WalletFile {
  const files = [batchFile(desk, days), ...settlementFiles(desk, days)];
  const entries = Object.fromEntries(files.map((file) => [file.name, file.bytes]));
  return {
    name: `${desk.terms.sellerId}_settlement_${compact(days.settleDay)}.zip`,
    // The zip format knows local time only, and the same days must have the same bytes.
    bytes: zipSync(entries, { mtime: new Date(1980, 0, 2), level: 6 }),
  };
}

/** One for each currency. */
export function summaryFiles(desk: Desk, days: SettledDays): readonly WalletFile[] {
  return batchesOf(desk, days).map((batch) => {
    const time = `${days.settleDay}T16:50:00+08:00`;
    const row = (type: string, lines: readonly BookLine[]): string => {
      const figures = lines.map((line) => figuresOf(desk, line));
      const settled = figures.reduce((sum, { settlement }) => sum + settlement, 0n);
      const fee = figures.reduce((sum, of) => sum + of.fee, 0n);
      const sums = [decimal(settled, batch.currency), batch.currency, decimal(fee, batch.currency)];
      return [type, time, String(lines.length), ...sums, batch.batchNo, desk.terms.sellerId].join(',');
    };
    const of = (kind: BookLine['kind']) => batch.lines.filter((line) => line.kind === kind);
    const rows = [
      row('PAYMENT', of('payment')),
      row('REFUND', of('refund')),
      row('CANCEL', of('cancel')),
      row('TOTAL', batch.lines),
    ];
    const heading =
      'type,settlementTime,count,settlementAmount,settlementCurrency,commission,referenceId,merchantId';
    return {
      name: `ALIPAY_SETTLEMENT_SUMMARY_${batch.currency}_${compact(days.settleDay)}.csv`,
      bytes: new TextEncoder().encode(`${[heading, ...rows].join('\n')}\n`),
    };
  });
}

function batchesOf(desk: Desk, days: SettledDays): readonly Batch[] {
  const lines = plantedLines(desk, days.from, days.to, 'settlement');
  const currencies = [...new Set(lines.map((line) => line.trade.settleCurrency))].toSorted();
  return currencies.map((currency) => {
    const own = lines.filter((line) => line.trade.settleCurrency === currency);
    const figures = own.map((line) => figuresOf(desk, line));
    return {
      currency,
      batchNo: `5000${compact(days.settleDay)}${currencyOf(currency).numeric}`.padEnd(32, '0'),
      lines: own,
      amount: figures.reduce((sum, { amount }) => sum + amount, 0n),
      fee: figures.reduce((sum, { fee }) => sum + fee, 0n),
      settlement: figures.reduce((sum, { settlement }) => sum + settlement, 0n),
    };
  });
}

function settledText(days: SettledDays): string {
  return beijingText(dayStart(days.settleDay) + SETTLED_AT_MS);
}

function cells(desk: Desk, line: BookLine, days: SettledDays): readonly string[] {
  const { trade } = line;
  const { settleCurrency } = trade;
  const figures = figuresOf(desk, line);
  return [
    // The published rule: of a cancelled trade the first column repeats the wallet's number.
    line.kind === 'cancel' ? line.theirs : line.ours,
    line.theirs,
    decimal(figures.amount, settleCurrency),
    fen(figures.rmbAmount),
    decimal(figures.fee, settleCurrency),
    decimal(figures.settlement, settleCurrency),
    fen(figures.rmbSettlement),
    settleCurrency,
    figures.rate,
    beijingText(line.at),
    settledText(days),
    line.kind === 'payment' ? 'P' : 'R',
    'L',
    '',
    '5812',
    desk.terms.merchantName.replaceAll('|', ' '),
    (line.refund?.operatorId || trade.operatorId) ?? '',
    orderScene(trade),
    trade.transCurrency,
    signedPrice(line),
    rateOfPrice(trade),
  ];
}

function fen(minor: bigint): string {
  const negative = minor < 0n;
  const digits = (negative ? -minor : minor).toString().padStart(3, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
