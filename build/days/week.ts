/** The played days: shops sell over the real gateway on virtual time, the bank's day runs beside it over the same database,
 *  and the wallet, the card banks and the house bank do what they do around it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { RateBoard } from '../../gateway/fx/rate-board.ts';
import { CNY, RUB } from '../../gateway/kernel/currency.ts';
import { money } from '../../gateway/kernel/money.ts';
import { CalendarBook } from '../../gateway/settlement/calendar.ts';
import { SHIPPED_CALENDARS } from '../../gateway/settlement/calendar-data.ts';
import type { ClearingDefect } from '../../simulators/bank/clearing-file.ts';
import { Census } from '../../test/sim/census.ts';
import { rateFile } from '../../test/sim/rates.ts';
import { makeKeys } from '../../test/sim/run.ts';
import { newTally } from '../../test/sim/weather.ts';
import { SimWorld } from '../../test/sim/world.ts';
import { CHARITIES, OUR_ACCOUNTS } from '../bank-day-config.ts';
import { BankSide } from './bank-side.ts';
import { dayAfter, FIRST_DAY, isOpen, moscow } from './days.ts';
import { Disputes } from './disputes.ts';
import { Outside } from './outside.ts';
import { DISPUTED_SHOP, MIDS, merchants, writeBankFolder } from './parties.ts';

const GOODS = join(import.meta.dirname, '../../electron/catalogue/sample/goods.csv');
const HOUR = 3_600_000;
/** Roubles for a yuan, in ten-thousandths, day by day. */
const YUAN = [112_726, 113_410, 112_155, 114_020, 113_377, 115_016, 114_480, 113_902];
/** The bank buys yuan below the official rate. */
const BANK_MARGIN_BP = 40n;
const SOLD_AT_ONCE_MINOR = 100_00n;

export interface WeekOptions {
  readonly directory: string;
  readonly seed: number;
  /** Of each shop on a business day; on other days a third of it. */
  readonly salesPerDay: number;
}

/** What a day has that others have not. */
export interface Happening {
  /** A customer disputes an earlier sale. */
  readonly dispute?: boolean;
  /** A partner's payment comes back from its bank, and is ordered again. */
  readonly payoutBack?: boolean;
  /** Faults in the card bank's clearing file. */
  readonly clearing?: readonly ClearingDefect[];
  /** After the morning's files were put in and before they are read. */
  readonly delivered?: () => void | Promise<void>;
  /** When the shops have sold, before the house bank's day. */
  readonly sold?: () => void | Promise<void>;
  /** When the shops sell, instead of twice a day: times of Moscow from 10:20 on, an hour apart or more. */
  readonly opens?: readonly string[];
  /** Partner banks whose payouts nobody signs this evening. */
  readonly unsigned?: readonly string[];
}

export class Week {
  readonly world: SimWorld;
  readonly bank: BankSide;
  readonly outside: Outside;
  readonly calendars = new CalendarBook(SHIPPED_CALENDARS);
  readonly directory: string;
  readonly #options: WeekOptions;
  readonly #disputes: Disputes;
  #yuan: number;
  #rates = 1;

  private constructor(options: WeekOptions, world: SimWorld, bank: BankSide) {
    this.#options = options;
    this.directory = options.directory;
    this.world = world;
    this.bank = bank;
    this.#yuan = YUAN[0] ?? 0;
    this.#disputes = new Disputes(bank, MIDS[DISPUTED_SHOP]);
    this.outside = new Outside({
      directory: options.directory,
      now: () => world.time.now(),
      calendars: this.calendars,
      wallet: () => present(world.wallet.open),
      cardBanks: world.banks.map((host) => ({
        name: host.plan.bank,
        desk: () => present(host.open).desk,
      })),
      firstDay: FIRST_DAY,
    });
  }

  static async open(options: WeekOptions): Promise<Week> {
    const { directory, seed } = options;
    mkdirSync(join(directory, 'rates'), { recursive: true, mode: 0o700 });
    const config = writeBankFolder(directory);
    const firstRates = rateFile(FIRST_DAY, YUAN[0] ?? 0);
    const world = await SimWorld.open({
      ...{ seed, tills: MIDS.length, keys: makeKeys(), goodsCsv: readFileSync(GOODS, 'utf8') },
      ...{ breakage: {}, census: new Census(), tally: newTally() },
      play: {
        startAt: moscow(FIRST_DAY, '08:00'),
        merchants: merchants(),
        charities: CHARITIES,
        gatewayDb: new Database(join(directory, 'gateway.sqlite')),
        rateFile: firstRates,
      },
    });
    const bank = await BankSide.open(config, {
      now: () => world.time.now(),
      random: world.time.random.fork(),
    });
    const week = new Week(options, world, bank);
    week.#keepRates(FIRST_DAY, firstRates);
    await bank.round();
    week.#tillsRestUntil(FIRST_DAY, '10:15');
    return week;
  }

  async close(): Promise<void> {
    await this.bank.close();
    this.outside.houseDb.close();
    this.world.close();
  }

