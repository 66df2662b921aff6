/** A till's end of its link: real frames as text, over a network that may do anything with them. */
import type { CardRefusal, GatewayLink, LinkState } from '../../electron/gateway-client/link.ts';
import { Outstanding } from '../../electron/gateway-client/outstanding.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { buildRequest, parseGatewayFrame, parseReplyBody } from '../../gateway/wire/frames.ts';
import type {
  EventBody,
  EventType,
  MerchantWire,
  ReplyBody,
  RequestBody,
  RequestType,
} from '../../gateway/wire/messages.ts';
import type { Living } from './living.ts';
import { Violation } from './violation.ts';

type EventListener = <E extends EventType>(event: E, body: EventBody<E>) => void;

/** What carries a till's frames to the gateway. */
export interface Carrier {
  send(link: TillLink, text: string): void;
  sendCard(link: TillLink, packed: Uint8Array): void;
}

export class TillLink implements GatewayLink {
  readonly tid: string;
  readonly living: Living;
  readonly merchant: MerchantWire;
  state: LinkState = 'connecting';
  /** One more with every connection: frames of an earlier one never arrive. */
  session = 0;
  /** Up for the till, while nothing gets through. */
  halfOpen = false;
  readonly #carrier: Carrier;
  readonly #outstanding: Outstanding;
  readonly #states = new Set<(state: LinkState) => void>();
  readonly #events = new Set<EventListener>();
  readonly #cards = new Set<(packed: Uint8Array) => void>();
  readonly #refusals = new Set<(refusal: CardRefusal) => void>();
  #requests = 0;

  constructor(tid: string, merchant: MerchantWire, living: Living, carrier: Carrier) {
    this.tid = tid;
    this.merchant = merchant;
    this.living = living;
    this.#carrier = carrier;
    this.#outstanding = new Outstanding(living.runtime.timers);
  }

  async request<T extends RequestType>(
    type: T,
    body: RequestBody<T>,
    replyTimeoutMs: number,
  ): Promise<ReplyBody<T>> {
    if (this.state !== 'up') throw new AmurError('LINK_DOWN', {});
    this.#requests += 1;
    const id = `r${this.#requests}`;
    const reply = this.#outstanding.add(id, type, replyTimeoutMs);
    if (this.living.passes()) this.#carrier.send(this, buildRequest(id, type, body));
    return (await reply) as ReplyBody<T>;
  }

  /** A request of which the till itself knows nothing: the stutter of a key, a copy of the program. */
  stutter<T extends RequestType>(type: T, body: RequestBody<T>): void {
    this.#requests += 1;
    this.#carrier.send(this, buildRequest(`s${this.#requests}`, type, body));
  }

  receive(text: string): void {
    if (!this.living.passes()) return;
    const parsed = parseGatewayFrame(text);
    if (!parsed.ok) throw new Violation('a frame of the gateway cannot be read', { code: parsed.error.code });
    const frame = parsed.value;
    if (frame.kind === 'event') {
      for (const listener of [...this.#events]) listener(frame.event, frame.body);
      return;
    }
    const { re, outcome } = frame;
    const cardMessage = outcome.ok ? undefined : outcome.error.facts.cardMessage;
    if (re === null && !outcome.ok && typeof cardMessage === 'string') {
      for (const listener of [...this.#refusals]) listener({ cardMessage, error: outcome.error });
      return;
    }
    const type = re === null ? null : this.#outstanding.typeOf(re);
    if (re === null || type === null) return;
    if (!outcome.ok) {
      this.#outstanding.refuse(re, outcome.error);
      return;
    }
    const body = parseReplyBody(type, outcome.body);
    if (!body.ok)
      throw new Violation('a reply of the gateway cannot be read', { code: body.error.code, type });
    this.#outstanding.settle(re, body.value);
  }

  setState(state: LinkState): void {
    if (state === this.state || !this.living.alive) return;
    this.state = state;
    if (state === 'up') this.session += 1;
    else this.#outstanding.loseAll('link_lost');
    for (const listener of [...this.#states]) listener(state);
  }

  sendCardMessage(packed: Uint8Array): void {
    if (this.state !== 'up') throw new AmurError('LINK_DOWN', {});
    if (this.living.passes()) this.#carrier.sendCard(this, Uint8Array.from(packed));
  }

  receiveCard(packed: Uint8Array): void {
    if (!this.living.passes()) return;
    for (const listener of [...this.#cards]) listener(packed);
  }

  onCardMessage(listener: (packed: Uint8Array) => void): () => void {
    this.#cards.add(listener);
    return () => this.#cards.delete(listener);
  }

  onCardRefusal(listener: (refusal: CardRefusal) => void): () => void {
    this.#refusals.add(listener);
    return () => this.#refusals.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  onEvent(listener: EventListener): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  async close(): Promise<void> {
    this.setState('down');
  }
}
