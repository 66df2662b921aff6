/** Which merchants a partner bank sees: those it serves. Where a merchant went over to another bank, each of the two sees what
 *  was posted while it served it, and what was never posted belongs to the present one. */
import type Database from 'better-sqlite3';
import type { Scope } from '../../console/ports.ts';
import { numberOf, prepare, textOf } from './columns.ts';

export type ConsoleScope = ReturnType<typeof consoleScope>;

interface Served {
  readonly partner: string;
  readonly after: number;
}

export function consoleScope(db: Database.Database) {
  const assignments = prepare(
    db,
    "SELECT payee_id, partner, from_position FROM payee_assignment WHERE kind = 'merchant' ORDER BY payee_id, number",
  );
  const partners = prepare(
    db,
    "SELECT partner, json_extract(doc, '$.name') AS name FROM partner ORDER BY partner",
  );
  const positionOf = prepare(
    db,
    `SELECT max(l.position) AS position FROM transfer t JOIN ledger_position l ON l.transfer_seq = t.seq
     WHERE t.reference = ?`,
  );
  const postedAfter = prepare(
    db,
    `SELECT t.posted_at FROM ledger_position l JOIN transfer t ON t.seq = l.transfer_seq
     WHERE l.position > ? ORDER BY l.position LIMIT 1`,
  );
  const served = (): ReadonlyMap<string, readonly Served[]> => {
    const byMid = new Map<string, Served[]>();
    for (const row of assignments.all()) {
      const mid = textOf(row, 'payee_id');
      const all = byMid.get(mid) ?? [];
      all.push({ partner: textOf(row, 'partner'), after: numberOf(row, 'from_position') });
      byMid.set(mid, all);
    }
    return byMid;
  };
  return {
    partnerNames: (): ReadonlyMap<string, string> =>
      new Map(partners.all().map((row) => [textOf(row, 'partner'), textOf(row, 'name')])),
    /** Who serves each merchant now. */
    present(): ReadonlyMap<string, string> {
      return new Map([...served()].map(([mid, all]) => [mid, all.at(-1)?.partner ?? '']));
    },
    /** Merchants the partner serves or has served; null for everybody's. */
    everServed(scope: Scope): readonly string[] | null {
      if (scope === null) return null;
      return [...served()]
        .filter(([, all]) => all.some(({ partner }) => partner === scope))
        .map(([mid]) => mid);
    },
    /** Merchants the partner has served since an instant without a break: of one that came over later it does not see what was
     *  sold before, and of one that left nothing. Null for everybody's. */
    servedSince(scope: Scope, since: number): readonly string[] | null {
      if (scope === null) return null;
      return [...served()]
        .filter(([, all]) => {
          const last = all.at(-1);
          if (last?.partner !== scope) return false;
          if (all.length === 1) return true;
          const first = postedAfter.get(last.after);
          return first !== undefined && numberOf(first, 'posted_at') < since;
        })
        .map(([mid]) => mid);
    },
    /** Whether the operation with this reference is the partner's to see. */
    sees(scope: Scope): (mid: string, reference: string) => boolean {
      if (scope === null) return () => true;
      const all = served();
      return (mid, reference) => {
        const own = all.get(mid) ?? [];
        if (own.length <= 1) return own[0]?.partner === scope;
        const position = positionOf.get(reference)?.position;
        if (position === null || position === undefined) return own.at(-1)?.partner === scope;
        return own.findLast(({ after }) => after < Number(position))?.partner === scope;
      };
    },
  };
}
