/** What card payments work with while they run: made once, by `createCardService`. */

import type { Log } from '../../kernel/log.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Runtime } from '../../kernel/time.ts';
import type { KeyRef, TerminalHsm } from '../../keys/hsm.ts';
import type { BankPort } from '../../payments/card/ports.ts';
import type { PaymentStore } from '../../payments/ports.ts';
import type { BankGate } from './bank-gate.ts';
import type { BankNumbers } from './bank-numbers.ts';
import type { BinTable } from './bin-table.ts';
import type { Bound } from './bound.ts';
import type { Parties } from './parties.ts';
import type { TerminalKeys } from './terminal-keys.ts';

export interface CardPolicy {
  /** The gateway's own bound of what it asks or tells a bank: longer than the bank's leg, shorter than the till's. */
  readonly requestBoundMs: number;
  /** Before an advice that was not acknowledged is repeated: doubling from the first to the longest. */
  readonly adviceRetryMs: number;
  readonly adviceRetryMostMs: number;
  /** Between looks whether another process has queued an advice, as an operator's does. */
  readonly adviceLookEveryMs: number;
  /** Messages worked on at the same time; more are answered 91 without any effect. */
  readonly underWayMost: number;
  /** Between looks whether a bank's day is to be closed, or an operator wishes it. */
  readonly totalsLookEveryMs: number;
  /** A day that is due waits so long for the advice queue to be empty and nothing to be under way. */
  readonly totalsSettleWithinMs: number;
  /** Requests to the bank wait so long at most while its totals are compared. */
  readonly totalsHoldMostMs: number;
  /** How long a stop waits for banks; what is still open then is found by the next start. */
  readonly stopWithinMs: number;
}

export const DEFAULT_CARD_POLICY: CardPolicy = {
  requestBoundMs: 35_000,
  adviceRetryMs: 2_000,
  adviceRetryMostMs: 60_000,
  adviceLookEveryMs: 30_000,
  underWayMost: 20_000,
  totalsLookEveryMs: 2_000,
  totalsSettleWithinMs: 600_000,
  totalsHoldMostMs: 2_000,
  stopWithinMs: 3_000,
};

/** Of a terminal that stands on a foreign line: nothing but its PIN pad's keys proves it. */
export interface KnownPad {
  readonly tid: string;
  /** Hexadecimal digits that all key serial numbers of its pad begin with, until a key change renews them. */
  readonly ksnPrefix: string;
}

export interface CardContext {
  readonly store: PaymentStore;
  readonly hsm: TerminalHsm;
  readonly keys: TerminalKeys;
  /** By terminal. A terminal that is listed speaks with that pad's keys only, those it was renewed to among
   *  them; one on a TCP port must be listed. */
  readonly pads: ReadonlyMap<string, string>;
  /** Under which PANs are kept, and hashed to be found by. */
  readonly panKey: KeyRef;
  readonly hashKey: KeyRef;
  readonly banks: ReadonlyMap<string, BankPort>;
  readonly gates: ReadonlyMap<string, BankGate>;
  readonly bins: BinTable;
  readonly parties: Parties;
  readonly numbers: () => BankNumbers;
  /** Proves quotes that a sale names; absent where they carry no signature. */
  readonly quoteKey?: Secret<Uint8Array> | undefined;
  readonly bound: Bound;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly policy: CardPolicy;
  /** Called after every commit: whose advice queue grew, and whether anything was booked. */
  readonly committed: (advised: string | null, posted: boolean) => void;
}

/** Commits that lose a race on a version are read, decided and tried again this often. */
export const CARD_COMMIT_TRIES_MOST = 32;
