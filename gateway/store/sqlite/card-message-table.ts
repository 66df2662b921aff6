/** The `card_message` table: messages that make no transaction of their own, by what they are told apart by.
 *  Source  docs/cards.md, duplicates */
import type Database from 'better-sqlite3';
import type { ClaimedMessage } from '../../payments/card/records.ts';
import { prepare, textOf } from './columns.ts';

export type CardMessageTable = ReturnType<typeof cardMessageTable>;

export function cardMessageTable(db: Database.Database) {
  const insert = prepare(
    db,
    `INSERT INTO card_message (tid, mid, class, stan, transmitted_at, body_hash) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const stored = prepare(
    db,
    `SELECT body_hash FROM card_message
     WHERE tid = ? AND mid = ? AND class = ? AND stan = ? AND transmitted_at = ?`,
  );
  return {
    /** False where the identity belongs to another content. */
    claim({ identity, bodyHash }: ClaimedMessage): boolean {
      const { tid, mid, messageClass, stan, transmittedAt } = identity;
      const key = [tid, mid, messageClass, stan, transmittedAt] as const;
      if (insert.run(...key, bodyHash).changes === 1) return true;
      const row = stored.get(...key);
      return row !== undefined && textOf(row, 'body_hash') === bodyHash;
    },
  };
}
