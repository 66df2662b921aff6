/** A bank with yesterday's cycles in every state, a day's payments, rates, and exceptions; and its pages on a free port. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBankConfig } from '../../../gateway/bank-config.ts';
import { type OpenedBank, openBank } from '../../../gateway/bank-process.ts';
import { userCommand } from '../../../gateway/bank-users.ts';
import type { Role } from '../../../gateway/console/contract/roles.ts';
import type { OpenedConsole } from '../../../gateway/console/server.ts';
import { startConsole } from '../../../gateway/console-process.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import {
  type Mid,
  parseAttemptId,
  parseMid,
  parseSaleId,
  parseTenderId,
  parseTid,
} from '../../../gateway/kernel/identifiers.ts';
import { type Money, money } from '../../../gateway/kernel/money.ts';
import { rateFromJson } from '../../../gateway/kernel/rate.ts';
import type { Runtime } from '../../../gateway/kernel/time.ts';
import { cardSaleTransfer } from '../../../gateway/ledger/card-postings.ts';
import { saleTransfer } from '../../../gateway/ledger/postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';
import type { Change } from '../../../gateway/payments/ports.ts';
import { approveCycle } from '../../../gateway/run/day/approve.ts';
import { dayRound } from '../../../gateway/run/day/bank-day.ts';
import { openCycles } from '../../../gateway/run/day/cut.ts';
import type { ExceptionRecord } from '../../../gateway/settlement/contract.ts';
import { withAccountKey } from '../../../gateway/settlement/files/russian-accounts.ts';
import type { DayChange } from '../../../gateway/settlement/ports.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../../gateway/store/sqlite/payment-store.ts';
import { rateTables } from '../../../gateway/store/sqlite/rate-tables.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { BANK_SETTINGS } from '../bank-settings.ts';
import { statement } from '../run/day/day-world.ts';
import {
  adviceRow,
  answered,
  identity as cardIdentity,
  cardRow,
  closing,
  NOTHING,
} from '../store/card-rows.ts';
import { MERCHANT, paymentRow, saleRow } from '../store/records.ts';

export const YESTERDAY = Date.parse('2026-11-17T06:00:00Z');
export const TODAY = Date.parse('2026-11-18T13:42:00Z');
const PARTNERS = [
  ['amurbank', 'Амур-Банк'],
  ['khabkredit', 'Хабаровский кредит'],
  ['primtorg', 'Приморский торговый'],
  ['vostparus', 'Восточный парус'],
] as const;
const MERCHANTS = [
  ['100000000000001', 'Лавка «Тигр»', '老虎小店', 'amurbank'],
  ['100000000000002', 'Чайная «Три самовара»', '三茶炊茶馆', 'amurbank'],
  ['100000000000003', 'Меха Приамурья', '阿穆尔皮草', 'khabkredit'],
  ['100000000000004', 'Янтарь и нефрит', '琥珀与玉', 'primtorg'],
  ['100000000000005', 'Дом пряника', '姜饼屋', 'vostparus'],
] as const;
const BIC = '044525225';
const MDR_BP = 180;
const MINUTE_MS = 60_000;

export interface ConsoleWorld {
  /** With `bank.json`, `outbox` and `inbox`. */
  readonly directory: string;
  readonly bank: OpenedBank;
  readonly pages: OpenedConsole;
  readonly store: SqlitePaymentStore;
  now: number;
  /** The made password. */
  user(name: string, role: Role, partner?: string): Promise<string>;
  close(): Promise<void>;
}

