/** What payments need of the world: a store and a way to tell terminals; wallets are in `wallet-port.ts`. Owned here, implemented elsewhere. */
import type { AttemptId, Mid, QuoteId, RefundId, SaleId, TenderId, Tid } from '../kernel/identifiers.ts';
import type { Money } from '../kernel/money.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { EpochMs } from '../kernel/time.ts';
import type { FeeTerms } from '../ledger/fee-rate.ts';
import type { MonthTier } from '../ledger/month-tier.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type { PaymentState, PaymentWire, RefundState, SaleDisposition } from '../wire/messages.ts';
import type { AsOf, BankDayWish, BankTotalsRecord, NewBankTotals } from './card/bank-totals.ts';
import type { CardBooks } from './card/books.ts';
import type { CardRefusal, NewResolution, ResolutionDecision } from './card/matters.ts';
import type { AdviceRecord, BatchRecord, CardRecord, ClaimedMessage } from './card/records.ts';

// ---------------------------------------------------------------- records

/** Terms of a merchant's contract, copied to each payment that they govern. */
export interface ContractTerms {
  /** `acquirer`: the order goes out in CNY at our quote. `wallet`: RUB goes out, the wallet converts and says how. */
  readonly converter: 'acquirer' | 'wallet';
  /** What the wallet owes us in: CNY where we convert; where the wallet converts, as agreed with it. */
  readonly settleCurrency: string;
  /** Only where we convert: what the merchant is owed in. `price`, unless said: we buy its customers' yuan. `order`: it gets the
   *  yuan themselves, and the rate is only what its price was turned into them by. */
  readonly paidIn?: 'price' | 'order';
  /** Merchant discount rate, basis points of the price. */
  readonly mdrBp: number;
  /** Of wallets: a fixed sum beside the percentage, a floor, a cap, and tiers by size, in the currency the discount is in. */
  readonly fee?: FeeTerms;
  /** MDR given back with a refund. */
  readonly mdrReturned: boolean;
  /** Whose mark-up of the board goes before the merchant's own. */
  readonly markupGroup?: string;
  /** The rate a refund goes back at. `next_day`, only where the wallet converts: its file alone says what that came to. */
  readonly refundRatePolicy: 'original' | 'refund_day' | 'next_day';
  /** What cards have of their own; `card/contract.ts` says what holds where this is silent. */
  readonly cards?: {
    readonly mdrBp?: number;
    /** As of wallets; a wallet's does not hold for cards. */
    readonly fee?: FeeTerms;
    /** DE18, the merchant category code. */
    readonly categoryCode?: string;
    /** Of DE43. */
    readonly town?: string;
    /** Whether a card may be charged in its own currency at this merchant's tills, where its issuer leaves it to them. */
    readonly tillConverts?: boolean;
  };
}

export interface MerchantRecord {
  readonly mid: Mid;
  readonly name: string;
  readonly nameZh: string;
  readonly inn: string;
  readonly address: string;
  readonly markupBp: number;
  readonly terms: ContractTerms;
  /** Set by months' turnover, the latest of each kind; `month-terms.ts` says what the contract is with them. Read only. */
  readonly tiers?: readonly MonthTier[];
}

export interface TerminalRecord {
  readonly tid: Tid;
  readonly mid: Mid;
  /** Raw Ed25519 public key, base64url; null until activated. */
  readonly publicKey: string | null;
  readonly revokedAt: EpochMs | null;
}

export interface QuoteRecord {
  readonly quoteId: QuoteId;
  readonly tid: Tid;
  readonly rate: ExactRate;
  readonly sourceRate: ExactRate;
  readonly source: string;
  readonly sourceDate: string;
  readonly markupBp: number;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Of the card it was offered to, as its PIN pad named it; none in a wallet's, and neither serves the other. */
  readonly cardBin?: string;
  /** The gateway's own, where it has a key for quotes. */
  readonly signature?: string;
}

