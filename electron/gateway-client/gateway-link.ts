/** The terminal's link to its gateway: connects, proves itself, carries requests and events, and comes back by itself.
 *  A request that may have reached the gateway is never reported as not sent. */
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import {
  buildRequest,
  type ParsedEvent,
  type ParsedReply,
  parseGatewayFrame,
  parseReplyBody,
} from '../../gateway/wire/frames.ts';
import {
  type EventBody,
  type EventType,
  FRAME_BYTES_MAX,
  type MerchantWire,
  type ReplyBody,
  type RequestBody,
  type RequestType,
} from '../../gateway/wire/messages.ts';
import { backoffMs } from './backoff.ts';
import { Connection, type ConnectionEnd } from './connection.ts';
import type { Dial } from './dial.ts';
import type { TerminalSigner } from './identity.ts';
import type { CardRefusal, GatewayLink, LinkState } from './link.ts';
import { CARD_MESSAGE_BYTES_MAX, DEFAULT_LINK_LIMITS, type LinkLimits } from './link-limits.ts';
import { Outstanding } from './outstanding.ts';

export type LinkTrouble =
  | 'link_ended'
  | 'terminal_refused'
  | 'frame_malformed'
  | 'reply_late'
  | 'listener_failed';

export interface LinkOptions {
  readonly dial: Dial;
  readonly signer: TerminalSigner;
  /** Name and version, as the gateway may show it. */
  readonly software: string;
  readonly runtime: Runtime;
  readonly limits?: LinkLimits;
  /** What an operator may want to know; codes and causes only. */
  readonly onTrouble?: (trouble: LinkTrouble, facts: Readonly<Record<string, string | number>>) => void;
}

export interface LinkCounters {
  /** Replies to requests that nobody waits for any more. */
  readonly lateReplies: number;
  readonly malformedFrames: number;
  readonly connections: number;
}

export interface CountingLink extends GatewayLink {
  readonly counters: LinkCounters;
}

/** Starts connecting at once; the state begins as `connecting`. */
export function openGatewayLink(options: LinkOptions): CountingLink {
  return new ReconnectingLink(options);
}

type EventListener = <E extends EventType>(event: E, body: EventBody<E>) => void;

/** What the gateway says of this terminal itself; anything else that ends a handshake may pass by itself. */
const REFUSALS: ReadonlySet<string> = new Set(['PROOF_INVALID', 'TERMINAL_UNKNOWN', 'TERMINAL_REVOKED']);
/** The gateway's close code for a terminal that was revoked while its link was up. */
const CLOSED_REVOKED = 4403;

