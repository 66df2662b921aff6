/** Tells one bank what it is still to be told: strictly in order, one at a time, until each is acknowledged. What it knows is
 *  in the store, so a process that is killed at any point goes on with the same message, as a repeat. */
import { failureName, invariant } from '../../kernel/errors.ts';
import type { CancelTimer } from '../../kernel/time.ts';
import { stepAdvice } from '../../payments/card/advice-machine.ts';
import type { CardDecision } from '../../payments/card/card-events.ts';
import { stepCard } from '../../payments/card/card-machine.ts';
import { conditionOf } from '../../payments/card/card-record.ts';
import { holdLifted } from '../../payments/card/card-undoing.ts';
import { cardChanges } from '../../payments/card/card-unit.ts';
import type { BankAdvice, BankAnswer, BankPort } from '../../payments/card/ports.ts';
import type { AdviceRecord, CardRecord } from '../../payments/card/records.ts';
import type { Change } from '../../payments/ports.ts';
import { logNotes, suppliesOf, tell } from './card-steps.ts';
import { CARD_COMMIT_TRIES_MOST, type CardContext } from './context.ts';

export class AdvicePump {
  readonly #context: CardContext;
  readonly #bank: BankPort;
  #state: 'stopped' | 'idle' | 'working' | 'woken' = 'stopped';
  #cancelTimer: CancelTimer = () => undefined;
  #stopListening: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();
  /** Advices up to here may have been sent by a process before this one, which did not live to say so. */
  #maybeSent = 0;
  /** The bank has come back: what waits for its next try need not wait any longer. */
  #cameUp = false;

  constructor(context: CardContext, bank: BankPort) {
    this.#context = context;
    this.#bank = bank;
  }