/** The part of a sale's sum that a customer gives to a charity. */
export interface Gift {
  /** The charity's short name, as settlement has it. */
  readonly charity: string;
  /** Above zero, in the currency of the price. */
  readonly amount: Money;
}

export interface SaleRecord {
  readonly saleId: SaleId;
  readonly tid: Tid;
  readonly mid: Mid;
  readonly total: Money | null;
  /** As the till told it last, and which word of the till that was; 0 when it told none. */
  readonly gift: Gift | null;
  readonly giftRevision: number;
  /** Null while the sale may still be paid. */
  readonly disposition: SaleDisposition | null;
  readonly closedBy: string | null;
  readonly closedReason: string | null;
  readonly closedAt: EpochMs | null;
  readonly version: number;
}

export type PaymentStep = PaymentWire['steps'][number];

export interface PaymentRecord {
  readonly attemptId: AttemptId;
  readonly saleId: SaleId;
  readonly tenderId: TenderId;
  readonly tid: Tid;
  readonly mid: Mid;
  readonly state: PaymentState;
  /** Starts at 1, one more with every committed change. */
  readonly version: number;
  readonly wallet: 'alipay';
  readonly method: 'scanned' | 'shown';
  /** Digest of the start message's content, to tell a replay from a conflict; null for a tombstone. */
  readonly contentHash: string | null;
  readonly amount: Money;
  /** The part of the amount that is a charity's, where there is one. */
  readonly gift?: Gift;
  readonly order: Money;
  readonly payer: Money | null;
  /** What the wallet will settle, where the wallet converts. */
  readonly settlement: Money | null;
  /** From the order's currency to the payer's where the wallet converts; ours, order to price, where we do. */
  readonly rate: ExactRate | null;
  /** From the order's currency to the settlement's, where the wallet converts and says so. */
  readonly settlementRate?: ExactRate;
  readonly quoteId: QuoteId | null;
  readonly terms: ContractTerms;
  readonly subject: string;
  readonly receiptNumber: string;
  readonly operator: string;
  readonly codeTail: string | null;
  readonly qrContent: string | null;
  readonly qrExpiresAt: EpochMs | null;
  readonly providerRef: string | null;
  readonly buyer: string | null;
  readonly declineCode: string | null;
  readonly inquiriesMade: number;
  readonly cancelsMade: number;
  /** When the resolver must look at it next; null when nothing is owed. May be set on a final payment (a late look). */
  readonly nextActionAt: EpochMs | null;
  readonly cancelAt: EpochMs | null;
  readonly steps: readonly PaymentStep[];
  /** Sums of refunds that are approved or open, so that the limit is reserved before a call goes out. */
  readonly refundedPrice: Money;
  readonly refundedOrder: Money;
  readonly businessDate: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** The rate of the day on which a refund was asked for, fixed before the wallet is asked. */
export interface RefundRate {
  /** From the price to the order where we convert, marked up; else from the order to what the wallet settles in. */
  readonly legs: readonly ExactRate[];
  readonly markupBp: number;
  readonly source: string;
  readonly sourceDate: string;
  /** What of its receivable the wallet takes back by it. */
  readonly taken: Money;
}

export interface RefundRecord {
  readonly refundId: RefundId;
  readonly attemptId: AttemptId;
  readonly saleId: SaleId;
  readonly tid: Tid;
  readonly mid: Mid;
  readonly state: RefundState;
  readonly version: number;
  readonly cause: 'till' | 'auto_return';
  readonly contentHash: string;
  readonly amount: Money;
  readonly order: Money;
  /** Only where it goes back at a rate of its own. */
  readonly rate?: RefundRate;
  readonly reason: string;
  readonly operator: string;
  readonly declineCode: string | null;
  readonly triesMade: number;
  readonly nextActionAt: EpochMs | null;
  readonly businessDate: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

// ---------------------------------------------------------------- store

/** A subject of work that only one process may advance at a time. */
export type Subject =
  | { readonly kind: 'payment'; readonly id: AttemptId }
  | { readonly kind: 'refund'; readonly id: RefundId };

/** A lease with its fencing epoch; every write that follows from it carries it. */
export interface Lease {
  readonly subject: Subject;
  readonly owner: string;
  readonly epoch: number;
  readonly until: EpochMs;
}

/** One change. A unit is a list of changes that commit together or not at all.
 *
 *  insert.*  refuses with `exists` and the stored row when the key is taken.
 *  put.*     replaces the row when its stored version is `row.version - 1`; otherwise refuses with `version`.
 *            With `lease`, refuses with `lease` unless that epoch is the current one and has not run out.
 *  The store refuses `live_attempt` when an insert or put would give a sale a second open attempt or a second approved
 *  one for the same tender, and `sale_closed` when `payment.insert` names a sale that has a disposition, unless the
 *  payment's own state is final, or when `payment.put` would approve a payment of such a sale.
 *  lease.take (inside a unit with an insert) makes the first lease; `lease.release` ends it. */
export type Change =
  | { readonly kind: 'sale.insert'; readonly row: SaleRecord }
  | { readonly kind: 'sale.put'; readonly row: SaleRecord }
  | { readonly kind: 'payment.insert'; readonly row: PaymentRecord }
  | { readonly kind: 'payment.put'; readonly row: PaymentRecord; readonly lease?: Lease }
  | { readonly kind: 'refund.insert'; readonly row: RefundRecord }
  | { readonly kind: 'refund.put'; readonly row: RefundRecord; readonly lease?: Lease }
  | {
      readonly kind: 'lease.take';
      readonly subject: Subject;
      readonly owner: string;
      readonly leaseMs: number;
    }
  | { readonly kind: 'lease.release'; readonly lease: Lease }
  | { readonly kind: 'quote.insert'; readonly row: QuoteRecord }
  /** Uses the quote up for `by`, an attempt or card transaction: refuses with `not_found`, `quote_used` when it was used by
   *  another, or `quote_expired`, by the store's clock, inside the transaction. `cardSale`: the sale of a card attempt, whose
   *  customer agreed to the rate before the PIN: the attempt may use it again while all that it asked for by it is
   *  declined, else `quote_used`; and until as long again after its end as it had held, for the PIN to be entered. */
  | {
      readonly kind: 'quote.use';
      readonly quoteId: QuoteId;
      readonly tid: Tid;
      readonly by: string;
      readonly cardSale?: SaleId;
    }
  | { readonly kind: 'transfer.insert'; readonly transfer: Transfer }
  /** Refuses `exists` with the stored row when its identity is taken, `pin_block_used` when another row came with a PIN block
   *  under the same key, and `live_attempt` and `sale_closed` as a payment does. */
  | { readonly kind: 'card.insert'; readonly row: CardRecord }
  | { readonly kind: 'card.put'; readonly row: CardRecord }
  /** Passes for the message that has the identity already; refuses `exists` where another one has it. */
  | { readonly kind: 'card_message.claim'; readonly row: ClaimedMessage }
  /** The store gives the position: one more than the bank's highest. */
  | { readonly kind: 'advice.insert'; readonly row: Omit<AdviceRecord, 'position'> }
  | { readonly kind: 'advice.put'; readonly row: AdviceRecord }
  | { readonly kind: 'batch.put'; readonly row: BatchRecord }
  /** The store counts the figures and gives the period; refuses `exists` while the one before is not answered. Grants the
   *  bank's wish. */
  | { readonly kind: 'bank_totals.close'; readonly row: NewBankTotals }
  /** Notes what the period would hold as of the next try of `row`, before it is asked again. */
  | { readonly kind: 'bank_totals.try'; readonly row: BankTotalsRecord }
  /** `countsAsOf`: what there was then is counted in its period first; refuses `version` unless that comes to `row.ours`. */
  | { readonly kind: 'bank_totals.put'; readonly row: BankTotalsRecord; readonly countsAsOf?: AsOf | null }
  /** A second wish before the first is granted is the same one. */
  | { readonly kind: 'bank_day.wish'; readonly row: BankDayWish }
  /** Refuses `exists` while another proposal about the subject is not decided. */
  | { readonly kind: 'resolution.propose'; readonly row: NewResolution }
  /** Refuses `version` when it was decided before. */
  | { readonly kind: 'resolution.decide'; readonly row: ResolutionDecision }
  /** The same refusal of the same message again is one. */
  | { readonly kind: 'card_refusal.note'; readonly row: CardRefusal }
  | { readonly kind: 'merchant.put'; readonly row: MerchantRecord }
  | { readonly kind: 'terminal.put'; readonly row: TerminalRecord }
  /** Only the code's hash is stored. */
  | {
      readonly kind: 'activation.insert';
      readonly codeHash: string;
      readonly tid: Tid;
      readonly expiresAt: EpochMs;
    }
  /** Uses the code up, binds the key; refuses with `activation_invalid` when unknown, used or expired. */
  | { readonly kind: 'activation.use'; readonly codeHash: string; readonly publicKey: string };

export type Refusal =
  | {
      readonly reason: 'exists';
      readonly change: number;
      readonly row: SaleRecord | PaymentRecord | RefundRecord | CardRecord | Transfer | null;
    }
  | {
      readonly reason:
        | 'version'
        | 'lease'
        | 'live_attempt'
        | 'sale_closed'
        | 'batch_closed'
        | 'pin_block_used'
        | 'quote_expired'
        | 'quote_used'
        | 'not_found'
        | 'activation_invalid';
      readonly change: number;
    };

export type CommitResult =
  | { readonly ok: true; readonly leases: readonly Lease[]; readonly activatedTid: Tid | null }
  | { readonly ok: false; readonly refusal: Refusal };

export interface DayTotalsRecord {
  readonly payments: number;
  readonly paid: Money;
  readonly paidOrder: readonly Money[];
  readonly refunds: number;
  readonly refunded: Money;
  readonly refundedOrder: readonly Money[];
  readonly open: number;
}

/** Asynchronous, batching, thread-neutral. `commit` resolves only when the unit is durable; units that arrive while a
 *  commit runs go together into the next one. A unit is refused as a whole, and alone, not with its batch.
 *  Reads see every unit whose commit has resolved. */
export interface PaymentStore {
  /** The clock that decides expiry and leases. */
  now(): EpochMs;
  commit(unit: readonly Change[]): Promise<CommitResult>;
  /** Takes or renews leases on subjects whose `nextActionAt` has come and that nobody else holds, oldest first. */
  claimDue(owner: string, leaseMs: number, most: number): Promise<readonly Lease[]>;
  /** Takes one lease if nobody else holds it; null otherwise. */
  claim(subject: Subject, owner: string, leaseMs: number): Promise<Lease | null>;
  /** The earliest `nextActionAt` of any open subject, or null. */
  nextDueAt(): Promise<EpochMs | null>;
  sale(saleId: SaleId): Promise<SaleRecord | null>;
  payment(attemptId: AttemptId): Promise<PaymentRecord | null>;
  paymentsOfSale(saleId: SaleId): Promise<readonly PaymentRecord[]>;
  refund(refundId: RefundId): Promise<RefundRecord | null>;
  refundsOfPayment(attemptId: AttemptId): Promise<readonly RefundRecord[]>;
  quote(quoteId: QuoteId): Promise<QuoteRecord | null>;
  merchant(mid: Mid): Promise<MerchantRecord | null>;
  terminal(tid: Tid): Promise<TerminalRecord | null>;
  terminals(): Promise<readonly TerminalRecord[]>;
  dayTotals(tid: Tid, businessDate: string): Promise<DayTotalsRecord>;
  transfersOf(reference: string): Promise<readonly Transfer[]>;
  readonly cards: CardBooks;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- terminals

/** Best effort: a terminal that is away asks when it returns. */
export interface TerminalEvents {
  paymentChanged(tid: Tid, payment: PaymentWire): void;
  refundChanged(tid: Tid, refund: import('../wire/messages.ts').RefundWire): void;
}
