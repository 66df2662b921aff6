/** A bank's day in memory on virtual time: a store, both folders, terms, merchants that sell, and a bank that pays. */
import Database from 'better-sqlite3';
import { type CurrencyCode, RUB } from '../../../../gateway/kernel/currency.ts';
import type { Mid } from '../../../../gateway/kernel/identifiers.ts';
import type { Log } from '../../../../gateway/kernel/log.ts';
import { formatDecimal, type Money, money } from '../../../../gateway/kernel/money.ts';
import { cardRefundTransfer, cardSaleTransfer } from '../../../../gateway/ledger/card-postings.ts';
import type { Transfer } from '../../../../gateway/ledger/transfer.ts';
import { RU_VAT } from '../../../../gateway/ledger/vat.ts';
import { type DayContext, type DayTerms, DEFAULT_DAY_LIMITS } from '../../../../gateway/run/day/context.ts';
import type { AcquirerRecord, PartnerRecord } from '../../../../gateway/settlement/contract.ts';
import { readPaymentOrders1c } from '../../../../gateway/settlement/files/read-orders-1c.ts';
import { readPain001 } from '../../../../gateway/settlement/files/read-pain001.ts';
import { readWhole } from '../../../../gateway/settlement/files/reading.ts';
import { withAccountKey } from '../../../../gateway/settlement/files/russian-accounts.ts';
import { sourceOf } from '../../../../gateway/settlement/files/source.ts';
import type { DayChange, DayStore } from '../../../../gateway/settlement/ports.ts';
import { openDayStore } from '../../../../gateway/store/sqlite/day-store.ts';
import { VirtualWorld } from '../../../sim/virtual-runtime.ts';
import { ACQUIRER, BOOK, MID_A, MID_B, partnerRow, payeeRow } from '../../settlement/parties.ts';
import { MemoryInbox, MemoryOutbox } from './folders.ts';

const SILENT: Log = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
const key = (bic: string, account: string) => withAccountKey(bic, account);

export const OUR_BANK = 'ourbank';
export const US: AcquirerRecord = {
  ...ACQUIRER,
  inn: '7707083893',
  bic: '044525225',
  correspondentAccount: '30101810400000000225',
  accounts: { RUB: key('044525225', '40702810000000000001'), CNY: key('044525225', '40702156000000000001') },
};

export function bankOf(partner: string, over: Partial<PartnerRecord> = {}): PartnerRecord {
  const accounts = {
    RUB: key('044525225', '40702810000000000077'),
    CNY: key('044525225', '40702156000000000077'),
  };
  const details = { inn: US.inn, bic: US.bic, correspondentAccount: US.correspondentAccount, accounts };
  return partnerRow({ partner, ...details, currencies: [RUB], calendars: ['ru.payments'], ...over });
}

export const TERMS: DayTerms = {
  acquirer: US,
  vat: { rows: RU_VAT, tax: 'RU', borne: 'within' },
  splits: { amurbank: { shares: [{ party: 'amurbank', bp: 3_000 }], residual: 'acquirer' } },
  purpose: 'Расчёты с предприятиями за {date}',
};

export class DayWorld {
  readonly time: VirtualWorld;
  readonly db = new Database(':memory:');
  readonly store: DayStore;
  readonly outbox = new MemoryOutbox();
  readonly inbox = new MemoryInbox();
  readonly alarms: string[] = [];
  #sales = 0;
  #statements = 0;
  /** Paid by our bank and not on a statement yet. */
  readonly #paid: { id: string; amount: Money; valueDate: string; reference: string }[] = [];

  constructor(startAt = Date.parse('2026-11-17T06:00:00Z')) {
    this.time = new VirtualWorld({ startAt, seed: 7 });
    this.store = openDayStore(this.db, this.time);
  }

  context(over: Partial<DayContext> = {}): DayContext {
    return {
      store: this.store,
      outbox: this.outbox,
      inbox: this.inbox,
      runtime: this.time,
      log: { ...SILENT, alarm: (event, facts) => void this.alarms.push(`${event} ${JSON.stringify(facts)}`) },
      book: BOOK,
      terms: TERMS,
      limits: DEFAULT_DAY_LIMITS,
      progress: () => undefined,
      obstacles: async () => [],
      ...over,
    };
  }

  async commit(...unit: DayChange[]): Promise<void> {
    const result = await this.store.commit(unit);
    if (!result.ok) throw new Error(`${result.refusal.change} ${result.refusal.reason}`);
  }

  /** One partner with two merchants and a charity. */
  async parties(partner: PartnerRecord = bankOf('amurbank')): Promise<void> {
    const assign = (kind: 'merchant' | 'charity', id: string): DayChange => ({
      kind: 'payee.assign',
      payee: { kind, id, partner: partner.partner },
    });
    await this.commit(
      { kind: 'partner.set', row: partner },
      { kind: 'payee.set', row: payeeRow() },
      { kind: 'payee.set', row: payeeRow({ id: MID_B, name: 'Чайная', reserveBp: 1_000, reserveDays: 2 }) },
      { kind: 'payee.set', row: payeeRow({ kind: 'charity', id: 'tiger', name: 'Фонд «Тигр»' }) },
      ...[assign('merchant', MID_A), assign('merchant', MID_B), assign('charity', 'tiger')],
    );
  }

