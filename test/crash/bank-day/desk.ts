/** What stands around the bank's process while it dies: a day's ledger, our bank that takes every order at once and pays it, a card
 *  bank whose file arrives, and the checks at the end. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readBankConfig } from '../../../gateway/bank-config.ts';
import { openBank } from '../../../gateway/bank-process.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { type Mid, parseRrn, parseStan, parseTid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { cardSaleTransfer } from '../../../gateway/ledger/card-postings.ts';
import { openCycles } from '../../../gateway/run/day/cut.ts';
import { writeCardClearing } from '../../../gateway/settlement/files/card-clearing.ts';
import { readPaymentOrders1c } from '../../../gateway/settlement/files/read-orders-1c.ts';
import { readPartnerDetail } from '../../../gateway/settlement/files/read-partner-detail.ts';
import { readWhole } from '../../../gateway/settlement/files/reading.ts';
import { fileIdOf, sourceOf } from '../../../gateway/settlement/files/source.ts';
import type { DayChange } from '../../../gateway/settlement/ports.ts';
import { openDayStore, type SqliteDayStore } from '../../../gateway/store/sqlite/day-store.ts';
import { systemRuntime } from '../../../gateway/system-runtime.ts';
import { BANK_SETTINGS } from '../../gateway/bank-settings.ts';
import { type Movement, statement } from '../../gateway/run/day/day-world.ts';

/** Nine in the evening in Moscow: the day is over. */
export const NOW = Date.parse('2026-11-17T18:00:00Z');
const MORNING = Date.parse('2026-11-17T06:00:00Z');
const PAYEES = 6;
const SALES = 60;
const CARD_BANK = 'cardbank';

const FEE = 100n;
const PAYER = {
  ...{ party: CARD_BANK, kind: 'bank', offsetMinutes: 180 },
  ...{ calendar: 'ru.payments', fileDays: 1, paymentDays: 2, owner: 'settlement' },
};
/** Nothing is left on these when everybody has paid. */
const SETTLED_FAMILIES =
  /^(merchant_payable|partner_payable|payout_in_transit|bank_receivable|bank_clearing):/;

const midOf = (index: number): string => String(100_000_000_000_001 + index);
const minorOf = (index: number): bigint => BigInt(10_000 + index * 7);
const rrnOf = (index: number): string => String(632_100_000_000 + index);
const SETTLED = Array.from({ length: SALES }, (_, index) => minorOf(index) - FEE).reduce((a, b) => a + b, 0n);

export class Desk {
  readonly directory: string;
  readonly config: string;
  /** Every file a party has fetched, by `<party>/<name>`, with its hash: what stands twice was delivered twice. */
  readonly fetched: { readonly name: string; readonly fileId: string }[] = [];
  readonly faults: string[] = [];
  #statements = 0;

  constructor(directory: string) {
    this.directory = directory;
    this.config = join(directory, 'bank.json');
  }

  /** Parties, sales, a cycle that is open, and the card bank's file of the day. */
  async prepare(): Promise<void> {
    const [payee] = BANK_SETTINGS.payees;
    const payees = Array.from({ length: PAYEES }, (_, index) => ({ ...payee, id: midOf(index) }));
    writeFileSync(this.config, JSON.stringify({ ...BANK_SETTINGS, payees, payers: [PAYER] }));
    for (const party of ['ourbank', CARD_BANK]) {
      mkdirSync(join(this.directory, 'inbox', party), { recursive: true });
    }
    mkdirSync(join(this.directory, 'data'));
    const log = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
    const bank = await openBank(readBankConfig(this.config), {
      runtime: { ...systemRuntime(), clock: { now: () => MORNING } },
      log,
      defer: (run) => void setImmediate(run),
      progress: () => undefined,
    });
    await openCycles(bank.context);
    await bank.store.commit(Array.from({ length: SALES }, (_, index) => saleOf(index)));
    await bank.close();
    this.#put(CARD_BANK, 'clearing.csv', Buffer.concat([...clearing()]));
    const amount = money(SETTLED, RUB);
    const movement: Movement = { id: 'NOTPROVIDED', amount, reference: 'C1', side: 'CRDT' };
    this.#put('ourbank', 's0.xml', Buffer.from(statement('RUB', '2026-11-18', [movement])));
  }

  /** All parties take what waits for them; our bank pays each order and says so on a statement. */
  fetch(): void {
    const outbox = join(this.directory, 'outbox');
    for (const party of foldersOf(outbox)) {
      for (const file of readdirSync(join(outbox, party))) {
        const path = join(outbox, party, file);
        const bytes = readFileSync(path);
        rmSync(path);
        this.fetched.push({ name: `${party}/${file}`, fileId: fileIdOf([bytes]) });
        this.#read(party, file, bytes);
      }
    }
  }

