/** The rows of the bank's day: what the ledger, the files, the reconciliation, the store and the console say to each other.
 *
 *  The acquirer is owed by wallets and card banks, and owes its merchants and charities. Each of these payees is served by
 *  one partner bank, which gets one net sum per currency and cycle and a detail file to credit its payees by.
 *  A `position` is a place in the one order that the sequencer gives to transfers; ranges of it are open below and closed
 *  above, so that `(after, upTo]` and `(upTo, later]` touch and never overlap. */
import type { CurrencyCode } from '../kernel/currency.ts';
import type { Mid } from '../kernel/identifiers.ts';
import type { Money } from '../kernel/money.ts';
import type { EpochMs } from '../kernel/time.ts';
import type { AccountId } from '../ledger/transfer.ts';

// ---------------------------------------------------------------- rows that cross rooms

/** One posted entry with its transfer's head, in the order of positions and lines. */
export interface LedgerLine {
  readonly position: number;
  readonly transferId: string;
  readonly template: string;
  readonly reference: string;
  readonly mid: Mid | null;
  readonly businessDate: string;
  readonly postedAt: EpochMs;
  readonly account: AccountId;
  readonly side: 'debit' | 'credit';
  readonly amount: Money;
}

/** Entries of one account, template, side and day within a range, added up: what netting needs of a million lines. */
export interface LedgerSum {
  readonly account: AccountId;
  readonly template: string;
  /** The business date of the payment; of a refund, and of what undoes either, that of the payment it is about. */
  readonly paidOn: string;
  readonly side: 'debit' | 'credit';
  readonly amount: Money;
  readonly count: number;
}

/** One row of a wallet's or scheme's file. */
export interface SchemeRow {
  /** Who wrote the file: `alipay`, a card bank. */
  readonly source: string;
  readonly fileId: string;
  /** From 1, as a person counts the lines of the file; of the nth file of an archive, n - 1 times 10 million more. */
  readonly line: number;
  readonly kind: 'payment' | 'refund' | 'cancel' | 'chargeback' | 'adjustment';
  /** Ours is the operation's id as we sent it; of a cancel a wallet may know only its own. */
  readonly ids: { readonly ours: string | null; readonly theirs: string | null };
  /** Above zero, but an adjustment may be zero; the kind says which way it goes. */
  readonly amount: Money;
  /** Charged to us above zero, given back below. */
  readonly fee: Money | null;
  /** What is settled for this row, where the file says so: coming to us above zero, taken from us below. */
  readonly settlement: Money | null;
  /** Instant in UTC, `2026-11-22T14:27:05.000Z`. */
  readonly at: string;
  /** The sender's number of the batch it is settled in, where the file says so. */
  readonly batch?: string | null;
}

/** One row of a bank statement. */
export interface StatementRow {
  readonly source: string;
  readonly fileId: string;
  readonly line: number;
  /** Our account that moved, as the bank numbers it. */
  readonly account: string;
  readonly direction: 'in' | 'out';
  readonly amount: Money;
  readonly valueDate: string;
  readonly bankReference: string;
  readonly endToEndId: string | null;
  readonly counterparty: string;
  readonly purpose: string;
  /** The bank takes back an earlier movement; `direction` is that of the taking back. */
  readonly reversal?: boolean;
}

// ---------------------------------------------------------------- files

export type FileKindOut = 'payment_order_1c' | 'pain001' | 'partner_detail' | 'merchant_statement' | 'claim';
export type FileKindIn =
  | 'statement_1c'
  | 'camt053'
  | 'camt054'
  | 'alipay_bill'
  | 'alipay_bill_summary'
  | 'alipay_transactions'
  | 'alipay_settlement'
  | 'alipay_settlement_batch'
  | 'alipay_settlement_summary'
  | 'card_clearing'
  /** Refused before anybody could tell. */
  | 'unknown';
export type FileKind = FileKindOut | FileKindIn;

