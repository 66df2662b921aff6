/** Transfers and entries, written once; positions and balances, folded from them by the sequencer. */
import type Database from 'better-sqlite3';
import type { Money } from '../../kernel/money.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import {
  bigintOf,
  moneyOf,
  numberOf,
  prepare,
  type Row,
  type SqlValue,
  textOf,
  textOrNull,
} from './columns.ts';

/** Sums of an account in one currency's minor units, as of the last folded transfer. */
export interface Balance {
  readonly account: string;
  readonly currency: string;
  readonly debit: bigint;
  readonly credit: bigint;
  readonly pendingDebit: bigint;
  readonly pendingCredit: bigint;
}

/** Sums of all posted entries of a currency; equal sides, always. */
export interface TrialBalance {
  readonly currency: string;
  readonly debit: bigint;
  readonly credit: bigint;
}

export type LedgerTables = ReturnType<typeof ledgerTables>;

export function ledgerTables(db: Database.Database) {
  const insertEntries = entryInserter(db);
  const insertTransfer = prepare(
    db,
    `INSERT INTO transfer (transfer_id, template, template_version, state, ends_transfer_id, reference, mid,
       business_date, posted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = prepare(db, 'SELECT * FROM transfer WHERE transfer_id = ?');
  const byReference = prepare(db, 'SELECT * FROM transfer WHERE reference = ? ORDER BY seq');
  const entriesOf = prepare(
    db,
    `SELECT account, side, amount_minor AS amount_minor, currency AS amount_currency FROM entry
     WHERE transfer_id = ? ORDER BY line`,
  );
  const trial = prepare(
    db,
    `SELECT e.currency, sum(iif(e.side = 'debit', e.amount_minor, 0)) AS debit,
       sum(iif(e.side = 'credit', e.amount_minor, 0)) AS credit
     FROM entry e JOIN transfer t ON t.transfer_id = e.transfer_id WHERE t.state = 'posted'
     GROUP BY e.currency ORDER BY e.currency`,
  );

  const withEntries = (row: Row): Transfer => ({
    transferId: textOf(row, 'transfer_id'),
    template: textOf(row, 'template'),
    templateVersion: numberOf(row, 'template_version'),
    state: textOf(row, 'state') as Transfer['state'],
    endsTransferId: textOrNull(row, 'ends_transfer_id'),
    reference: textOf(row, 'reference'),
    mid: textOrNull(row, 'mid') as Transfer['mid'],
    businessDate: textOf(row, 'business_date'),
    postedAt: numberOf(row, 'posted_at'),
    entries: entriesOf.all(textOf(row, 'transfer_id')).map((entry) => ({
      account: textOf(entry, 'account'),
      side: textOf(entry, 'side') as 'debit' | 'credit',
      amount: moneyOf(entry, 'amount') satisfies Money,
    })),
  });

  return {
    /** Entries first: inserting the transfer weighs and seals them. */
    insert(t: Transfer): void {
      insertEntries(t);
      insertTransfer.run(
        t.transferId,
        t.template,
        t.templateVersion,
        t.state,
        t.endsTransferId,
        t.reference,
        t.mid,
        t.businessDate,
        t.postedAt,
      );
    },
    find(transferId: string): Transfer | null {
      const row = byId.get(transferId);
      return row === undefined ? null : withEntries(row);
    },
    ofReference: (reference: string): readonly Transfer[] => byReference.all(reference).map(withEntries),
    trialBalance: (): readonly TrialBalance[] =>
      trial.all().map((row) => ({
        currency: textOf(row, 'currency'),
        debit: bigintOf(row, 'debit'),
        credit: bigintOf(row, 'credit'),
      })),
  };
}

/** All entries of a transfer in one statement, which is prepared once for each number of entries that occurs. */
function entryInserter(db: Database.Database): (t: Transfer) => void {
  const byCount = new Map<number, ReturnType<typeof prepare>>();
  const statementFor = (count: number) => {
    const known = byCount.get(count);
    if (known !== undefined) return known;
    const rows = Array(count).fill('(?, ?, ?, ?, ?, ?)').join(', ');
    const columns = 'transfer_id, line, account, side, amount_minor, currency';
    const made = prepare(db, `INSERT INTO entry (${columns}) VALUES ${rows}`);
    byCount.set(count, made);
    return made;
  };
  return ({ transferId, entries }) => {
    if (entries.length === 0) return;
    const values = entries.flatMap(({ account, side, amount }, line): SqlValue[] => [
      transferId,
      line,
      account,
      side,
      amount.amountMinor,
      amount.currency,
    ]);
    statementFor(entries.length).run(...values);
  };
}
