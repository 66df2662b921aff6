/** The tables of what partner banks were asked to compare. A transaction counts by what the bank has said, once, in the period
 *  that is closed next after that. */
import type Database from 'better-sqlite3';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import {
  type BankDay,
  type BankDayWish,
  type BankFigures,
  type BankTotalsRecord,
  type NewBankTotals,
  sameFigures,
} from '../../payments/card/bank-totals.ts';
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

type PeriodKey = Pick<BankTotalsRecord, 'bank' | 'currency' | 'period'>;

const APPROVALS = "('00', '08', '10', '11', '16')";
const notCounted = (part: string) =>
  `NOT EXISTS (SELECT 1 FROM bank_counted m WHERE m.card_id = c.card_id AND m.part = '${part}')`;
const TOLD = `card_advice a JOIN card_transaction c ON c.card_id = a.card_id
  WHERE a.bank = @bank AND a.done_at >= @since AND c.amount_currency = @currency
    AND c.kind IN ('sale', 'completion', 'refund')`;
const UNDONE = "a.kind = 'reversal' AND a.response_code = '00'";

/** What the bank approved when asked; what it acknowledged when told; and what its answer 00 to a reversal says that it had
 *  approved, whatever had become of that answer. And what it undid. */
const NOT_COUNTED_YET = `SELECT 'original' AS part, card_id FROM (
  SELECT c.card_id FROM card_transaction c
    WHERE c.bank = @bank AND c.business_date >= @sinceDate AND c.amount_currency = @currency
      AND c.kind IN ('sale', 'refund') AND c.state IN ('approved', 'reversing', 'reversed')
      AND c.response_code IN ${APPROVALS} AND ${notCounted('original')}
  UNION
  SELECT c.card_id FROM ${TOLD} AND ${notCounted('original')}
      AND (a.kind = 'completion' AND a.response_code IN ${APPROVALS} OR ${UNDONE}))
  UNION ALL SELECT 'reversal', c.card_id FROM ${TOLD} AND ${notCounted('reversal')} AND ${UNDONE}`;
const MARK = `INSERT INTO bank_counted (bank, currency, period, part, card_id)
  SELECT @bank, @currency, @period, part, card_id FROM (${NOT_COUNTED_YET})`;
const COUNTED =
  'SELECT part, card_id FROM bank_counted WHERE bank = @bank AND currency = @currency AND period = @period';

const side = (name: string, part: string, kinds: string) => {
  const condition = `m.part = '${part}' AND c.kind IN ${kinds}`;
  return `coalesce(sum(iif(${condition}, 1, 0)), 0) AS ${name}, coalesce(sum(iif(${condition}, c.amount_minor, 0)), 0) AS ${name}_minor`;
};
const figuresOfRows = (rows: string) => `SELECT ${side('debits', 'original', "('sale', 'completion')")},
    ${side('credits', 'original', "('refund')")}, ${side('debit_reversals', 'reversal', "('sale', 'completion')")},
    ${side('credit_reversals', 'reversal', "('refund')")}
  FROM (${rows}) m JOIN card_transaction c ON c.card_id = m.card_id`;

/** What was acknowledged while the period before was being made is looked for this much before it. */
const SLACK_MS = 86_400_000;

