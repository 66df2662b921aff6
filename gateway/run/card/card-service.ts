/** The way in for card messages: read, MAC checked, duplicates found, then each to whoever carries it out. Nothing that comes
 *  in stops it, and nothing is answered that is not durable. */

import { CodecError } from '../../iso8583/codec-error.ts';
import { macInput } from '../../iso8583/mac-input.ts';
import { asciiProfile } from '../../iso8583/profile-ascii.ts';
import { bcdProfile } from '../../iso8583/profile-bcd.ts';
import { failureName } from '../../kernel/errors.ts';
import { newUlid } from '../../kernel/identifiers.ts';
import type { LogFacts } from '../../kernel/log.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { KeyUse, TakenMessage } from '../../keys/hsm.ts';
import { KeysError } from '../../keys/keys-error.ts';
import type { BankPort, CardJudgement, CardOrigin, CardService } from '../../payments/card/ports.ts';
import { OWN_CODES } from '../../payments/card/response-codes.ts';
import type { SaleCards } from '../context.ts';
import { withinReplyWindow } from '../reply-window.ts';
import { AccountKeys } from './account-keys.ts';
import { Admission } from './admission.ts';
import { AdvicePump } from './advice-pump.ts';
import { answerUnder, packAnswer, packRefusal } from './answer.ts';
import type { CardAsk } from './ask.ts';
import { BankDayJob, type BankDayTerms } from './bank-day.ts';
import { BankGate } from './bank-gate.ts';
import { BankNumbers } from './bank-numbers.ts';
import { takeTotals, takeUpload } from './batches.ts';
import type { BinTable } from './bin-table.ts';
import { Bound } from './bound.ts';
import { type CardPurpose, cardRequest, purposeOf, takenCard } from './capture.ts';
import { type CardContext, type CardPolicy, DEFAULT_CARD_POLICY } from './context.ts';
import { FactsError, isAskedOnce, kindOf } from './facts.ts';
import { CODES, takeFinancial } from './financial.ts';
import { takeFollowing } from './following.ts';
import { GatheredLog } from './gathered-log.ts';
import { InFlight } from './in-flight.ts';
import { LateAnswers } from './late-watch.ts';
import { MacKeys } from './mac-keys.ts';
import { MERCHANT_UNKNOWN, mayNotAsk, notOfItsPad } from './may-ask.ts';
import { NETWORK, takeNetwork } from './network.ts';
import { Parties } from './parties.ts';
import { refuse, type Verified, type Wrong } from './refusing.ts';
import { takeReversal } from './reversal.ts';
import { Strays } from './strays.ts';
import type { TerminalKeys } from './terminal-keys.ts';
import { bodyHash, readTillMessage, type TillMessage } from './till-message.ts';

export interface CardServiceDeps
  extends Pick<CardContext, 'store' | 'hsm' | 'panKey' | 'hashKey' | 'quoteKey' | 'runtime' | 'log'> {
  readonly banks: readonly BankPort[];
  readonly bins: BinTable;
  readonly keys: TerminalKeys;
  readonly pads: CardContext['pads'];
  /** Called after a commit that booked something. */
  readonly booked: () => void;
  /** Absent: days of banks are not compared. */
  readonly bankDay?: BankDayTerms;
  readonly policy?: Partial<CardPolicy>;
}

export interface RunningCards extends CardService {
  /** What closing a sale needs; usable once started. */
  readonly sales: SaleCards;
}

export function createCardService(deps: CardServiceDeps): RunningCards {
  return new RunningCardService(deps);
}

class RunningCardService implements RunningCards {
  readonly sales: SaleCards;
  readonly #context: CardContext;
  readonly #pumps = new Map<string, AdvicePump>();
  readonly #days: readonly BankDayJob[];
  readonly #late: LateAnswers;
  readonly #strays: Strays;
  readonly #inFlight = new InFlight();
  #numbers: BankNumbers | null = null;
  readonly #admission: Admission;
  readonly #macKeys = new MacKeys();
  readonly #accountKeys = new AccountKeys();
  readonly #gathered: GatheredLog;