/** Out: `staged` is whole under a temporary name with its hash recorded, `delivered` was given its name.
 *  In: `importing` has been found sound and its rows are going in, `imported` has them all, `refused` has none. */
export type FileState = 'staged' | 'delivered' | 'importing' | 'imported' | 'refused';

export interface FileRecord {
  /** SHA-256 of the bytes, 64 hexadecimal digits. The same bytes are the same file, whatever they are called. */
  readonly fileId: string;
  readonly direction: 'in' | 'out';
  readonly kind: FileKind;
  readonly name: string;
  /** Partner, wallet or bank it goes to or came from. */
  readonly party: string;
  readonly state: FileState;
  /** The cycle a file out belongs to. */
  readonly cycleId: string | null;
  /** Of a file out: the temporary name under which it waits to be delivered. */
  readonly stagedAs: string | null;
  /** Received or written. */
  readonly at: EpochMs;
  readonly bytes: number;
  readonly rows: number;
  /** The file's own total in each currency it speaks of. */
  readonly totals: readonly Money[];
  /** Why it was refused: a code of the catalogue. */
  readonly refusedCode: string | null;
  /** Of a document of ISO 20022: whether ISO's own schema has seen it and found nothing. Absent of any other file. */
  readonly schemaChecked?: boolean;
}

// ---------------------------------------------------------------- parties

export type ZoneName = 'Europe/Moscow' | 'Asia/Shanghai';

/** The last moment of a business day where the party lives: `21:00` in its zone. */
export interface CutOff {
  /** `HH:MM`. A moment at or after it belongs to the next business day. */
  readonly localTime: string;
  readonly zone: ZoneName;
}

/** Names and numbers that payment documents need of a party. */
export interface BankDetails {
  readonly name: string;
  readonly inn: string;
  readonly kpp: string | null;
  readonly bankName: string;
  readonly bic: string;
  readonly correspondentAccount: string;
  /** Account for each currency that is paid, by its three letters. */
  readonly accounts: Readonly<Record<string, string>>;
}

/** Us: who pays. */
export interface AcquirerRecord extends BankDetails {
  /** Where our accounts are kept: it gets our payment orders and its statements say what moved. Names its folder. */
  readonly bank: string;
  /** ISO 9362, for ISO 20022 messages abroad; null where there is none. */
  readonly swiftBic: string | null;
}

export interface PartnerRecord extends BankDetails {
  /** `amurbank`: 1 to 16 of a-z and 0-9. It names accounts, cycles and files. */
  readonly partner: string;
  readonly cutOff: CutOff;
  /** Names of calendars that must all be open on a value date, e.g. `ru.payments`, `cn.interbank`. The first is the
   *  party's own: its business days. */
  readonly calendars: readonly string[];
  /** Business days from the cut to the value date. */
  readonly tPlus: number;
  readonly currencies: readonly CurrencyCode[];
  /** A net below it waits for the next cycle; a currency that is not named has no minimum. */
  readonly minimumPayout: readonly Money[];
  /** `carry`: a payee's negative net waits for its next sales. `claim`: the partner collects it from the payee for us, and
   *  owes it to us where its own net is negative. */
  readonly negativeNet: 'carry' | 'claim';
  /** Which document orders the payment. */
  readonly orderFormat: 'payment_order_1c' | 'pain001';
}

export type PayeeKind = 'merchant' | 'charity';

/** Whom a partner credits: what we owe stands on `merchant_payable:<id>` or `charity_payable:<id>`. */
export interface PayeeRecord {
  readonly kind: PayeeKind;
  /** The MID, or a charity's short name. */
  readonly id: string;
  readonly name: string;
  readonly inn: string;
  /** Its account at the partner bank. */
  readonly account: string;
  /** Part of net sales held back, in basis points, and for how many calendar days; 0 and 0 hold nothing. */
  readonly reserveBp: number;
  readonly reserveDays: number;
}

/** From just above `fromPosition` on, the payee is served by this partner, until a later assignment. A payee's first one
 *  is from 0, so that what it was owed before anybody served it is paid too. */
