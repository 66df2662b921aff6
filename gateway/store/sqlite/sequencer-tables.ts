/** The sequencer's step: gives each transfer its position and folds its entries into balances. One writer, no locks. */
import type Database from 'better-sqlite3';
import { bigintOf, numberOf, prepare, textOf } from './columns.ts';
import type { Balance } from './ledger-tables.ts';

export type SequencerTables = ReturnType<typeof sequencerTables>;

export function sequencerTables(db: Database.Database) {
  // Transfers get their seq under the one write lock, so none can appear below the last one folded.
  const LAST = 'coalesce((SELECT transfer_seq FROM ledger_position ORDER BY position DESC LIMIT 1), 0)';
  // A bare parameter as the limit would be planned anew at every run.
  const unfolded = prepare(
    db,
    `SELECT max(seq) AS upto, count(*) AS count, count(ends_transfer_id) AS ending, sum(state = 'pending') AS pending
     FROM (SELECT seq, state, ends_transfer_id FROM transfer WHERE seq > ${LAST} ORDER BY seq LIMIT ? + 0)`,
  );
  const place = prepare(
    db,
    `INSERT INTO ledger_position (transfer_seq) SELECT seq FROM transfer WHERE seq > ${LAST} AND seq <= ? ORDER BY seq`,
  );
  // All of a step together: the balances of a day are few, and its transfers many.
  const fold = (columns: 'pending' | 'posted', sign: '+' | '-', transfers: string) => {
    const [debit, credit] =
      columns === 'posted'
        ? ['debit_minor', 'credit_minor']
        : ['pending_debit_minor', 'pending_credit_minor'];
    const sum = (side: string) => `sum(iif(side = '${side}', ${sign}amount_minor, 0))`;
    return prepare(
      db,
      `INSERT INTO balance (account, currency, debit_minor, credit_minor, pending_debit_minor, pending_credit_minor)
         SELECT e.account, e.currency, ${columns === 'posted' ? '' : '0, 0, '}${sum('debit')}, ${sum('credit')}${
           columns === 'posted' ? ', 0, 0' : ''
         } FROM transfer t CROSS JOIN entry e ON e.transfer_id = ${transfers}
         WHERE t.seq > ${LAST} AND t.seq <= ? GROUP BY e.account, e.currency
       ON CONFLICT (account, currency) DO UPDATE
         SET ${debit} = ${debit} + excluded.${debit}, ${credit} = ${credit} + excluded.${credit}`,
    );
  };
  const addPosted = fold('posted', '+', "t.transfer_id AND t.state = 'posted'");
  const addPending = fold('pending', '+', "t.transfer_id AND t.state = 'pending'");
  const endPending = fold('pending', '-', 't.ends_transfer_id');
  const everyBalance = prepare(db, 'SELECT * FROM balance ORDER BY account, currency');
  return {
    /** Folds at most so many transfers; answers how many there were. */
    fold(most: number): number {
      const step = unfolded.get(most);
      const count = step === undefined ? 0 : numberOf(step, 'count');
      if (step === undefined || count === 0) return 0;
      const upto = bigintOf(step, 'upto');
      addPosted.run(upto);
      if (bigintOf(step, 'pending') > 0n) addPending.run(upto);
      if (bigintOf(step, 'ending') > 0n) endPending.run(upto);
      place.run(upto);
      return count;
    },
    balances: (): readonly Balance[] =>
      everyBalance.all().map((row) => ({
        account: textOf(row, 'account'),
        currency: textOf(row, 'currency'),
        debit: bigintOf(row, 'debit_minor'),
        credit: bigintOf(row, 'credit_minor'),
        pendingDebit: bigintOf(row, 'pending_debit_minor'),
        pendingCredit: bigintOf(row, 'pending_credit_minor'),
      })),
  };
}
