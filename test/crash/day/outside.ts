/** The world around the bank's process while it lives and dies: a second person who approves, partners who fetch their files
 *  at once, and our bank, which pays every order that it gets and says so on its statements. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Money } from '../../../gateway/kernel/money.ts';
import { approveCycle } from '../../../gateway/run/day/approve.ts';
import { readPaymentOrders1c } from '../../../gateway/settlement/files/read-orders-1c.ts';
import { readPain001 } from '../../../gateway/settlement/files/read-pain001.ts';
import { readWhole } from '../../../gateway/settlement/files/reading.ts';
import { sourceOf } from '../../../gateway/settlement/files/source.ts';
import { OUR_BANK, statement } from '../../gateway/run/day/day-world.ts';
import { withStore } from './day-reader.ts';
import { CLEARING, CYCLES } from './day-terms.ts';

export interface Delivery {
  /** `<party>/<file>`. */
  readonly name: string;
  readonly hash: string;
  readonly bytes: Buffer;
  /** What the books said of these bytes when they were there to be fetched; null when they knew nothing of them. */
  readonly recorded: string | null;
}

export interface Payment {
  readonly cycleId: string;
  readonly amount: Money;
}

const OPEN_FILE = { readonly: true, fileMustExist: true, timeout: 2_000 } as const;

export class Outside {
  readonly deliveries: Delivery[] = [];
  readonly payments: Payment[] = [];
  readonly statements: string[] = [];
  /** Files that were delivered and could not be read as what they are. */
  readonly unread: string[] = [];
  readonly #directory: string;
  readonly #startedAt: number;
  readonly #credits: readonly Money[];
  #unstated: (Payment & { readonly reference: string })[] = [];
  #credited = false;
  #lookedAt = '';
  #exception: string | null = null;

  constructor(directory: string, startedAt: number, credits: readonly Money[]) {
    this.#directory = directory;
    this.#startedAt = startedAt;
    this.#credits = credits;
  }

