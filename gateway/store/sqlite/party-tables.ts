/** Merchants, their terminals and the codes that activate them. */
import type Database from 'better-sqlite3';
import type { Mid, Tid } from '../../kernel/identifiers.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { MerchantRecord, TerminalRecord } from '../../payments/ports.ts';
import { numberOf, numberOrNull, prepare, type Row, textOf, textOrNull } from './columns.ts';
import { feeTierTables } from './fee-tiers.ts';

export type PartyTables = ReturnType<typeof partyTables>;

export function partyTables(db: Database.Database) {
  const putMerchant = prepare(
    db,
    `INSERT INTO merchant (mid, name, name_zh, inn, address, markup_bp, terms) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (mid) DO UPDATE SET name = excluded.name, name_zh = excluded.name_zh, inn = excluded.inn,
       address = excluded.address, markup_bp = excluded.markup_bp, terms = excluded.terms`,
  );
  const merchantById = prepare(db, 'SELECT * FROM merchant WHERE mid = ?');
  const putTerminal = prepare(
    db,
    `INSERT INTO terminal (tid, mid, public_key, revoked_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (tid) DO UPDATE SET mid = excluded.mid, public_key = excluded.public_key,
       revoked_at = excluded.revoked_at`,
  );
  const terminalById = prepare(db, 'SELECT * FROM terminal WHERE tid = ?');
  const everyTerminal = prepare(db, 'SELECT * FROM terminal ORDER BY tid');
  const insertCode = prepare(
    db,
    'INSERT INTO activation (code_hash, tid, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const codeByHash = prepare(
    db,
    `SELECT a.tid, a.expires_at, a.used_at, t.revoked_at FROM activation a JOIN terminal t ON t.tid = a.tid
     WHERE a.code_hash = ?`,
  );
  const markUsed = prepare(db, 'UPDATE activation SET used_at = ? WHERE code_hash = ? AND used_at IS NULL');
  const bindKey = prepare(db, 'UPDATE terminal SET public_key = ? WHERE tid = ?');
  const tiers = feeTierTables(db);
  return {
    putMerchant(m: MerchantRecord): void {
      putMerchant.run(m.mid, m.name, m.nameZh, m.inn, m.address, m.markupBp, JSON.stringify(m.terms));
    },
    merchant(mid: Mid): MerchantRecord | null {
      const row = merchantById.get(mid);
      if (row === undefined) return null;
      const set = tiers.ofMerchant(mid);
      return set.length === 0 ? merchantOf(row) : { ...merchantOf(row), tiers: set };
    },
    putTerminal: (t: TerminalRecord): void => void putTerminal.run(t.tid, t.mid, t.publicKey, t.revokedAt),
    terminal(tid: Tid): TerminalRecord | null {
      const row = terminalById.get(tid);
      return row === undefined ? null : terminalOf(row);
    },
    terminals: (): readonly TerminalRecord[] => everyTerminal.all().map(terminalOf),
    /** False when the code exists. */
    insertCode: (codeHash: string, tid: Tid, expiresAt: EpochMs): boolean =>
      insertCode.run(codeHash, tid, expiresAt).changes === 1,
    /** Null when the code is unknown, used, expired, or its terminal is revoked. */
    redeem(codeHash: string, publicKey: string, now: EpochMs): Tid | null {
      const code = codeByHash.get(codeHash);
      if (code === undefined || code.used_at !== null || code.revoked_at !== null) return null;
      if (numberOf(code, 'expires_at') <= now) return null;
      const tid = textOf(code, 'tid') as Tid;
      markUsed.run(now, codeHash);
      bindKey.run(publicKey, tid);
      return tid;
    },
  };
}

function merchantOf(row: Row): MerchantRecord {
  return {
    mid: textOf(row, 'mid') as MerchantRecord['mid'],
    name: textOf(row, 'name'),
    nameZh: textOf(row, 'name_zh'),
    inn: textOf(row, 'inn'),
    address: textOf(row, 'address'),
    markupBp: numberOf(row, 'markup_bp'),
    terms: JSON.parse(textOf(row, 'terms')) as MerchantRecord['terms'],
  };
}

function terminalOf(row: Row): TerminalRecord {
  return {
    tid: textOf(row, 'tid') as TerminalRecord['tid'],
    mid: textOf(row, 'mid') as TerminalRecord['mid'],
    publicKey: textOrNull(row, 'public_key'),
    revokedAt: numberOrNull(row, 'revoked_at'),
  };
}
