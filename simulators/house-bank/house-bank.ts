/** The bank that keeps the acquirer's accounts: it takes payment orders, books them on their day as far as there is money, books
 *  what others pay in, and tells each day in a statement. One database, no clock: days are said to it. */
import type Database from 'better-sqlite3';
import { hashOf, type OrderedPayment, ordersIn } from './order-files.ts';
import { createSchema } from './schema.ts';

export interface HouseAccount {
  readonly number: string;
  /** Whose it is, as statements name it. */
  readonly owner: string;
  readonly currency: string;
  /** What it holds before its first entry. */
  readonly openingMinor: bigint;
}

export interface Entry {
  readonly seq: number;
  readonly account: string;
  readonly bookedOn: string;
  readonly direction: 'in' | 'out';
  readonly minor: bigint;
  readonly reference: string;
  readonly number: string;
  readonly orderedOn: string;
  readonly endToEndId: string | null;
  readonly otherName: string;
  readonly otherAccount: string;
  readonly purpose: string;
}

/** Money that comes in from outside. */
export interface Receipt {
  readonly account: string;
  readonly minor: bigint;
  readonly from: string;
  readonly fromAccount: string;
  readonly endToEndId: string | null;
  readonly purpose: string;
}

export interface Exchange {
  /** Of the deal, as both sides name it. */
  readonly number: string;
  readonly from: string;
  readonly fromMinor: bigint;
  readonly to: string;
  readonly toMinor: bigint;
}

export interface DayOfAccount {
  readonly account: HouseAccount;
  readonly from: string;
  readonly to: string;
  readonly openingMinor: bigint;
  readonly entries: readonly Entry[];
}

type EntryDoc = Omit<Entry, 'seq' | 'account' | 'bookedOn' | 'direction' | 'minor'>;

export class HouseBank {
  readonly #db: Database.Database;

  constructor(db: Database.Database, accounts: readonly HouseAccount[]) {
    createSchema(db);
    this.#db = db;
    const open = db.prepare('INSERT OR IGNORE INTO account VALUES (?, ?, ?, ?)');
    for (const { number, owner, currency, openingMinor } of accounts)
      open.run(number, owner, currency, openingMinor.toString());
  }

  /** A file of orders, once by its bytes. How many payments were taken; 0 where the file is known.
   *  Errors  OrderRefused: nothing of the file was taken */
  take(name: string, bytes: Uint8Array): number {
    const orders = ordersIn(bytes);
    const hash = hashOf(bytes);
    return this.#db
      .transaction(() => {
        const fresh = this.#db
          .prepare('INSERT OR IGNORE INTO order_file VALUES (?, ?)')
          .run(hash, name).changes;
        if (fresh === 0) return 0;
        const insert = this.#db.prepare('INSERT INTO payment_order (hash, value_date, doc) VALUES (?, ?, ?)');
        for (const order of orders) insert.run(hash, order.valueDate, asText(order));
        return orders.length;
      })
      .immediate();
  }

  /** Books every order that is due by the day, oldest first; one without money behind it waits. Answers the entries made. */
  bookOrders(day: string): readonly Entry[] {
    const due = this.#db
      .prepare(
        'SELECT id, doc FROM payment_order WHERE booked_on IS NULL AND value_date <= ? ORDER BY value_date, id',
      )
      .all(day) as { id: number; doc: string }[];
    return due.flatMap(({ id, doc }) => {
      const order = asOrder(doc);
      const account = this.account(order.payerAccount);
      const unfit = account === null || account.currency !== order.currency;
      if (unfit || this.balance(order.payerAccount) < order.minor) return [];
      return this.#db
        .transaction(() => {
          this.#db.prepare('UPDATE payment_order SET booked_on = ? WHERE id = ?').run(day, id);
          return [this.#book(order.payerAccount, day, 'out', order.minor, paidDoc(order, day, id))];
        })
        .immediate();
    });
  }

  /** Orders that are due by the day and wait for money. */
  waiting(day: string): number {
    return this.#db
      .prepare('SELECT COUNT(*) FROM payment_order WHERE booked_on IS NULL AND value_date <= ?')
      .pluck()
      .get(day) as number;
  }

  receive(day: string, receipt: Receipt): Entry {
    return this.#move(day, 'in', receipt);
  }

  /** Taken out by somebody the customer has allowed to. */
  debit(day: string, receipt: Receipt): Entry {
    return this.#move(day, 'out', receipt);
  }

  #move(day: string, direction: Entry['direction'], receipt: Receipt): Entry {
    const number = String((this.#db.prepare('SELECT COUNT(*) FROM entry').pluck().get() as number) + 1);
    return this.#book(receipt.account, day, direction, receipt.minor, {
      reference: `${direction === 'in' ? 'IN' : 'DD'}${day.replaceAll('-', '')}${number.padStart(6, '0')}`,
      number,
      orderedOn: day,
      endToEndId: receipt.endToEndId,
      otherName: receipt.from,
      otherAccount: receipt.fromAccount,
      purpose: receipt.purpose,
    });
  }

