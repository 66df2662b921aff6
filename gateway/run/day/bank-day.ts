/** The bank's day as one round of jobs, and the timer that makes rounds. Each job takes what is in the state it begins from, so
 *  a round that was cut off is taken up by the next one, wherever it was. */
import { AmurError, failureName } from '../../kernel/errors.ts';
import type { CancelTimer } from '../../kernel/time.ts';
import type { CycleRecord, CycleState, PayoutAgain } from '../../settlement/contract.ts';
import { calculateCycle, readTotals, SYSTEM_MAKER } from './calculate.ts';
import { closeCycle } from './close.ts';
import { confirmCycle } from './confirm.ts';
import type { DayContext } from './context.ts';
import { cutCycle, cyclesToCut, openCycles } from './cut.ts';
import { type ImportOutcome, importFiles } from './import.ts';
import { bookReturns, confirmAgain, sendAgain } from './payout-again.ts';
import { sendCycle } from './send.ts';

/** Work of another room that belongs to a round: reconciliation after the import, revaluation. */
export type RoundJob = () => Promise<unknown>;

export interface RoundJobs {
  /** After the files were taken in and before cycles are confirmed and closed. */
  readonly afterImport: readonly RoundJob[];
}

export interface RoundResult {
  readonly cut: number;
  readonly calculated: number;
  readonly sent: number;
  readonly imported: readonly ImportOutcome[];
  readonly confirmed: number;
  readonly closed: number;
  /** Cycles, or jobs, that failed; each has been logged and is tried again in the next round. */
  readonly failed: number;
}

/** One round. Approval is a person's and not in it. A failure of one cycle keeps no other from its way. */
export async function dayRound(context: DayContext, jobs: RoundJobs): Promise<RoundResult> {
  const round = new Round(context);
  await round.attempt('open', '', () => openCycles(context));
  const due = await cyclesToCut(context);
  const cut = await round.each('cut', due, (cycle) => cutCycle(context, cycle));
  const wasCut = await context.store.cycles({ states: ['CUT'] });
  const totals = await round.attempt('read', '', () => readTotals(context, wasCut));
  const calculated = await round.each('calculate', wasCut, (cycle) =>
    calculateCycle(context, cycle, SYSTEM_MAKER, totals?.get(cycle.cycleId)),
  );
  const sent = await round.inState('send', 'APPROVED', (cycle) => sendCycle(context, cycle));
  await round.payouts('send', 'ORDERED', (again) => sendAgain(context, again));
  const imported = (await round.attempt('import', '', () => importFiles(context))) ?? [];
  for (const job of jobs.afterImport) await round.attempt('after_import', '', job);
  const confirmed = await round.inState('confirm', 'SENT', (cycle) => confirmCycle(context, cycle));
  await round.payouts('confirm', 'SENT', (again) => confirmAgain(context, again));
  await round.attempt('returns', '', () => bookReturns(context));
  const closed = await round.inState('close', 'CONFIRMED', (cycle) => closeCycle(context, cycle));
  return { cut, calculated, sent, imported, confirmed, closed, failed: round.failed };
}

class Round {
  failed = 0;
  readonly #context: DayContext;

  constructor(context: DayContext) {
    this.#context = context;
  }

  async inState(
    job: string,
    state: CycleState,
    step: (cycle: CycleRecord) => Promise<CycleRecord>,
  ): Promise<number> {
    return this.each(job, await this.#context.store.cycles({ states: [state] }), step);
  }

  /** Payments that came back and were ordered again. */
  async payouts(
    job: string,
    state: PayoutAgain['state'],
    step: (again: PayoutAgain) => Promise<PayoutAgain>,
  ): Promise<void> {
    for (const again of await this.#context.store.payoutsAgain({ states: [state] })) {
      await this.attempt(job, again.orderId, () => step(again));
    }
  }

  /** How many went on to another state. */
  async each(
    job: string,
    cycles: readonly CycleRecord[],
    step: (cycle: CycleRecord) => Promise<CycleRecord>,
  ): Promise<number> {
    let moved = 0;
    for (const cycle of cycles) {
      const after = await this.attempt(job, cycle.cycleId, () => step(cycle));
      if (after !== null && after.state !== cycle.state) moved += 1;
    }
    return moved;
  }

  async attempt<T>(job: string, name: string, run: () => Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      if (isHalted(error)) throw error;
      this.failed += 1;
      this.#context.log.alarm('day_job_failed', { kind: job, name, error: failureName(error) });
      return null;
    }
  }
}

function isHalted(error: unknown): boolean {
  return error instanceof AmurError && error.code === 'CYCLE_WORK_HALTED';
}

export class BankDay {
  readonly #context: DayContext;
  readonly #halt = new AbortController();
  readonly #jobs: RoundJobs;
  readonly #everyMs: number;
  #stopped = true;
  #cancel: CancelTimer = () => undefined;
  #round: Promise<unknown> = Promise.resolve();

  /** A new round begins `everyMs` after the last one ended. */
  constructor(context: DayContext, jobs: RoundJobs, everyMs: number) {
    this.#context = { ...context, halt: this.#halt.signal };
    this.#jobs = jobs;
    this.#everyMs = everyMs;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#later(0);
  }

  /** Work under way is left at its next part; the next start takes it up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#halt.abort();
    this.#cancel();
    await this.#round;
  }

  #later(delayMs: number): void {
    this.#cancel = this.#context.runtime.timers.after(delayMs, () => {
      this.#round = this.#run();
    });
  }

  async #run(): Promise<void> {
    try {
      await dayRound(this.#context, this.#jobs);
    } catch (error) {
      if (!isHalted(error)) this.#context.log.alarm('day_round_failed', { error: failureName(error) });
    }
    if (!this.#stopped) this.#later(this.#everyMs);
  }
}