export function bankPeriods(db: Database.Database) {
  const last = prepare(
    db,
    'SELECT period, state FROM bank_totals WHERE bank = ? AND currency = ? ORDER BY period DESC LIMIT 1',
  );
  const madeAt = prepare(
    db,
    'SELECT made_at FROM bank_totals WHERE bank = ? AND currency = ? AND period = ?',
  );
  const mark = prepareNamed(db, MARK);
  const counted = prepareNamed(db, figuresOfRows(COUNTED));
  const countedNow = prepareNamed(db, figuresOfRows(`${COUNTED} UNION ALL ${NOT_COUNTED_YET}`));
  const insert = prepareNamed(db, insertSql('bank_totals', COLUMNS));
  const update = prepareNamed(
    db,
    `UPDATE bank_totals SET ours = coalesce(@ours, ours), state = @state, theirs = @theirs, tries = @tries, next_at = @next_at,
       answered_at = @answered_at, response_code = @response_code, version = @version
     WHERE bank = @bank AND currency = @currency AND period = @period AND version = @version - 1`,
  );
  const asked = prepare(db, "SELECT * FROM bank_totals WHERE bank = ? AND state = 'asked' ORDER BY currency");
  const all = prepare(db, 'SELECT * FROM bank_totals ORDER BY bank, currency, period');
  const lastCut = prepare(
    db,
    `SELECT settlement_date AS date FROM bank_totals WHERE bank = ? AND cause = 'cut'
     ORDER BY period DESC, currency LIMIT 1`,
  );
  const firstDate = prepare(db, 'SELECT min(business_date) AS date FROM card_transaction WHERE bank = ?');
  const wishOf = prepare(db, 'SELECT * FROM bank_day_wish WHERE bank = ?');
  const wish = prepare(db, 'INSERT INTO bank_day_wish VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const unwish = prepare(db, 'DELETE FROM bank_day_wish WHERE bank = ?');
  const open = prepare(
    db,
    `SELECT (SELECT count(*) FROM card_transaction WHERE state = 'sent' AND bank = ?)
       + (SELECT count(*) FROM card_advice WHERE done_at IS NULL AND bank = ?) AS open`,
  );
  /** Where to look for what a period has not counted: all after the one before it was made, with some slack; everything
   *  where that was made by a clock that has been set back since. */
  const placeOf = ({ bank, currency, period }: PeriodKey, now: EpochMs) => {
    const before = madeAt.get(bank, currency, period - 1);
    const made = before === undefined ? 0 : numberOf(before, 'made_at');
    const since = made > now ? 0 : Math.max(0, made - SLACK_MS);
    const sinceDate = localTime(since, MOSCOW_OFFSET_MINUTES).date;
    return { bank, currency, period, since, sinceDate };
  };
  const countIn = (key: PeriodKey, now: EpochMs): BankFigures => {
    mark.run(placeOf(key, now));
    const { bank, currency, period } = key;
    return figuresOf(counted.get({ bank, currency, period }));
  };
  return {
    /** Counts and makes the next period. Answers false while the one before is not answered. */
    close(row: NewBankTotals, now: EpochMs): boolean {
      const before = last.get(row.bank, row.currency);
      if (before !== undefined && textOf(before, 'state') === 'asked') return false;
      const period = before === undefined ? 1 : numberOf(before, 'period') + 1;
      const ours = countIn({ bank: row.bank, currency: row.currency, period }, now);
      const first = { state: 'asked', theirs: null, tries: 0, answeredAt: null, responseCode: null } as const;
      insert.run(columnsOf({ ...row, ...first, period, ours, nextAt: now, madeAt: now, version: 1 }));
      unwish.run(row.bank);
      return true;
    },
    /** What the period has counted, and what it would count now. */
    figures: (key: PeriodKey, now: EpochMs): BankFigures => figuresOf(countedNow.get(placeOf(key, now))),
    /** False when it has changed since, or what there is to count with it. */
    put(row: BankTotalsRecord, countsMore: boolean, now: EpochMs): boolean {
      if (countsMore && !sameFigures(countIn(row, now), row.ours)) return false;
      const { ours, state, theirs, tries, next_at, answered_at, response_code, version } = columnsOf(row);
      const { bank, currency, period } = row;
      const changing = {
        ours: countsMore ? ours : null,
        state,
        theirs,
        tries,
        next_at,
        answered_at,
        response_code,
        version,
      };
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
    /** Transactions whose bank is being asked, and advices it has not acknowledged. */
    open(bank: string): number {
      const row = open.get(bank, bank);
      return row === undefined ? 0 : numberOf(row, 'open');
    },
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

const NO_FIGURES: BankFigures = {
  ...{ debits: 0, debitsMinor: 0n, credits: 0, creditsMinor: 0n },
  ...{ debitReversals: 0, debitReversalsMinor: 0n, creditReversals: 0, creditReversalsMinor: 0n },
};

function figuresOf(row: Row | undefined): BankFigures {
  if (row === undefined) return NO_FIGURES;
  return {
    debits: numberOf(row, 'debits'),
    debitsMinor: bigintOf(row, 'debits_minor'),
    credits: numberOf(row, 'credits'),
    creditsMinor: bigintOf(row, 'credits_minor'),
    debitReversals: numberOf(row, 'debit_reversals'),
    debitReversalsMinor: bigintOf(row, 'debit_reversals_minor'),
    creditReversals: numberOf(row, 'credit_reversals'),
    creditReversalsMinor: bigintOf(row, 'credit_reversals_minor'),
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
