/** The `card_transaction` table: one row per message with money in it, found again by what it was told apart by. */
import type Database from 'better-sqlite3';
import type { SaleId, Tid } from '../../kernel/identifiers.ts';
import type { BankReference, CardIdentity, CardRecord } from '../../payments/card/records.ts';
import { CARD_CHANGING, CARD_FIXED, cardFromRow, changingColumns, fixedColumns } from './card-row.ts';
import { numberOf, prepare, prepareBlobs, type SqlValue, textOf } from './columns.ts';

const COLUMNS = [...CARD_FIXED, ...CARD_CHANGING];
const LIST = COLUMNS.join(', ');

export type CardTable = ReturnType<typeof cardTable>;

export function cardTable(db: Database.Database) {
  // By position: binding forty names costs a fifth of the insert.
  const insertSql = `INSERT INTO card_transaction (${LIST}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;
  const insert = prepare(db, insertSql);
  const insertUnlessTaken = prepare(db, `${insertSql} ON CONFLICT DO NOTHING`);
  const update = prepare(
    db,
    `UPDATE card_transaction SET ${CARD_CHANGING.map((c) => `${c} = ?`).join(', ')}
     WHERE card_id = ? AND version = ?`,
  );
  const select = (rest: string) => prepareBlobs(db, `SELECT ${LIST} FROM card_transaction WHERE ${rest}`);
  const byId = select('card_id = ?');
  const byIdentity = select('tid = ? AND mid = ? AND class = ? AND stan = ? AND transmitted_at = ?');
  const identityTaken = prepare(
    db,
    `SELECT 1 AS found FROM card_transaction
     WHERE tid = ? AND mid = ? AND class = ? AND stan = ? AND transmitted_at = ?`,
  );
  // Terminals have few merchants over time: each is jumped to in the index.
  const byTerminal = prepareBlobs(
    db,
    `WITH RECURSIVE had (mid) AS (
       SELECT min(mid) FROM card_transaction WHERE tid = ?
       UNION ALL
       SELECT (SELECT min(mid) FROM card_transaction WHERE tid = ? AND mid > had.mid) FROM had WHERE mid IS NOT NULL)
     SELECT ${LIST} FROM card_transaction WHERE tid = ? AND mid IN (SELECT mid FROM had)
       AND class = ? AND stan = ? AND transmitted_at = ? ORDER BY created_at DESC, card_id DESC LIMIT 1`,
  );
  const pinBlockUsed = prepare(db, 'SELECT 1 AS found FROM card_transaction WHERE pin_ksn = ?');
  // In the words of the index `card_bank_reference`, which holds one row at most for all that but the last.
  const byBankReference = select(
    `bank = ? AND substr(bank_transmitted_at, 1, 4) = substr(?, 1, 4) AND bank_stan = ?
       AND substr(bank_mti, 2, 1) = substr(?, 2, 1) AND bank_transmitted_at = ? AND bank_mti = ?`,
  );
  const byRrn = select('bank_rrn = ? AND mid = ? ORDER BY created_at, card_id LIMIT 1');
  const byTerminalRrn = select('bank_rrn = ? AND tid = ? ORDER BY created_at, card_id LIMIT 1');
  const bySale = select('sale_id = ? ORDER BY created_at, card_id');
  const byOriginal = select('original_id = ? ORDER BY created_at, card_id');
  const byBatch = select('tid = ? AND batch = ? ORDER BY created_at, card_id');
  const unfinished = select("state = 'sent' ORDER BY created_at, card_id LIMIT ?");
  const page = select('card_id > ? ORDER BY card_id LIMIT 200');
  const standing = prepare(db, 'SELECT version, state FROM card_transaction WHERE card_id = ?');
  const live = prepare(
    db,
    `SELECT card_id FROM card_transaction WHERE sale_id = ?
     AND kind IN ('sale', 'preauthorisation') AND state IN ('sent', 'approved') AND sale_id IS NOT NULL`,
  );
  const find = (cardId: string): CardRecord | null => {
    const row = byId.get(cardId);
    return row === undefined ? null : cardFromRow(row);
  };
  const ofIdentity = (i: CardIdentity): CardRecord | null => {
    const row = byIdentity.get(i.tid, i.mid, i.messageClass, i.stan, i.transmittedAt);
    return row === undefined ? null : cardFromRow(row);
  };
  return {
    insert: (row: CardRecord): void => void insert.run(...valuesOf(row)),
    /** False, and nothing is written, where another row has something that a transaction has alone. */
    insertUnlessTaken: (row: CardRecord): boolean => insertUnlessTaken.run(...valuesOf(row)).changes === 1,
    /** Writes what may change; the rest of the row is as it was inserted. False where the version before is not the one
     *  that stands. */
    update: (row: CardRecord): boolean =>
      update.run(...changingOf(row), row.cardId, row.version - 1).changes === 1,
    find,
    ofIdentity,
    isTaken: (i: CardIdentity): boolean =>
      identityTaken.get(i.tid, i.mid, i.messageClass, i.stan, i.transmittedAt) !== undefined,
    isPinBlockUsed: (ksn: string): boolean => pinBlockUsed.get(ksn) !== undefined,
    /** Under any merchant. */
    ofTerminal({ tid, messageClass, stan, transmittedAt }: Omit<CardIdentity, 'mid'>): CardRecord | null {
      const row = byTerminal.get(tid, tid, tid, messageClass, stan, transmittedAt);
      return row === undefined ? null : cardFromRow(row);
    },
    /** Version and state only, so that a commit need not read the whole row. */
    standing(cardId: string): Pick<CardRecord, 'version' | 'state'> | null {
      const row = standing.get(cardId);
      if (row === undefined) return null;
      return { version: numberOf(row, 'version'), state: textOf(row, 'state') as CardRecord['state'] };
    },
    /** The card attempt that a sale has, in flight or approved. */
    liveOf(saleId: SaleId): string | null {
      const row = live.get(saleId);
      return row === undefined ? null : textOf(row, 'card_id');
    },
    ofBankReference({ bank, mti, stan, transmittedAt }: Omit<BankReference, 'rrn'>): CardRecord | null {
      const row = byBankReference.get(bank, transmittedAt, stan, mti, transmittedAt, mti);
      return row === undefined ? null : cardFromRow(row);
    },
    ofRrn(mid: string, rrn: string): CardRecord | null {
      const row = byRrn.get(rrn, mid);
      return row === undefined ? null : cardFromRow(row);
    },
    ofTerminalByRrn(tid: Tid, rrn: string): CardRecord | null {
      const row = byTerminalRrn.get(rrn, tid);
      return row === undefined ? null : cardFromRow(row);
    },
    ofSale: (saleId: SaleId): readonly CardRecord[] => bySale.all(saleId).map(cardFromRow),
    following: (originalId: string): readonly CardRecord[] => byOriginal.all(originalId).map(cardFromRow),
    ofBatch: (tid: Tid, batch: string): readonly CardRecord[] => byBatch.all(tid, batch).map(cardFromRow),
    unfinished: (most: number): readonly CardRecord[] => unfinished.all(most).map(cardFromRow),
    /** By id, in pages, so that the connection stays free between them. */
    *all(): Iterable<CardRecord> {
      let rows = page.all('').map(cardFromRow);
      while (rows.length > 0) {
        yield* rows;
        rows = page.all(rows.at(-1)?.cardId ?? '').map(cardFromRow);
      }
    },
  };
}

function valuesOf(row: CardRecord): readonly SqlValue[] {
  const fixed = fixedColumns(row);
  return [...CARD_FIXED.map((column) => fixed[column]), ...changingOf(row)];
}

function changingOf(row: CardRecord): readonly SqlValue[] {
  const changing = changingColumns(row);
  return CARD_CHANGING.map((column) => changing[column]);
}
