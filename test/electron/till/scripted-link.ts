/** A gateway as a till's link sees it: it keeps payments, answers by script, and can go away at any moment. */

import type { CardRefusal, GatewayLink, LinkState } from '../../../electron/gateway-client/link.ts';
import { AmurError, type ErrorCode } from '../../../gateway/kernel/errors.ts';
import type { Clock } from '../../../gateway/kernel/time.ts';
import { cardMessageName } from '../../../gateway/wire/frames.ts';
import type {
  CharityWire,
  EventBody,
  EventType,
  MerchantWire,
  PaymentState,
  PaymentWire,
  QuoteWire,
  RefundWire,
  ReplyBody,
  RequestBody,
  RequestType,
} from '../../../gateway/wire/messages.ts';

/** What the next request of a type meets: done and answered, done but the answer lost, refused, never arrived, or held. */
export type Fate = 'answer' | 'lose_reply' | 'lose_request' | 'hang' | ErrorCode;

type Request = { readonly type: RequestType; readonly body: unknown };

export class ScriptedLink implements GatewayLink {
  merchant: MerchantWire | null = null;
  readonly requests: Request[] = [];
  readonly payments = new Map<string, PaymentWire>();
  readonly refunds = new Map<string, RefundWire>();
  readonly closed = new Map<string, string>();
  state: LinkState = 'up';
  /** The state a payment that has just arrived is in. */
  starts: PaymentState = 'approved';
  refundStarts: RefundWire['state'] = 'approved';
  rate = 112726n;
  /** Whether a card's prefix leads to a bank, and whether its conversion is offered. */
  cardRouted = true;
  cardOffer = false;
  charities: readonly CharityWire[] = [];
  quoteLifeMs = 300_000;
  readonly #clock: Clock;
  readonly #fates = new Map<RequestType, Fate[]>();
  readonly #onState = new Set<(state: LinkState) => void>();
  readonly #onEvent = new Set<<E extends EventType>(event: E, body: EventBody<E>) => void>();
  #quotes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(type: RequestType, ...fates: Fate[]): void {
    this.#fates.set(type, [...(this.#fates.get(type) ?? []), ...fates]);
  }

  count(type: RequestType): number {
    return this.requests.filter((r) => r.type === type).length;
  }

  bodies<T extends RequestType>(type: T): readonly RequestBody<T>[] {
    return this.requests.filter((r) => r.type === type).map((r) => r.body as RequestBody<T>);
  }

  go(state: LinkState): void {
    this.state = state;
    for (const listener of this.#onState) listener(state);
  }

  /** The payment as it is now changed, and told as an event where `tell`. */
  move(attemptId: string, change: Partial<PaymentWire>, tell = false): PaymentWire {
    const before = this.payments.get(attemptId);
    if (before === undefined) throw new Error(`no payment ${attemptId}`);
    const after = { ...before, ...change, version: before.version + 1, updatedAt: this.#clock.now() };
    this.payments.set(attemptId, after);
    if (tell) this.tell(after);
    return after;
  }

  tell(payment: PaymentWire): void {
    for (const listener of this.#onEvent) listener('payment.changed', payment);
  }

  moveRefund(refundId: string, state: RefundWire['state']): void {
    const before = this.refunds.get(refundId);
    if (before === undefined) throw new Error(`no refund ${refundId}`);
    this.refunds.set(refundId, { ...before, state, version: before.version + 1 });
  }

  request<T extends RequestType>(type: T, body: RequestBody<T>): Promise<ReplyBody<T>> {
    if (this.state !== 'up') return Promise.reject(new AmurError('LINK_DOWN', {}));
    this.requests.push({ type, body });
    const fate = this.#fates.get(type)?.shift() ?? 'answer';
    if (fate === 'hang') return new Promise(() => {});
    if (fate === 'lose_request') return Promise.reject(new AmurError('REPLY_TIMEOUT', {}));
    if (fate !== 'answer' && fate !== 'lose_reply') return Promise.reject(new AmurError(fate, {}));
    const reply = this.#serve(type, body);
    if (fate === 'lose_reply') return Promise.reject(new AmurError('REPLY_TIMEOUT', {}));
    return reply instanceof AmurError ? Promise.reject(reply) : Promise.resolve(reply as ReplyBody<T>);
  }

  /** What stands at the other end of the card messages; without one they are never answered. */
  cardHost: ((packed: Uint8Array) => void) | null = null;
  readonly #onCard = new Set<(packed: Uint8Array) => void>();

  sendCardMessage(packed: Uint8Array): void {
    if (this.state !== 'up') throw new AmurError('LINK_DOWN', {});
    this.cardHost?.(packed);
  }

  onCardMessage(listener: (packed: Uint8Array) => void): () => void {
    this.#onCard.add(listener);
    return () => this.#onCard.delete(listener);
  }

  readonly #onRefusal = new Set<(refusal: CardRefusal) => void>();

  onCardRefusal(listener: (refusal: CardRefusal) => void): () => void {
    this.#onRefusal.add(listener);
    return () => this.#onRefusal.delete(listener);
  }

  refuseCard(packed: Uint8Array, code: ErrorCode): void {
    const refusal = { cardMessage: cardMessageName(packed), error: new AmurError(code, {}) };
    for (const listener of [...this.#onRefusal]) listener(refusal);
  }

  answerCard(packed: Uint8Array): void {
    for (const listener of [...this.#onCard]) listener(packed);
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

  #serve(type: RequestType, body: unknown): unknown {
    switch (type) {
      case 'quote.get':
        return this.#quote();
      case 'charity.list':
        return { charities: this.charities };
      case 'sale.gift':
        return body;
      case 'payment.start':
        return this.#start(body as RequestBody<'payment.start'>);
      case 'payment.get':
      case 'payment.check': {
        const { attemptId } = body as RequestBody<'payment.get'>;
        return this.payments.get(attemptId) ?? new AmurError('PAYMENT_NOT_FOUND', {});
      }
      case 'payment.cancel':
        return this.#cancel(body as RequestBody<'payment.cancel'>);
      case 'sale.close': {
        const close = body as RequestBody<'sale.close'>;
        this.closed.set(close.saleId, close.disposition);
        const payments = [...this.payments.values()].filter((p) => p.saleId === close.saleId);
        return { saleId: close.saleId, disposition: close.disposition, payments };
      }
      case 'refund.start':
        return this.#refund(body as RequestBody<'refund.start'>);
      case 'refund.get': {
        const { refundId } = body as RequestBody<'refund.get'>;
        return this.refunds.get(refundId) ?? new AmurError('REFUND_NOT_FOUND', {});
      }
      case 'day.totals':
        return this.#totals((body as RequestBody<'day.totals'>).businessDate);
      case 'card.offer':
        return this.#offer((body as RequestBody<'card.offer'>).amount);
    }
  }

  #offer(amount: { readonly amountMinor: string }): ReplyBody<'card.offer'> {
    if (!this.cardOffer) return { scheme: 'MIR', routed: this.cardRouted, offer: null };
    const converted = ((BigInt(amount.amountMinor) * 10_000n) / this.rate).toString();
    const offer = { quote: this.#quote(), amount: { amountMinor: converted, currency: 'CNY' } };
    return { scheme: 'UPI', routed: this.cardRouted, offer };
  }

  #quote(): QuoteWire {
    this.#quotes += 1;
    const issuedAt = this.#clock.now();
    return {
      quoteId: `01J${String(this.#quotes).padStart(23, '0')}`,
      rate: { base: 'CNY', quote: 'RUB', value: this.rate.toString(), scale: 4 },
      sourceRate: { base: 'CNY', quote: 'RUB', value: '115000', scale: 4 },
      source: 'Bank of Russia',
      sourceDate: '2026-11-22',
      markupBp: 200,
      issuedAt,
      expiresAt: issuedAt + this.quoteLifeMs,
    };
  }

  #start(start: RequestBody<'payment.start'>): PaymentWire | AmurError {
    const known = this.payments.get(start.attemptId);
    if (known !== undefined) return known;
    const payment = this.#payment(start.attemptId, start.saleId, start.tenderId, start.amount, this.starts);
    const shown = start.method.kind === 'shown';
    const qr = {
      content: `https://qr.alipay.com/bax${start.attemptId}`,
      expiresAt: this.#clock.now() + 120_000,
    };
    const full: PaymentWire = { ...payment, method: start.method.kind, qr: shown ? qr : null };
    this.payments.set(start.attemptId, full);
    return full;
  }

  #cancel(cancel: RequestBody<'payment.cancel'>): PaymentWire {
    const known = this.payments.get(cancel.attemptId);
    if (known === undefined) {
      const { attemptId, saleId, tenderId, amount } = cancel;
      this.payments.set(attemptId, this.#payment(attemptId, saleId, tenderId, amount, 'cancelled'));
    } else if (OPEN.has(known.state)) this.move(cancel.attemptId, { state: 'cancelled' });
    return this.#known(cancel.attemptId);
  }

  #known(attemptId: string): PaymentWire {
    const known = this.payments.get(attemptId);
    if (known === undefined) throw new Error(`no payment ${attemptId}`);
    return known;
  }

  #payment(
    attemptId: string,
    saleId: string,
    tenderId: string,
    amount: { amountMinor: string; currency: string },
    state: PaymentState,
  ): PaymentWire {
    const now = this.#clock.now();
    const order = {
      amountMinor: ((BigInt(amount.amountMinor) * 10_000n) / this.rate).toString(),
      currency: 'CNY',
    };
    return {
      attemptId,
      saleId,
      tenderId,
      state,
      wallet: 'alipay',
      method: 'scanned',
      amount,
      order,
      payer: state === 'approved' ? order : null,
      rate: { base: 'CNY', quote: 'RUB', value: this.rate.toString(), scale: 4 },
      codeTail: null,
      qr: null,
      providerRef: state === 'approved' ? `2026112222001${attemptId.slice(-6)}` : null,
      buyer: state === 'approved' ? '138****8888' : null,
      declineCode: state === 'declined' ? 'ACQ.BUYER_BALANCE_NOT_ENOUGH' : null,
      steps: [{ step: 'sent', at: now }],
      inquiry: null,
      refunded: { amountMinor: '0', currency: 'RUB' },
      autoReturn: null,
      businessDate: '2026-11-22',
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
  }

  #refund(start: RequestBody<'refund.start'>): RefundWire {
    const known = this.refunds.get(start.refundId);
    if (known !== undefined) return known;
    const { refundId, attemptId, saleId, amount } = start;
    const now = this.#clock.now();
    const refund: RefundWire = {
      refundId,
      attemptId,
      saleId,
      state: this.refundStarts,
      amount,
      order: { amountMinor: '1', currency: 'CNY' },
      cause: 'till',
      declineCode: this.refundStarts === 'declined' ? 'ACQ.TRADE_HAS_FINISHED' : null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    this.refunds.set(refundId, refund);
    return refund;
  }

  #totals(businessDate: string): ReplyBody<'day.totals'> {
    const paid = [...this.payments.values()].filter((p) => p.state === 'approved');
    const refunds = [...this.refunds.values()].filter((r) => r.state === 'approved');
    const sum = (rows: readonly { readonly amount: { readonly amountMinor: string } }[]) => ({
      amountMinor: rows.reduce((total, row) => total + BigInt(row.amount.amountMinor), 0n).toString(),
      currency: 'RUB',
    });
    return {
      businessDate,
      payments: paid.length,
      paid: sum(paid),
      paidOrder: [],
      refunds: refunds.length,
      refunded: sum(refunds),
      refundedOrder: [],
      open: 0,
    };
  }
}

const OPEN: ReadonlySet<PaymentState> = new Set(['intent', 'waiting', 'unknown', 'cancelling']);
