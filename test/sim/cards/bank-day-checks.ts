/** Gateway and banks have compared their days (0500): nothing is left to compare, period by period they say the same, and what the
 *  gateway has for equal is what stands in the bank's own books. */
import type Database from 'better-sqlite3';
import type { BankFigures } from '../../../gateway/payments/card/bank-totals.ts';
import { require } from '../violation.ts';

interface Period {
  readonly bank: string;
  readonly currency: string;
  readonly period: number;
  readonly quiet: number;
  readonly state: 'asked' | 'balanced' | 'different';
  readonly ours: string;
  readonly theirs: string | null;
}
interface Disks {
  readonly gateway: { readonly db: Database.Database };
  readonly banks: readonly { readonly db: Database.Database; readonly plan: { readonly bank: string } }[];
}
interface Side {
  readonly side: string;
  readonly count: bigint;
  readonly minor: bigint;
}
type Figures = Readonly<Record<keyof BankFigures, bigint>>;

export function checkBankDays({ gateway, banks }: Disks): void {
  const periods = gateway.db
    .prepare<[], Period>('SELECT * FROM bank_totals ORDER BY bank, currency, period')
    .all();
  for (const own of Map.groupBy(periods, ({ bank, currency }) => `${bank} ${currency}`).values()) {
    let [mine, theirs] = [NONE, NONE];
    for (const [index, { bank, currency, period, state, quiet, ours, theirs: told }] of own.entries()) {
      const facts = { bank, currency, period };
      require(state !== 'asked', 'a bank never compared its day', facts);
      mine = plus(mine, ours);
      theirs = plus(theirs, told ?? ours);
      // What was under way as one period was counted may be in the next one at the bank.
      const clear = quiet === 1 || index === own.length - 1;
      require(!clear || isSame(mine, theirs), 'gateway and bank count their days differently', {
        ...{ ...facts, mine: wordsOf(mine), theirs: wordsOf(theirs) },
      });
    }
  }
  for (const { db, plan } of banks) inItsOwnBooks(db, plan.bank, periods);
}

/** A period in balance brings no figures of the bank's: that it was one, the gateway alone says. */
function inItsOwnBooks(db: Database.Database, bank: string, periods: readonly Period[]): void {
  const sides = db.prepare<[string], Side>(COUNTED).safeIntegers();
  for (const currency of ['RUB', 'CNY']) {
    const own = periods.filter((period) => period.bank === bank && period.currency === currency);
    const mine = own.reduce((sum, { ours }) => plus(sum, ours), NONE);
    const counted = sides.all(currency).reduce(withSide, NONE);
    require(isSame(mine, counted), "what gateway and bank have compared is not in the bank's books", {
      ...{ bank, currency, mine: wordsOf(mine), theirs: wordsOf(counted) },
    });
  }
}

const NAMES = [
  ...(['debits', 'debitsMinor', 'credits', 'creditsMinor'] as const),
  ...(['debitReversals', 'debitReversalsMinor', 'creditReversals', 'creditReversalsMinor'] as const),
];
const COUNTED =
  'SELECT side, sum(count) AS count, sum(amount_minor) AS minor FROM counts WHERE currency = ? GROUP BY side';
const NONE = Object.fromEntries(NAMES.map((name) => [name, 0n])) as Figures;

function plus(sum: Figures, text: string): Figures {
  const more = JSON.parse(text) as Readonly<Record<string, string | number>>;
  return Object.fromEntries(NAMES.map((name) => [name, sum[name] + BigInt(more[name] ?? 0)])) as Figures;
}

function withSide(sum: Figures, { side, count, minor }: Side): Figures {
  return { ...sum, [`${side}s`]: count, [`${side}sMinor`]: minor };
}

/** The same counts and the same money, of approvals of a part that were lost on their way too. */
function isSame(mine: Figures, theirs: Figures): boolean {
  return NAMES.every((name) => mine[name] === theirs[name]);
}

function wordsOf(figures: Figures): string {
  return NAMES.map((name) => figures[name]).join(' ');
}
