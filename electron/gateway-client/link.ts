/** The terminal's link to its gateway, as the rest of the terminal sees it. */
import type { AmurError } from '../../gateway/kernel/errors.ts';
import type {
  EventBody,
  EventType,
  MerchantWire,
  ReplyBody,
  RequestBody,
  RequestType,
} from '../../gateway/wire/messages.ts';

export type LinkState = 'down' | 'connecting' | 'up' | 'refused';

/** `cardMessage` is the name of the message it is about (gateway/wire/frames.ts, `cardMessageName`). */
export interface CardRefusal {
  readonly cardMessage: string;
  readonly error: AmurError;
}

/** `request` rejects with AmurError: the gateway's own code, or LINK_DOWN when nothing was sent, or REPLY_TIMEOUT when it
 *  was sent (or may have been) and no reply came. Only a reply or a gateway's code is definite. */
export interface GatewayLink {
  readonly state: LinkState;
  /** From the last welcome; kept over a lost link. */
  readonly merchant: MerchantWire | null;
  request<T extends RequestType>(
    type: T,
    body: RequestBody<T>,
    replyTimeoutMs: number,
  ): Promise<ReplyBody<T>>;
  /** One packed ISO 8583 message, as a binary frame. Returns when its bytes may have left; throws AmurError LINK_DOWN or
   *  MESSAGE_TOO_LARGE when not one of them has. Its answer, if it comes, comes to `onCardMessage`. */
  sendCardMessage(packed: Uint8Array): void;
  /** Every binary frame of the gateway, whatever is in it. */
  onCardMessage(listener: (packed: Uint8Array) => void): () => void;
  /** The gateway did not, or not wholly, deal with a card message. */
  onCardRefusal(listener: (refusal: CardRefusal) => void): () => void;
  onState(listener: (state: LinkState) => void): () => void;
  onEvent(listener: <E extends EventType>(event: E, body: EventBody<E>) => void): () => void;
  close(): Promise<void>;
}
