/** The gateway as its edges see it: requests of terminals, notices of wallets, and the work behind them. */
import { AmurError, failureName, unreachable } from '../kernel/errors.ts';
import { newUlid, parseAttemptId, parseRefundId, type Tid } from '../kernel/identifiers.ts';
import type { Log } from '../kernel/log.ts';
import { type Money, moneyToJson } from '../kernel/money.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Runtime } from '../kernel/time.ts';
import { DEFAULT_PAYMENT_POLICY, type PaymentPolicy } from '../payments/policy.ts';
import type { PaymentStore, Subject, TerminalEvents } from '../payments/ports.ts';
import type { GatewayService } from '../payments/service.ts';
import { quoteToWire, refundToWire } from '../payments/view.ts';
import type { WalletNotice, WalletPort } from '../payments/wallet-port.ts';
import type {
  CharityWire,
  PaymentWire,
  RefundWire,
  ReplyBody,
  RequestBody,
  RequestType,
} from '../wire/messages.ts';
import { viewOf } from './announce.ts';
import type { BinTable } from './card/bin-table.ts';
import { offerForCard } from './card/offer.ts';
import { cancelPayment, closeSale } from './close-sale.ts';
import {
  DEFAULT_RUN_POLICY,
  type EntryFolder,
  type QuoteBoard,
  type RunContext,
  type RunPolicy,
  type SaleCards,
} from './context.ts';
import { issueQuote } from './quotes.ts';
import { withinReplyWindow } from './reply-window.ts';
import { Resolver } from './resolver.ts';
import { listCharities, tellGift } from './sale-gift.ts';
import { Sequencer } from './sequencer.ts';
import { startPayment } from './start-payment.ts';
import { startRefund } from './start-refund.ts';
import { noticeWallet } from './wallet-notice.ts';
import { type Asker, askerOf, requirePayment, requireRefund } from './who-asks.ts';
import { Workshop } from './workshop.ts';

export interface GatewayServiceDeps {
  readonly store: PaymentStore;
  readonly folder: EntryFolder;
  readonly wallet: WalletPort;
  readonly rates: QuoteBoard;
  /** At least 32 bytes; absent, quotes are not signed and no signature is asked for. */
  readonly quoteKey?: Secret<Uint8Array> | undefined;
  /** For offers to cards; absent where this gateway takes none. */
  readonly bins?: BinTable | undefined;
  /** The way to partner banks, for card attempts of a sale that is closed; absent where this gateway takes none. */
  readonly cards?: SaleCards | undefined;
  /** To whom customers may give with a sale; absent, nobody. */
  readonly charities?: readonly CharityWire[] | undefined;
  readonly events: TerminalEvents;
  readonly runtime: Runtime;
  readonly log: Log;
  /** What differs from the defaults. */
  readonly paymentPolicy?: Partial<PaymentPolicy>;
  readonly runPolicy?: Partial<RunPolicy>;
}

export function createGatewayService(deps: GatewayServiceDeps): GatewayService {
  return new RunningGateway(deps);
}

class RunningGateway implements GatewayService {
  readonly #context: RunContext;
  readonly #rates: QuoteBoard;
  readonly #bins: BinTable | null;
  readonly #workshop: Workshop;
  readonly #resolver: Resolver;
  readonly #sequencer: Sequencer;
  #stopping = false;

