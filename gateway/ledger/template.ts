/** The shape of a template: one way money is booked, its lines linear forms in its inputs. */
import type { AccountFamily, PartyKind } from './accounts.ts';

/** A currency of a template, by the part it plays. Two parts may turn out to be one currency. */
export type CurrencyRole = 'order' | 'price' | 'settlement' | 'sold' | 'bought';

export interface TemplateLine {
  readonly side: 'debit' | 'credit';
  readonly family: AccountFamily;
  /** Whose account, where a transfer knows two of the family's parties; else the family's own kind of party. */
  readonly of?: PartyKind;
  /** Whole coefficients of the inputs; all inputs of a line play in one currency. */
  readonly amount: Readonly<Record<string, bigint>>;
}

export interface Template {
  readonly version: number;
  /** The operation it books, and the first half of the transfer's id: variants of one operation share it, so that no
   *  attempt is booked by two of them. */
  readonly books: string;
  readonly inputs: Readonly<Record<string, CurrencyRole>>;
  readonly lines: readonly TemplateLine[];
}

/** The sum of the inputs named. */
export function debit(family: AccountFamily, ...inputs: readonly string[]): TemplateLine {
  return { side: 'debit', family, amount: sumOf(inputs) };
}

export function credit(family: AccountFamily, ...inputs: readonly string[]): TemplateLine {
  return { side: 'credit', family, amount: sumOf(inputs) };
}

/** A thing undone: the same lines with their sides exchanged. */
export function undone(lines: readonly TemplateLine[]): readonly TemplateLine[] {
  return lines.map((line) => ({ ...line, side: line.side === 'debit' ? 'credit' : 'debit' }));
}

function sumOf(inputs: readonly string[]): Readonly<Record<string, bigint>> {
  return Object.fromEntries(inputs.map((input) => [input, 1n]));
}
