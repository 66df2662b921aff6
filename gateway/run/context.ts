/** What the running gateway works with: its ports and its limits. Made once, by `createGatewayService`. */
import type { CurrencyCode } from '../kernel/currency.ts';
import type { Log } from '../kernel/log.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { Secret } from '../kernel/secret.ts';
import type { EpochMs, Runtime } from '../kernel/time.ts';
import type { PaymentPolicy } from '../payments/policy.ts';
import type { PaymentStore, TerminalEvents } from '../payments/ports.ts';
import type { WalletPort } from '../payments/wallet-port.ts';
import type { CharityWire } from '../wire/messages.ts';

/** The board of rates, as quotes and refunds need it. Both throw RATE_UNAVAILABLE. */
export interface QuoteBoard {
  readonly quoteLifeMs: number;
  /** `group`: the merchant's, whose mark-up goes before its own. */
  quoteTerms(
    markupBp: number,
    group?: string | null,
  ): {
    readonly rate: ExactRate;
    readonly sourceRate: ExactRate;
    readonly source: string;
    readonly sourceDate: string;
    readonly markupBp: number;
  };
  /** The source's rates from one currency to another, on the day it is now; FX_PATH_UNKNOWN where it has none. */
  pricing(
    from: CurrencyCode,
    to: CurrencyCode,
    markupBp: number,
  ): { readonly legs: readonly ExactRate[]; readonly source: string; readonly sourceDate: string };
}

/** Folds new ledger entries into balances; answers how many transfers it took. */
export interface EntryFolder {
  foldEntries(most: number): Promise<number>;
}

export interface RunPolicy {
  /** A request is answered with the state as it stands when the wallet has not answered by then. */
  readonly replyAfterMs: number;
  /** After a kill, another process (or the next start) takes work up this much later. Renewed while work is under way. */
  readonly leaseMs: number;
  /** Subjects worked on at the same time by the resolver. */
  readonly parallel: number;
  /** The resolver looks at the store at least this often, for work that other processes left. */
  readonly idleLookMs: number;
  /** Before due work that could not be claimed, or that failed, is looked at again. */
  readonly retryMs: number;
  readonly retryMostMs: number;
  readonly foldMost: number;
  readonly foldAfterMs: number;
}

export const DEFAULT_RUN_POLICY: RunPolicy = {
  replyAfterMs: 8_000,
  leaseMs: 10_000,
  parallel: 32,
  idleLookMs: 30_000,
  retryMs: 1_000,
  retryMostMs: 60_000,
  foldMost: 256,
  foldAfterMs: 100,
};

/** What closing a sale needs of whoever speaks to partner banks. */
export interface SaleCards {
  /** Numbers of a new advice: its ULID, its STAN and DE7 on the bank's leg. */
  adviceNumbers(now: EpochMs): {
    readonly adviceId: string;
    readonly stan: string;
    readonly transmittedAt: string;
  };
  /** Called after the commit, with the banks that are to be told. */
  committed(advised: readonly string[]): void;
}

export interface RunContext {
  readonly store: PaymentStore;
  readonly wallet: WalletPort;
  /** Null where this gateway takes no cards. */
  readonly cards: SaleCards | null;
  /** Signs quotes, and proves them when they are used; null where they carry no signature. */
  readonly quoteKey: Secret<Uint8Array> | null;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly events: TerminalEvents;
  /** To whom customers may give. */
  readonly charities: readonly CharityWire[];
  readonly payments: PaymentPolicy;
  readonly limits: RunPolicy;
  /** Of leases: unique to this start of this process. */
  readonly owner: string;
  /** Called after every commit: when its subject is due next, and whether it booked anything. */
  readonly committed: (dueAt: EpochMs | null, posted: boolean) => void;
}

/** Commits that lose a race on a version are read, decided and tried again this often. */
export const COMMIT_TRIES_MOST = 32;
