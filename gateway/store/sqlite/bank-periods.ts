/** The tables of what partner banks were asked to compare. A transaction counts by what the bank has said, once, in the period
 *  that is closed next after that. */
import type Database from 'better-sqlite3';
import type { EpochMs } from '../../kernel/time.ts';
import {
  type AsOf,
  type BankDay,
  type BankDayWish,
  type BankFigures,
  type BankTotalsRecord,
  type NewBankTotals,
  sameFigures,
} from '../../payments/card/bank-totals.ts';
import { bankCounting, NO_FIGURES } from './bank-counting.ts';
import {
  bigintOf,
  insertSql,
  numberOf,
  numberOrNull,
  prepare,
  prepareNamed,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';

export type BankPeriods = ReturnType<typeof bankPeriods>;

export function bankPeriods(db: Database.Database) {
  const last = prepare(
    db,
    'SELECT period, state FROM bank_totals WHERE bank = ? AND currency = ? ORDER BY period DESC LIMIT 1',
  );
  const counting = bankCounting(db);
  const insert = prepareNamed(db, insertSql('bank_totals', COLUMNS));
  const update = prepareNamed(
    db,
    `UPDATE bank_totals SET ours = coalesce(@ours, ours), state = @state, theirs = @theirs, tries = @tries, next_at = @next_at,
       answered_at = @answered_at, response_code = @response_code, version = @version
     WHERE bank = @bank AND currency = @currency AND period = @period AND version = @version - 1`,
  );
  const versionOf = prepare(
    db,
    'SELECT version FROM bank_totals WHERE bank = ? AND currency = ? AND period = ?',
  );
  const asked = prepare(db, "SELECT * FROM bank_totals WHERE bank = ? AND state = 'asked' ORDER BY currency");
  const unsettled = prepare(db, "SELECT * FROM bank_totals WHERE state <> 'balanced'");
  const all = prepare(db, 'SELECT * FROM bank_totals ORDER BY bank, currency, period');
  const lastCut = prepare(
    db,
    `SELECT settlement_date AS date FROM bank_totals WHERE bank = ? AND cause = 'cut'
     ORDER BY period DESC, currency LIMIT 1`,
  );
  const firstDate = prepare(db, 'SELECT min(business_date) AS date FROM card_transaction WHERE bank = ?');
  const currencies = prepare(
    db,
    `SELECT DISTINCT amount_currency AS currency FROM card_transaction
       WHERE bank = ? AND business_date >= coalesce((SELECT max(settlement_date) FROM bank_totals WHERE bank = ?), '')
     UNION SELECT DISTINCT currency FROM bank_totals WHERE bank = ?`,
  );
  const wishOf = prepare(db, 'SELECT * FROM bank_day_wish WHERE bank = ?');
  const wish = prepare(db, 'INSERT INTO bank_day_wish VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const unwish = prepare(db, 'DELETE FROM bank_day_wish WHERE bank = ?');
  const open = prepare(
    db,
    `SELECT (SELECT count(*) FROM card_transaction WHERE state = 'sent' AND bank = ?)
       + (SELECT count(*) FROM card_advice WHERE done_at IS NULL AND bank = ?) AS open`,
  );
  return {
    /** Counts and makes the next period. Answers false while the one before is not answered. */
    close(row: NewBankTotals, now: EpochMs): boolean {
      const before = last.get(row.bank, row.currency);
      if (before !== undefined && textOf(before, 'state') === 'asked') return false;
      const period = before === undefined ? 1 : numberOf(before, 'period') + 1;
      const ours = counting.count({ bank: row.bank, currency: row.currency, period }, now);
      const first = { state: 'asked', theirs: null, tries: 0, answeredAt: null, responseCode: null } as const;
      insert.run(columnsOf({ ...row, ...first, period, ours, nextAt: now, madeAt: now, version: 1 }));
      unwish.run(row.bank);
      return true;
    },
    figuresAsOf: counting.asOf,
    /** Before it is asked again. False when it has changed since. */
    tryAgain(row: BankTotalsRecord, now: EpochMs): boolean {
      if (
        numberOrNull(versionOf.get(row.bank, row.currency, row.period) ?? { version: null }, 'version') !==
        row.version
      )
        return false;
      counting.noteTry(row, row.tries + 1, now);
      return true;
    },
    /** `countsAsOf`: what is of the period besides; its figures must come to `row.ours` then. False when anything has changed
     *  since. */
    put(row: BankTotalsRecord, countsAsOf: AsOf | null, now: EpochMs): boolean {
      if (countsAsOf !== null && !sameFigures(counting.countMore(row, countsAsOf, now), row.ours))
        return false;
      if (row.state !== 'asked') counting.forgetTries(row);
      const { ours, state, theirs, tries, next_at, answered_at, response_code, version } = columnsOf(row);
      const { bank, currency, period } = row;
      const counted = countsAsOf === null ? null : ours;
      const changing = { ours: counted, state, theirs, tries, next_at, answered_at, response_code, version };
      return update.run({ bank, currency, period, ...changing }).changes === 1;
    },
    wish: (row: BankDayWish): void => void wish.run(row.bank, row.cause, row.settlementDate),
    day(bank: string): BankDay {
      const wished = wishOf.get(bank);
      return {
        asked: asked.all(bank).map(fromRow),
        wish: wished === undefined ? null : wishFrom(wished),
        lastCut: textOrNull(lastCut.get(bank) ?? { date: null }, 'date'),
        firstDate: textOrNull(firstDate.get(bank) ?? { date: null }, 'date'),
      };
    },
    currencies: (bank: string): readonly string[] =>
      currencies.all(bank, bank, bank).map((row) => textOf(row, 'currency')),
    /** Transactions whose bank is being asked, and advices it has not acknowledged. */
    open(bank: string): number {
      const row = open.get(bank, bank);
      return row === undefined ? 0 : numberOf(row, 'open');
    },
    /** Asked and not answered, or different. */
    unsettled: (): readonly BankTotalsRecord[] => unsettled.all().map(fromRow),
    all: (): readonly BankTotalsRecord[] => all.all().map(fromRow),
  };
}

const COLUMNS = [
  'bank',
  'currency',
  'period',
  'settlement_date',
  'cause',
  'stan',
  'transmitted_at',
  'quiet',
  'ours',
  'state',
  'theirs',
  'tries',
  'next_at',
  'made_at',
  'answered_at',
  'response_code',
  'version',
] as const;

function columnsOf(row: BankTotalsRecord) {
  return {
    bank: row.bank,
    currency: row.currency,
    period: row.period,
    settlement_date: row.settlementDate,
    cause: row.cause,
    stan: row.stan,
    transmitted_at: row.transmittedAt,
    quiet: row.quiet ? 1 : 0,
    ours: figuresText(row.ours),
    state: row.state,
    theirs: row.theirs === null ? null : figuresText(row.theirs),
    tries: row.tries,
    next_at: row.nextAt,
    made_at: row.madeAt,
    answered_at: row.answeredAt,
    response_code: row.responseCode,
    version: row.version,
  };
}

function fromRow(row: Row): BankTotalsRecord {
  const theirs = textOrNull(row, 'theirs');
  return {
    bank: textOf(row, 'bank'),
    currency: textOf(row, 'currency'),
    period: numberOf(row, 'period'),
    settlementDate: textOf(row, 'settlement_date'),
    cause: textOf(row, 'cause') as BankTotalsRecord['cause'],
    stan: textOf(row, 'stan'),
    transmittedAt: textOf(row, 'transmitted_at'),
    quiet: bigintOf(row, 'quiet') === 1n,
    ours: parseFigures(textOf(row, 'ours')),
    state: textOf(row, 'state') as BankTotalsRecord['state'],
    theirs: theirs === null ? null : parseFigures(theirs),
    tries: numberOf(row, 'tries'),
    nextAt: numberOf(row, 'next_at'),
    madeAt: numberOf(row, 'made_at'),
    answeredAt: numberOrNull(row, 'answered_at'),
    responseCode: textOrNull(row, 'response_code'),
    version: numberOf(row, 'version'),
  };
}

function wishFrom(row: Row): BankDayWish {
  return {
    bank: textOf(row, 'bank'),
    cause: textOf(row, 'cause') as BankDayWish['cause'],
    settlementDate: textOf(row, 'settlement_date'),
  };
}

/** Amounts as decimal strings; always in one order, as the text of figures that are facts may not change. */
function figuresText(figures: BankFigures): string {
  const texts = Object.keys(NO_FIGURES).map((name) => {
    const value = figures[name as keyof BankFigures];
    return [name, typeof value === 'bigint' ? value.toString() : value];
  });
  return JSON.stringify(Object.fromEntries(texts));
}

function parseFigures(text: string): BankFigures {
  const { debitsMinor, creditsMinor, debitReversalsMinor, creditReversalsMinor, ...counts } = JSON.parse(
    text,
  ) as { readonly [F in keyof BankFigures]: BankFigures[F] extends bigint ? string : number };
  return {
    ...counts,
    debitsMinor: BigInt(debitsMinor),
    creditsMinor: BigInt(creditsMinor),
    debitReversalsMinor: BigInt(debitReversalsMinor),
    creditReversalsMinor: BigInt(creditReversalsMinor),
  };
}
