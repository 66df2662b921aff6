/** The `card_advice` table: what each partner bank is still to be told, in an order that never changes. */
import type Database from 'better-sqlite3';
import type { AdviceRecord } from '../../payments/card/records.ts';
import {
  type BlobRow,
  bigintOf,
  blobOrNull,
  insertSql,
  numberOf,
  numberOrNull,
  prepare,
  prepareBlobs,
  prepareNamed,
  textOf,
  textOrNull,
} from './columns.ts';

const COLUMNS = [
  'advice_id',
  'bank',
  'position',
  'kind',
  'card_id',
  'stan',
  'transmitted_at',
  'cause',
  'emv',
  'tries',
  'next_at',
  'done_at',
  'response_code',
  'undone_minor',
  'version',
] as const;
const LIST = COLUMNS.join(', ');

export type AdviceTable = ReturnType<typeof adviceTable>;

export function adviceTable(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('card_advice', COLUMNS));
  const last = prepare(db, 'SELECT position FROM card_advice WHERE bank = ? ORDER BY position DESC LIMIT 1');
  const update = prepareNamed(
    db,
    `UPDATE card_advice SET tries = @tries, next_at = @next_at, done_at = @done_at, response_code = @response_code,
       undone_minor = @undone_minor, version = @version WHERE advice_id = @advice_id`,
  );
  const version = prepare(db, 'SELECT version FROM card_advice WHERE advice_id = ?');
  const taken = prepare(
    db,
    'SELECT 1 AS found FROM card_advice WHERE advice_id = ? OR (card_id = ? AND kind = ?)',
  );
  const open = prepareBlobs(
    db,
    `SELECT ${LIST} FROM card_advice WHERE bank = ? AND done_at IS NULL ORDER BY position LIMIT ?`,
  );
  const ofCard = prepareBlobs(db, `SELECT ${LIST} FROM card_advice WHERE card_id = ? AND kind = ?`);
  const page = prepareBlobs(
    db,
    `SELECT ${LIST} FROM card_advice WHERE advice_id > ? ORDER BY advice_id LIMIT 200`,
  );
  return {
    /** True when the id is taken, or the bank is told this of the card already. */
    isTaken: (row: Pick<AdviceRecord, 'adviceId' | 'cardId' | 'kind'>): boolean =>
      taken.get(row.adviceId, row.cardId, row.kind) !== undefined,
    /** Behind the last of the same bank. */
    append(row: Omit<AdviceRecord, 'position'>): void {
      const behind = last.get(row.bank);
      insert.run({
        advice_id: row.adviceId,
        bank: row.bank,
        position: behind === undefined ? 1 : numberOf(behind, 'position') + 1,
        kind: row.kind,
        card_id: row.cardId,
        stan: row.stan,
        transmitted_at: row.transmittedAt,
        cause: row.cause,
        emv: row.emv,
        tries: row.tries,
        next_at: row.nextAt,
        done_at: row.doneAt,
        response_code: row.responseCode,
        undone_minor: row.undoneMinor,
        version: row.version,
      });
    },
    /** Writes what may change: tries, times and the bank's answer. */
    update(row: AdviceRecord): void {
      update.run({
        advice_id: row.adviceId,
        tries: row.tries,
        next_at: row.nextAt,
        done_at: row.doneAt,
        response_code: row.responseCode,
        undone_minor: row.undoneMinor,
        version: row.version,
      });
    },
    standing(adviceId: string): Pick<AdviceRecord, 'version'> | null {
      const row = version.get(adviceId);
      return row === undefined ? null : { version: numberOf(row, 'version') };
    },
    of(cardId: string, kind: AdviceRecord['kind']): AdviceRecord | null {
      const row = ofCard.get(cardId, kind);
      return row === undefined ? null : fromRow(row);
    },
    open: (bank: string, most: number): readonly AdviceRecord[] => open.all(bank, most).map(fromRow),
    /** By id, in pages. */
    *all(): Iterable<AdviceRecord> {
      let rows = page.all('').map(fromRow);
      while (rows.length > 0) {
        yield* rows;
        rows = page.all(rows.at(-1)?.adviceId ?? '').map(fromRow);
      }
    },
  };
}

function fromRow(row: BlobRow): AdviceRecord {
  return {
    adviceId: textOf(row, 'advice_id'),
    bank: textOf(row, 'bank'),
    position: numberOf(row, 'position'),
    kind: textOf(row, 'kind') as AdviceRecord['kind'],
    cardId: textOf(row, 'card_id'),
    stan: textOf(row, 'stan'),
    transmittedAt: textOf(row, 'transmitted_at'),
    cause: textOrNull(row, 'cause') as AdviceRecord['cause'],
    emv: blobOrNull(row, 'emv'),
    tries: numberOf(row, 'tries'),
    nextAt: numberOf(row, 'next_at'),
    doneAt: numberOrNull(row, 'done_at'),
    responseCode: textOrNull(row, 'response_code'),
    undoneMinor: row.undone_minor === null ? null : bigintOf(row, 'undone_minor'),
    version: numberOf(row, 'version'),
  };
}