  /** Everybody does what there is to do. Answers whether the day is over. */
  async tick(): Promise<boolean> {
    this.fetch();
    this.#state();
    const mark = this.writtenLast();
    if (mark === this.#lookedAt) return false;
    const seen = this.#look();
    if (seen === null) return false;
    this.#lookedAt = mark;
    this.#exception = seen.exception;
    if (seen.calculated > 0) await this.#approve();
    if (seen.settled === CLEARING.length && !this.#credited) this.#credit();
    return seen.closed === CYCLES.length && seen.received === CLEARING.length && seen.atRest;
  }

  /** Changes with every commit. */
  writtenLast(): string {
    const found = statSync(join(this.#directory, 'gateway.sqlite-wal'), { throwIfNoEntry: false });
    return `${found?.mtimeMs} ${found?.size} ${this.#inboxIsEmpty()}`;
  }

  /** What is wrong already, however the day goes on. */
  fault(): string | null {
    const names = this.deliveries.map(({ name }) => name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    const early = this.deliveries.find(({ recorded }) => recorded === null);
    if (early !== undefined) return `${early.name} was delivered before its hash was recorded`;
    if (twice !== undefined) return `${twice} was delivered twice`;
    if (this.#exception !== null) return `the exception ${this.#exception} was raised`;
    return this.unread[0] ?? null;
  }

  /** What lies in the outbox is taken away at once; the books are asked first what they know of it. */
  fetch(): void {
    const outbox = join(this.#directory, 'outbox');
    if (!existsSync(outbox)) return;
    const parties = readdirSync(outbox).filter((name) => !name.startsWith('.'));
    const names = parties.flatMap((party) =>
      readdirSync(join(outbox, party)).map((file) => `${party}/${file}`),
    );
    if (names.length === 0) return;
    const files = names.map((name) => {
      const bytes = readFileSync(join(outbox, name));
      return { name, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
    });
    const states = this.#read((db) => {
      const find = db.prepare<[string], string>('SELECT state FROM bank_file WHERE file_id = ?').pluck();
      return files.map(({ hash }) => find.get(hash) ?? null);
    });
    // The books may be about to be opened by somebody else; then the files wait.
    if (states === null) return;
    for (const [at, { name, bytes, hash }] of files.entries()) {
      rmSync(join(outbox, name));
      this.deliveries.push({ name, hash, bytes, recorded: states.found[at] ?? null });
      if (name.startsWith(`${OUR_BANK}/`)) this.#pay(name, bytes);
    }
  }

  #pay(name: string, bytes: Buffer): void {
    const source = sourceOf(name, bytes);
    try {
      const orders = name.endsWith('.txt')
        ? readWhole(readPaymentOrders1c(source), [bytes]).rows
        : readPain001(source, bytes).rows;
      for (const { endToEndId, amount } of orders) {
        const cycleId = endToEndId ?? '';
        this.payments.push({ cycleId, amount });
        this.#unstated.push({ cycleId, amount, reference: `B${this.payments.length}` });
      }
    } catch (error) {
      this.unread.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #look() {
    const seen = this.#read((db) => {
      const count = (sql: string, ...bound: string[]) =>
        db
          .prepare<string[], number>(`SELECT count(*) FROM ${sql}`)
          .pluck()
          .get(...bound) ?? 0;
      const inState = (state: string) =>
        count(
          `settlement_cycle WHERE state = ? AND cycle_id IN (SELECT value FROM json_each(?))`,
          state,
          JSON.stringify(CYCLES),
        );
      const exceptions = db.prepare<[], string>('SELECT exception_id FROM reconciliation_exception').pluck();
      return {
        exception: exceptions.get() ?? null,
        calculated: inState('CALCULATED'),
        closed: inState('CLOSED'),
        settled: count(`transfer WHERE template = 'card_settled'`),
        received: count(`transfer WHERE template = 'card_received'`),
        atRest:
          count(`bank_file WHERE state IN ('staged', 'importing')`) === 0 &&
          count('recon_item WHERE done IS NULL') === 0 &&
          this.#inboxIsEmpty(),
      };
    });
    return seen?.found ?? null;
  }

  #inboxIsEmpty(): boolean {
    const inbox = join(this.#directory, 'inbox');
    const parties = readdirSync(inbox).filter((name) => !name.startsWith('.'));
    return parties.every((party) => readdirSync(join(inbox, party)).length === 0);
  }

  async #approve(): Promise<void> {
    await withStore(this.#directory, this.#startedAt, async (context) => {
      for (const cycle of await context.store.cycles({ states: ['CALCULATED'] })) {
        await approveCycle(context, cycle, 'boris');
      }
    });
  }

  #credit(): void {
    this.#credited = true;
    for (const [at, amount] of this.#credits.entries()) {
      const movement = { id: 'NOTPROVIDED', amount, reference: `C${at + 1}`, side: 'CRDT' as const };
      this.#put(`credit-${at + 1}`, amount.currency, [movement]);
    }
  }

  #state(): void {
    const due = this.#unstated;
    this.#unstated = [];
    for (const currency of new Set(due.map(({ amount }) => amount.currency))) {
      const rows = due.filter(({ amount }) => amount.currency === currency);
      const movements = rows.map(({ cycleId, amount, reference }) => ({ id: cycleId, amount, reference }));
      this.#put(`statement-${this.statements.length + 1}`, currency, movements);
    }
  }

  /** Under a name with `.part` at its end until it is whole. */
  #put(name: string, currency: string, movements: Parameters<typeof statement>[2]): void {
    const folder = join(this.#directory, 'inbox', OUR_BANK);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.xml`);
    writeFileSync(`${path}.part`, statement(currency, '2026-11-18', movements));
    renameSync(`${path}.part`, path);
    this.statements.push(name);
  }

  /** Null when the database cannot be read at this moment, e.g. while it is being recovered. */
  #read<T>(read: (db: Database.Database) => T): { readonly found: T } | null {
    try {
      const db = new Database(join(this.#directory, 'gateway.sqlite'), OPEN_FILE);
      try {
        return { found: read(db) };
      } finally {
        db.close();
      }
    } catch (error) {
      if (error instanceof Database.SqliteError && /^SQLITE_(BUSY|CANTOPEN|LOCKED)/.test(error.code)) {
        return null;
      }
      throw error;
    }
  }
}