  constructor(deps: CardServiceDeps) {
    const { store, hsm, keys, pads, panKey, hashKey, quoteKey, bins, runtime, log } = deps;
    const policy = { ...DEFAULT_CARD_POLICY, ...deps.policy };
    this.#context = {
      ...{ store, hsm, keys, pads, panKey, hashKey, quoteKey, bins, runtime, log, policy },
      banks: new Map(deps.banks.map((bank) => [bank.bank, bank])),
      gates: new Map(deps.banks.map((bank) => [bank.bank, new BankGate(runtime.timers)])),
      parties: new Parties(store),
      numbers: () => this.#startedNumbers(),
      bound: new Bound(runtime.timers, policy.requestBoundMs),
      committed: (advised, posted) => {
        if (advised !== null) this.#pumps.get(advised)?.wake();
        if (posted) deps.booked();
      },
    };
    for (const bank of deps.banks) this.#pumps.set(bank.bank, new AdvicePump(this.#context, bank));
    const { bankDay } = deps;
    this.#days =
      bankDay === undefined ? [] : deps.banks.map((bank) => new BankDayJob(this.#context, bank, bankDay));
    this.#admission = new Admission(this.#context, this.#inFlight);
    this.#gathered = new GatheredLog(log, runtime.timers);
    this.#late = new LateAnswers(this.#context);
    this.#strays = new Strays(this.#context);
    this.sales = {
      adviceNumbers: (now) => this.#adviceNumbers(now),
      committed: (advised) => {
        for (const bank of advised) this.#pumps.get(bank)?.wake();
      },
    };
  }

  async start(): Promise<void> {
    const { store, banks } = this.#context;
    this.#numbers = await BankNumbers.after(store.cards, [...banks.keys()], store.now());
    await this.#strays.adoptUnfinished();
    this.#late.start();
    // Before the queues, so that a bank that comes up is first asked again what it was asked.
    for (const day of this.#days) day.start();
    for (const pump of this.#pumps.values()) await pump.start();
  }

  close(): void {
    this.#admission.close();
  }

  async stop(): Promise<void> {
    this.close();
    const { runtime, policy } = this.#context;
    const pumps = [...this.#pumps.values()];
    const days = this.#days.map((day) => day.stop());
    const done = Promise.all([...days, this.#inFlight.idle(), this.#late.stop(), this.#strays.stop()]);
    const quiet = Promise.all([done, ...pumps.map((pump) => pump.stop())]);
    await withinReplyWindow(runtime.timers, policy.stopWithinMs, quiet);
    this.#context.bound.stop();
    this.#gathered.stop();
  }

  async message(
    origin: CardOrigin,
    packed: Uint8Array,
    judged: Judged = () => undefined,
  ): Promise<Uint8Array | null> {
    const spec = origin.kind === 'tcp' && origin.profile === 'ascii' ? asciiProfile : bcdProfile;
    const reading = readTillMessage(spec, packed);
    if (reading.kind === 'refused') {
      judged('refused');
      this.#warn(origin, 'card_message_refused', { reason: reading.reason });
      return reading.head === null ? null : packRefusal(reading.head, CODES.format);
    }
    return this.#takeMessage(origin, reading.message, judged);
  }

  async #takeMessage(origin: CardOrigin, message: TillMessage, judged: Judged): Promise<Uint8Array | null> {
    const { tid } = message.identity;
    const key = message.data?.mac == null ? null : this.#context.keys.use(message.data.mac.ksn);
    const stranger = origin.kind === 'tcp' ? notOfItsPad(this.#context, origin, message, key) : null;
    if (stranger !== null) {
      judged('refused');
      this.#warn(origin, 'card_terminal_refused', { tid, ...stranger });
      return this.#answerUnasked(message, key, stranger.code);
    }
    const purpose = purposeOf(this.#context, message);
    const verified = await this.#verified(message, key, purpose);
    if (verified === 'wrong') {
      judged('refused');
      this.#warn(origin, 'card_mac_wrong', { tid });
      return this.#answerUnasked(message, key, CODES.security);
    }
    const { opened } = verified;
    if (key !== null) judged('verified');
    const body = bodyHash(message);
    if (await this.#isKeyUsed(message, key, body)) return this.#refuse({ message, key }, MAC_KEY_USED);
    if (await this.#admission.refuses(message)) return this.#notTaken({ message, key });
    const refused = await mayNotAsk(this.#context, origin, message, key);
    if (refused !== null) {
      const { code, reason } = refused;
      this.#context.log.warn('card_terminal_refused', { tid, code, reason, ...addressOf(origin) });
      return this.#refuse({ message, key }, refused);
    }
    const { parties } = this.#context;
    const merchant = await parties.merchant(message.identity.mid);
    if (merchant === null) return this.#refuse({ message, key }, MERCHANT_UNKNOWN);
    const misuse = this.#accountKeys.take(message, key);
    // What is known already goes on to its answer, whatever key has served since.
    if (misuse !== null && !(await this.#isKnown(message))) {
      this.#context.log.alarm('card_misused', { tid: message.identity.tid, reason: misuse });
      return this.#refuse({ message, key }, { code: CODES.security, reason: misuse });
    }
    const taken = purpose === null ? null : takenCard(this.#context, purpose, opened);
    const card = purpose === null ? null : { ...purpose, taken };
    return this.#once({ message, key, merchant, bodyHash: body, card });
  }

  /** What lies before all that is remembered of a device is a repeat that is looked up, or harmless; but not a new request. */
  async #isKeyUsed(message: TillMessage, key: KeyUse | null, body: string): Promise<boolean> {
    if (key?.kind !== 'dukpt') return false;
    const use = this.#macKeys.take(key.ksn, body);
    if (use === 'new' || use === 'same') return false;
    if (use === 'before' && (!isAskedOnce(message) || (await this.#isKnown(message)))) return false;
    this.#context.log.alarm('card_mac_key_used', { tid: message.identity.tid, reason: use });
    return true;
  }

  async #isKnown({ identity }: TillMessage): Promise<boolean> {
    return (await this.#context.store.cards.byIdentity(identity)) !== null;
  }

  /** One message of an identity at a time: its copies wait for its answer, and another one under its name is a conflict. */
  #once(ask: CardAsk): Promise<Uint8Array> {
    const { identity } = ask.message;
    if (this.#admission.wasRefused(identity)) return this.#notTaken(ask);
    const running = this.#inFlight.find(identity);
    if (running === null) return this.#inFlight.run(identity, ask.bodyHash, this.#carryOut(ask));
    if (running.bodyHash !== ask.bodyHash) {
      return this.#refuse(ask, CONTENT_DIFFERS);
    }
    return running.answer.then((answer) => answerUnder(this.#context, ask.key, answer));
  }

  async #carryOut(ask: CardAsk): Promise<Uint8Array> {
    try {
      return await this.#dispatch(ask);
    } catch (error) {
      if (error instanceof FactsError) {
        const { tid } = ask.message.identity;
        this.#context.log.warn('card_message_refused', { tid, reason: `facts_${error.place}` });
        return this.#refuse(ask, { code: CODES.format, reason: `facts_${error.place}` });
      }
      await this.#strand(ask, error);
      throw error;
    }
  }

  #dispatch(ask: CardAsk): Promise<Uint8Array> {
    switch (ask.message.mti[1]) {
      case '3':
        return this.#claimed(ask, takeUpload);
      case '4':
        return this.#claimed(ask, takeReversal);
      case '5':
        return this.#claimed(ask, takeTotals);
      case '8':
        return takeNetwork(this.#context, ask);
      default:
        return this.#financial(ask);
    }
  }

  /** What makes no transaction of its own, by which it would be told apart, keeps its identity with what it said before it is
   *  carried out: a repeat passes, and another content under it is refused by any process at any time. */
  async #claimed(
    ask: CardAsk,
    take: (context: CardContext, ask: CardAsk) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { bodyHash, message } = ask;
    const row = { identity: message.identity, bodyHash };
    const claim = await this.#context.store.commit([{ kind: 'card_message.claim', row }]);
    return claim.ok ? take(this.#context, ask) : this.#refuse(ask, CONTENT_DIFFERS);
  }

  async #financial(ask: CardAsk): Promise<Uint8Array> {
    const kind = kindOf(ask.message);
    switch (kind) {
      case null:
        return this.#refuse(ask, { code: OWN_CODES.notAllowed, reason: 'kind_unknown' });
      case 'sale':
      case 'preauthorisation':
      case 'balance':
        return this.#throughGate(ask, () => takeFinancial(this.#context, this.#late, ask, kind));
      default:
        return this.#throughGate(ask, () => takeFollowing(this.#context, this.#late, ask, kind));
    }
  }

  /** A transaction without a card of its own asks no bank. */
  #throughGate(ask: CardAsk, work: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const bank = ask.card?.taken?.route?.bank;
    const gate = bank === undefined ? undefined : this.#context.gates.get(bank);
    return gate?.through(work) ?? work();
  }

  /** What the store holds of a message whose work failed is looked after, as its terminal hears nothing. */
  async #strand(ask: CardAsk, cause: unknown): Promise<void> {
    const { store, log } = this.#context;
    const { identity } = ask.message;
    log.alarm('card_work_failed', { tid: identity.tid, error: failureName(cause) });
    const stored = await store.cards.byIdentity(identity).catch(() => null);
    if (stored?.state === 'sent') this.#strays.add(stored.cardId);
  }

  /** Without a key: an echo, which may come without a MAC. What is marked as having one and does not end in it has a wrong one. */
  async #verified(
    { iso, spec, mti }: TillMessage,
    key: KeyUse | null,
    purpose: CardPurpose | null,
  ): Promise<VerifiedMessage | 'wrong'> {
    const marked = iso.fields[64] !== undefined || iso.fields[128] !== undefined;
    const echo = mti[1] === NETWORK_CLASS && iso.fields[70] === NETWORK.echo;
    if (!marked) return key === null && echo ? { opened: null } : 'wrong';
    if (key === null) return 'wrong';
    try {
      const { body, mac } = macInput(spec, iso.bytes);
      const card = purpose === null ? null : cardRequest(this.#context, purpose);
      const request = { mac: { key, direction: 'request', data: body, mac }, card } as const;
      const taken = await this.#context.hsm.takeMessage(request);
      return taken.right ? { opened: taken.card } : 'wrong';
    } catch (error) {
      if (error instanceof KeysError || error instanceof CodecError) return 'wrong';
      throw error;
    }
  }

  /** What proves nothing is answered under the key it claims, where there is one: 88 makes a terminal reverse, whoever asked for it,
   *  and 58 ends what one of ours would otherwise repeat for ever. */
  async #answerUnasked(message: TillMessage, key: KeyUse | null, code: string): Promise<Uint8Array> {
    try {
      return await packAnswer(this.#context, message, key, { 39: code });
    } catch (error) {
      if (!(error instanceof KeysError)) throw error;
      return packAnswer(this.#context, message, null, { 39: code });
    }
  }

  /** Of a foreign line gathered, as whoever sends there need not be anybody; of an enrolled terminal's line each by itself. */
  #warn(origin: CardOrigin, event: string, facts: LogFacts): void {
    if (origin.kind === 'tcp') this.#gathered.warn(event, origin.peer, facts);
    else this.#context.log.warn(event, facts);
  }

  #notTaken({ message, key }: Verified): Promise<Uint8Array> {
    return packAnswer(this.#context, message, key, { 39: OWN_CODES.bankUnavailable });
  }

  /** Of a network message nobody asks why: it changes no money, and there are many. */
  #refuse(verified: Verified, wrong: Wrong): Promise<Uint8Array> {
    const { message, key } = verified;
    return message.mti[1] === NETWORK_CLASS
      ? packAnswer(this.#context, message, key, { 39: wrong.code })
      : refuse(this.#context, verified, wrong);
  }

  #adviceNumbers(now: EpochMs): ReturnType<SaleCards['adviceNumbers']> {
    const { runtime } = this.#context;
    const { stan, transmittedAt } = this.#startedNumbers().next(now);
    return { adviceId: newUlid(runtime.clock, runtime.random), stan, transmittedAt };
  }

  #startedNumbers(): BankNumbers {
    if (this.#numbers === null) throw new Error('Card messages are taken after the start.');
    return this.#numbers;
  }
}

type Judged = (judgement: CardJudgement) => void;

interface VerifiedMessage {
  readonly opened: TakenMessage['card'];
}

const CONTENT_DIFFERS: Wrong = { code: OWN_CODES.duplicate, reason: 'content_differs' };
const MAC_KEY_USED: Wrong = { code: CODES.security, reason: 'mac_key_used' };

/** Second digit of 0800: money moves in other classes, and DE70 stands in none of them. */
const NETWORK_CLASS = '8';

function addressOf(origin: CardOrigin): { readonly address?: string } {
  return origin.kind === 'tcp' ? { address: origin.peer } : {};
}