  constructor(deps: GatewayServiceDeps) {
    const { store, wallet, runtime, log, events } = deps;
    this.#context = {
      ...{ store, wallet, runtime, log, events },
      cards: deps.cards ?? null,
      quoteKey: deps.quoteKey ?? null,
      charities: deps.charities ?? [],
      payments: { ...DEFAULT_PAYMENT_POLICY, ...deps.paymentPolicy },
      limits: { ...DEFAULT_RUN_POLICY, ...deps.runPolicy },
      owner: newUlid(runtime.clock, runtime.random),
      committed: (dueAt, posted) => {
        if (dueAt !== null) this.#resolver.expect(dueAt);
        if (posted) this.#sequencer.wake();
      },
    };
    this.#rates = deps.rates;
    this.#bins = deps.bins ?? null;
    this.#workshop = new Workshop(this.#context);
    this.#resolver = new Resolver(this.#context, this.#workshop);
    this.#sequencer = new Sequencer(this.#context, deps.folder);
  }

  start(): void {
    this.#resolver.start();
    this.#sequencer.start();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#resolver.stop();
    await this.#workshop.subjects.idle();
    await this.#sequencer.stop();
  }

  booked(): void {
    this.#sequencer.wake();
  }

  async walletNotice(notice: WalletNotice): Promise<void> {
    if (this.#stopping) throw new AmurError('INTERNAL', {});
    await noticeWallet(this.#context, notice);
  }

  async handle<T extends RequestType>(tid: Tid, type: T, body: RequestBody<T>): Promise<ReplyBody<T>> {
    if (this.#stopping) throw new AmurError('INTERNAL', {});
    const asker = await askerOf(this.#context, tid);
    const request = { type, body } as AnyRequest;
    // The table of messages ties each type to its reply; inside the switch the compiler only sees the union.
    return (await this.#answer(asker, request)) as ReplyBody<T>;
  }

  #answer(asker: Asker, request: AnyRequest): Promise<ReplyBody<RequestType>> {
    switch (request.type) {
      case 'quote.get':
        return this.#quote(asker);
      case 'charity.list':
        return Promise.resolve(listCharities(this.#context, asker));
      case 'sale.gift':
        return tellGift(this.#context, asker, request.body);
      case 'payment.start':
        return this.#start(asker, request.body);
      case 'payment.get':
        return this.#show(asker, request.body.attemptId);
      case 'payment.check':
        return this.#check(asker, request.body.attemptId);
      case 'payment.cancel':
        return this.#cancel(asker, request.body);
      case 'sale.close':
        return this.#close(asker, request.body);
      case 'refund.start':
        return this.#refund(asker, request.body);
      case 'refund.get':
        return this.#showRefund(asker, request.body.refundId);
      case 'day.totals':
        return this.#totals(asker, request.body.businessDate);
      case 'card.offer':
        return offerForCard(this.#context, this.#bins, this.#rates, asker, request.body);
      default:
        return unreachable(request);
    }
  }

  async #quote(asker: Asker): Promise<ReplyBody<'quote.get'>> {
    return quoteToWire(await issueQuote(this.#context, this.#rates, asker));
  }

  async #start(asker: Asker, body: RequestBody<'payment.start'>): Promise<PaymentWire> {
    const result = await startPayment(this.#context, asker, body);
    if (result.kind === 'replay') return viewOf(this.#context, result.record);
    await this.#waitFor([this.#workshop.startPayment(result.attemptId, result.lease, result.authCode)]);
    return this.#show(asker, body.attemptId);
  }

  async #show(asker: Asker, attemptId: string): Promise<PaymentWire> {
    return viewOf(this.#context, await requirePayment(this.#context, asker, parseAttemptId(attemptId)));
  }

  async #check(asker: Asker, attemptId: string): Promise<PaymentWire> {
    const record = await requirePayment(this.#context, asker, parseAttemptId(attemptId));
    const subject = { kind: 'payment', id: record.attemptId } as const;
    // A call under way will answer the question; it is waited for instead of being doubled.
    const work = this.#workshop.subjects.isBusy(subject)
      ? this.#workshop.subjects.run(subject, async () => {})
      : this.#workshop.check(record.attemptId);
    await this.#waitFor([work]);
    return this.#show(asker, attemptId);
  }

  async #cancel(asker: Asker, body: RequestBody<'payment.cancel'>): Promise<PaymentWire> {
    const record = await cancelPayment(this.#context, asker, body);
    if (record.state === 'cancelling') await this.#resolveNow([{ kind: 'payment', id: record.attemptId }]);
    return this.#show(asker, body.attemptId);
  }

  async #close(asker: Asker, body: RequestBody<'sale.close'>): Promise<ReplyBody<'sale.close'>> {
    const { sale, owed } = await closeSale(this.#context, asker, body);
    await this.#resolveNow(owed);
    const payments = await this.#context.store.paymentsOfSale(sale.saleId);
    const latest = payments.slice(-SHOWN_MOST);
    return {
      saleId: sale.saleId,
      disposition: sale.disposition ?? body.disposition,
      payments: await Promise.all(latest.map((payment) => viewOf(this.#context, payment))),
    };
  }

  async #refund(asker: Asker, body: RequestBody<'refund.start'>): Promise<RefundWire> {
    const result = await startRefund(this.#context, this.#rates, asker, body);
    if (result.kind === 'replay') return refundToWire(result.record);
    await this.#waitFor([this.#workshop.startRefund(result.refundId, result.lease)]);
    return this.#showRefund(asker, body.refundId);
  }

  async #showRefund(asker: Asker, refundId: string): Promise<RefundWire> {
    return refundToWire(await requireRefund(this.#context, asker, parseRefundId(refundId)));
  }

  async #totals(asker: Asker, businessDate: string): Promise<ReplyBody<'day.totals'>> {
    const totals = await this.#context.store.dayTotals(asker.terminal.tid, businessDate);
    const list = (amounts: readonly Money[]) => amounts.map(moneyToJson);
    return {
      businessDate,
      payments: totals.payments,
      paid: moneyToJson(totals.paid),
      paidOrder: list(totals.paidOrder),
      refunds: totals.refunds,
      refunded: moneyToJson(totals.refunded),
      refundedOrder: list(totals.refundedOrder),
      open: totals.open,
    };
  }

  #resolveNow(subjects: readonly Subject[]): Promise<void> {
    return this.#waitFor(subjects.map((subject) => this.#workshop.resolve(subject)));
  }

  /** A failure of the work is logged and left to the resolver: what was committed stands, and is answered as it stands. */
  #waitFor(work: readonly Promise<void>[]): Promise<void> {
    const { runtime, limits, log } = this.#context;
    const noted = work.map((one) =>
      one.catch((error: unknown) => {
        log.alarm('work_failed', { error: failureName(error) });
        this.#resolver.wake();
      }),
    );
    return withinReplyWindow(runtime.timers, limits.replyAfterMs, Promise.all(noted));
  }
}

/** `sale.close` answers at most as many payments as its message takes. */
const SHOWN_MOST = 64;

type AnyRequest = {
  readonly [T in RequestType]: { readonly type: T; readonly body: RequestBody<T> };
}[RequestType];
