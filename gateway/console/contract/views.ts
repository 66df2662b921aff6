/** What the server of the operator's pages answers, as JSON. Amounts are minor units as decimal strings beside their
 *  currency, instants epoch milliseconds in UTC, dates without a zone. */
import type { MoneyJson } from '../../kernel/money.ts';
import type { ExactRateJson } from '../../kernel/rate.ts';
import type { Act, Role } from './roles.ts';

export interface SessionView {
  readonly name: string;
  readonly role: Role;
  readonly partner: string | null;
  readonly partnerName: string | null;
  readonly acquirer: string;
  readonly acts: readonly Act[];
}

export interface Refused {
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

// ---------------------------------------------------------------- today

export type TenderKey = 'alipay' | 'card_local' | 'card_abroad';

export interface HourPart {
  /** 0 to 23 in Moscow. */
  readonly hour: number;
  readonly tender: TenderKey;
  readonly amount: MoneyJson;
  readonly count: number;
}

export interface PartnerTurnover {
  readonly partner: string;
  readonly name: string;
  readonly amount: MoneyJson;
  readonly count: number;
}

export interface TodayView {
  readonly now: number;
  /** In Moscow. */
  readonly date: string;
  readonly cutOffs: readonly { readonly localTime: string; readonly zone: string }[];
  /** Sales less those undone, in each currency merchants price in; the greatest first. */
  readonly turnover: readonly { readonly amount: MoneyJson; readonly count: number }[];
  readonly refunds: readonly { readonly amount: MoneyJson; readonly count: number }[];
  /** What the payers were charged in other currencies. */
  readonly charged: readonly MoneyJson[];
  readonly hours: readonly HourPart[];
  readonly partners: readonly PartnerTurnover[];
  readonly outcomes: { readonly approved: number; readonly declined: number; readonly cancelled: number };
  readonly unconfirmed: { readonly count: number; readonly oldestAt: number | null };
  readonly due: readonly DueView[];
  readonly cycles: readonly CycleRow[];
  /** Null where the reader may not see it, or there is none. */
  readonly rate: RateToday | null;
  readonly exceptions: ExceptionSummary | null;
  /** Calendars in use that end soon: their next year has to be put in. None for a partner. */
  readonly calendarsEnding: readonly CalendarEnding[];
}

export interface CalendarEnding {
  readonly calendar: string;
  readonly lastDate: string;
  readonly daysLeft: number;
}

export interface DueView {
  readonly amount: MoneyJson;
  readonly banks: number;
  readonly held: MoneyJson;
  readonly waiting: number;
  /** Business dates of the cycles, first and last. */
  readonly from: string;
  readonly to: string;
}

export interface RateToday {
  readonly rate: ExactRateJson;
  /** What a customer pays at, where all merchants have one mark-up. */
  readonly priced: ExactRateJson | null;
  readonly markupBp: number | null;
  readonly source: string;
  readonly sourceDate: string;
  readonly second: { readonly source: string; readonly apartBp: number } | null;
  readonly days: readonly { readonly date: string; readonly rate: ExactRateJson }[];
}

export interface ExceptionSummary {
  readonly types: readonly {
    readonly type: string;
    readonly count: number;
    readonly atRisk: readonly MoneyJson[];
  }[];
  readonly atRisk: readonly MoneyJson[];
  readonly open: number;
  readonly oldestDays: number | null;
}

/** For the marks beside the rooms' names: what waits for somebody. */
export interface WaitingView {
  readonly cycles: number;
  readonly exceptions: number;
  readonly matters: number;
  readonly rates: number;
}

// ---------------------------------------------------------------- settlement

export interface CycleRow {
  readonly cycleId: string;
  readonly partner: string;
  readonly partnerName: string;
  readonly currency: string;
  readonly businessDate: string;
  readonly valueDate: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly payments: number;
  readonly sales: MoneyJson;
  readonly refunds: MoneyJson;
  readonly fees: MoneyJson;
  readonly net: MoneyJson | null;
  readonly maker: string | null;
  readonly checker: string | null;
  readonly exceptions: number;
}

export interface NetLineView {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly salesCount: number;
  readonly refundsCount: number;
  /** All in the cycle's currency, minor units. */
  readonly carriedIn: string;
  readonly sales: string;
  readonly refunds: string;
  readonly chargebacks: string;
  readonly fees: string;
  readonly donations: string;
  readonly adjustments: string;
  readonly reserve: string;
  readonly vat: string;
  readonly net: string;
  readonly due: string;
  readonly carriedOut: string;
}

export interface FileView {
  readonly fileId: string;
  readonly direction: string;
  readonly kind: string;
  readonly name: string;
  readonly party: string;
  readonly partyName: string;
  readonly state: string;
  readonly at: number;
  readonly bytes: number;
  readonly rows: number;
  readonly totals: readonly MoneyJson[];
  readonly refusedCode: string | null;
  /** Of a document of ISO 20022: whether ISO's own schema has seen it; null of any other file. */
  readonly schemaChecked: boolean | null;
}

export interface CycleView extends CycleRow {
  readonly fromPosition: number;
  readonly toPosition: number | null;
  /** Each state that was reached, with who brought it there. */
  readonly steps: readonly {
    readonly state: string;
    readonly at: number | null;
    readonly by: string | null;
    readonly reached: boolean;
  }[];
  readonly partnerShare: MoneyJson;
  readonly carriedShare: MoneyJson | null;
  readonly bankReference: string | null;
  readonly lines: readonly NetLineView[];
  readonly files: readonly FileView[];
  /** What stands against closing it. */
  readonly obstacles: readonly ObstacleView[];
}

export interface ObstacleView {
  readonly code: string;
  /** The file's or the exception's name. */
  readonly subject: string;
}

// ---------------------------------------------------------------- reconciliation

export interface ExceptionView {
  readonly exceptionId: string;
  readonly type: string;
  readonly party: string;
  readonly partyName: string;
  readonly owner: string;
  readonly state: string;
  readonly atRisk: MoneyJson;
  readonly subject: string;
  readonly line: number | null;
  readonly fileName: string | null;
  readonly facts: Readonly<Record<string, string>>;
  readonly businessDate: string;
  readonly days: number;
  readonly age: string;
  readonly proposedBy: string | null;
  readonly approvedBy: string | null;
  readonly reason: string | null;
  readonly transferId: string | null;
}

export interface AccountCheck {
  readonly book: 'receivable' | 'clearing';
  readonly party: string;
  readonly currency: string;
  /** In the ledger up to which reconciliation has looked. */
  readonly position: number;
  /** All in minor units and signed: what comes to us above zero. */
  readonly balance: string;
  /** Operations too young for the other side's file, and those that were not looked for yet. */
  readonly expected: string;
  readonly expectedCount: number;
  /** What the open exceptions say is lacking. */
  readonly inDoubt: string;
  readonly inDoubtCount: number;
  /** The balance is exactly what is expected and what is in doubt. */
  readonly agrees: boolean;
}

export interface ReconciliationView {
  readonly open: readonly ExceptionView[];
  readonly ended: readonly ExceptionView[];
  readonly checks: readonly AccountCheck[];
}

// ---------------------------------------------------------------- payments

export interface PaymentRow {
  readonly kind: 'wallet' | 'card';
  readonly id: string;
  readonly at: number;
  readonly tid: string;
  readonly mid: string;
  readonly merchant: string;
  readonly receipt: string | null;
  readonly rrn: string | null;
  readonly tender: string;
  readonly amount: MoneyJson;
  readonly charged: MoneyJson | null;
  readonly refunded: MoneyJson | null;
  readonly state: string;
}

export interface PaymentsView {
  /** The days that were searched, in Moscow; both included. */
  readonly from: string;
  readonly to: string;
  readonly rows: readonly PaymentRow[];
  /** There are more than are shown, or not all of the time asked for was searched. */
  readonly more: boolean;
}

export interface PostingView {
  readonly transferId: string;
  readonly template: string;
  readonly position: number | null;
  readonly postedAt: number;
  readonly businessDate: string;
  readonly entries: readonly {
    readonly account: string;
    readonly side: 'debit' | 'credit';
    readonly amount: MoneyJson;
  }[];
}

export interface PaymentView extends PaymentRow {
  readonly saleId: string | null;
  readonly providerRef: string | null;
  readonly order: MoneyJson | null;
  readonly rate: ExactRateJson | null;
  readonly operator: string | null;
  readonly code: string | null;
  readonly card: { readonly masked: string; readonly scheme: string } | null;
  readonly bank: string | null;
  readonly businessDate: string;
  readonly steps: readonly { readonly step: string; readonly at: number }[];
  readonly refunds: readonly {
    readonly id: string;
    readonly at: number;
    readonly amount: MoneyJson;
    readonly state: string;
    readonly reason: string;
  }[];
  readonly postings: readonly PostingView[];
}

// ---------------------------------------------------------------- rates

export interface ManualRateView {
  readonly manualId: string;
  readonly state: string;
  readonly rate: ExactRateJson;
  readonly from: number;
  readonly until: number | null;
  readonly reason: string;
  readonly apartBp: string | null;
  readonly proposedBy: string;
  readonly proposedAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  /** Somebody wants it out of force, and who agreed. */
  readonly withdrawal: {
    readonly reason: string;
    readonly proposedBy: string;
    readonly proposedAt: number;
    readonly decidedBy: string | null;
    readonly decidedAt: number | null;
  } | null;
}

export interface RatesView {
  readonly today: RateToday | null;
  readonly board: readonly {
    readonly source: string;
    readonly effectiveOn: string;
    readonly loadedAt: number;
    readonly rates: readonly ExactRateJson[];
  }[];
  readonly manual: readonly ManualRateView[];
}

// ---------------------------------------------------------------- cards, merchants, terminals, users, journal

/** One side's figures of a batch in the currency of its matter. */
export interface BatchSideView {
  readonly sales: number;
  readonly salesSum: MoneyJson;
  readonly refunds: number;
  readonly refundsSum: MoneyJson;
}

export interface MatterView {
  readonly kind: string;
  /** Null of a batch. */
  readonly bank: string | null;
  readonly subject: string;
  readonly since: number;
  readonly atRisk: MoneyJson;
  readonly tries: number;
  readonly responseCode: string | null;
  readonly card: {
    readonly tid: string;
    readonly mid: string;
    readonly rrn: string | null;
    readonly masked: string | null;
  } | null;
  /** Of a till's batch that was closed with a difference; null of everything else. */
  readonly batch: {
    readonly tid: string;
    readonly number: string;
    readonly till: BatchSideView;
    readonly gateway: BatchSideView;
  } | null;
  readonly possible: readonly string[];
  readonly proposed: {
    readonly resolutionId: string;
    readonly outcome: string;
    readonly agreement: string;
    readonly proposedBy: string;
    readonly proposedAt: number;
  } | null;
}

export interface MerchantView {
  readonly mid: string;
  readonly name: string;
  readonly nameZh: string;
  readonly inn: string;
  readonly address: string;
  readonly markupBp: number;
  readonly mdrBp: number;
  readonly partner: string | null;
  readonly partnerName: string | null;
  readonly terminals: number;
  readonly owed: readonly MoneyJson[];
}

export interface TerminalView {
  readonly tid: string;
  readonly mid: string;
  readonly merchant: string;
  readonly state: 'active' | 'not_activated' | 'revoked';
  readonly revokedAt: number | null;
  readonly codeUntil: number | null;
  readonly lastPaymentAt: number | null;
}

export interface ActivationView {
  readonly tid: string;
  /** Shown once; the store keeps its hash only. */
  readonly code: string;
  readonly expiresAt: number;
}

export interface UserView {
  readonly name: string;
  readonly role: Role;
  readonly partner: string | null;
  readonly partnerName: string | null;
  readonly madeAt: number;
  readonly lastSignInAt: number | null;
  readonly disabledAt: number | null;
}

export interface JournalRow {
  readonly number: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly facts: Readonly<Record<string, string>>;
}