export async function consoleWorld(
  pagesFolder: string,
  perHour = 3,
  tls?: { readonly certFile: string; readonly keyFile: string },
): Promise<ConsoleWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'amur-console-'));
  const clock = { at: YESTERDAY };
  const runtime: Runtime = {
    clock: { now: () => clock.at },
    timers: {
      after: (_, run) => {
        const immediate = setImmediate(run);
        return () => clearImmediate(immediate);
      },
    },
    random: new SeededRandom(11),
  };
  const file = join(directory, 'bank.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...settings(),
      console: { listen: LISTEN, pagesFolder, ...(tls === undefined ? {} : { tls }) },
    }),
  );
  const log = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
  const world = { runtime, log, defer: setImmediate, progress: () => undefined };
  const read = readBankConfig(file);
  const bank = await openBank(read, world);
  const store = openPaymentStore(bank.db, runtime);
  const trade = new Trade(bank, store, clock);
  await trade.parties();
  await openCycles(bank.context);
  await trade.sellDay(YESTERDAY, 8, perHour, false);
  clock.at = Date.parse('2026-11-17T18:05:00Z');
  await dayRound(bank.context, { afterImport: [] });
  await yesterdaysCycles(bank, directory, clock);
  clock.at = Date.parse('2026-11-18T05:58:00Z');
  await trade.sellDay(Date.parse('2026-11-18T06:00:00Z'), 8, perHour, true);
  await trade.rates();
  await trade.exceptions();
  await trade.cardMatters();
  clock.at = TODAY;
  await trade.underWay();
  const pages = await startConsole(read, bank, world);
  return {
    directory,
    bank,
    pages,
    store,
    get now() {
      return clock.at;
    },
    set now(at: number) {
      clock.at = at;
    },
    user: async (name, role, partner) => {
      const args = { action: 'add', name, role, partner: partner ?? null, by: 'test' };
      const { facts } = await userCommand(bank, args);
      return (facts as { readonly password: string }).password;
    },
    close: async () => {
      await pages.close();
      await store.close();
      await bank.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const LISTEN = { host: '127.0.0.1', port: 0 };

function settings() {
  const [model] = BANK_SETTINGS.partners;
  return {
    ...BANK_SETTINGS,
    partners: PARTNERS.map(([partner, name], index) => ({
      ...model,
      partner,
      name,
      accounts: { RUB: withAccountKey(BIC, `4070281000000000007${index}`) },
    })),
    payees: MERCHANTS.map(([id, name, , partner]) => ({ ...BANK_SETTINGS.payees[0], id, name, partner })),
    payers: [
      {
        ...{ party: 'alipay', kind: 'wallet', offsetMinutes: 480, calendar: 'cn.banks' },
        ...{ fileDays: 1, paymentDays: 1, owner: 'reconciliation' },
      },
    ],
  };
}

/** Closed, calculated, sent, and paid in another sum. */
async function yesterdaysCycles(bank: OpenedBank, directory: string, clock: { at: number }): Promise<void> {
  const { context } = bank;
  for (const partner of ['amurbank', 'primtorg', 'vostparus']) {
    const [cycle] = await context.store.cycles({ partner, states: ['CALCULATED'] });
    if (cycle !== undefined) await approveCycle(context, cycle, 'boris');
  }
  clock.at = Date.parse('2026-11-18T05:00:00Z');
  await dayRound(context, { afterImport: [] });
  const [paid] = await context.store.cycles({ partner: 'amurbank', states: ['SENT'] });
  const [wrong] = await context.store.cycles({ partner: 'vostparus', states: ['SENT'] });
  if (paid?.net == null || wrong?.net == null) throw new Error('Cycles were not sent.');
  const text = statement('RUB', '2026-11-18', [
    { id: paid.cycleId, amount: paid.net, reference: 'B1' },
    { id: wrong.cycleId, amount: money(wrong.net.amountMinor - 10_000n, RUB), reference: 'B2' },
  ]);
  mkdirSync(join(directory, 'inbox/ourbank'), { recursive: true });
  const path = join(directory, 'inbox/ourbank/statement.xml');
  writeFileSync(path, text);
  utimesSync(path, clock.at / 1_000, clock.at / 1_000);
  const imported = await dayRound(context, { afterImport: [] });
  if (imported.confirmed !== 1) throw new Error(`Confirmed ${imported.confirmed}.`);
}

class Trade {
  readonly #bank: OpenedBank;
  readonly #store: SqlitePaymentStore;
  readonly #clock: { at: number };
  #count = 0;

  constructor(bank: OpenedBank, store: SqlitePaymentStore, clock: { at: number }) {
    this.#bank = bank;
    this.#store = store;
    this.#clock = clock;
  }

  async parties(): Promise<void> {
    for (const [index, [mid, name, nameZh]] of MERCHANTS.entries()) {
      const merchant = { ...MERCHANT, mid: parseMid(mid), name, nameZh, markupBp: 80 };
      const key = index === 4 ? null : 'A'.repeat(43);
      const terminal = { tid: tidOf(index), mid: merchant.mid, publicKey: key, revokedAt: null };
      const unit = [
        { kind: 'merchant.put' as const, row: merchant },
        { kind: 'terminal.put' as const, row: terminal },
      ];
      if (!(await this.#store.commit(unit)).ok) throw new Error('No merchant.');
    }
  }

  /** From the hour at which it begins, with more in the afternoon; with payments beside their postings where told. */
  async sellDay(from: number, hours: number, perHour: number, withPayments: boolean): Promise<void> {
    for (let hour = 0; hour < hours; hour += 1) {
      const busy = 1 + Math.min(hour, 8 - Math.abs(hour - 6)) * 0.4;
      for (let step = 0; step < Math.round(perHour * busy); step += 1) {
        for (const [index, [mid]] of MERCHANTS.entries()) {
          const at = from + hour * 3_600_000 + step * 240_000 + index * 7_000;
          if (at < (withPayments ? TODAY : at + 1)) await this.#sell(mid as Mid, index, at, withPayments);
        }
      }
    }
  }

  async #sell(mid: Mid, index: number, at: number, withPayments: boolean): Promise<void> {
    this.#count += 1;
    this.#clock.at = at;
    const price = money(BigInt(48_000 + ((this.#count * 7_919) % 900_000)), RUB);
    const order = money((price.amountMinor * 10_000n) / 112_726n, CNY);
    const attemptId = parseAttemptId(ulid(this.#count, 'A'));
    const meta = {
      ...{ reference: attemptId as string, mid, wallet: 'alipay' as const, bank: 'neva' },
      ...{ businessDate: new Date(at + 180 * MINUTE_MS).toISOString().slice(0, 10), postedAt: at },
    };
    const way = (this.#count * 3 + Math.floor(this.#count / 5)) % 5;
    const declined = withPayments && this.#count % 29 === 0;
    if (!declined) {
      await this.#commit(
        way < 3
          ? saleTransfer({ converter: 'acquirer', order, settlement: null, price, mdrBp: MDR_BP }, meta)
          : cardSaleTransfer(
              { amount: way === 3 ? price : order, price: way === 3 ? null : price, mdrBp: MDR_BP },
              meta,
            ),
      );
    }
    if (!withPayments || way >= 3) return;
    await this.#payment(index, at, {
      ...{ price, order, attemptId, mid },
      state: declined ? 'declined' : 'approved',
    });
  }

  async #payment(
    index: number,
    at: number,
    made: {
      readonly price: Money;
      readonly order: Money;
      readonly attemptId: ReturnType<typeof parseAttemptId>;
      readonly mid: Mid;
      readonly state: 'approved' | 'declined' | 'unknown';
    },
  ): Promise<void> {
    const saleId = parseSaleId(ulid(this.#count, 'S'));
    const { price, order, attemptId, mid, state } = made;
    const ended = { step: state, at: at + 4_000 };
    const row = paymentRow({
      ...{
        attemptId,
        saleId,
        tenderId: parseTenderId(ulid(this.#count, 'T')),
        tid: tidOf(index),
        mid,
        state,
      },
      ...{ amount: price, order, payer: state === 'approved' ? order : null, quoteId: null },
      receiptNumber: `${index + 1}-${this.#count}`,
      declineCode: state === 'declined' ? 'BUYER_BALANCE_NOT_ENOUGH' : null,
      steps: [{ step: 'sent', at }, ...(state === 'unknown' ? [] : [ended])] as never,
      ...{ businessDate: '2026-11-18', createdAt: at, updatedAt: at + 4_000 },
      providerRef: state === 'approved' ? `20261118${String(this.#count).padStart(20, '0')}` : null,
    });
    const sale = saleRow({ saleId, tid: tidOf(index), mid, total: price });
    const result = await this.#store.commit([
      { kind: 'sale.insert', row: sale },
      { kind: 'payment.insert', row },
    ]);
    if (!result.ok) throw new Error(`${result.refusal.change} ${result.refusal.reason}`);
  }

  async underWay(): Promise<void> {
    for (const [index, ageMs] of [38_000, 12_000].entries()) {
      this.#count += 1;
      const price = money(129_900n, RUB);
      const order = money(11_523n, CNY);
      const [mid = ''] = MERCHANTS[index] ?? [];
      const attemptId = parseAttemptId(ulid(this.#count, 'A'));
      await this.#payment(index, TODAY - ageMs, {
        price,
        order,
        attemptId,
        mid: mid as Mid,
        state: 'unknown',
      });
    }
  }

  async rates(): Promise<void> {
    const tables = rateTables(this.#bank.db);
    for (let day = 0; day < 31; day += 1) {
      const at = TODAY - (30 - day) * 86_400_000;
      const value = 111_900 + day * 58 + ((day * 37) % 11) * 62;
      const rate = rateFromJson({ base: 'CNY', quote: 'RUB', value: `${value}`, scale: 4 });
      const effectiveOn = new Date(at).toISOString().slice(0, 10);
      tables.addSet({ source: 'CBR', side: 'middle', effectiveOn, rates: [rate], loadedAt: at });
    }
    const second = rateFromJson({ base: 'CNY', quote: 'RUB', value: '114090', scale: 4 });
    const effectiveOn = '2026-11-18';
    tables.addSet({ source: 'CFETS', side: 'middle', effectiveOn, rates: [second], loadedAt: TODAY });
  }

  /** A reversal that a bank refused, and a day that it counts otherwise. */
  async cardMatters(): Promise<void> {
    const [mid] = MERCHANTS[2];
    const at = this.#clock.at - 3_600_000;
    const identity = { ...cardIdentity(), tid: tidOf(2), mid: parseMid(mid) };
    const told = { state: 'reversing', reversalCause: 'till_timeout' } as const;
    const card = cardRow(1, {
      ...told,
      identity,
      saleId: null,
      attemptId: null,
      createdAt: at,
      updatedAt: at,
    });
    const advice = adviceRow(1, { cause: 'till_timeout', nextAt: at });
    const refused = { doneAt: at + 60_000, responseCode: '14', tries: 1, version: 2 };
    const theirs = { ...NOTHING, debits: 2, debitsMinor: 154_890n };
    const units: readonly (readonly Change[])[] = [
      [
        { kind: 'card.insert', row: card },
        { kind: 'advice.insert', row: advice },
      ],
      [
        { kind: 'advice.put', row: { ...advice, ...refused, position: 1 } },
        { kind: 'card.put', row: { ...card, state: 'reversed', version: 2 } },
      ],
      [closing(1)],
      [answered(1, { state: 'different', theirs, madeAt: at, answeredAt: at })],
    ];
    for (const unit of units) {
      const result = await this.#store.commit(unit);
      if (!result.ok) throw new Error(`${result.refusal.change} ${result.refusal.reason}`);
    }
  }

  async exceptions(): Promise<void> {
    const rows = [
      ['missing_ours', 41_200n, CNY, '2026-11-17', 'receivable'],
      ['amount', 1n, CNY, '2026-11-17', 'receivable'],
      ['duplicate', 8_888n, CNY, '2026-11-16', 'receivable'],
    ] as const;
    for (const [index, [type, minor, currency, businessDate, book]] of rows.entries()) {
      const subject = ulid(index + 1, 'E');
      const row: ExceptionRecord = {
        ...{
          exceptionId: `${book}/alipay/${type}/${subject}`,
          type,
          party: 'alipay',
          owner: 'reconciliation',
        },
        ...{
          state: 'open',
          version: 1,
          atRisk: money(minor, currency),
          subject,
          fileId: null,
          line: 12 + index,
        },
        facts: { book, lackMinor: `${minor}` },
        ...{ businessDate, foundAt: this.#clock.at, resolvedAt: null, proposedBy: null, approvedBy: null },
        ...{ reason: null, transferId: null },
      };
      await this.#changes({ kind: 'exception.ensure', row });
    }
  }

  #commit(transfer: Transfer): Promise<void> {
    return this.#changes({ kind: 'transfer.ensure', transfer });
  }

  async #changes(...unit: DayChange[]): Promise<void> {
    const result = await this.#bank.store.commit(unit);
    if (!result.ok) throw new Error(`${result.refusal.change} ${result.refusal.reason}`);
  }
}

const tidOf = (index: number) => parseTid(`0000000${index + 1}`);
const ulid = (n: number, letter: string) => `01KABCDEF0${letter}${n.toString().padStart(15, '0')}`;
