/** Gateway and banks have compared their days (0500): nothing is left to compare, and period by period they say the same. */
import type { BankFigures } from '../../../gateway/payments/card/bank-totals.ts';
import { require } from '../violation.ts';
import type { SimWorld } from '../world.ts';

interface Period {
  readonly bank: string;
  readonly currency: string;
  readonly period: number;
  readonly quiet: number;
  readonly state: 'asked' | 'balanced' | 'different';
  readonly ours: string;
  readonly theirs: string | null;
}
type Figures = Readonly<Record<keyof BankFigures, bigint>>;

export function checkBankDays({ gateway }: SimWorld): void {
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
}

const NAMES = [
  ...(['debits', 'debitsMinor', 'credits', 'creditsMinor'] as const),
  ...(['debitReversals', 'debitReversalsMinor', 'creditReversals', 'creditReversalsMinor'] as const),
];
const NONE = Object.fromEntries(NAMES.map((name) => [name, 0n])) as Figures;

function plus(sum: Figures, text: string): Figures {
  const more = JSON.parse(text) as Readonly<Record<string, string | number>>;
  return Object.fromEntries(NAMES.map((name) => [name, sum[name] + BigInt(more[name] ?? 0)])) as Figures;
}

/** The same counts and the same money, of approvals of a part that were lost on their way too. */
function isSame(mine: Figures, theirs: Figures): boolean {
  return NAMES.every((name) => mine[name] === theirs[name]);
}

function wordsOf(figures: Figures): string {
  return NAMES.map((name) => figures[name]).join(' ');
}