export interface PayeeAssignment {
  readonly kind: PayeeKind;
  readonly id: string;
  readonly partner: string;
  readonly fromPosition: number;
  /** The last position there was when it was made: it holds for cycles that end above it. */
  readonly madeAtPosition: number;
}

// ---------------------------------------------------------------- cycles

export type CycleState = 'OPEN' | 'CUT' | 'CALCULATED' | 'APPROVED' | 'SENT' | 'CONFIRMED' | 'CLOSED';

/** `pay`: we owe the partner. `claim`: the partner owes us. `carry`: below the minimum, everything waits.
 *  `nothing`: no money moves. */
export type CycleOutcome = 'pay' | 'claim' | 'carry' | 'nothing';

/** One settlement with one partner in one currency. */
export interface CycleRecord {
  /** `<partner>-<currency>-<yyyymmdd>`; also the end-to-end id of its payment. */
  readonly cycleId: string;
  readonly partner: string;
  readonly currency: CurrencyCode;
  /** The partner's business day at whose cut-off it is cut. */
  readonly businessDate: string;
  readonly valueDate: string;
  readonly state: CycleState;
  /** Starts at 1, one more with every committed change. */
  readonly version: number;
  /** Where the cycle before ended. */
  readonly fromPosition: number;
  /** The last position that belongs to it; null while OPEN. */
  readonly toPosition: number | null;
  /** What moves between us and the partner: the payees' dues and the partner's share, of this cycle and carried to it;
   *  below zero the partner owes it. Null until CALCULATED. */
  readonly net: Money | null;
  /** The partner's share that waits for the next cycle, because this one carries; null until CALCULATED. */
  readonly carriedShare: Money | null;
  readonly outcome: CycleOutcome | null;
  readonly cutAt: EpochMs | null;
  /** The maker: who had it calculated. */
  readonly calculatedBy: string | null;
  readonly calculatedAt: EpochMs | null;
  /** The checker: never the maker. */
  readonly approvedBy: string | null;
  readonly approvedAt: EpochMs | null;
  readonly sentAt: EpochMs | null;
  readonly confirmedAt: EpochMs | null;
  /** The statement's reference of the movement. */
  readonly bankReference: string | null;
  readonly closedAt: EpochMs | null;
}

/** What one payee gets from one cycle.
 *
 *  net = carriedIn + sales - refunds - chargebacks - fees + feesReturned - donations + adjustments - reserveHeld + reserveReleased
 *  net = due + carriedOut, and one of the two is zero.
 *
 *  A reversal counts against what it reverses, so `sales`, `refunds`, `chargebacks` and fees may be below zero in the cycle
 *  after the one that had the original. */
export interface NetLine {
  readonly cycleId: string;
  readonly kind: PayeeKind;
  readonly id: string;
  readonly currency: CurrencyCode;
  /** The cycle whose `carriedOut` came in; null where nothing did. */
  readonly carriedFrom: string | null;
  readonly carriedIn: bigint;
  readonly sales: bigint;
  readonly salesCount: number;
  readonly refunds: bigint;
  readonly refundsCount: number;
  readonly chargebacks: bigint;
  readonly fees: bigint;
  readonly feesReturned: bigint;
  /** Of a merchant: what went to charities; of a charity: 0, its gifts are `sales`. */
  readonly donations: bigint;
  readonly adjustments: bigint;
  readonly reserveHeld: bigint;
  readonly reserveReleased: bigint;
  /** VAT that is part of `fees` less `feesReturned`, and the partner's share of them: not part of the payee's net. The
   *  share is part of the partner's. */
  readonly vat: bigint;
  readonly partnerShare: bigint;
  readonly net: bigint;
  /** Above zero: to be credited; below: claimed from the payee. */
  readonly due: bigint;
  readonly carriedOut: bigint;
}

