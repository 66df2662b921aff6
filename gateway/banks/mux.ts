/** Which answer belongs to whom: by class, STAN, terminal and transmission time, never by order, and over whichever
 *  connection it comes. What was answered or given up is remembered for a while, so that a late answer is told from a
 *  duplicate and both from one nobody ever asked for. Another response code than the first is no duplicate: a bank that
 *  approves what it had declined has done something that nobody reckons with. */
import { textOf } from '../iso8583/message.ts';
import type { UnpackedMessage } from '../iso8583/unpacked-message.ts';
import type { Deadlines } from '../kernel/deadlines.ts';
import type { CancelTimer } from '../kernel/time.ts';
import type { Connection } from './connection.ts';

export type LostCause = 'reply_timeout' | 'link_lost' | 'mac_wrong' | 'stopped';

export type Outcome =
  | { readonly kind: 'answer'; readonly message: UnpackedMessage; readonly over: Connection }
  | { readonly kind: 'unknown'; readonly cause: LostCause };

export type Arrival = 'awaited' | 'late' | 'duplicate' | 'strange';

/** Nothing of the message hangs on it once it is over, whoever still holds it. */
interface Waiting {
  readonly over: Connection;
  settle: ((outcome: Outcome) => void) | null;
  cancel: CancelTimer | null;
}

/** Class digit, STAN, DE7 and DE41 (empty in network messages and totals). Joined, it is a text of its own; a sum of texts would
 *  keep its parts, and they the message that they were cut from, for as long as it is remembered. */
export function matchKey(mti: string, stan: string, transmittedAt: string, tid: string): string {
  return [mti.charAt(1), stan, transmittedAt, tid].join('');
}

/** DE39 of the last answer; null of what was given up without one. */
type End = string | null;

function endOf(answer: UnpackedMessage): End {
  return textOf(answer, 39) ?? '';
}

export class Mux {
  readonly #deadlines: Deadlines;
  readonly #outstandingMost: number;
  readonly #rememberedMost: number;
  readonly #waiting = new Map<string, Waiting>();
  /** What ended lately, and before that: half of what may be remembered each. The older half goes as a whole, because a map
   *  whose first entries are taken out one by one has to step over all that are gone. */
  #ended = new Map<string, End>();
  #endedBefore = new Map<string, End>();

  constructor(deadlines: Deadlines, limits: { outstandingMost: number; rememberedMost: number }) {
    this.#deadlines = deadlines;
    this.#outstandingMost = limits.outstandingMost;
    this.#rememberedMost = limits.rememberedMost;
  }

  get outstanding(): number {
    return this.#waiting.size;
  }

  get full(): boolean {
    return this.#waiting.size >= this.#outstandingMost;
  }

  isAwaited(key: string): boolean {
    return this.#waiting.has(key);
  }

  outstandingOver(connection: Connection): number {
    let count = 0;
    for (const { over } of this.#waiting.values()) if (over === connection) count += 1;
    return count;
  }

  /** `settle` is called once. The key must be free and the mux not full. */
  expect(key: string, timeoutMs: number, over: Connection, settle: (outcome: Outcome) => void): void {
    this.#ended.delete(key);
    this.#endedBefore.delete(key);
    const cancel = this.#deadlines.after(timeoutMs, () => {
      this.giveUp(key, 'reply_timeout');
      over.doubt();
    });
    this.#waiting.set(key, { over, settle, cancel });
  }

  /** It never left: forgotten, without an outcome. */
  withdraw(key: string): void {
    this.#taken(key);
  }

  arrival(key: string, message: UnpackedMessage): Arrival {
    if (this.#waiting.has(key)) return 'awaited';
    const ended = (this.#ended.has(key) ? this.#ended : this.#endedBefore).get(key);
    if (ended === undefined) return 'strange';
    const end = endOf(message);
    if (ended === end) return 'duplicate';
    this.#ended.set(key, end);
    return 'late';
  }

  answer(key: string, message: UnpackedMessage, over: Connection): void {
    this.#end(key, endOf(message), { kind: 'answer', message, over });
  }

  giveUp(key: string, cause: LostCause): void {
    this.#end(key, null, { kind: 'unknown', cause });
  }

  /** What was sent over a connection that has gone may still be answered over another, but not for long. */
  connectionLost(connection: Connection, graceMs: number): void {
    const stranded: string[] = [];
    for (const [key, { over }] of this.#waiting) if (over === connection) stranded.push(key);
    if (stranded.length === 0) return;
    this.#deadlines.after(graceMs, () => {
      for (const key of stranded)
        if (this.#waiting.get(key)?.over === connection) this.giveUp(key, 'link_lost');
    });
  }

  giveUpAll(cause: LostCause): void {
    for (const key of [...this.#waiting.keys()]) this.giveUp(key, cause);
  }

  #end(key: string, how: End, outcome: Outcome): void {
    const settle = this.#taken(key);
    if (settle === null) return;
    this.#remember(key, how);
    settle(outcome);
  }

  #taken(key: string): Waiting['settle'] {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return null;
    const { settle, cancel } = waiting;
    cancel?.();
    this.#waiting.delete(key);
    waiting.cancel = null;
    waiting.settle = null;
    return settle;
  }

  #remember(key: string, how: End): void {
    this.#ended.set(key, how);
    if (this.#ended.size * 2 < this.#rememberedMost) return;
    this.#endedBefore = this.#ended;
    this.#ended = new Map();
  }
}
