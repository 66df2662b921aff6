/** What may happen to a card transaction, and what it may want done. */
import type {
  CardAuthorisation,
  CardCompletion,
  CardRead,
  Done,
  EncryptedPin,
  Ended,
  LastTransaction,
} from '../../drivers/contract/pin-pad.ts';
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import type { ReversalReasonName } from '../../gateway/iso8583/reasons.ts';
import type { CardReason } from '../contract/card-reasons.ts';
import type { CardAnswer, CardConversion } from './card-attempt.ts';
import type { CodeAlarm } from './response-codes.ts';

/** What a reversal says of its cause (DE56). */
export type ReversalCause = ReversalReasonName;

/** How a request to the gateway ended. `not_sent`: not a byte left this till, or the gateway says that it took none of it; so
 *  nothing is owed. */
export type ExchangeEnd<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'not_sent'; readonly cause: NotSentCause }
  /** `gateway_failed`: it took the message and cannot say what became of it. */
  | { readonly kind: 'no_answer'; readonly cause: 'timeout' | 'link_lost' | 'gateway_failed' }
  /** Something came for it that cannot be relied on. */
  | { readonly kind: 'invalid'; readonly cause: 'mac' | 'malformed' | 'mismatch' | 'pin_pad_lost' };

export type NotSentCause =
  | 'LINK_DOWN'
  | 'PINPAD_LOST'
  | 'PINPAD_KEYS_ENDED'
  | 'UNPACKABLE'
  | 'GATEWAY_BUSY'
  | 'CARDS_NOT_OFFERED';

/** With the whole message, before it is read. */
export type CardExchangeEnd = ExchangeEnd<IsoMessage>;

export type CardEvent =
  | { readonly kind: 'begin' }
  | { readonly kind: 'read'; readonly result: Done<CardRead> | Ended }
  | {
      readonly kind: 'offered';
      readonly scheme: string | null;
      readonly routed: boolean;
      readonly conversion: CardConversion | null;
    }
  /** The gateway could not be asked, or has no rate: the price's own currency it is. */
  | { readonly kind: 'no_offer' }
  | { readonly kind: 'chosen'; readonly accept: boolean }
  | { readonly kind: 'offer_expired' }
  | { readonly kind: 'authorised'; readonly result: Done<CardAuthorisation> | Ended }
  | { readonly kind: 'pin'; readonly result: Done<EncryptedPin> | Ended }
  | { readonly kind: 'exchanged'; readonly stan: string; readonly end: ExchangeEnd<CardAnswer> }
  | { readonly kind: 'completed'; readonly result: Done<CardCompletion> | Ended }
  | { readonly kind: 'pad_last'; readonly last: LastTransaction | null }
  | { readonly kind: 'signature'; readonly accepted: boolean }
  /** The cashier, before anything was sent. */
  | { readonly kind: 'cancel' }
  /** A reversal was acknowledged, or a void, completion or cancellation answered. */
  | { readonly kind: 'acknowledged'; readonly answer: CardAnswer }
  /** A supervisor sets the sale aside. */
  | { readonly kind: 'give_up' }
  | { readonly kind: 'restarted' };

export type CardEffect =
  | { readonly do: 'read' }
  | { readonly do: 'ask_offer' }
  | { readonly do: 'await_choice'; readonly until: number }
  | { readonly do: 'authorise' }
  /** Takes a STAN, journals request and owed reversal, and sends once that is durable. */
  | { readonly do: 'send' }
  /** Journals a void, completion or cancellation to be repeated until it is answered. */
  | { readonly do: 'advise' }
  | { readonly do: 'reenter_pin' }
  | { readonly do: 'complete'; readonly responseCode: string }
  /** What the PIN pad remembers, as soon as it is there. */
  | { readonly do: 'ask_pad' }
  | { readonly do: 'abort_pad' }
  /** Lets the PIN pad end its transaction; `responseCode` null where no bank has answered. */
  | { readonly do: 'release_pad'; readonly responseCode: string | null }
  | { readonly do: 'tell_pad_reversed' }
  /** Somebody beside the cashier is to know what the bank said. */
  | {
      readonly do: 'alarm';
      readonly alarm: CodeAlarm;
      readonly responseCode: string;
      readonly reason: CardReason;
    }
  /** The journaled reversal is due now. */
  | { readonly do: 'owe'; readonly reason: ReversalCause }
  /** The advice that is being repeated is struck out, and the reversal of its message armed in its place. */
  | { readonly do: 'withdraw' }
  /** Struck out: the answer is definite and nothing is to be undone. */
  | { readonly do: 'strike' };
