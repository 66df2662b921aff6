/** Closes the days of one partner bank: at the cut, at the bank's own cut-over where that is agreed, or when an operator wishes.
 *  Counted and durable before it is asked, asked in the same words until it is answered, by whatever process lives then.
 *
 *  It waits until the bank has been told everything and nothing is under way, and the gate is shut for the moments between the
 *  count and the bank's answer. Where that cannot be had within a bound, the day is closed all the same, and marked. */
import { RUB } from '../../kernel/currency.ts';
import { failureName } from '../../kernel/errors.ts';
import type { CancelTimer, EpochMs } from '../../kernel/time.ts';
import { dateBeforeCutOver, dueClose, stepTotals } from '../../payments/card/bank-period.ts';
import type { BankTotalsRecord } from '../../payments/card/bank-totals.ts';
import type { BankPort, TotalsAnswer } from '../../payments/card/ports.ts';
import type { Change } from '../../payments/ports.ts';
import type { CardContext } from './context.ts';

export interface BankDayTerms {
  /** HH:MM in Moscow, before noon for the day before; null where only the bank or an operator closes. */
  readonly cutAt: string | null;
  /** Banks whose cut-over (201) closes the day. */
  readonly cutOverBanks: readonly string[];
}

export class BankDayJob {
  readonly #context: CardContext;
  readonly #bank: BankPort;
  readonly #terms: BankDayTerms;
  #cancelTimer: CancelTimer = () => undefined;
  #stopListening: readonly (() => void)[] = [];
  #work: Promise<void> | null = null;
  #stopped = true;
  #cameUp = false;
  /** For how long quiet has been waited for with the bank there; counted in looks, whatever the clock says. */
  #waitedMs = 0;

  constructor(context: CardContext, bank: BankPort, terms: BankDayTerms) {
    this.#context = context;
    this.#bank = bank;
    this.#terms = terms;
  }