  async post(...transfers: Transfer[]): Promise<void> {
    await this.commit(...transfers.map((transfer): DayChange => ({ kind: 'transfer.ensure', transfer })));
  }

  meta(mid: string, reference: string) {
    const at = this.time.now();
    const businessDate = new Date(at + 180 * 60_000).toISOString().slice(0, 10);
    return { reference, mid: mid as Mid, bank: 'vostok', businessDate, postedAt: at };
  }

  /** A card sale with an MDR of 1.80 %. */
  async sell(mid: string, minor: bigint, currency: CurrencyCode = RUB): Promise<string> {
    this.#sales += 1;
    const reference = `sale-${this.#sales}`;
    const sale = { amount: money(minor, currency), price: null, mdrBp: 180 };
    await this.post(cardSaleTransfer(sale, this.meta(mid, reference)));
    return reference;
  }

  async refund(mid: string, paid: bigint, part: bigint): Promise<void> {
    this.#sales += 1;
    const sale = { amount: money(paid, RUB), price: null, mdrBp: 180 };
    const refund = { sale, part: money(part, RUB), below: money(0n, RUB), mdrReturned: true };
    await this.post(cardRefundTransfer(refund, this.meta(mid, `refund-${this.#sales}`)));
  }

  /** Our bank takes its orders and pays each once it is due. */
  bankFetches(): void {
    for (const [name, bytes] of this.outbox.fetch(OUR_BANK)) {
      const source = sourceOf(name, bytes);
      if (name.endsWith('.txt')) {
        for (const row of readWhole(readPaymentOrders1c(source), [bytes]).rows) {
          this.#pay(row.endToEndId ?? '', row.amount, row.date);
        }
      } else {
        for (const row of readPain001(source, bytes).rows)
          this.#pay(row.endToEndId, row.amount, row.valueDate);
      }
    }
  }

  /** A statement for each currency of what was paid up to the date. */
  bankStates(date: string): void {
    const due = this.#paid.filter(({ valueDate }) => valueDate <= date);
    for (const one of due) this.#paid.splice(this.#paid.indexOf(one), 1);
    for (const currency of new Set(due.map(({ amount }) => amount.currency))) {
      this.#statements += 1;
      const rows = due.filter(({ amount }) => amount.currency === currency);
      this.inbox.put(`${OUR_BANK}/statement-${this.#statements}.xml`, statement(currency, date, rows));
    }
  }

  #pay(id: string, amount: Money, valueDate: string): void {
    this.#paid.push({ id, amount, valueDate, reference: `B${this.time.now()}-${this.#paid.length}` });
  }
}

export interface Movement {
  readonly id: string;
  readonly amount: Money;
  readonly reference: string;
  readonly side?: 'DBIT' | 'CRDT';
}

/** A camt.053 of our account with these movements, from an opening balance of a milliard. */
export function statement(currency: string, date: string, movements: readonly Movement[]): string {
  const opening = 100_000_000_000n;
  const net = movements.reduce(
    (sum, { amount, side }) => sum + (side === 'CRDT' ? amount.amountMinor : -amount.amountMinor),
    0n,
  );
  const text = (minor: bigint) => formatDecimal(money(minor, currency as CurrencyCode));
  const balance = (code: string, minor: bigint) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${text(minor)}</Amt>` +
    `<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;
  const entries = movements.map(
    ({ id, amount, reference, side = 'DBIT' }) =>
      `<Ntry><Amt Ccy="${currency}">${formatDecimal(amount)}</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts>BOOK</Sts>` +
      `<BookgDt><Dt>${date}</Dt></BookgDt><ValDt><Dt>${date}</Dt></ValDt><AcctSvcrRef>${reference}</AcctSvcrRef>` +
      `<NtryDtls><TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs>` +
      `<RltdPties><Dbtr><Nm>AMUR</Nm></Dbtr><Cdtr><Nm>PARTNER</Nm></Cdtr></RltdPties>` +
      `<RmtInf><Ustrd>Settlement</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">' +
    `<BkToCstmrStmt><GrpHdr><MsgId>S-${date}-${currency}</MsgId><CreDtTm>${date}T20:00:00</CreDtTm></GrpHdr><Stmt>` +
    `<Id>S</Id><CreDtTm>${date}T20:00:00</CreDtTm><Acct><Id><Othr><Id>${US.accounts[currency]}</Id></Othr></Id>` +
    `<Ccy>${currency}</Ccy></Acct>${balance('OPBD', opening)}${balance('CLBD', opening + net)}` +
    `${entries.join('')}</Stmt></BkToCstmrStmt></Document>\n`
  );
}