  /** Currency that the customer sold to the bank: out of one account and into the other. Null, and nothing booked, where there is
   *  too little. */
  exchange(day: string, deal: Exchange): readonly Entry[] | null {
    if (this.balance(deal.from) < deal.fromMinor) return null;
    const doc = (number: string): EntryDoc => ({
      reference: `FX${day.replaceAll('-', '')}${number}`,
      number: '1',
      orderedOn: day,
      endToEndId: deal.number,
      otherName: 'Currency desk',
      otherAccount: '',
      purpose: `Продажа валюты. Реф. ${deal.number}.`,
    });
    return this.#db
      .transaction(() => [
        this.#book(deal.from, day, 'out', deal.fromMinor, { ...doc('1'), otherAccount: deal.to }),
        this.#book(deal.to, day, 'in', deal.toMinor, { ...doc('2'), otherAccount: deal.from }),
      ])
      .immediate();
  }

  account(number: string): HouseAccount | null {
    const row = this.#db.prepare('SELECT * FROM account WHERE number = ?').get(number) as
      | { number: string; owner: string; currency: string; opening_minor: string }
      | undefined;
    if (row === undefined) return null;
    const { owner, currency } = row;
    return { number, owner, currency, openingMinor: BigInt(row.opening_minor) };
  }

  /** At the end of the day, or of all days. */
  balance(number: string, day = '9999-12-31'): bigint {
    const opening = this.account(number)?.openingMinor ?? 0n;
    return this.#entries(number, '0000-01-01', day).reduce(
      (sum, { direction, minor }) => sum + (direction === 'in' ? minor : -minor),
      opening,
    );
  }

  /** What a statement from one day to another says, both in. Null for an account that is not kept here. */
  dayOf(number: string, from: string, to = from): DayOfAccount | null {
    const account = this.account(number);
    if (account === null) return null;
    const before = new Date(Date.parse(`${from}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
    const entries = this.#entries(number, from, to);
    return { account, from, to, openingMinor: this.balance(number, before), entries };
  }

  #entries(account: string, from: string, to: string): readonly Entry[] {
    const rows = this.#db
      .prepare('SELECT * FROM entry WHERE account = ? AND booked_on BETWEEN ? AND ? ORDER BY seq')
      .all(account, from, to) as {
      seq: number;
      booked_on: string;
      direction: 'in' | 'out';
      minor: string;
      doc: string;
    }[];
    return rows.map(({ seq, booked_on: bookedOn, direction, minor, doc }) => ({
      ...{ seq, account, bookedOn, direction, minor: BigInt(minor) },
      ...(JSON.parse(doc) as EntryDoc),
    }));
  }

  #book(account: string, bookedOn: string, direction: 'in' | 'out', minor: bigint, doc: EntryDoc): Entry {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO entry (account, booked_on, direction, minor, doc) VALUES (?, ?, ?, ?, ?)')
      .run(account, bookedOn, direction, minor.toString(), JSON.stringify(doc));
    return { seq: Number(lastInsertRowid), account, bookedOn, direction, minor, ...doc };
  }
}

function paidDoc(order: OrderedPayment, day: string, id: number): EntryDoc {
  return {
    reference: `OUT${day.replaceAll('-', '')}${String(id).padStart(6, '0')}`,
    number: order.number,
    orderedOn: order.orderedOn,
    endToEndId: order.endToEndId,
    otherName: order.payeeName,
    otherAccount: order.payeeAccount,
    purpose: order.purpose,
  };
}

function asText(order: OrderedPayment): string {
  return JSON.stringify({ ...order, minor: order.minor.toString() });
}

function asOrder(doc: string): OrderedPayment {
  const order = JSON.parse(doc) as Omit<OrderedPayment, 'minor'> & { minor: string };
  return { ...order, minor: BigInt(order.minor) };
}
