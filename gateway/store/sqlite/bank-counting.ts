/** Counts what is of a period: what the bank has said and no period has counted. While a period's 0500 is asked again, what it
 *  would hold is noted with each try, so that the bank's figures of any try are known again. */
import type Database from 'better-sqlite3';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { AsOf, BankFigures, BankTotalsRecord, FiguresAsOf } from '../../payments/card/bank-totals.ts';
import { bigintOf, numberOf, prepare, prepareNamed, type Row } from './columns.ts';

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
const MARK = (rows: string) => `INSERT INTO bank_counted (bank, currency, period, part, card_id)
  SELECT @bank, @currency, @period, part, card_id FROM (${rows})`;
const NOTE_TRY = `INSERT INTO bank_tried (card_id, part, bank, currency, period, try)
  SELECT u.card_id, u.part, @bank, @currency, @period, @try FROM (${NOT_COUNTED_YET}) u
  WHERE NOT EXISTS (SELECT 1 FROM bank_tried t WHERE t.card_id = u.card_id AND t.part = u.part)`;
const OF_PERIOD = 'bank = @bank AND currency = @currency AND period = @period';
const COUNTED = `SELECT part, card_id FROM bank_counted WHERE ${OF_PERIOD}`;
const TRIED = `SELECT part, card_id FROM bank_tried WHERE ${OF_PERIOD} AND try <= @try`;

/** Of a part whose approval was lost nobody here heard but by what the bank says that it undid. */
const APPROVED = 'coalesce(r.undone_minor, c.amount_minor)';
const side = (name: string, part: string, kinds: string) => {
  const condition = `m.part = '${part}' AND c.kind IN ${kinds}`;
  return `coalesce(sum(iif(${condition}, 1, 0)), 0) AS ${name}, coalesce(sum(iif(${condition}, ${APPROVED}, 0)), 0) AS ${name}_minor`;
};
const figuresOfRows = (rows: string) => `SELECT ${side('debits', 'original', "('sale', 'completion')")},
    ${side('credits', 'original', "('refund')")}, ${side('debit_reversals', 'reversal', "('sale', 'completion')")},
    ${side('credit_reversals', 'reversal', "('refund')")}
  FROM (${rows}) m JOIN card_transaction c ON c.card_id = m.card_id
    LEFT JOIN card_advice r ON r.card_id = c.card_id AND r.kind = 'reversal'`;

/** What was acknowledged while the period before was being made is looked for this much before it. */
const SLACK_MS = 86_400_000;

export function bankCounting(db: Database.Database) {
  const madeAt = prepare(
    db,
    'SELECT made_at FROM bank_totals WHERE bank = ? AND currency = ? AND period = ?',
  );
  const markAll = prepareNamed(db, MARK(NOT_COUNTED_YET));
  const markTried = prepareNamed(db, MARK(TRIED));
  const noteTry = prepareNamed(db, NOTE_TRY);
  const tries = prepareNamed(db, `SELECT DISTINCT try FROM bank_tried WHERE ${OF_PERIOD} ORDER BY try`);
  const forget = prepareNamed(db, `DELETE FROM bank_tried WHERE ${OF_PERIOD}`);
  const counted = prepareNamed(db, figuresOfRows(COUNTED));
  const countedTried = prepareNamed(db, figuresOfRows(`${COUNTED} UNION ALL ${TRIED}`));
  const countedNow = prepareNamed(db, figuresOfRows(`${COUNTED} UNION ALL ${NOT_COUNTED_YET}`));
  /** Where to look for what a period has not counted: all after the one before it was made, with some slack; everything
   *  where that was made by a clock that has been set back since. */
  const placeOf = ({ bank, currency, period }: PeriodKey, now: EpochMs) => {
    const before = madeAt.get(bank, currency, period - 1);
    const made = before === undefined ? 0 : numberOf(before, 'made_at');
    const since = made > now ? 0 : Math.max(0, made - SLACK_MS);
    const sinceDate = localTime(since, MOSCOW_OFFSET_MINUTES).date;
    return { bank, currency, period, since, sinceDate };
  };
  const keyOf = ({ bank, currency, period }: PeriodKey) => ({ bank, currency, period });
  const figuresOfPeriod = (key: PeriodKey): BankFigures => figuresOf(counted.get(keyOf(key)));
  return {
    /** All there is. */
    count(key: PeriodKey, now: EpochMs): BankFigures {
      markAll.run(placeOf(key, now));
      return figuresOfPeriod(key);
    },
    noteTry: (key: PeriodKey, attempt: number, now: EpochMs): void =>
      void noteTry.run({ ...placeOf(key, now), try: attempt }),
    /** What the period has counted with what it would hold as of each try, and as of now. */
    asOf(key: PeriodKey, now: EpochMs): readonly FiguresAsOf[] {
      const tried = tries.all(keyOf(key)).map((row) => numberOf(row, 'try'));
      const figures = (attempt: number) => figuresOf(countedTried.get({ ...keyOf(key), try: attempt }));
      return [
        ...tried.map((attempt) => ({ asOf: attempt, figures: figures(attempt) })),
        { asOf: 'now', figures: figuresOf(countedNow.get(placeOf(key, now))) },
      ];
    },
    countMore(key: PeriodKey, asOf: AsOf, now: EpochMs): BankFigures {
      if (asOf === 'now') markAll.run(placeOf(key, now));
      else markTried.run({ ...keyOf(key), try: asOf });
      return figuresOfPeriod(key);
    },
    forgetTries: (key: PeriodKey): void => void forget.run(keyOf(key)),
  };
}

export const NO_FIGURES: BankFigures = {
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