/** What of a line's turnover came by one kind of tender, paid in one currency. The parts add up to the line. */
export interface TenderLine {
  readonly cycleId: string;
  readonly kind: PayeeKind;
  readonly id: string;
  readonly tender: 'alipay' | 'card' | 'other';
  /** Letters of the currency the payers were charged in. */
  readonly paidIn: string;
  /** In the cycle's currency. */
  readonly sales: bigint;
  readonly salesCount: number;
  readonly refunds: bigint;
  readonly refundsCount: number;
}

/** A part held back from a payee, until it has come back to it. */
export interface ReserveRecord {
  readonly cycleId: string;
  readonly kind: PayeeKind;
  readonly id: string;
  readonly amount: Money;
  /** First business date on which it is released. */
  readonly releaseOn: string;
  /** The cycle that released it; null while it is held. */
  readonly releasedIn: string | null;
}

/** What a payment document of a cycle says; the same bytes must come of it whenever it is written. */
export interface PayoutOrder {
  readonly cycle: CycleRecord;
  readonly payer: AcquirerRecord;
  readonly partner: PartnerRecord;
  /** Above zero. */
  readonly amount: Money;
  readonly valueDate: string;
  readonly documentNumber: number;
  readonly documentDate: string;
  readonly endToEndId: string;
  readonly purpose: string;
  /** The approval's instant, not the writing's. */
  readonly createdAt: EpochMs;
}

// ---------------------------------------------------------------- reconciliation and audit

/** A payment that came back, and what became of it: ordered again by two persons, under a name and number of its own. */
export interface PayoutAgain {
  /** `<cycleId>-2`, the second order of the cycle's payment: its end-to-end id and its file's name. */
  readonly orderId: string;
  readonly cycleId: string;
  /** From 2. */
  readonly number: number;
  readonly amount: Money;
  /** RETURNED: the order before it came back, and nobody has ordered this one. */
  readonly state: 'RETURNED' | 'ORDERED' | 'SENT' | 'CONFIRMED';
  /** Starts at 1, one more with every committed change. */
  readonly version: number;
  /** Of the movement that brought the money back. */
  readonly returnReference: string;
  readonly returnedAt: EpochMs;
  /** About the return; its approval orders the payment again. */
  readonly exceptionId: string;
  readonly proposedBy: string | null;
  /** Never who proposed it. */
  readonly orderedBy: string | null;
  readonly orderedAt: EpochMs | null;
  readonly documentNumber: number | null;
  readonly documentDate: string | null;
  readonly sentAt: EpochMs | null;
  readonly confirmedAt: EpochMs | null;
  readonly bankReference: string | null;
}

export type ExceptionType =
  | 'missing_ours'
  | 'missing_theirs'
  | 'amount'
  | 'date'
  | 'duplicate'
  | 'ambiguous'
  | 'status'
  | 'swapped_ids'
  | 'late'
  | 'truncated_file'
  | 'refused_file'
  | 'duplicate_file';

/** Something that two books do not agree on. Its id is made of what it is about, so that a second run finds the same one. */
export interface ExceptionRecord {
  readonly exceptionId: string;
  readonly type: ExceptionType;
  /** Wallet, bank or partner it is with. */
  readonly party: string;
  readonly owner: string;
  readonly state: 'open' | 'resolved' | 'written_off';
  readonly version: number;
  readonly atRisk: Money;
  /** The operation's id, or the file's, that it is about. */
  readonly subject: string;
  readonly fileId: string | null;
  readonly line: number | null;
  /** Words and numbers for a person, allow-listed by the engine. */
  readonly facts: Readonly<Record<string, string>>;
  readonly businessDate: string;
  readonly foundAt: EpochMs;
  readonly resolvedAt: EpochMs | null;
  readonly proposedBy: string | null;
  readonly approvedBy: string | null;
  readonly reason: string | null;
  /** The posting that resolved it. */
  readonly transferId: string | null;
}

/** A privileged act: who did what to which row, in the same commit as the act. */
export interface AuditRow {
  readonly at: EpochMs;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly facts: Readonly<Record<string, string>>;
}
