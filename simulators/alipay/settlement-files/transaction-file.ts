/** The day's transaction file as the wallet puts it on its server.
 *  Source  Antom documentation, in-store payment, "Transaction file" */
import { beijingText, type Desk, decimal } from '../desk.ts';
import type { BookLine } from './book-lines.ts';
import { compact } from './days.ts';
import { isTruncated, plantedLines, withoutTail } from './defects.ts';
import { figuresOf } from './figures.ts';
import { orderScene, rateOfPrice, signedPrice, type WalletFile } from './wallet-file.ts';

const HEADING =
  'Partner_transaction_id|Transaction_id|Transaction_amount|Charge_amount|Currency|Payment_time|Transaction_type|Remark|Secondary_merchant_industry|Secondary_merchant_name|Operator_name|Order_scene|Trans_currency|Trans_amount|Trans_forex_rate';
const TYPES = { payment: 'PAYMENT', refund: 'REFUND', cancel: 'CANCEL' } as const;

/** Of one Beijing day. */
export function transactionFile(desk: Desk, day: string): WalletFile {
  const lines = plantedLines(desk, day, day, 'transactions');
  const text = [
    `Partner:${desk.terms.sellerId}|Payment_time: ${day}|Total_count:${lines.length}`,
    HEADING,
    ...lines.map((line) => cells(desk, line).join('|')),
  ].join('\n');
  const bytes = new TextEncoder().encode(`${text}\n`);
  return {
    name: `${desk.terms.sellerId}_fptrade_${compact(day)}.csv`,
    bytes: isTruncated(desk, day, day, 'transactions') ? withoutTail(bytes) : bytes,
  };
}

function cells(desk: Desk, line: BookLine): readonly string[] {
  const { trade } = line;
  const { amount, fee } = figuresOf(desk, line);
  return [
    line.ours,
    line.theirs,
    decimal(amount, trade.settleCurrency),
    decimal(fee, trade.settleCurrency),
    trade.settleCurrency,
    beijingText(line.at),
    TYPES[line.kind],
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