class ReconnectingLink implements CountingLink {
  readonly #options: LinkOptions;
  readonly #limits: LinkLimits;
  readonly #outstanding: Outstanding;
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  readonly #eventListeners = new Set<EventListener>();
  readonly #cardListeners = new Set<(packed: Uint8Array) => void>();
  readonly #refusalListeners = new Set<(refusal: CardRefusal) => void>();
  #state: LinkState = 'down';
  #merchant: MerchantWire | null = null;
  #connection: Connection | null = null;
  #cancelRetry: CancelTimer | null = null;
  #closed = false;
  #failures = 0;
  #requests = 0;
  #counters: LinkCounters = { lateReplies: 0, malformedFrames: 0, connections: 0 };

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_LINK_LIMITS;
    this.#outstanding = new Outstanding(options.runtime.timers);
    this.#connect();
  }

  get state(): LinkState {
    return this.#state;
  }

  get merchant(): MerchantWire | null {
    return this.#merchant;
  }

  get counters(): LinkCounters {
    return this.#counters;
  }

  async request<T extends RequestType>(
    type: T,
    body: RequestBody<T>,
    replyTimeoutMs: number,
  ): Promise<ReplyBody<T>> {
    const connection = this.#connection;
    if (this.#state !== 'up' || connection === null) throw new AmurError('LINK_DOWN', {});
    this.#requests += 1;
    const id = `r${this.#requests}`;
    const text = buildRequest(id, type, body);
    if (Buffer.byteLength(text) > FRAME_BYTES_MAX) {
      throw new AmurError('MESSAGE_TOO_LARGE', { limitBytes: FRAME_BYTES_MAX });
    }
    const reply = this.#outstanding.add(id, type, replyTimeoutMs);
    if (!connection.send(text)) this.#outstanding.withdraw(id);
    return (await reply) as ReplyBody<T>;
  }

  sendCardMessage(packed: Uint8Array): void {
    const connection = this.#connection;
    if (this.#state !== 'up' || connection === null) throw new AmurError('LINK_DOWN', {});
    if (packed.length === 0 || packed.length > CARD_MESSAGE_BYTES_MAX) {
      throw new AmurError('MESSAGE_TOO_LARGE', { limitBytes: CARD_MESSAGE_BYTES_MAX });
    }
    if (!connection.send(packed)) throw new AmurError('LINK_DOWN', {});
  }

  onCardMessage(listener: (packed: Uint8Array) => void): () => void {
    this.#cardListeners.add(listener);
    return () => this.#cardListeners.delete(listener);
  }

  onCardRefusal(listener: (refusal: CardRefusal) => void): () => void {
    this.#refusalListeners.add(listener);
    return () => this.#refusalListeners.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onEvent(listener: EventListener): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#connection?.end(null, 'closed_here');
    this.#setState('down');
  }

  #connect(): void {
    this.#cancelRetry = null;
    this.#counters = { ...this.#counters, connections: this.#counters.connections + 1 };
    // A refused terminal stays so on the screen while it asks again, until the gateway says otherwise.
    if (this.#state !== 'refused') this.#setState('connecting');
    this.#connection = new Connection({
      ...this.#options,
      limits: this.#limits,
      onUp: (welcome) => {
        this.#merchant = welcome.merchant;
        this.#setState('up');
      },
      onFrame: (data) => this.#frame(data),
      onCardFrame: (data) => this.#cardFrame(data),
      onEnd: (end) => this.#ended(end),
    });
  }

  #ended(end: ConnectionEnd): void {
    this.#connection = null;
    this.#outstanding.loseAll('link_lost');
    if (this.#closed) return;
    const { clock, random, timers } = this.#options.runtime;
    const refused = isRefusal(end);
    const steady = end.upAt !== null && clock.now() - end.upAt >= this.#limits.steadyAfterMs;
    if (steady) this.#failures = 0;
    const { backoffFirstMs, backoffLongestMs, refusedRetryMs } = this.#limits;
    const waitMs = refused
      ? backoffMs(refusedRetryMs, refusedRetryMs, 0, random)
      : backoffMs(backoffFirstMs, backoffLongestMs, this.#failures, random);
    this.#failures += 1;
    this.#cancelRetry = timers.after(waitMs, () => this.#connect());
    const facts = { code: end.refusal?.code ?? end.code, cause: end.cause ?? 'closed' };
    this.#trouble(refused ? 'terminal_refused' : 'link_ended', facts);
    this.#setState(refused ? 'refused' : 'down');
  }

  /** What is in it is the card room's affair; here it has only a bound. */
  #cardFrame(data: Uint8Array): void {
    if (data.length > CARD_MESSAGE_BYTES_MAX) {
      this.#malformed('frame');
      return;
    }
    for (const listener of [...this.#cardListeners]) this.#guarded(() => listener(data));
  }

  #frame(data: Uint8Array): void {
    const parsed = parseGatewayFrame(data);
    if (!parsed.ok) {
      this.#malformed('frame');
      return;
    }
    if (parsed.value.kind === 'event') this.#dispatch(parsed.value);
    else this.#reply(parsed.value);
  }

  #reply({ re, outcome }: ParsedReply): void {
    const cardMessage = outcome.ok ? undefined : outcome.error.facts.cardMessage;
    if (re === null && !outcome.ok && typeof cardMessage === 'string') {
      const refusal = { cardMessage, error: outcome.error };
      for (const listener of [...this.#refusalListeners]) this.#guarded(() => listener(refusal));
      return;
    }
    const type = re === null ? null : this.#outstanding.typeOf(re);
    if (re === null || type === null) {
      this.#counters = { ...this.#counters, lateReplies: this.#counters.lateReplies + 1 };
      const code = outcome.ok ? 'ok' : outcome.error.code;
      this.#trouble('reply_late', { code });
      return;
    }
    if (outcome.ok) this.#settle(re, type, outcome.body);
    else this.#outstanding.refuse(re, outcome.error);
  }

  #settle(re: string, type: RequestType, reply: unknown): void {
    const body = parseReplyBody(type, reply);
    if (body.ok) {
      this.#outstanding.settle(re, body.value);
      return;
    }
    // The gateway did something and we cannot read what: unknown, like a reply that never came.
    this.#malformed('reply');
    this.#outstanding.lose(re, 'reply_malformed');
  }

  #dispatch({ event, body }: ParsedEvent): void {
    for (const listener of [...this.#eventListeners]) this.#guarded(() => listener(event, body));
  }

  #setState(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#stateListeners]) this.#guarded(() => listener(state));
  }

  #malformed(what: 'frame' | 'reply'): void {
    this.#counters = { ...this.#counters, malformedFrames: this.#counters.malformedFrames + 1 };
    this.#trouble('frame_malformed', { what });
  }

  /** A listener's failure is its own: the link and the other listeners go on. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#trouble('listener_failed', { error: error instanceof Error ? error.name : typeof error });
    }
  }

  #trouble(trouble: LinkTrouble, facts: Readonly<Record<string, string | number>>): void {
    this.#options.onTrouble?.(trouble, facts);
  }
}

function isRefusal(end: ConnectionEnd): boolean {
  if (end.refusal !== null) return REFUSALS.has(end.refusal.code);
  return end.code === CLOSED_REVOKED;
}
