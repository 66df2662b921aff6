/** The figures of one line in a settlement file, worked out from the wallet's own books: no code of the acquirer's.
 *
 *  The fee is a part of the amount, rounded half up in the settlement currency and once more, by itself, in yuan. */
import { CNY } from '../../../gateway/kernel/currency.ts';
import type { Desk } from '../desk.ts';
import type { BookLine } from './book-lines.ts';

export interface Figures {
  readonly amount: bigint;
  readonly fee: bigint;
  readonly settlement: bigint;
  readonly rmbAmount: bigint;
  readonly rmbSettlement: bigint;
  /** Yuan for one unit, with eight decimals. */
  readonly rate: string;
}

const MILLION = 1_000_000n;

/** Below zero where money went back. */
export function figuresOf(desk: Desk, line: BookLine): Figures {
  const sign = line.kind === 'payment' ? 1n : -1n;
  const fee = feeOn(line.settleMinor, desk.terms.settlementFeeMillionths);
  const rmbFee = feeOn(line.payFen, desk.terms.settlementFeeMillionths);
  return {
    amount: sign * line.settleMinor,
    fee: sign * fee,
    settlement: sign * (line.settleMinor - fee),
    rmbAmount: sign * line.payFen,
    rmbSettlement: sign * (line.payFen - rmbFee),
    rate: rateText(desk, line),
  };
}

export function feeOn(minor: bigint, millionths: number): bigint {
  return (minor * BigInt(millionths) + MILLION / 2n) / MILLION;
}

function rateText(desk: Desk, line: BookLine): string {
  const { transCurrency, settleCurrency, transPayRate } = line.trade;
  if (settleCurrency === CNY) return '1.00000000';
  if (settleCurrency === transCurrency) return eightDecimals(transPayRate);
  const rate = desk.terms.rates.get(settleCurrency);
  if (rate === undefined) return '1.00000000';
  const digits = rate.value.toString().padStart(rate.scale + 1, '0');
  const whole = digits.slice(0, digits.length - rate.scale);
  return eightDecimals(`${whole}.${digits.slice(digits.length - rate.scale)}`);
}

function eightDecimals(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.slice(0, 8).padEnd(8, '0')}`;
}
