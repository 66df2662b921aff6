/** What others do to our folders: the wallet and card banks put their files in, the house bank takes our orders, books what
 *  is paid in and states its day. All of it is made by the simulators, out of their own books. */
import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { CalendarBook } from '../../gateway/settlement/calendar.ts';
import type { AlipayWallet } from '../../simulators/alipay/wallet.ts';
import { type ClearingDefect, clearingFile } from '../../simulators/bank/clearing-file.ts';
import type { Desk } from '../../simulators/bank/desk.ts';
import { HouseBank } from '../../simulators/house-bank/house-bank.ts';
import { camt053, statement1c } from '../../simulators/house-bank/statements.ts';
import { HOUSE_BANK, OUR_ACCOUNTS } from '../bank-day-config.ts';
import { type Chargeback, withChargeback } from './chargeback-line.ts';
import { dayAfter, isOpen } from './days.ts';
import { CAPITAL } from './parties.ts';

type Paid = 'RUB' | 'CNY';
const CURRENCIES: readonly Paid[] = ['RUB', 'CNY'];
/** What a card bank keeps of each transaction. */
const INTERCHANGE_MILLIONTHS = 9_000;

/** Announced by a file, and paid on the payer's next day. */
interface Announced {
  readonly from: string;
  readonly currency: Paid;
  readonly minor: bigint;
  readonly reference: string;
}

export interface OutsideParts {
  readonly directory: string;
  readonly now: () => number;
  readonly calendars: CalendarBook;
  readonly wallet: () => AlipayWallet;
  readonly cardBanks: readonly { readonly name: string; readonly desk: () => Desk }[];
  readonly firstDay: string;
}

export class Outside {
  readonly house: HouseBank;
  readonly houseDb: Database.Database;
  filesPut = 0;
  readonly #parts: OutsideParts;
  readonly #announced: Announced[] = [];
  readonly #cleared = new Set<string>();
  #settledTo: string;

  constructor(parts: OutsideParts) {
    this.#parts = parts;
    const folder = join(parts.directory, 'house-bank');
    mkdirSync(join(folder, 'orders'), { recursive: true, mode: 0o700 });
    this.houseDb = new Database(join(folder, 'books.sqlite'));
    this.house = new HouseBank(
      this.houseDb,
      CURRENCIES.map((currency) => ({
        number: OUR_ACCOUNTS[currency],
        owner: 'ООО «Амур Эквайринг»',
        currency,
        openingMinor: CAPITAL[currency],
      })),
    );
    this.#settledTo = dayAfter(parts.firstDay, -1);
  }

