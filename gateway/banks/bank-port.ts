/** A partner bank behind the bank port: requests, advices and totals become messages, answers become outcomes. Nothing here
 *  retries or remembers a payment. `not_sent` is said only when surely not a byte has left; a MAC that is wrong, an answer
 *  that does not fit and silence are all `unknown`. */
import { macInput } from '../iso8583/mac-input.ts';
import { textOf } from '../iso8583/message.ts';
import type { Mti } from '../iso8583/mti.ts';
import type { Spec } from '../iso8583/spec.ts';
import type { UnpackedMessage } from '../iso8583/unpacked-message.ts';
import { failureName } from '../kernel/errors.ts';
import type { Money } from '../kernel/money.ts';
import { openSecret } from '../kernel/secret.ts';
import type { Runtime } from '../kernel/time.ts';
import type { PinTarget } from '../keys/hsm.ts';
import type {
  BankAdvice,
  BankAnswer,
  BankAnswered,
  BankPort,
  BankRequest,
  BankTotals,
  CapturedCard,
  TotalsAnswer,
} from '../payments/card/ports.ts';
import type { BankReference } from '../payments/card/records.ts';
import type { BankEvent, BankLog, BankLogEntry } from './bank-log.ts';
import { adviceMessage, type BankPin, requestMessage, totalsMessage } from './build-message.ts';
import { type CardKeys, openStoredCard, pinForBank } from './card-data.ts';
import type { Dial } from './dial.ts';
import { KeyExchange } from './key-exchange.ts';
import type { KeyStore, ZoneKeyKind } from './key-store.ts';
import { matchKey } from './mux.ts';
import { NetworkDesk } from './network-desk.ts';
import { type Asked, asked, type Mismatch, readAnswer, readFigures, readStrayAnswer } from './read-answer.ts';
import { type Draft, sealed } from './seal.ts';
import { TcpLink } from './tcp-link.ts';
import type { BankLimits, BankTerms } from './terms.ts';
import { type ZoneHsm, ZoneKeys } from './zone-keys.ts';

export interface BankOptions {
  readonly terms: BankTerms;
  readonly limits: BankLimits;
  /** Of the terms' profile. */
  readonly spec: Spec;
  /** One for each address. */
  readonly dials: readonly Dial[];
  readonly hsm: ZoneHsm & CardKeys['hsm'];
  readonly terminalKey: CardKeys['terminalKey'];
  readonly panKey: CardKeys['panKey'];
  readonly keyStore: KeyStore;
  readonly runtime: Runtime;
  readonly log: BankLog;
}

export interface Bank extends BankPort {
  /** Reads the zone keys and starts dialling. Rejects when the key store does. */
  start(): Promise<void>;
  /** Signs off and closes; what is outstanding becomes unknown. */
  stop(): Promise<void>;
  /** The bank's new business date, MMDD. */
  onCutOver(listener: (date: string) => void): () => void;
  /** A new key at the next occasion: an operator's wish. */
  changeKey(kind: ZoneKeyKind): void;
  /** Requests and advices that wait for an answer. */
  readonly outstanding: number;
}

type NotAnswered = Exclude<BankAnswer, BankAnswered>;
type Heard = { readonly kind: 'heard'; readonly message: UnpackedMessage; readonly question: Asked };

export function createBank(options: BankOptions): Bank {
  return new LinkedBank(options);
}

class LinkedBank implements Bank {
  readonly bank: string;
  readonly #options: BankOptions;
  readonly #keys: ZoneKeys;
  readonly #link: TcpLink;
  readonly #exchange: KeyExchange;
  readonly #desk: NetworkDesk;
  readonly #upListeners = new Set<() => void>();
  readonly #lateListeners = new Set<(reference: BankReference, answer: BankAnswered) => void>();
  readonly #cutOverListeners = new Set<(date: string) => void>();
  #up = false;
  #stopped = false;

