/** The sequencer's step: gives each transfer its position and folds its entries into balances. One writer, no locks. */
import type Database from 'better-sqlite3';
import { bigintOf, prepare, textOf, textOrNull } from './columns.ts';
import type { Balance } from './ledger-tables.ts';

export type SequencerTables = ReturnType<typeof sequencerTables>;

export function sequencerTables(db: Database.Database) {
  // Transfers get their seq under the one write lock, so none can appear below the last one folded.
  // A bare parameter as the limit would be planned anew at every run.
  const unfolded = prepare(
    db,
    `SELECT seq, transfer_id, state, ends_transfer_id FROM transfer
     WHERE seq > coalesce((SELECT transfer_seq FROM ledger_position ORDER BY position DESC LIMIT 1), 0)
     ORDER BY seq LIMIT ? + 0`,
  );
  const place = prepare(db, 'INSERT INTO ledger_position (transfer_seq) VALUES (?)');
  const fold = (columns: 'pending' | 'posted', sign: '+' | '-') => {
    const [debit, credit] =
      columns === 'posted'
        ? ['debit_minor', 'credit_minor']
        : ['pending_debit_minor', 'pending_credit_minor'];
    const sum = (side: string) => `sum(iif(side = '${side}', ${sign}amount_minor, 0))`;
    return prepare(
      db,
      `INSERT INTO balance (account, currency, debit_minor, credit_minor, pending_debit_minor, pending_credit_minor)
         SELECT account, currency, ${columns === 'posted' ? '' : '0, 0, '}${sum('debit')}, ${sum('credit')}${
           columns === 'posted' ? ', 0, 0' : ''
         } FROM entry WHERE transfer_id = ? GROUP BY account, currency
       ON CONFLICT (account, currency) DO UPDATE
         SET ${debit} = ${debit} + excluded.${debit}, ${credit} = ${credit} + excluded.${credit}`,
    );
  };
  const addPosted = fold('posted', '+');
  const addPending = fold('pending', '+');
  const endPending = fold('pending', '-');
  const everyBalance = prepare(db, 'SELECT * FROM balance ORDER BY account, currency');
  return {
    /** Folds at most so many transfers; answers how many there were. */
    fold(most: number): number {
      const rows = unfolded.all(most);
      for (const row of rows) {
        const transferId = textOf(row, 'transfer_id');
        const ends = textOrNull(row, 'ends_transfer_id');
        if (row.state === 'posted') addPosted.run(transferId);
        if (row.state === 'pending') addPending.run(transferId);
        if (ends !== null) endPending.run(ends);
        place.run(bigintOf(row, 'seq'));
      }
      return rows.length;
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
