/** The bank's process of the played days, in this process: the same parts over the same database and folders, with the world's
 *  clock. While it works the world's time stands still, because disks have a time of their own. */

import { readBankConfig } from '../../gateway/bank-config.ts';
import { type BankContext, roundJobs } from '../../gateway/bank-context.ts';
import { type OpenedBank, openBank } from '../../gateway/bank-process.ts';
import type { RateSet } from '../../gateway/fx/rate-set.ts';
import { CNY } from '../../gateway/kernel/currency.ts';
import type { Log } from '../../gateway/kernel/log.ts';
import { type Money, money } from '../../gateway/kernel/money.ts';
import type { EpochMs, Random, Runtime } from '../../gateway/kernel/time.ts';
import type { Transfer } from '../../gateway/ledger/transfer.ts';
import { approveCycle } from '../../gateway/run/day/approve.ts';
import { dayRound } from '../../gateway/run/day/bank-day.ts';
import { heldOf, positionNow } from '../../gateway/run/day/fx-position.ts';
import { type ReconReport, reconcileAll } from '../../gateway/run/day/reconcile.ts';
import { approveResolution, proposeResolution } from '../../gateway/run/day/resolve.ts';
import { type CurrencySale, sellCurrency } from '../../gateway/run/day/sell-currency.ts';
import type { ExceptionRecord } from '../../gateway/settlement/contract.ts';
import { rateTables } from '../../gateway/store/sqlite/rate-tables.ts';

const CHECKER = 'boris';
/** Who looks into exceptions, and who lets them be booked. */
const LOOKS_INTO = 'anna';

export interface Tally {
  rounds: number;
  filesIn: number;
  filesRefused: number;
  leavesLogged: number;
}

export class BankSide {
  readonly tally: Tally = { rounds: 0, filesIn: 0, filesRefused: 0, leavesLogged: 0 };
  /** Jobs that failed, and whatever was an alarm. */
  readonly alarms: string[] = [];
  readonly #opened: OpenedBank;

  private constructor(opened: OpenedBank, alarms: string[]) {
    this.#opened = opened;
    this.alarms = alarms;
  }

  static async open(configFile: string, world: { now(): EpochMs; random: Random }): Promise<BankSide> {
    const alarms: string[] = [];
    const log: Log = {
      info: () => undefined,
      warn: () => undefined,
      alarm: (event, facts) => void alarms.push(`${event} ${JSON.stringify(facts)}`),
    };
    const runtime: Runtime = {
      clock: { now: () => world.now() },
      random: world.random,
      timers: {
        after: (_delayMs, run) => {
          const immediate = setImmediate(run);
          return () => clearImmediate(immediate);
        },
      },
    };
    const parts = { runtime, log, defer: setImmediate, progress: () => undefined };
    return new BankSide(await openBank(readBankConfig(configFile), parts), alarms);
  }

  get context(): BankContext {
    return this.#opened.context;
  }

  get db(): OpenedBank['db'] {
    return this.#opened.db;
  }

  close(): Promise<void> {
    return this.#opened.close();
  }

  /** As the gateway does when a daily file has come. */
  keepRates(set: RateSet): void {
    rateTables(this.db).addSet(set);
  }

  async round(): Promise<void> {
    const { imported } = await dayRound(this.context, roundJobs(this.context));
    const { tally } = this;
    tally.rounds += 1;
    tally.filesIn += imported.filter(({ result }) => result === 'imported').length;
    tally.filesRefused += imported.filter(({ result }) => result === 'refused').length;
    tally.leavesLogged += (await this.#opened.logWriter?.writeAll()) ?? 0;
  }

  /** A second person lets every calculated cycle be paid. */
  async approveAll(butOf: readonly string[] = []): Promise<void> {
    for (const cycle of await this.context.store.cycles({ states: ['CALCULATED'] })) {
      if (!butOf.includes(cycle.partner)) await approveCycle(this.context, cycle, CHECKER);
    }
  }

  async post(...transfers: readonly Transfer[]): Promise<void> {
    for (const transfer of transfers) {
      const result = await this.context.store.commit([{ kind: 'transfer.ensure', transfer }]);
      if (!result.ok) throw new Error(`${transfer.transferId} was refused: ${result.refusal.reason}.`);
    }
  }

  /** Yuan of the position that may be sold. */
  async held(): Promise<Money> {
    const { store, limits } = this.context;
    const { balances } = await positionNow(store, limits.foldMost);
    if (balances.every(({ currency }) => currency !== CNY)) return money(0n, CNY);
    return heldOf(balances, CNY).held;
  }

  async sell(sale: CurrencySale): Promise<void> {
    await sellCurrency(this.context, sale);
  }

  reconcile(): Promise<ReconReport> {
    return reconcileAll(this.context);
  }

  openExceptions(): Promise<readonly ExceptionRecord[]> {
    return this.context.store.exceptions({ states: ['open'] });
  }

  /** Payments that came back go out again by two persons. */
  async orderReturned(): Promise<void> {
    const { store } = this.context;
    for (const { exceptionId } of await store.payoutsAgain({ states: ['RETURNED'] })) {
      const exception = await store.exception(exceptionId);
      if (exception !== null) await this.end(exception, 'the account is open again');
    }
  }

  /** One person says why, another lets it be booked. */
  async end(exception: ExceptionRecord, reason: string): Promise<ExceptionRecord> {
    await proposeResolution(this.context, exception.exceptionId, LOOKS_INTO, reason);
    return approveResolution(this.context, exception.exceptionId, CHECKER);
  }
}
