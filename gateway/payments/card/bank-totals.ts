/** What is kept of the comparisons with a partner bank (docs/bank-link.md, 2.3): one row a period and currency. */
import type { EpochMs } from '../../kernel/time.ts';

/** Counts and sums of one period in one currency. A debit that was reversed stands in both. */
export interface BankFigures {
  readonly debits: number;
  readonly debitsMinor: bigint;
  readonly credits: number;
  readonly creditsMinor: bigint;
  readonly debitReversals: number;
  readonly debitReversalsMinor: bigint;
  readonly creditReversals: number;
  readonly creditReversalsMinor: bigint;
}

/** A try of the period's 0500 by its number, or now. */
export type AsOf = number | 'now';

/** What a period would hold if the bank had ended it then. */
export interface FiguresAsOf {
  readonly asOf: AsOf;
  readonly figures: BankFigures;
}

export function sameFigures(left: BankFigures, right: BankFigures): boolean {
  return Object.entries(left).every(([name, value]) => right[name as keyof BankFigures] === value);
}

export type BankDayCause = 'cut' | 'cut_over' | 'operator';

export interface BankTotalsRecord {
  readonly bank: string;
  readonly currency: string;
  /** Rises by one within bank and currency. */
  readonly period: number;
  readonly settlementDate: string;
  readonly cause: BankDayCause;
  /** Of the 0500; kept through all repeats. */
  readonly stan: string;
  readonly transmittedAt: string;
  /** False when a request was under way or an advice not told as it was counted: then a difference may be of that. */
  readonly quiet: boolean;
  readonly ours: BankFigures;
  readonly state: 'asked' | 'balanced' | 'different';
  /** The bank's own figures, when out of balance. */
  readonly theirs: BankFigures | null;
  readonly tries: number;
  readonly nextAt: EpochMs;
  readonly madeAt: EpochMs;
  readonly answeredAt: EpochMs | null;
  readonly responseCode: string | null;
  readonly version: number;
}

/** A period that is to be closed: its figures are counted by the store, in the commit that makes it. */
export type NewBankTotals = Pick<
  BankTotalsRecord,
  'bank' | 'currency' | 'settlementDate' | 'cause' | 'stan' | 'transmittedAt' | 'quiet'
>;

export interface BankDayWish {
  readonly bank: string;
  readonly cause: Exclude<BankDayCause, 'cut'>;
  readonly settlementDate: string;
}

/** Where a bank stands. */
export interface BankDay {
  /** Not answered yet. */
  readonly asked: readonly BankTotalsRecord[];
  readonly wish: BankDayWish | null;
  /** The settlement date of the cut that was made last, and the first date with a transaction. */
  readonly lastCut: string | null;
  readonly firstDate: string | null;
}
