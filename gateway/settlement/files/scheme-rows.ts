/** What the files of wallets and card banks have in common: rows whose sign is that of their kind, and a proof that none is missing. */
import type { Money } from '../../kernel/money.ts';
import { negate } from '../../kernel/money.ts';
import type { SchemeRow } from '../contract.ts';
import { type CellLine, fault } from './cells.ts';

/** How the file shows that it is whole. `none`: it does not; take its rows only with a batch or summary file beside it. */
export type Proof = 'count' | 'totals' | 'end_mark' | 'batch' | 'none';

export interface SchemeSummary {
  readonly rows: number;
  /** What the rows come to in each currency: of a settlement what is settled, of transactions payments less refunds. */
  readonly totals: readonly Money[];
  readonly proof: Proof;
}

export type SchemeKind = SchemeRow['kind'];

export interface Sides {
  /** Above zero, whatever the sign in the file. */
  readonly amount: Money;
  /** Charged to us above zero, given back below. */
  readonly fee: Money;
  /** Coming to us above zero, taken from us below. */
  readonly settlement: Money;
}

/** Brings the two habits of writing a refund (all signs turned, or none) to one. A payment is never below zero.
 *  Errors  FILE_MALFORMED | FILE_TOTALS_WRONG where the settlement is not the amount less the fee */
export function sidesOf(
  at: CellLine,
  kind: SchemeKind,
  written: { readonly amount: Money; readonly fee: Money; readonly settlement: Money | null },
  column: string,
): Sides {
  const { amount, fee } = written;
  const settlement = written.settlement ?? {
    amountMinor: amount.amountMinor - fee.amountMinor,
    currency: amount.currency,
  };
  if (settlement.amountMinor !== amount.amountMinor - fee.amountMinor)
    throw fault(at, column, 'The settlement is not the amount less the fee.', 'FILE_TOTALS_WRONG');
  const taken = kind === 'refund' || kind === 'cancel' || kind === 'chargeback';
  if (!taken) {
    if (amount.amountMinor < 0n && kind === 'payment') throw fault(at, column, 'A payment is below zero.');
    return { amount: absolute(amount), fee, settlement };
  }
  const turned = amount.amountMinor < 0n || (amount.amountMinor === 0n && settlement.amountMinor < 0n);
  return turned
    ? { amount: negate(amount), fee, settlement }
    : { amount, fee: negate(fee), settlement: negate(settlement) };
}

function absolute(value: Money): Money {
  return value.amountMinor < 0n ? negate(value) : value;
}

/** With the sign of the kind: what came in above zero, what went back below. */
export function signedAmount(kind: SchemeKind, amount: Money): Money {
  return kind === 'refund' || kind === 'cancel' || kind === 'chargeback' ? negate(amount) : amount;
}