  /** The wallet settles the days since it last did, on its own working days. */
  walletDelivers(today: string): void {
    const { calendars, wallet } = this.#parts;
    const to = dayAfter(today, -1);
    if (to >= this.#parts.firstDay) this.#put('alipay', wallet().transactionFile(to));
    if (!isOpen('cn.banks', today, calendars) || to <= this.#settledTo) return;
    const days = { from: dayAfter(this.#settledTo, 1), to, settleDay: today };
    this.#settledTo = to;
    const files = wallet().settlementFiles(days);
    const pack = files.find(({ name }) => name.endsWith('.zip'));
    const batches = files.find(({ name }) => name.includes('_batch_'));
    if (pack === undefined || batches === undefined) throw new Error('The wallet settles in an archive.');
    const rows = Buffer.from(batches.bytes).toString('utf8').trim().split('\r\n').slice(1);
    if (rows.length === 0) return;
    this.#put('alipay', pack);
    for (const row of rows) {
      const [batch = '', , , , settlement = '', currency = ''] = row.split(',').map((cell) => cell.trim());
      const minor = BigInt(settlement.replace('.', ''));
      this.#announced.push({ from: 'Alipay', currency: currency as Paid, minor, reference: batch });
    }
  }

  /** Each card bank clears its days that are over. */
  cardBanksDeliver(today: string, planted: readonly ClearingDefect[] = [], dispute?: Chargeback): void {
    for (const { name, desk } of this.#parts.cardBanks) {
      const due = desk()
        .books.sql(
          "SELECT DISTINCT account, business_date AS day, currency FROM entries WHERE account LIKE 'acquirer:%' AND business_date < ? ORDER BY day, currency",
        )
        .all(today) as { account: string; day: string; currency: string }[];
      for (const { account, day, currency } of due) {
        const key = `${name} ${day} ${currency}`;
        if (this.#cleared.has(key)) continue;
        this.#cleared.add(key);
        const acquirer = account.slice('acquirer:'.length);
        const asked = { acquirer, businessDate: day, currency, feeMillionths: INTERCHANGE_MILLIONTHS };
        const isPlanted = name === 'mir-bank' && currency === 'RUB';
        const file = clearingFile(desk(), { ...asked, defects: isPlanted ? planted : [] });
        const ours = isPlanted && dispute !== undefined;
        this.#deliver(name, ours ? { ...file, bytes: withChargeback(file.bytes, dispute) } : file, currency);
      }
    }
  }

  #deliver(
    bank: string,
    file: { readonly name: string; readonly bytes: Uint8Array },
    currency: string,
  ): void {
    const [, rows = '0', , , settlement = '0'] =
      Buffer.from(file.bytes).toString('utf8').trimEnd().split('\r\n').at(-1)?.split(',') ?? [];
    if (rows === '0') return;
    this.#put(bank, file);
    const minor = BigInt(settlement.replace('.', ''));
    if (minor !== 0n)
      this.#announced.push({ from: bank, currency: currency as Paid, minor, reference: file.name });
  }

  /** Our orders leave the outbox for the bank. */
  houseFetches(): number {
    const { directory } = this.#parts;
    const folder = join(directory, 'outbox', HOUSE_BANK);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    let taken = 0;
    for (const name of readdirSync(folder).sort()) {
      taken += this.house.take(name, readFileSync(join(folder, name)));
      renameSync(join(folder, name), join(directory, 'house-bank', 'orders', name));
    }
    return taken;
  }

  /** One day of the house bank: orders that are due, what others pay in, and the statements. */
  houseDay(today: string): void {
    if (!isOpen('ru.payments', today, this.#parts.calendars)) return;
    for (const { from, currency, minor, reference } of this.#announced.splice(0)) {
      const account = OUR_ACCOUNTS[currency];
      const purpose = `Возмещение ${reference}`;
      const receipt = { account, from, fromAccount: '', endToEndId: null, purpose };
      if (minor >= 0n) this.house.receive(today, { ...receipt, minor });
      else this.house.debit(today, { ...receipt, minor: -minor });
    }
    this.house.bookOrders(today);
  }

  /** The payee's bank could not credit it: the whole sum of an order comes back on the next day it may. */
  bringBack(
    today: string,
    order: { readonly id: string; readonly minor: bigint; readonly currency: Paid },
  ): void {
    this.house.receive(today, {
      ...{ account: OUR_ACCOUNTS[order.currency], from: 'Банк получателя', fromAccount: '' },
      ...{ endToEndId: order.id, minor: order.minor, purpose: `Возврат: счёт закрыт. Реф. ${order.id}.` },
    });
  }

  /** After whatever else was booked on the day. */
  houseStates(today: string): void {
    for (const currency of CURRENCIES) {
      const day = this.house.dayOf(OUR_ACCOUNTS[currency], today);
      if (day === null || day.entries.length === 0) continue;
      const name = `statement_${currency}_${today.replaceAll('-', '')}`;
      this.#put(
        HOUSE_BANK,
        currency === 'CNY'
          ? { name: `${name}.xml`, bytes: camt053(day, 8) }
          : { name: `${name}.txt`, bytes: statement1c(day) },
      );
    }
  }

  /** The same bytes once more, under another name. */
  redeliver(party: string, name: string, bytes: Uint8Array): void {
    this.#put(party, { name, bytes });
  }

  /** Under its name only when it is whole, and dated by the world's clock. */
  #put(party: string, { name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): void {
    const folder = join(this.#parts.directory, 'inbox', party);
    const part = join(folder, `${name}.part`);
    writeFileSync(part, bytes, { mode: 0o600 });
    const seconds = this.#parts.now() / 1_000;
    utimesSync(part, seconds, seconds);
    renameSync(part, join(folder, name));
    this.filesPut += 1;
  }
}
