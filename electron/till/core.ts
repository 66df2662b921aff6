/** The middle of the till: one state, one journal, one transition at a time.
 *
 *  A transition runs to its end inside one journal transaction. What it wants done in the world (a request, a print) it
 *  hands in as an effect, and effects start only after the commit. If the commit fails, the state is the one before. */

import type { ErrorFacts } from '../../gateway/kernel/errors.ts';
import { newUlid } from '../../gateway/kernel/identifiers.ts';
import type { CancelTimer, EpochMs } from '../../gateway/kernel/time.ts';
import { localTime } from '../../gateway/kernel/time.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { NoticeView } from '../contract/view.ts';
import type { Journal } from '../journal/journal.ts';
import type { ShopDetails } from '../receipt/shop.ts';
import type { StaffRecord } from '../shift/staff.ts';
import type { CardDesk } from './cards/desk.ts';
import { Refusal } from './refusal.ts';
import { INITIAL_STATE, type TillState } from './state.ts';
import type { TillWorld } from './till.ts';

export interface TillParts extends TillWorld {
  readonly journal: Journal;
  readonly catalogue: Catalogue;
  readonly staff: readonly StaffRecord[];
  readonly shop: ShopDetails;
}

/** A refusal whose writes stand: a wrong PIN must be counted although the command fails. */
export class CountedRefusal extends Refusal {}

export class TillCore {
  readonly parts: TillParts;
  readonly journal: Journal;
  revision = 0;
  /** Null where the counter takes no cards. */
  cards: CardDesk | null = null;
  stopped = false;
  #state: TillState = INITIAL_STATE;
  #effects: (() => void)[] = [];
  #running = false;
  #deciding = false;
  readonly #waiting: (() => void)[] = [];
  readonly #timers = new Map<string, CancelTimer>();
  #onChanged: () => void;

  constructor(parts: TillParts, onChanged: () => void) {
    this.parts = parts;
    this.journal = parts.journal;
    this.#onChanged = onChanged;
  }

  get state(): TillState {
    return this.#state;
  }

  now(): EpochMs {
    return this.parts.runtime.clock.now();
  }

  businessDate(): string {
    return localTime(this.now(), this.parts.policy.utcOffsetMinutes).date;
  }

  newId(): string {
    return newUlid(this.parts.runtime.clock, this.parts.runtime.random);
  }

  set(change: Partial<TillState>): void {
    this.#state = { ...this.#state, ...change };
    this.touch();
  }

  /** The view changed though the state did not: time passed a line that the screen draws. */
  touch(): void {
    this.revision += 1;
    this.#onChanged();
  }

  notice(tone: NoticeView['tone'], code: string, facts: ErrorFacts = {}): void {
    const noticesMade = this.#state.noticesMade + 1;
    this.set({ noticesMade, notice: { noticeId: noticesMade, tone, code, facts } });
  }

  /** Done after the transition is durable, and not at all if it fails. */
  effect(run: () => void): void {
    this.#effects.push(run);
  }

  /** Runs a transition now, or behind the one that is running. */
  enqueue(run: () => void): void {
    if (this.stopped) return;
    this.#waiting.push(run);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    } finally {
      this.#running = false;
    }
  }

  /** One transition. Errors  what it refuses with, JOURNAL_FAILED; then nothing has happened */
  transact<T>(act: () => T): T {
    const before = this.#state;
    this.#effects = [];
    this.#deciding = true;
    let counted: CountedRefusal | null = null;
    let result: T | undefined;
    try {
      this.journal.write(() => {
        try {
          result = act();
        } catch (error) {
          if (!(error instanceof CountedRefusal)) throw error;
          counted = error;
        }
      });
    } catch (error) {
      this.#effects = [];
      this.#state = before;
      this.touch();
      throw error;
    } finally {
      this.#deciding = false;
    }
    if (counted !== null) throw counted;
    const effects = this.#effects;
    this.#effects = [];
    for (const run of effects) this.#carryOut(run);
    return result as T;
  }

  /** What was decided stands, so one effect that fails is told and the others still run. */
  #carryOut(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.notice('warning', 'INTERNAL', refusalFacts(error));
    }
  }

  /** A transition nobody waits for: an answer, a timer, a device. What it refuses with is shown. */
  happen(act: () => void, onFailure?: () => void): void {
    this.enqueue(() => {
      try {
        this.transact(act);
      } catch (error) {
        this.notice('warning', error instanceof Refusal ? error.code : 'INTERNAL', refusalFacts(error));
        onFailure?.();
      }
    });
  }

  /** One timer a name; arming it again replaces it. Within a transition both wait for its commit, like any effect: a
   *  transition that failed must leave the timers of the state that stays. */
  arm(name: string, delayMs: number, run: () => void): void {
    if (this.#deciding) {
      this.effect(() => this.arm(name, delayMs, run));
      return;
    }
    this.disarm(name);
    if (this.stopped) return;
    const cancel = this.parts.runtime.timers.after(Math.max(0, delayMs), () => {
      this.#timers.delete(name);
      if (!this.stopped) run();
    });
    this.#timers.set(name, cancel);
  }

  disarm(name: string): void {
    if (this.#deciding) {
      this.effect(() => this.disarm(name));
      return;
    }
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#waiting.length = 0;
  }
}

export function refusalFacts(error: unknown): ErrorFacts {
  if (error instanceof Refusal) return error.facts;
  return { name: error instanceof Error ? error.name : 'unknown' };
}

/** The member of staff who is signed in. Errors  COMMAND_NOT_ALLOWED_HERE */
export function cashierOf(core: TillCore): StaffRecord {
  const { cashier } = core.state;
  if (cashier === null) throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { screen: 'sign_in' });
  return cashier;
}