  constructor(options: BankOptions) {
    const { terms, limits } = options;
    this.#options = options;
    this.bank = terms.bank;
    this.#keys = new ZoneKeys({
      ...options,
      store: options.keyStore,
      overlapMs: limits.keyOverlapMs,
      onChange: (kind, failure) => this.#keyChanged(kind, failure),
    });
    this.#link = new TcpLink({
      ...options,
      verified: (message) => this.#verified(message),
      onRequest: (message, over) => this.#desk.request(message, over),
      onUnawaited: (message, arrival) => this.#unawaited(message, arrival),
      onReady: (ready) => {
        if (ready) this.#exchange.linkReady();
        this.#review();
      },
    });
    this.#exchange = new KeyExchange({ ...options, keys: this.#keys, link: this.#link });
    this.#desk = new NetworkDesk({
      ...options,
      keys: this.#keys,
      link: this.#link,
      exchange: this.#exchange,
      onCutOver: (date) => this.#tell(this.#cutOverListeners, (listener) => listener(date)),
    });
  }

  get up(): boolean {
    return this.#up;
  }

  get pinTarget(): PinTarget | null {
    const zpk = this.#keys.current('ZPK');
    return zpk === null ? null : { key: { kind: 'fixed', key: zpk.block }, format: this.#pinFormat };
  }

  get outstanding(): number {
    return this.#link.outstanding;
  }

  async start(): Promise<void> {
    await this.#keys.load();
    if (!this.#stopped) this.#link.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#exchange.stop();
    this.#review();
    await this.#link.stop();
  }

  changeKey(kind: ZoneKeyKind): void {
    this.#exchange.want(kind);
  }

  onUp(listener: () => void): () => void {
    this.#upListeners.add(listener);
    return () => this.#upListeners.delete(listener);
  }

  onLate(listener: (reference: BankReference, answer: BankAnswered) => void): () => void {
    this.#lateListeners.add(listener);
    return () => this.#lateListeners.delete(listener);
  }

  onCutOver(listener: (date: string) => void): () => void {
    this.#cutOverListeners.add(listener);
    return () => this.#cutOverListeners.delete(listener);
  }

  async request(request: BankRequest): Promise<BankAnswer> {
    const build = () => this.#requestMessage(request);
    return this.#answered(await this.#ask(build, request.amount, this.#options.limits.replyTimeoutMs));
  }

  async advise(advice: BankAdvice): Promise<BankAnswer> {
    const { terms, limits } = this.#options;
    const build = () =>
      adviceMessage(terms, advice, openSecret(openStoredCard(this.#cardKeys(), advice.card, advice.cardId)));
    return this.#answered(await this.#ask(build, advice.amount, limits.adviceTimeoutMs));
  }

  async totals(totals: BankTotals): Promise<TotalsAnswer> {
    const { terms, limits } = this.#options;
    const heard = await this.#ask(() => totalsMessage(terms, totals), null, limits.adviceTimeoutMs);
    const answer = this.#answered(heard);
    if (heard.kind !== 'heard' || answer.kind !== 'answered' || answer.responseCode !== '00') return answer;
    const settled = textOf(heard.message, 66);
    if (settled === '1') return { kind: 'balanced' };
    if (settled !== '2') return this.#mismatch(heard.question, 66);
    return { kind: 'different', theirs: readFigures(heard.message) ?? undefined };
  }

  #requestMessage(request: BankRequest): Draft {
    const { terms } = this.#options;
    const account = openSecret(request.card.account);
    return requestMessage(terms, request, account, this.#pinOf(request.card, account.pan));
  }

  #pinOf({ pin, bankPin }: CapturedCard, pan: string): BankPin | null {
    const zpk = this.#keys.current('ZPK');
    if (pin === null || zpk === null) return null;
    if (bankPin?.to.key.key === zpk.block) return { block: openSecret(bankPin.block), zpkKcv: zpk.kcv };
    // Not translated with the card, or for a key that has been changed since.
    return pinForBank(this.#cardKeys(), pin, pan, zpk, this.#pinFormat);
  }

  get #pinFormat(): PinTarget['format'] {
    return this.#options.terms.pinBlock === 'format4' ? 4 : 0;
  }

  /** Packs, sends and waits. Everything up to the socket happens in this very call. */
  async #ask(build: () => Draft, amount: Money | null, timeoutMs: number): Promise<Heard | NotAnswered> {
    if (!this.#up) return { kind: 'not_sent', cause: 'link_down' };
    const { spec, limits } = this.#options;
    let framed: Uint8Array;
    let question: Asked;
    try {
      const message = build();
      question = asked(message, amount);
      framed = sealed(spec, message, (body) => this.#keys.mac(body), limits.frameBytesMost);
    } catch (error) {
      const cause = failureName(error);
      this.#log({ event: 'bank_not_sent', cause });
      return { kind: 'not_sent', cause };
    }
    const { mti, stan, transmittedAt, tid } = question;
    const sent = this.#link.exchange(framed, matchKey(mti, stan, transmittedAt, tid), timeoutMs);
    this.#exchange.messageMade();
    const exchanged = await sent;
    if (exchanged.kind === 'answer') return { kind: 'heard', message: exchanged.message, question };
    return exchanged;
  }

  #answered(heard: Heard | NotAnswered): BankAnswer {
    if (heard.kind !== 'heard') return heard;
    let answer: BankAnswered | Mismatch;
    try {
      answer = readAnswer(heard.question, heard.message);
    } catch (error) {
      this.#log({ event: 'bank_message_refused', cause: failureName(error) });
      return { kind: 'unknown', cause: 'answer_invalid' };
    }
    if (answer.kind === 'mismatch') return this.#mismatch(heard.question, answer.de);
    this.#renewWhatTheBankLacks(answer.responseCode);
    return answer;
  }

  #mismatch({ mti, stan, tid }: Asked, de: number): NotAnswered {
    this.#log({ event: 'bank_answer_mismatch', mti, stan, tid, code: String(de) });
    return { kind: 'unknown', cause: 'answer_invalid' };
  }

  /** The bank could not check our MAC, or has not the key of a PIN. */
  #renewWhatTheBankLacks(responseCode: string): void {
    if (responseCode === '88') this.#exchange.want('ZAK');
    if (responseCode === '97') this.#exchange.want('ZPK');
  }

  #verified(message: UnpackedMessage): boolean {
    const de = message.fields.length > 65 ? 128 : 64;
    if (message.fields[de] === undefined) return false;
    const { body, mac } = macInput(this.#options.spec, message.bytes);
    return this.#keys.verify(body, mac);
  }

  #unawaited(message: UnpackedMessage, arrival: 'late' | 'duplicate' | 'strange'): void {
    const { mti } = message;
    const stan = textOf(message, 11) ?? '';
    const facts = { mti, stan, tid: textOf(message, 41) ?? '', code: textOf(message, 39) ?? '' };
    const event = arrival === 'duplicate' ? 'bank_answer_duplicate' : 'bank_answer_late';
    this.#log({ event, cause: arrival, ...facts });
    if (arrival === 'duplicate' || (mti !== '0110' && mti !== '0210')) return;
    const answer = readStrayAnswer(message);
    if (answer.kind === 'mismatch') return;
    const request: Mti = mti === '0110' ? '0100' : '0200';
    const transmittedAt = textOf(message, 7) ?? '';
    const reference = { bank: this.bank, mti: request, stan, transmittedAt, rrn: answer.rrn ?? '' };
    this.#tell(this.#lateListeners, (listener) => listener(reference, answer));
  }

  #keyChanged(kind: ZoneKeyKind, failure: string | null): void {
    if (failure === null) this.#log({ event: 'bank_key_changed', code: kind });
    else this.#log({ event: 'bank_key_change_failed', code: kind, cause: failure });
    this.#review();
  }

  #review(): void {
    const up = !this.#stopped && this.#link.ready && this.#keys.ready;
    if (up === this.#up) return;
    this.#up = up;
    this.#log({ event: up ? 'bank_up' : 'bank_down' });
    if (up) this.#tell(this.#upListeners, (listener) => listener());
  }

  #cardKeys(): CardKeys {
    const { hsm, terminalKey, panKey } = this.#options;
    return { hsm, terminalKey, panKey };
  }

  /** A listener's failure is its own: the link and the other listeners go on. */
  #tell<L>(listeners: ReadonlySet<L>, call: (listener: L) => void): void {
    for (const listener of [...listeners]) {
      try {
        call(listener);
      } catch (error) {
        this.#log({ event: 'bank_listener_failed', cause: failureName(error) });
      }
    }
  }

  #log(entry: Omit<BankLogEntry, 'bank'> & { readonly event: BankEvent }): void {
    this.#options.log({ bank: this.bank, ...entry });
  }
}