  /** Errors  what the store throws */
  async start(): Promise<void> {
    const open = await this.#context.store.cards.advices(this.#bank.bank, 1);
    this.#maybeSent = open[0]?.position ?? 0;
    this.#state = 'idle';
    this.#stopListening = this.#bank.onUp(() => {
      this.#cameUp = true;
      this.wake();
    });
    this.wake();
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancelTimer();
    this.#stopListening();
    await this.#work;
  }

  wake(): void {
    if (this.#state === 'working') this.#state = 'woken';
    if (this.#state !== 'idle') return;
    this.#state = 'working';
    this.#cancelTimer();
    this.#work = this.#drain();
  }

  async #drain(): Promise<void> {
    let waitMs: number | null = null;
    try {
      waitMs = await this.#sendDue();
    } catch (error) {
      const { log, policy } = this.#context;
      log.alarm('card_advice_failed', { bank: this.#bank.bank, error: failureName(error) });
      waitMs = policy.adviceRetryMs;
    }
    if (this.#isStopped()) return;
    const again = this.#state === 'woken';
    this.#state = 'idle';
    if (again) this.wake();
    else {
      const { runtime, policy } = this.#context;
      this.#cancelTimer = runtime.timers.after(waitMs ?? policy.adviceLookEveryMs, () => this.wake());
    }
  }

  /** Sends what is due; answers when the next will be, or null when a new advice or the bank's return is waited for. One that
   *  another process has queued is found by looking. */
  async #sendDue(): Promise<number | null> {
    const { store, policy } = this.#context;
    while (!this.#isStopped() && this.#bank.up) {
      const [advice] = await store.cards.advices(this.#bank.bank, 1);
      if (advice === undefined) return null;
      const waitMs = advice.nextAt - store.now();
      // Longer than any pause there is: the clock was set back since, and the bank is not to wait for it to catch up.
      const clockSetBack = waitMs > policy.adviceRetryMostMs;
      if (waitMs > 0 && !clockSetBack && !this.#cameUp) return waitMs;
      this.#cameUp = false;
      await this.#through(async () => this.#settle(advice, await this.#send(advice)));
    }
    return null;
  }

  #through(work: () => Promise<void>): Promise<void> {
    return this.#context.gates.get(this.#bank.bank)?.through(work) ?? work();
  }

  async #send(advice: AdviceRecord): Promise<BankAnswer> {
    const { bound, log } = this.#context;
    const message = await this.#messageOf(advice);
    const answered = this.#bank.advise(message).catch((error: unknown): BankAnswer => {
      log.alarm('bank_port_threw', { bank: this.#bank.bank, error: failureName(error) });
      return { kind: 'unknown', cause: 'port_threw' };
    });
    return bound.within(answered, (): BankAnswer => ({ kind: 'unknown', cause: 'gateway_bound' }));
  }

  async #messageOf(advice: AdviceRecord): Promise<BankAdvice> {
    const { store } = this.#context;
    const record = await store.cards.card(advice.cardId);
    invariant(record !== null, 'An advice is about a transaction that is there.');
    const about = record.originalId === null ? null : await store.cards.card(record.originalId);
    const original = advice.kind === 'completion' ? about : record;
    const card = record.card ?? about?.card ?? null;
    invariant(
      original?.bankReference != null && record.bankReference !== null,
      'A bank knows what it is told of.',
    );
    invariant(card !== null, 'A transaction that a bank knows has its card.');
    const { bank, rrn } = record.bankReference;
    const mti = advice.kind === 'completion' ? '0220' : '0420';
    return {
      cardId: keptFor(record, about),
      reference: { bank, mti, stan: advice.stan, transmittedAt: advice.transmittedAt, rrn },
      tid: record.identity.tid,
      mid: record.identity.mid,
      merchantName: record.acceptor.name,
      merchantTown: record.acceptor.town,
      categoryCode: record.acceptor.categoryCode,
      amount: record.asked ?? record.amount,
      entryMode: record.entryMode,
      conditionCode: conditionOf(record),
      psn: null,
      emv: advice.emv,
      at: store.now(),
      kind: advice.kind,
      repeat: advice.tries > 0 || advice.position <= this.#maybeSent,
      card,
      original: original.bankReference,
      originalKind: original.kind,
      authCode: original.authCode,
      responseCode: advice.kind === 'reversal' ? answeredCode(record) : null,
      cause: advice.cause,
    };
  }

  /** What the answer comes to, in one commit with what it means for the transaction. */
  async #settle(advice: AdviceRecord, answer: BankAnswer): Promise<void> {
    const { store, log, policy } = this.#context;
    const { bank, kind } = advice;
    for (let tries = 0; tries < CARD_COMMIT_TRIES_MOST; tries += 1) {
      const now = store.now();
      const retry = { retryFirstMs: policy.adviceRetryMs, retryMostMs: policy.adviceRetryMostMs };
      const decision = stepAdvice(advice, answer, now, retry);
      const settled = decision.outcome === 'settled' && kind === 'reversal';
      const beside = settled ? await this.#acknowledged(decision.advice) : null;
      const unit: Change[] = [{ kind: 'advice.put', row: decision.advice }, ...(beside?.changes ?? [])];
      const result = await store.commit(unit);
      if (!result.ok) {
        if (await this.#isEnded(advice)) return;
        continue;
      }
      const facts = { bank, kind, tries: decision.advice.tries, code: decision.advice.responseCode };
      if (decision.outcome === 'refused') log.alarm('card_advice_refused', facts);
      else if (decision.callsForPerson) log.alarm('card_advice_not_acknowledged', facts);
      beside?.committed();
      return;
    }
    throw new Error('An advice kept changing under its writer.');
  }

  /** Persons may have settled it with the bank while it was asked. */
  async #isEnded({ adviceId, cardId, kind }: AdviceRecord): Promise<boolean> {
    const stored = await this.#context.store.cards.matters.adviceOf(cardId, kind);
    return stored?.adviceId !== adviceId || stored.doneAt !== null;
  }

  async #acknowledged({
    cardId,
    responseCode,
  }: AdviceRecord): Promise<{ readonly changes: readonly Change[]; committed(): void }> {
    const { store } = this.#context;
    const record = await store.cards.card(cardId);
    invariant(record !== null, 'An advice is about a transaction that is there.');
    const original = record.originalId === null ? null : await store.cards.card(record.originalId);
    const now = store.now();
    const decision = stepCard(record, { kind: 'reversal_acknowledged' }, now, original);
    const lifted = holdLifted(record, original, responseCode, now);
    const changesOf = (step: CardDecision, before: CardRecord | null) =>
      cardChanges(step, before, suppliesOf(this.#context, step, null), now);
    return {
      changes: [...changesOf(decision, record), ...(lifted === null ? [] : changesOf(lifted, original))],
      committed: () => {
        for (const step of lifted === null ? [decision] : [decision, lifted]) {
          tell(this.#context, step);
          logNotes(this.#context, step);
        }
      },
    };
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }
}

/** Whose id the PAN was kept under: a completion without a card of its own has its original's. */
function keptFor(record: CardRecord, about: CardRecord | null): string {
  if (about === null || record.kind !== 'completion') return record.cardId;
  const [own, theirs] = [record.card?.encrypted, about.card?.encrypted];
  const shared = own === undefined || (theirs !== undefined && Buffer.compare(own, theirs) === 0);
  return shared ? about.cardId : record.cardId;
}

/** DE39 of the original, where the bank's answer to it had come: what was given up unanswered has a code of ours. */
function answeredCode({ responseCode, authCode }: CardRecord): string | null {
  return authCode === null ? null : responseCode;
}
