/** The till's link to a gateway in the same world: every request, reply and event passes through the wire's real frames,
 *  and the line can be cut at any moment. */
import type { GatewayLink, LinkState } from '../../electron/gateway-client/link.ts';
import { AmurError, invariant } from '../../gateway/kernel/errors.ts';
import type { Tid } from '../../gateway/kernel/identifiers.ts';
import { type Runtime, sleep } from '../../gateway/kernel/time.ts';
import type { TerminalEvents } from '../../gateway/payments/ports.ts';
import type { GatewayService } from '../../gateway/payments/service.ts';
import {
  buildErrorReply,
  buildEvent,
  buildReply,
  buildRequest,
  parseGatewayFrame,
  parseReplyBody,
  parseRequest,
} from '../../gateway/wire/frames.ts';
import type {
  EventBody,
  EventType,
  ReplyBody,
  RequestBody,
  RequestType,
} from '../../gateway/wire/messages.ts';

const LATENCY_MS = 10;

export interface SentRequest {
  readonly type: RequestType;
  readonly body: unknown;
}

export class GatewayLine implements GatewayLink, TerminalEvents {
  readonly merchant = null;
  /** Everything the till has sent, in order. */
  readonly sent: SentRequest[] = [];
  state: LinkState = 'up';
  readonly #tid: Tid;
  readonly #runtime: Runtime;
  readonly #service: () => GatewayService;
  readonly #onState = new Set<(state: LinkState) => void>();
  readonly #onEvent = new Set<<E extends EventType>(event: E, body: EventBody<E>) => void>();
  #requests = 0;

  constructor(tid: Tid, runtime: Runtime, service: () => GatewayService) {
    this.#tid = tid;
    this.#runtime = runtime;
    this.#service = service;
  }

  go(state: LinkState): void {
    this.state = state;
    for (const listener of this.#onState) listener(state);
  }

  request<T extends RequestType>(type: T, body: RequestBody<T>, replyTimeoutMs: number) {
    if (this.state !== 'up') return Promise.reject(new AmurError('LINK_DOWN', {}));
    this.sent.push({ type, body });
    this.#requests += 1;
    const frame = buildRequest(`r${this.#requests}`, type, body);
    return new Promise<ReplyBody<T>>((resolve, reject) => {
      const stop = this.#runtime.timers.after(replyTimeoutMs, () =>
        reject(new AmurError('REPLY_TIMEOUT', {})),
      );
      this.exchange(frame).then((reply) => {
        stop();
        if (this.state !== 'up') return reject(new AmurError('REPLY_TIMEOUT', {}));
        const parsed = parseGatewayFrame(reply);
        invariant(parsed.ok && parsed.value.kind === 'reply', 'A gateway answers a request with a reply.');
        const { outcome } = parsed.value;
        if (!outcome.ok) return reject(outcome.error);
        const read = parseReplyBody(type, outcome.body);
        return read.ok ? resolve(read.value) : reject(read.error);
      }, reject);
    });
  }

  /** One frame there, one frame back. */
  async exchange(frame: string): Promise<string> {
    await sleep(this.#runtime.timers, LATENCY_MS);
    const request = parseRequest(frame);
    if (!request.ok) return buildErrorReply(request.re, request.error);
    try {
      const body = await this.#service().handle(this.#tid, request.type, request.body);
      await sleep(this.#runtime.timers, LATENCY_MS);
      return buildReply(request.id, body);
    } catch (error) {
      return buildErrorReply(request.id, error);
    }
  }

  paymentChanged(_tid: Tid, payment: EventBody<'payment.changed'>): void {
    this.#tell(buildEvent('payment.changed', payment));
  }

  refundChanged(_tid: Tid, refund: EventBody<'refund.changed'>): void {
    this.#tell(buildEvent('refund.changed', refund));
  }

  #tell(frame: string): void {
    this.#runtime.timers.after(LATENCY_MS, () => {
      const parsed = parseGatewayFrame(frame);
      invariant(parsed.ok && parsed.value.kind === 'event', 'A gateway tells well-formed events.');
      if (this.state !== 'up') return;
      const { event, body } = parsed.value;
      for (const listener of this.#onEvent) listener(event, body);
    });
  }

  /** This world's tills take no cards. */
  sendCardMessage(): void {
    throw new AmurError('LINK_DOWN', {});
  }

  onCardMessage(): () => void {
    return () => {};
  }

  onCardRefusal(): () => void {
    return () => {};
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#onState.add(listener);
    return () => this.#onState.delete(listener);
  }

  onEvent(listener: <E extends EventType>(event: E, body: EventBody<E>) => void): () => void {
    this.#onEvent.add(listener);
    return () => this.#onEvent.delete(listener);
  }

  async close(): Promise<void> {
    this.state = 'down';
  }
}
