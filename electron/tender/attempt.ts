/** One try to collect money from a wallet, as the till knows it. The gateway decides; the till remembers and asks.
 *
 *  `sending`  journaled, and nothing the gateway said about it is known yet
 *  `open`     the gateway has it and it is not final
 *  `final`    `outcome` says how it ended */
import type { Money } from '../../gateway/kernel/money.ts';
import type { Secret } from '../../gateway/kernel/secret.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { PaymentWire } from '../../gateway/wire/messages.ts';

export interface RateSource {
  readonly name: string;
  /** The date the source says the rate is for. */
  readonly date: string;
  readonly markupBp: number;
}

export type AttemptPhase = 'sending' | 'open' | 'final';

export type AttemptOutcome =
  | { readonly kind: 'approved' }
  /** Refused by the wallet or, with certainty before any money moved, by the gateway. */
  | { readonly kind: 'declined'; readonly reasonCode: string }
  | { readonly kind: 'cancelled'; readonly reasonCode: string };

/** What was asked; never changes, so that asking again is byte for byte the same. */
export interface AttemptOrder {
  readonly attemptId: string;
  readonly saleId: string;
  readonly tenderId: string;
  readonly receiptNumber: string;
  readonly amount: Money;
  /** The part of the amount that is a charity's. */
  readonly gift?: { readonly charity: string; readonly amount: Money };
  readonly quoteId: string;
  /** Yuan shown to the customer when the attempt began. */
  readonly yuan: Money | null;
  /** Where the quoted rate came from, for the receipt. */
  readonly rateSource: RateSource;
  readonly method: 'scanned' | 'shown';
  readonly codeTail: string | null;
  readonly subject: string;
  readonly operator: string;
  readonly startedAt: EpochMs;
}

export type AttemptRequest = 'payment.start' | 'payment.get' | 'payment.check' | 'payment.cancel';

export interface Attempt {
  readonly order: AttemptOrder;
  /** The scanned code, kept only until the gateway has the attempt: it may have to be sent once more. */
  readonly code: Secret<string> | null;
  readonly phase: AttemptPhase;
  readonly outcome: AttemptOutcome | null;
  /** The gateway's newest word. */
  readonly payment: PaymentWire | null;
  /** `cancel` once anybody gave it up; it never turns back. */
  readonly wish: 'pay' | 'cancel';
  /** Why it was given up; becomes the outcome's reason if nothing better is known. */
  readonly wishReason: string | null;
  /** How often `payment.start` was handed to the link. */
  readonly sends: number;
  // Of this run only; a restart forgets them and asks.
  readonly request: AttemptRequest | null;
  readonly askAt: EpochMs | null;
  readonly gatewayAnswering: boolean;
}

export function newAttempt(order: AttemptOrder, code: Secret<string> | null): Attempt {
  return {
    order,
    code,
    phase: 'sending',
    outcome: null,
    payment: null,
    wish: 'pay',
    wishReason: null,
    sends: 0,
    request: null,
    askAt: null,
    gatewayAnswering: true,
  };
}
