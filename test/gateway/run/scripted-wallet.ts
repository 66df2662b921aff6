/** A wallet that answers what the test says, after as long as the test says, and remembers what it was asked. */
import { openSecret, type Secret } from '../../../gateway/kernel/secret.ts';
import { sleep, type Timers } from '../../../gateway/kernel/time.ts';
import type {
  CancelAnswer,
  PayAnswer,
  PrecreateAnswer,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  WalletOrder,
  WalletPort,
} from '../../../gateway/payments/wallet-port.ts';

interface Answers {
  pay: PayAnswer;
  precreate: PrecreateAnswer;
  query: QueryAnswer;
  cancel: CancelAnswer;
  refund: RefundAnswer;
  refundQuery: RefundQueryAnswer;
}
type CallName = keyof Answers;

export interface WalletCall {
  readonly call: CallName;
  readonly at: number;
  readonly about: string;
  readonly detail: string;
}

export class ScriptedWallet implements WalletPort {
  readonly wallet = 'alipay';
  readonly calls: WalletCall[] = [];
  /** Answers in the order of the calls; when they run out, `usual` answers. */
  readonly next: { [C in CallName]: Answers[C][] } = {
    pay: [],
    precreate: [],
    query: [],
    cancel: [],
    refund: [],
    refundQuery: [],
  };
  readonly usual: Answers = {
    pay: { kind: 'unknown', cause: 'unscripted' },
    precreate: { kind: 'qr', content: 'https://qr.alipay.com/bax00001' },
    query: { kind: 'not_found' },
    cancel: { kind: 'cancelled', action: 'none' },
    refund: { kind: 'refunded', refundedTotal: null, fresh: true },
    refundQuery: { kind: 'not_found' },
  };
  delayMs = 50;
  /** When set, the next call throws, as no connector may. */
  throwsNext = false;
  readonly #timers: Timers;
  readonly #now: () => number;

  constructor(timers: Timers, now: () => number) {
    this.#timers = timers;
    this.#now = now;
  }

  made(call: CallName): number {
    return this.calls.filter((entry) => entry.call === call).length;
  }

  pay(order: WalletOrder, authCode: Secret<string>): Promise<PayAnswer> {
    return this.#answer('pay', order.outTradeNo, `${order.order.amountMinor} ${openSecret(authCode)}`);
  }

  precreate(order: WalletOrder, qrLifeMs: number): Promise<PrecreateAnswer> {
    return this.#answer('precreate', order.outTradeNo, `${order.order.amountMinor} ${qrLifeMs}`);
  }

  query(outTradeNo: string, orderCurrency: string): Promise<QueryAnswer> {
    return this.#answer('query', outTradeNo, orderCurrency);
  }

  cancel(outTradeNo: string): Promise<CancelAnswer> {
    return this.#answer('cancel', outTradeNo, '');
  }

  refund(request: Parameters<WalletPort['refund']>[0]): Promise<RefundAnswer> {
    const { outRequestNo, amount } = request;
    return this.#answer('refund', outRequestNo, `${amount.amountMinor} ${amount.currency}`);
  }

  refundQuery(_outTradeNo: string, outRequestNo: string): Promise<RefundQueryAnswer> {
    return this.#answer('refundQuery', outRequestNo, '');
  }

  async #answer<C extends CallName>(call: C, about: string, detail: string): Promise<Answers[C]> {
    this.calls.push({ call, at: this.#now(), about, detail });
    if (this.throwsNext) {
      this.throwsNext = false;
      throw new TypeError('broken connector');
    }
    const answer = this.next[call].shift() ?? this.usual[call];
    await sleep(this.#timers, this.delayMs);
    return answer;
  }
}
