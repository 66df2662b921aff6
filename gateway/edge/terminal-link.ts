/** One proven link: requests in, replies and events out, within its limits. A bad message costs an answer, never the link;
 *  only a terminal that does not read, does not answer a ping, or breaks the WebSocket itself loses it. */
import type WebSocket from 'ws';
import { AmurError, failureName } from '../kernel/errors.ts';
import type { Tid } from '../kernel/identifiers.ts';
import type { Log } from '../kernel/log.ts';
import type { CancelTimer, EpochMs, Runtime } from '../kernel/time.ts';
import type { CardService } from '../payments/card/ports.ts';
import type { GatewayService } from '../payments/service.ts';
import { malformed } from '../wire/frame-text.ts';
import {
  buildCardRefusal,
  buildErrorReply,
  buildEvent,
  buildReply,
  type ParsedRequest,
  parseRequest,
} from '../wire/frames.ts';
import type { EventBody, EventType } from '../wire/messages.ts';
import type { EdgeLimits } from './limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** Why the gateway ended a link, as a WebSocket close code (RFC 6455, 7.4.2: 4000 to 4999 are private). */
export const CLOSE = {
  goingAway: 1001,
  overloaded: 1013,
  refused: 4401,
  revoked: 4403,
  tooSlow: 4408,
  replaced: 4409,
} as const;

const CLOSE_GRACE_MS = 2_000;

export interface LinkWorld {
  readonly runtime: Runtime;
  readonly limits: EdgeLimits;
  readonly service: Pick<GatewayService, 'handle'>;
  /** Takes the binary frames; absent where this gateway takes no cards. */
  readonly cards?: Pick<CardService, 'message'> | undefined;
  readonly log: Log;
}

export class TerminalLink {
  readonly tid: Tid;
  /** The key it proved; another key in the store ends the link. */
  readonly publicKey: string;
  readonly #socket: WebSocket;
  readonly #world: LinkWorld;
  readonly #bucket: TokenBucket;
  readonly #inFlight = new Set<string>();
  #cardsInFlight = 0;
  #heardAt: EpochMs;
  #cancelPing: CancelTimer;

  constructor(socket: WebSocket, tid: Tid, publicKey: string, world: LinkWorld) {
    this.tid = tid;
    this.publicKey = publicKey;
    this.#socket = socket;
    this.#world = world;
    const now = world.runtime.clock.now();
    this.#bucket = new TokenBucket(world.limits.messages, now);
    this.#heardAt = now;
    this.#cancelPing = this.#schedulePing();
    socket.on('pong', () => this.#heard());
    socket.on('ping', () => this.#heard());
    socket.on('close', () => this.#cancelPing());
  }

  get requestsInFlight(): number {
    return this.#inFlight.size + this.#cardsInFlight;
  }

  /** Takes one message off the socket. Never rejects. */
  async receive(data: Uint8Array, isBinary: boolean): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#heard();
    const allowed = this.#bucket.take(this.#world.runtime.clock.now());
    if (isBinary) return this.#takeCardMessage(data, allowed);
    const parsed = parseRequest(data);
    if (!allowed) {
      const re = parsed.ok ? parsed.id : parsed.re;
      return this.#send(buildErrorReply(re, new AmurError('RATE_LIMITED', { limit: 'messages' })));
    }
    if (!parsed.ok) return this.#send(buildErrorReply(parsed.re, parsed.error));
    // Two requests of one id could not be told apart by their replies, so the second is refused without naming it.
    if (this.#inFlight.has(parsed.id)) return this.#send(buildErrorReply(null, malformed('/id')));
    if (this.requestsInFlight >= this.#world.limits.requestsInFlight) {
      const error = new AmurError('RATE_LIMITED', { limit: 'requests_in_flight' });
      return this.#send(buildErrorReply(parsed.id, error));
    }
    await this.#answer(parsed);
  }

  async #answer(request: ParsedRequest): Promise<void> {
    this.#inFlight.add(request.id);
    try {
      const body = await this.#world.service.handle(this.tid, request.type, request.body);
      this.#send(buildReply(request.id, body));
    } catch (error) {
      if (!(error instanceof AmurError)) {
        this.#world.log.alarm('request_failed', {
          tid: this.tid,
          type: request.type,
          error: failureName(error),
        });
      }
      this.#send(buildErrorReply(request.id, error));
    } finally {
      this.#inFlight.delete(request.id);
    }
  }

  /** A binary frame is one packed ISO 8583 message, and so is its answer. What the gateway cannot take as one is answered
   *  in text, by the name it has from its MAC. */
  async #takeCardMessage(packed: Uint8Array, allowed: boolean): Promise<void> {
    const { cards, log } = this.#world;
    const refused = this.#cardRefusal(packed, allowed);
    if (cards === undefined || refused !== null) return this.#send(buildCardRefusal(packed, refused));
    this.#cardsInFlight += 1;
    try {
      // The socket's own buffer may be used again once this call has returned to it.
      const answer = await cards.message({ kind: 'link', tid: this.tid }, Uint8Array.from(packed));
      if (answer !== null) this.#send(answer);
    } catch (error) {
      log.alarm('card_message_failed', { tid: this.tid, error: failureName(error) });
      this.#send(buildCardRefusal(packed, error));
    } finally {
      this.#cardsInFlight -= 1;
    }
  }

  #cardRefusal(packed: Uint8Array, allowed: boolean): AmurError | null {
    const { cards, limits } = this.#world;
    if (!allowed) return new AmurError('RATE_LIMITED', { limit: 'messages' });
    if (cards === undefined) return new AmurError('CARDS_NOT_OFFERED', {});
    if (packed.length > limits.cardMessageBytes) {
      return new AmurError('MESSAGE_TOO_LARGE', { most: limits.cardMessageBytes });
    }
    if (this.requestsInFlight >= limits.requestsInFlight) {
      return new AmurError('RATE_LIMITED', { limit: 'requests_in_flight' });
    }
    return null;
  }

  /** Best effort: dropped while the terminal is slow to read, as it asks by itself. */
  sendEvent<E extends EventType>(event: E, body: EventBody<E>): void {
    if (this.#socket.bufferedAmount > this.#world.limits.eventBufferBytes) return;
    this.#send(buildEvent(event, body));
  }

  /** Nothing more is taken from the terminal from here on, however long it puts off its side of closing. */
  close(code: number): void {
    this.#cancelPing();
    this.#socket.close(code);
    const cancel = this.#world.runtime.timers.after(CLOSE_GRACE_MS, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
  }

  terminate(): void {
    this.#cancelPing();
    this.#socket.terminate();
  }

  /** Text, or a packed card message. */
  #send(frame: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#world.limits.sendBufferBytes) {
      this.#world.log.warn('link_not_reading', { tid: this.tid });
      this.terminate();
    } else {
      this.#socket.send(frame);
    }
  }

  #heard(): void {
    this.#heardAt = this.#world.runtime.clock.now();
  }

  #schedulePing(): CancelTimer {
    return this.#world.runtime.timers.after(this.#world.limits.pingEveryMs, () => {
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      const silentMs = this.#world.runtime.clock.now() - this.#heardAt;
      if (silentMs >= this.#world.limits.idleTimeoutMs) {
        this.#world.log.info('link_idle', { tid: this.tid });
        return this.terminate();
      }
      this.#socket.ping();
      this.#cancelPing = this.#schedulePing();
    });
  }
}
