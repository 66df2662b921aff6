/** A partner bank that answers as a test says: at once, later, or never. */
import type { Timers } from '../../../../gateway/kernel/time.ts';
import type {
  BankAdvice,
  BankAnswer,
  BankAnswered,
  BankPort,
  BankRequest,
  BankTotals,
  TotalsAnswer,
} from '../../../../gateway/payments/card/ports.ts';
import type { BankReference } from '../../../../gateway/payments/card/records.ts';

export type RequestScript = (request: BankRequest) => BankAnswer | Promise<BankAnswer>;
export type AdviceScript = (advice: BankAdvice) => BankAnswer | Promise<BankAnswer>;

export function answered(responseCode: string, changes: Partial<BankAnswered> = {}): BankAnswered {
  const approved = ['00', '08', '10', '11', '16'].includes(responseCode);
  return {
    kind: 'answered',
    responseCode,
    authCode: approved ? '654321' : null,
    rrn: null,
    issuerData: null,
    approved: null,
    billing: null,
    balances: null,
    ...changes,
  };
}

export class ScriptedBank implements BankPort {
  readonly bank: string;
  readonly requests: BankRequest[] = [];
  readonly advices: BankAdvice[] = [];
  request1: RequestScript = () => answered('00');
  advise1: AdviceScript = () => answered('00');
  delayMs = 20;
  pinTarget: BankPort['pinTarget'] = null;
  #up = true;
  readonly #timers: Timers;
  readonly #upListeners = new Set<() => void>();
  readonly #lateListeners = new Set<(reference: BankReference, answer: BankAnswered) => void>();

  constructor(bank: string, timers: Timers) {
    this.bank = bank;
    this.#timers = timers;
  }

  get up(): boolean {
    return this.#up;
  }

  setUp(up: boolean): void {
    this.#up = up;
    if (up) for (const listener of this.#upListeners) listener();
  }

  onUp(listener: () => void): () => void {
    this.#upListeners.add(listener);
    return () => this.#upListeners.delete(listener);
  }

  onLate(listener: (reference: BankReference, answer: BankAnswered) => void): () => void {
    this.#lateListeners.add(listener);
    return () => this.#lateListeners.delete(listener);
  }

  late(reference: BankReference, answer: BankAnswered): void {
    for (const listener of this.#lateListeners) listener(reference, answer);
  }

  async request(request: BankRequest): Promise<BankAnswer> {
    this.requests.push(request);
    await this.#pause();
    return this.request1(request);
  }

  async advise(advice: BankAdvice): Promise<BankAnswer> {
    this.advices.push(advice);
    await this.#pause();
    return this.advise1(advice);
  }

  async totals(_totals: BankTotals): Promise<TotalsAnswer> {
    return { kind: 'not_sent', cause: 'scripted' };
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#timers.after(this.delayMs, resolve));
  }
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
