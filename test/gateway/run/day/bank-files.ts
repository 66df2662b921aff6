/** Files and statements of one card bank, as an import would have left them in the store. */
import { createHash } from 'node:crypto';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { money, negate } from '../../../../gateway/kernel/money.ts';
import { MOSCOW_OFFSET_MINUTES } from '../../../../gateway/kernel/time.ts';
import type { PayerRecord } from '../../../../gateway/run/day/payers.ts';
import type { FileRecord, SchemeRow } from '../../../../gateway/settlement/contract.ts';
import { type DayWorld, US } from './day-world.ts';

export const PAYER: PayerRecord = {
  party: 'vostok',
  kind: 'bank',
  settlementKinds: ['card_clearing'],
  offsetMinutes: MOSCOW_OFFSET_MINUTES,
  calendar: 'ru.payments',
  fileDays: 1,
  paymentDays: 2,
  owner: 'settlement',
};

export type RowIn = Partial<SchemeRow> & { readonly ours: string | null; readonly minor: bigint };

export interface Shown {
  readonly reference?: string;
  readonly kind?: 'camt053' | 'camt054' | 'statement_1c';
  readonly counterparty?: string;
}

export class BankFiles {
  readonly #world: DayWorld;
  #files = 0;

  constructor(world: DayWorld) {
    this.#world = world;
  }

  /** A clearing file of the bank with these rows, one rouble of fee on each payment. */
  async clearing(rows: readonly RowIn[]): Promise<string> {
    this.#files += 1;
    const fileId = createHash('sha256').update(`file ${this.#files}`).digest('hex');
    const file: FileRecord = {
      fileId,
      direction: 'in',
      kind: 'card_clearing',
      name: `clearing-${this.#files}.csv`,
      party: PAYER.party,
      state: 'importing',
      cycleId: null,
      stagedAs: null,
      at: this.#world.time.now(),
      bytes: 1,
      rows: rows.length,
      totals: [],
      refusedCode: null,
    };
    await this.#world.commit({ kind: 'file.insert', row: file });
    const at = new Date(this.#world.time.now()).toISOString();
    for (const [index, { ours, minor, ...over }] of rows.entries()) {
      const amount = money(minor, RUB);
      const fee = over.kind === undefined || over.kind === 'payment' ? money(100n, RUB) : money(0n, RUB);
      const net = money(minor - fee.amountMinor, RUB);
      const row: SchemeRow = {
        source: PAYER.party,
        fileId,
        line: index + 1,
        kind: 'payment',
        ids: { ours, theirs: `bank-${ours}` },
        amount,
        fee,
        settlement: over.kind === undefined || over.kind === 'payment' ? net : negate(net),
        at,
        ...over,
      };
      await this.#world.commit({ kind: 'scheme_row.ensure', row });
    }
    await this.#world.commit({ kind: 'file.state', fileId, state: 'imported' });
    return fileId;
  }

  /** A statement with one line of money that came, under a reference of its own unless told. */
  async received(
    minor: bigint,
    valueDate: string,
    { reference, kind = 'camt053', counterparty = 'Банк Восток' }: Shown = {},
  ): Promise<void> {
    this.#files += 1;
    const fileId = createHash('sha256').update(`statement ${this.#files}`).digest('hex');
    const account = US.accounts.RUB ?? '';
    await this.#world.commit(
      {
        kind: 'file.insert',
        row: {
          fileId,
          direction: 'in',
          kind,
          name: `statement-${this.#files}.xml`,
          party: 'ourbank',
          state: 'importing',
          cycleId: null,
          stagedAs: null,
          at: this.#world.time.now(),
          bytes: 1,
          rows: 1,
          totals: [],
          refusedCode: null,
        },
      },
      {
        kind: 'statement_row.ensure',
        row: {
          source: 'ourbank',
          fileId,
          line: 1,
          account,
          direction: 'in',
          amount: money(minor, RUB),
          valueDate,
          bankReference: reference ?? `R${this.#files}`,
          endToEndId: null,
          counterparty,
          purpose: 'Возмещение',
        },
      },
      { kind: 'file.state', fileId, state: 'imported' },
    );
  }
}
