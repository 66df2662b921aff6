/** Which scenarios apply to a message: those armed by name, durable and counted, and the one a card's configuration names. */
import type { Random } from '../../gateway/kernel/time.ts';
import type { Books } from './books.ts';
import { type Moment, type ScenarioKind, type ScenarioName, scenarioOf } from './scenarios.ts';

/** What to wait for; null means any. */
export interface Arm {
  readonly scenario: ScenarioName;
  readonly mti: Moment | null;
  /** A card's name. */
  readonly card: string | null;
  readonly tid: string | null;
  /** How often it applies; null stands until it is disarmed. */
  readonly times: number | null;
  /** Every how many matching messages. */
  readonly every: number;
  /** Of the messages that match, in millionths, drawn from the bank's own randomness. */
  readonly chance: number;
  readonly delayMs: number | null;
}

export const ANY: Omit<Arm, 'scenario'> = {
  mti: null,
  card: null,
  tid: null,
  times: 1,
  every: 1,
  chance: 1_000_000,
  delayMs: null,
};

export interface Chosen {
  readonly name: ScenarioName;
  readonly delayMs: number | null;
}

export type Choice = ReadonlyMap<ScenarioKind, Chosen>;

export const NOTHING_CHOSEN: Choice = new Map();

export interface Circumstance {
  readonly mti: Moment;
  readonly card: string | null;
  readonly cardScenario: ScenarioName | null;
  readonly tid: string;
  /** Whether it was answered before: a repeat gets that answer, and uses up no scenario of another. */
  readonly repeated: () => boolean;
}

interface Held {
  readonly id: bigint;
  readonly arm: Arm;
  left: number | null;
  seen: number;
}

export class Arming {
  readonly #books: Books;
  readonly #random: Random;
  #held: Held[] | null = null;

  constructor(books: Books, random: Random) {
    this.#books = books;
    this.#random = random;
  }

  reload(): void {
    this.#held = null;
  }

  arm(arm: Arm): number {
    const result = this.#books
      .sql('INSERT INTO armed (arm, left_over) VALUES (?, ?)')
      .run(JSON.stringify(arm), arm.times);
    this.#held = null;
    return Number(result.lastInsertRowid);
  }

  /** All of them, or one. */
  disarm(id: number | null = null): void {
    this.#books.sql('DELETE FROM armed WHERE ? IS NULL OR id = ?').run(id, id);
    this.#held = null;
  }

  armed(): readonly (Arm & { readonly id: number; readonly left: number | null })[] {
    return this.#all().map(({ id, arm, left }) => ({ ...arm, id: Number(id), left }));
  }

  /** At most one of each kind; what is chosen is counted down. */
  choose(at: Circumstance): Choice {
    const all = this.#all();
    if (all.length === 0 && at.cardScenario === null) return NOTHING_CHOSEN;
    const choice = new Map<ScenarioKind, Chosen>();
    for (const held of all) {
      const { kind } = scenarioOf(held.arm.scenario);
      if (choice.has(kind) || !fits(held.arm, at)) continue;
      if ((kind === 'answer' && at.repeated()) || !this.#comesUp(held)) continue;
      choice.set(kind, { name: held.arm.scenario, delayMs: held.arm.delayMs });
      this.#countDown(held);
    }
    const own = at.cardScenario === null ? null : scenarioOf(at.cardScenario);
    if (at.cardScenario !== null && own?.moments.includes(at.mti) && !choice.has(own.kind))
      choice.set(own.kind, { name: at.cardScenario, delayMs: null });
    return choice;
  }

  #comesUp(held: Held): boolean {
    held.seen += 1;
    if (held.seen % held.arm.every !== 0) return false;
    if (held.arm.chance >= 1_000_000) return true;
    const [a = 0, b = 0, c = 0, d = 0] = this.#random.bytes(4);
    return ((a * 256 + b) * 65_536 + c * 256 + d) % 1_000_000 < held.arm.chance;
  }

  #countDown(held: Held): void {
    if (held.left === null) return;
    held.left -= 1;
    if (held.left > 0) this.#books.sql('UPDATE armed SET left_over = ? WHERE id = ?').run(held.left, held.id);
    else {
      this.#books.sql('DELETE FROM armed WHERE id = ?').run(held.id);
      this.#held = this.#all().filter((each) => each !== held);
    }
  }

  #all(): Held[] {
    if (this.#held !== null) return this.#held;
    const rows = this.#books.sql('SELECT id, arm, left_over FROM armed ORDER BY id').all() as {
      id: bigint;
      arm: string;
      left_over: bigint | null;
    }[];
    this.#held = rows.map((row) => ({
      id: row.id,
      arm: JSON.parse(row.arm) as Arm,
      left: row.left_over === null ? null : Number(row.left_over),
      seen: 0,
    }));
    return this.#held;
  }
}

function fits(arm: Arm, at: Circumstance): boolean {
  return (
    scenarioOf(arm.scenario).moments.includes(at.mti) &&
    (arm.mti === null || arm.mti === at.mti) &&
    (arm.card === null || arm.card === at.card) &&
    (arm.tid === null || arm.tid === at.tid)
  );
}
