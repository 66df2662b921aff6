/** Which scenarios apply to a call: those armed by name (durable, counted), then those a fault plan draws by chance. */
import type { Random } from '../../gateway/kernel/time.ts';
import type { Books } from './books.ts';
import {
  type Moment,
  SCENARIO_NAMES,
  type ScenarioKind,
  type ScenarioName,
  scenarioOf,
} from './scenarios.ts';

/** Chances for random worlds, in millionths per call. A scenario that is not named never happens by itself. */
export interface FaultPlan {
  readonly chances: Readonly<Partial<Record<ScenarioName, number>>>;
  /** A delay that a drawn scenario takes, from and to, milliseconds. */
  readonly delayMs: readonly [from: number, to: number];
}

export const NO_FAULTS: FaultPlan = { chances: {}, delayMs: [0, 0] };

/** What to wait for. Null means any. */
export interface Arm {
  readonly scenario: ScenarioName;
  readonly method: Moment | null;
  readonly outTradeNo: string | null;
  readonly buyerId: string | null;
  /** How many times it applies. */
  readonly times: number;
  readonly delayMs: number | null;
}

export interface Chosen {
  readonly name: ScenarioName;
  readonly delayMs: number | null;
}

export type Choice = ReadonlyMap<ScenarioKind, Chosen>;

interface ArmRow {
  id: number;
  scenario: ScenarioName;
  method: Moment | null;
  out_trade_no: string | null;
  buyer_id: string | null;
  remaining: number;
  delay_ms: number | null;
}

export class Arming {
  plan: FaultPlan;
  readonly #books: Books;
  readonly #random: Random;

  constructor(books: Books, random: Random, plan: FaultPlan) {
    this.#books = books;
    this.#random = random;
    this.plan = plan;
  }

  arm(arm: Arm): number {
    const result = this.#books
      .sql(
        'INSERT INTO armed (scenario, method, out_trade_no, buyer_id, remaining, delay_ms) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(arm.scenario, arm.method, arm.outTradeNo, arm.buyerId, arm.times, arm.delayMs);
    return Number(result.lastInsertRowid);
  }

  armed(): readonly Arm[] {
    return this.#rows().map((row) => ({
      scenario: row.scenario,
      method: row.method,
      outTradeNo: row.out_trade_no,
      buyerId: row.buyer_id,
      times: row.remaining,
      delayMs: row.delay_ms,
    }));
  }

  disarm(): void {
    this.#books.sql('DELETE FROM armed').run();
  }

  /** Draws at most one scenario of each kind and counts it down. */
  choose(moment: Moment, outTradeNo: string | null, buyerId: string | null): Choice {
    const choice = new Map<ScenarioKind, Chosen>();
    for (const row of this.#rows()) {
      const kind = scenarioOf(row.scenario).kind;
      if (choice.has(kind) || !applies(row, moment, outTradeNo, buyerId)) continue;
      choice.set(kind, { name: row.scenario, delayMs: row.delay_ms });
      this.#countDown(row);
    }
    for (const name of SCENARIO_NAMES) this.#draw(name, moment, choice);
    return choice;
  }

  #draw(name: ScenarioName, moment: Moment, choice: Map<ScenarioKind, Chosen>): void {
    const chance = this.plan.chances[name];
    const scenario = scenarioOf(name);
    if (chance === undefined || choice.has(scenario.kind) || !scenario.moments.includes(moment)) return;
    if (this.#below(1_000_000) >= chance) return;
    const [from, to] = this.plan.delayMs;
    choice.set(scenario.kind, { name, delayMs: from + this.#below(Math.max(1, to - from)) });
  }

  #below(limit: number): number {
    const bytes = this.#random.bytes(6);
    let value = 0;
    for (const byte of bytes) value = value * 256 + byte;
    return value % limit;
  }

  #countDown(row: ArmRow): void {
    if (row.remaining <= 1) this.#books.sql('DELETE FROM armed WHERE id = ?').run(row.id);
    else this.#books.sql('UPDATE armed SET remaining = remaining - 1 WHERE id = ?').run(row.id);
  }

  #rows(): readonly ArmRow[] {
    return this.#books.sql('SELECT * FROM armed ORDER BY id').all() as ArmRow[];
  }
}

function applies(row: ArmRow, moment: Moment, outTradeNo: string | null, buyerId: string | null): boolean {
  return (
    scenarioOf(row.scenario).moments.includes(moment) &&
    (row.method === null || row.method === moment) &&
    (row.out_trade_no === null || row.out_trade_no === outTradeNo) &&
    (row.buyer_id === null || row.buyer_id === buyerId)
  );
}
