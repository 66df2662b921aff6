/** Amounts inside data elements: DE54 (balances), DE95 (what replaces a partly reversed amount) and signed ones. */

import { currencyOf } from '../kernel/currency.ts';
import { type Money, money } from '../kernel/money.ts';
import { CodecError } from './codec-error.ts';
import { amountDigits, compositeLength, packComposite, parseComposite, part } from './composite.ts';

/** DE4 and its kind. Units  minor units of DE49, 12 digits. Errors  CodecError COMPOSITE_MALFORMED */
export function packAmount(de: number, amountMinor: bigint): string {
  return amountDigits(de, amountMinor, 12);
}

/** 12 digits with the three digits (or letters) of their currency. Errors  AmurError CURRENCY_UNKNOWN */
export function parseAmount(digits: string, currency: string): Money {
  return money(BigInt(digits), currencyOf(currency).code);
}

/** x+n: `C` for what is owed to the receiver, `D` for what it owes; the digits follow. Negative is `D`.
 *  Errors  CodecError COMPOSITE_MALFORMED when it does not fit `digits` */
export function packSigned(de: number, amountMinor: bigint, digits: number): string {
  const size = amountMinor < 0n ? -amountMinor : amountMinor;
  return `${amountMinor < 0n ? 'D' : 'C'}${amountDigits(de, size, digits)}`;
}

/** The codec has checked the shape. */
export function parseSigned(text: string): bigint {
  const size = BigInt(text.slice(1));
  return text.startsWith('D') ? -size : size;
}

/** One of up to six in DE54. Account and amount types are two digits each: amount type 01 ledger, 02 available. */
export interface AdditionalAmount {
  readonly accountType: string;
  readonly amountType: string;
  /** Three digits. */
  readonly currency: string;
  readonly amountMinor: bigint;
}

const ADDITIONAL = [
  part('accountType', 'n', 2),
  part('amountType', 'n', 2),
  part('currency', 'n', 3),
  part('amount', 'x+n', 13),
] as const;
const ADDITIONAL_MAX = 12;

/** Errors  CodecError COMPOSITE_MALFORMED */
export function packAdditionalAmounts(amounts: readonly AdditionalAmount[]): string {
  if (amounts.length < 1 || amounts.length > ADDITIONAL_MAX)
    throw new CodecError('COMPOSITE_MALFORMED', 54, 0);
  return amounts
    .map(({ amountMinor, ...rest }) =>
      packComposite(54, ADDITIONAL, { ...rest, amount: packSigned(54, amountMinor, 12) }),
    )
    .join('');
}

/** Errors  CodecError COMPOSITE_MALFORMED */
export function parseAdditionalAmounts(text: string): readonly AdditionalAmount[] {
  const length = compositeLength(ADDITIONAL);
  if (text.length === 0 || text.length % length !== 0)
    throw new CodecError('COMPOSITE_MALFORMED', 54, text.length);
  return Array.from({ length: text.length / length }, (_, index) => {
    const { amount, ...rest } = parseComposite(
      54,
      ADDITIONAL,
      text.slice(index * length, (index + 1) * length),
    );
    return { ...rest, amountMinor: parseSigned(amount) };
  });
}

/** DE95: what is left after a partial reversal; zero when nothing is. */
export interface ReplacementAmounts {
  readonly transactionMinor: bigint;
  readonly settlementMinor: bigint;
  readonly transactionFeeMinor: bigint;
  readonly settlementFeeMinor: bigint;
}

const REPLACEMENT = [
  part('transaction', 'n', 12),
  part('settlement', 'n', 12),
  part('transactionFee', 'x+n', 9),
  part('settlementFee', 'x+n', 9),
] as const;

/** Errors  CodecError COMPOSITE_MALFORMED */
export function packReplacementAmounts(amounts: ReplacementAmounts): string {
  return packComposite(95, REPLACEMENT, {
    transaction: amountDigits(95, amounts.transactionMinor, 12),
    settlement: amountDigits(95, amounts.settlementMinor, 12),
    transactionFee: packSigned(95, amounts.transactionFeeMinor, 8),
    settlementFee: packSigned(95, amounts.settlementFeeMinor, 8),
  });
}

/** Errors  CodecError COMPOSITE_MALFORMED */
export function parseReplacementAmounts(text: string): ReplacementAmounts {
  const parts = parseComposite(95, REPLACEMENT, text);
  return {
    transactionMinor: BigInt(parts.transaction),
    settlementMinor: BigInt(parts.settlement),
    transactionFeeMinor: parseSigned(parts.transactionFee),
    settlementFeeMinor: parseSigned(parts.settlementFee),
  };
}
