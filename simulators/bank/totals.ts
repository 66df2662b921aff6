/** Totals of a period and currency, compared with the acquirer's; the period ends with them.
 *  Source  docs/bank-link.md, section 2.3 */
import { packSigned, parseSigned } from '../../gateway/iso8583/amounts.ts';
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import { type Decision, type Desk, refused } from './desk.ts';
import { text } from './messages.ts';
import { netOf, type PeriodTotals, type Side } from './periods.ts';
import { lettersOf } from './requests.ts';

const FIELDS: readonly (readonly [side: Side, count: number, amount: number])[] = [
  ['credit', 74, 86],
  ['creditReversal', 75, 87],
  ['debit', 76, 88],
  ['debitReversal', 77, 89],
];

export function decideTotals(desk: Desk, message: IsoMessage): Decision {
  const currency = lettersOf(text(message, 50));
  const acquirer = text(message, 32);
  if (currency === null) return refused('30');
  const own = desk.periods.totals(acquirer, currency);
  desk.periods.close(acquirer, currency);
  const balanced = agrees(message, own);
  const values = balanced ? { 66: '1' } : { 66: '2', ...figures(own) };
  return { code: '00', kept: true, values };
}

function agrees(message: IsoMessage, own: PeriodTotals): boolean {
  const same = FIELDS.every(
    ([side, count, amount]) =>
      BigInt(text(message, count)) === own[side].count &&
      BigInt(text(message, amount)) === own[side].amountMinor,
  );
  return same && parseSigned(text(message, 97)) === netOf(own);
}

function figures(own: PeriodTotals): Readonly<Record<number, string>> {
  const values: Record<number, string> = { 97: packSigned(97, netOf(own), 16) };
  for (const [side, count, amount] of FIELDS) {
    values[count] = own[side].count.toString().padStart(10, '0');
    values[amount] = own[side].amountMinor.toString().padStart(16, '0');
  }
  return values;
}