  start(): void {
    this.#stopped = false;
    const { bank } = this.#bank;
    const cutOver = this.#terms.cutOverBanks.includes(bank) ? this.#bank.onCutOver : undefined;
    this.#stopListening = [
      this.#bank.onUp(() => {
        this.#cameUp = true;
        this.#look();
      }),
      cutOver?.call(this.#bank, (date) => this.#wish(date)) ?? (() => undefined),
    ];
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    for (const stop of this.#stopListening) stop();
    this.#gate()?.open();
    await this.#work;
  }

  #wish(newDate: string): void {
    const { store, log } = this.#context;
    const { bank } = this.#bank;
    const settlementDate = dateBeforeCutOver(newDate, store.now());
    const wished = store.commit([
      { kind: 'bank_day.wish', row: { bank, cause: 'cut_over', settlementDate } },
    ]);
    // The cut by the hour comes all the same.
    wished.then(
      () => this.#look(),
      (error: unknown) => log.alarm('card_bank_day_failed', { bank, error: failureName(error) }),
    );
  }

  #look(): void {
    if (this.#stopped || this.#work !== null) return;
    this.#cancelTimer();
    this.#work = this.#workOnce().then(() => {
      this.#work = null;
      if (this.#stopped) return;
      const { runtime, policy } = this.#context;
      this.#cancelTimer = runtime.timers.after(policy.totalsLookEveryMs, () => this.#look());
    });
  }

  async #workOnce(): Promise<void> {
    try {
      if (this.#bank.up) await this.#closeDue();
      else this.#waitedMs = 0;
    } catch (error) {
      const { log } = this.#context;
      log.alarm('card_bank_day_failed', { bank: this.#bank.bank, error: failureName(error) });
    }
  }

  /** A repeat waits for quiet too: where the first one was lost, the bank compares as of this one. */
  async #closeDue(): Promise<void> {
    const { store, policy } = this.#context;
    const { bank } = this.#bank;
    const day = await store.cards.bankDay(bank);
    const now = store.now();
    const again = day.asked.filter((totals) => this.#cameUp || isDue(totals, now, policy.adviceRetryMostMs));
    const due = day.asked.length > 0 ? null : dueClose(day, this.#terms.cutAt, now);
    if (again.length === 0 && due === null) {
      if (day.asked.length === 0) this.#rest();
      return;
    }
    const waited = this.#waitedMs >= policy.totalsSettleWithinMs;
    this.#waitedMs += policy.totalsLookEveryMs;
    if (!waited && (await store.cards.advices(bank, 1)).length > 0) return;
    await this.#inQuiet(async (empty) => {
      const quiet = empty && (await store.cards.openAtBank(bank)) === 0;
      if (!quiet && !waited) return;
      if (due !== null) await this.#count({ ...due, quiet });
      else await this.#noteTries(again);
      this.#cameUp = false;
      await this.#ask(due === null ? again : (await store.cards.bankDay(bank)).asked);
    });
  }

  #rest(): void {
    this.#waitedMs = 0;
    this.#cameUp = false;
  }

  async #count(facts: Pick<BankTotalsRecord, 'cause' | 'settlementDate' | 'quiet'>): Promise<void> {
    const { store, numbers, bins, log } = this.#context;
    const { bank } = this.#bank;
    // What was sold while another table of prefixes held is compared too.
    const sold = await store.cards.currenciesAtBank(bank);
    const currencies = [...new Set([...bins.currenciesOf(bank, RUB), ...sold])].sort();
    const unit = currencies.map((currency): Change => {
      const { stan, transmittedAt } = numbers().next(store.now());
      return { kind: 'bank_totals.close', row: { bank, currency, stan, transmittedAt, ...facts } };
    });
    const result = await store.commit(unit);
    if (result.ok && !facts.quiet) log.alarm('card_bank_day_not_quiet', { bank });
  }

  /** Durable before it goes: whichever of them arrives, what the bank then compares is known. */
  async #noteTries(again: readonly BankTotalsRecord[]): Promise<void> {
    const { store } = this.#context;
    await store.commit(again.map((row): Change => ({ kind: 'bank_totals.try', row })));
  }

  /** All at once: a currency that waited for another's answer would be compared when traffic has gone on. */
  async #ask(totals: readonly BankTotalsRecord[]): Promise<void> {
    await Promise.all(totals.map(async (one) => this.#settle(one, await this.#answerTo(one))));
  }

  async #answerTo(totals: BankTotalsRecord): Promise<TotalsAnswer> {
    const { bound, log } = this.#context;
    const { bank, stan, transmittedAt, settlementDate, currency, ours } = totals;
    const asked = this.#bank
      .totals({ bank, stan, transmittedAt, settlementDate, currency, ...ours })
      .catch((error: unknown): TotalsAnswer => {
        log.alarm('bank_port_threw', { bank, error: failureName(error) });
        return { kind: 'unknown', cause: 'port_threw' };
      });
    return bound.within(asked, (): TotalsAnswer => ({ kind: 'unknown', cause: 'gateway_bound' }));
  }

  async #settle(totals: BankTotalsRecord, answer: TotalsAnswer): Promise<void> {
    const { store, log, policy } = this.#context;
    const retry = { retryFirstMs: policy.adviceRetryMs, retryMostMs: policy.adviceRetryMostMs };
    const ours = await store.cards.bankFigures(totals);
    const decision = stepTotals(totals, answer, ours, store.now(), retry);
    const { countsAsOf } = decision;
    const result = await store.commit([{ kind: 'bank_totals.put', row: decision.totals, countsAsOf }]);
    if (!result.ok) return;
    const { bank, settlementDate: businessDate, tries, responseCode: code } = decision.totals;
    const facts = { bank, businessDate, state: decision.totals.state, kind: totals.currency, tries, code };
    if (countsAsOf !== null) log.warn('card_bank_totals_late', facts);
    else if (decision.callsForPerson) log.alarm('card_bank_totals', facts);
    else log.info('card_bank_totals', facts);
  }

  /** Nothing new goes to the bank meanwhile, for moments at most. */
  async #inQuiet(work: (empty: boolean) => Promise<void>): Promise<void> {
    const gate = this.#gate();
    const empty = (await gate?.shut(this.#context.policy.totalsHoldMostMs)) ?? true;
    try {
      await work(empty);
    } finally {
      gate?.open();
    }
  }

  #gate() {
    return this.#context.gates.get(this.#bank.bank);
  }
}

/** A pause longer than any there is comes of a clock that was set back since. */
function isDue({ nextAt }: BankTotalsRecord, now: EpochMs, pauseMostMs: number): boolean {
  return nextAt <= now || nextAt - now > pauseMostMs;
}