  /** One day on the calendar, from the morning's files to the evening's cut. `sales` of each shop. */
  async day(today: string, sales: readonly number[], happens: Happening = {}): Promise<void> {
    await this.#until(today, '08:00');
    this.#publishRates(today);
    const dispute = happens.dispute === true ? await this.#disputes.open(today) : undefined;
    if (dispute === undefined) await this.#disputes.accept(today);
    this.outside.walletDelivers(today);
    this.outside.cardBanksDeliver(today, happens.clearing ?? [], dispute);
    await happens.delivered?.();
    await this.bank.round();
    await this.#disputes.book();
    if (happens.opens !== undefined) await this.#sellAt(today, sales, happens.opens);
    else if (sales.some((most) => most > 0)) await this.#sell(today, sales);
    else this.#tillsRestUntil(dayAfter(today, 1), '10:15');
    await happens.sold?.();
    await this.#houseBank(today, happens.payoutBack === true);
    await this.#until(today, '21:10');
    // Cut and calculated; approved by a second person; and sent.
    await this.bank.round();
    await this.bank.approveAll(happens.unsigned);
    await this.bank.round();
    await this.#until(today, '23:30');
    await this.world.gateway.closeBankDays();
    await this.#until(today, '23:55');
    for (const host of this.world.banks) present(host.open).cutOver(dayAfter(today, 1));
    await this.#until(dayAfter(today, 1), '00:20');
  }

  /** What each shop sells on such a day. */
  usualSales(today: string): readonly number[] {
    const { salesPerDay } = this.#options;
    const most = isOpen('ru.payments', today, this.calendars) ? salesPerDay : Math.ceil(salesPerDay / 3);
    return MIDS.map(() => most);
  }

  async #sell(today: string, sales: readonly number[]): Promise<void> {
    const morning = sales.map((most) => Math.ceil(most / 2));
    await this.#until(today, '10:30');
    await this.world.calmDay(morning, 4 * HOUR);
    this.#tillsRestUntil(today, '15:15');
    await this.#until(today, '15:30');
    await this.world.calmDay(
      sales.map((most, index) => most - (morning[index] ?? 0)),
      2 * HOUR,
    );
    this.#tillsRestUntil(dayAfter(today, 1), '10:15');
    await this.#until(today, '17:45');
  }

  /** A part of the sales at each of the times. */
  async #sellAt(today: string, sales: readonly number[], opens: readonly string[]): Promise<void> {
    for (const [index, time] of opens.entries()) {
      await this.#until(today, time);
      const share = (most: number, parts: number) => Math.floor((most * parts) / opens.length);
      await this.world.calmDay(
        sales.map((most) => share(most, index + 1) - share(most, index)),
        HOUR / 2,
      );
      const next = opens[index + 1];
      if (next === undefined) this.#tillsRestUntil(dayAfter(today, 1), '10:15');
      else this.#tillsRestUntil(today, next);
    }
  }

  async #houseBank(today: string, payoutBack: boolean): Promise<void> {
    await this.#until(today, '18:00');
    this.outside.houseFetches();
    this.outside.houseDay(today);
    if (payoutBack) await this.#payoutComesBack(today);
    if (isOpen('ru.payments', today, this.calendars)) await this.#sellYuan(today);
    this.outside.houseStates(today);
    await this.bank.round();
    await this.bank.orderReturned();
  }

  /** The last payment that had left before today, in yuan where there is one. */
  async #payoutComesBack(today: string): Promise<void> {
    const cycles = await this.bank.context.store.cycles({ states: ['CONFIRMED', 'CLOSED'] });
    const paid = cycles.filter(({ outcome, net }) => outcome === 'pay' && net !== null);
    const last = paid.findLast(({ currency }) => currency === CNY) ?? paid.at(-1);
    if (last?.net == null) return;
    const currency = last.net.currency === CNY ? 'CNY' : 'RUB';
    this.outside.bringBack(today, { id: last.cycleId, minor: last.net.amountMinor, currency });
  }

  async #sellYuan(today: string): Promise<void> {
    const held = await this.bank.held();
    const soldMinor = ((held.amountMinor * 8n) / 10n / SOLD_AT_ONCE_MINOR) * SOLD_AT_ONCE_MINOR;
    if (soldMinor <= 0n) return;
    const boughtMinor = (soldMinor * BigInt(this.#yuan) * (10_000n - BANK_MARGIN_BP)) / 100_000_000n;
    const deal = `FX-${today.replaceAll('-', '')}`;
    const { CNY: from, RUB: to } = OUR_ACCOUNTS;
    const booked = this.outside.house.exchange(today, {
      ...{ number: deal, from, fromMinor: soldMinor, to, toMinor: boughtMinor },
    });
    if (booked === null) return;
    await this.bank.sell({
      ...{ deal, sold: money(soldMinor, CNY), bought: money(boughtMinor, RUB) },
      ...{ nostro: from, nostroBought: to, businessDate: today },
    });
  }

  /** The Bank of Russia sets a rate on each of its working days, for the day after. */
  #publishRates(today: string): void {
    if (today === FIRST_DAY || !isOpen('ru.payments', dayAfter(today, -1), this.calendars)) return;
    this.#yuan = YUAN[this.#rates % YUAN.length] ?? this.#yuan;
    this.#rates += 1;
    const file = rateFile(today, this.#yuan);
    this.world.publishRates(file);
    this.#keepRates(today, file);
  }

  #keepRates(today: string, file: Uint8Array): void {
    writeFileSync(join(this.#options.directory, 'rates', `XML_daily_${today}.xml`), file, { mode: 0o600 });
    const { clock } = this.world.time;
    const board = new RateBoard(
      { quoteLifeMs: 1, maxAgeDays: 14, sanity: { lowest: '5', highest: '25' } },
      clock,
    );
    board.load(file);
    for (const set of board.history()) this.bank.keepRates(set);
  }

  /** Switched off, as a shop does: they are on again before it opens. */
  #tillsRestUntil(day: string, time: string): void {
    const ms = moscow(day, time) - this.world.time.now();
    for (const till of this.world.tills) till.switchOff(ms);
  }

  async #until(day: string, time: string): Promise<void> {
    const ms = moscow(day, time) - this.world.time.now();
    if (ms > 0) await this.world.pass(ms);
  }
}

function present<T>(one: T | null): T {
  if (one === null) throw new Error('In calm weather nobody dies.');
  return one;
}