  /** Sentences about what is not as it would be without any death. */
  async check(): Promise<readonly string[]> {
    const db = new Database(join(this.directory, 'data/gateway.sqlite'));
    const store = openDayStore(db, { clock: { now: () => NOW } });
    try {
      return [...this.faults, ...(await this.#checkBooks(store)), ...(await this.#checkFiles(store))];
    } finally {
      await store.close();
      db.close();
    }
  }

  async isClosed(): Promise<boolean> {
    const db = new Database(join(this.directory, 'data/gateway.sqlite'));
    const store = openDayStore(db, { clock: { now: () => NOW } });
    const [first] = await store.cycles();
    const waits = readdirSync(join(this.directory, 'inbox', CARD_BANK)).length;
    await store.close();
    db.close();
    return first?.state === 'CLOSED' && waits === 0;
  }

  #read(party: string, file: string, bytes: Uint8Array): void {
    const source = sourceOf(file, bytes);
    try {
      if (file.endsWith('.txt')) this.#pay(source, bytes);
      else if (file.endsWith('.csv')) readWhole(readPartnerDetail(source), [bytes]);
      else if (!Buffer.from(bytes).toString('utf8').endsWith('</html>\n')) throw new Error('It ends early.');
    } catch (error) {
      this.faults.push(`${party}/${file} was delivered and cannot be read: ${(error as Error).message}`);
    }
  }

  #pay(source: ReturnType<typeof sourceOf>, bytes: Uint8Array): void {
    const movements = readWhole(readPaymentOrders1c(source), [bytes]).rows.map(
      ({ endToEndId, amount }): Movement => ({
        id: endToEndId ?? '',
        amount,
        reference: `B${this.#statements}`,
      }),
    );
    this.#statements += 1;
    this.#put('ourbank', `s${this.#statements}.xml`, Buffer.from(statement('RUB', '2026-11-18', movements)));
  }

  #put(party: string, name: string, bytes: Uint8Array): void {
    const path = join(this.directory, 'inbox', party, name);
    writeFileSync(`${path}.part`, bytes);
    renameSync(`${path}.part`, path);
  }

  async #checkBooks(store: SqliteDayStore): Promise<readonly string[]> {
    await store.foldEntries(100_000);
    const balances = await store.balancesAt(await store.lastPosition());
    const net = balances.reduce((sum, { debit, credit }) => sum + debit - credit, 0n);
    const open = balances.filter(
      ({ account, debit, credit }) => SETTLED_FAMILIES.test(account) && debit !== credit,
    );
    const [cycle] = await store.cycles();
    const ours = balances.find(({ account }) => account.startsWith('nostro:'));
    const moved = (ours?.debit ?? 0n) - (ours?.credit ?? 0n);
    const lines = await store.netLines(cycle?.cycleId ?? '');
    const sales = lines.reduce((sum, line) => sum + BigInt(line.salesCount), 0n);
    return [
      ...(net === 0n ? [] : [`The trial balance is off by ${net}.`]),
      ...open.map(({ account, debit, credit }) => `${account} is left with ${credit - debit}.`),
      ...(moved === SETTLED - (cycle?.net?.amountMinor ?? 0n)
        ? []
        : [`Our account moved by ${moved}; ${SETTLED} came and the cycle is ${cycle?.net?.amountMinor}.`]),
      ...(lines.length === PAYEES && sales === BigInt(SALES)
        ? []
        : [`${lines.length} lines with ${sales} sales.`]),
      ...(await store.exceptions()).map(({ exceptionId }) => `There is an exception ${exceptionId}.`),
    ];
  }

  async #checkFiles(store: SqliteDayStore): Promise<readonly string[]> {
    const out = await store.files({ direction: 'out' });
    const recorded = out.map(({ party, name, fileId }) => `${party}/${name} ${fileId}`).sort();
    const delivered = this.fetched.map(({ name, fileId }) => `${name} ${fileId}`).sort();
    const incoming = await store.files({ direction: 'in' });
    let rows = 0;
    for await (const batch of store.schemeRows(CARD_BANK)) rows += batch.length;
    return [
      ...(JSON.stringify(recorded) === JSON.stringify(delivered)
        ? []
        : [`Recorded ${recorded.join(', ')}; delivered ${delivered.join(', ')}.`]),
      ...incoming
        .filter(({ state }) => state !== 'imported')
        .map(({ name, state }) => `${name} is ${state}.`),
      ...(rows === SALES ? [] : [`${rows} rows of ${SALES} were taken in.`]),
      ...(incoming.length === 3 ? [] : [`${incoming.length} files were taken in.`]),
    ];
  }
}

function saleOf(index: number): DayChange {
  const meta = {
    reference: rrnOf(index),
    mid: midOf(index % PAYEES) as Mid,
    bank: CARD_BANK,
    businessDate: '2026-11-17',
    postedAt: MORNING,
  };
  const amount = money(minorOf(index), RUB);
  return { kind: 'transfer.ensure', transfer: cardSaleTransfer({ amount, price: null, mdrBp: 180 }, meta) };
}

function clearing(): Iterable<Uint8Array> {
  const head = { bank: CARD_BANK, businessDate: '2026-11-17', currency: RUB };
  const lines = Array.from({ length: SALES }, (_, index) => ({
    rrn: parseRrn(rrnOf(index)),
    stan: parseStan(String(index + 1).padStart(6, '0')),
    tid: parseTid('10000001'),
    at: MORNING + index * 1_000,
    kind: 'payment' as const,
    amount: money(minorOf(index), RUB),
    fee: money(FEE, RUB),
    bankReference: `R${index}`,
  }));
  return writeCardClearing(head, lines);
}

function foldersOf(root: string): readonly string[] {
  try {
    return readdirSync(root).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}
