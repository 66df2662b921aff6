/** Tells the transparency log of settlements and files, in the commit in which they become facts. */
import type Database from 'better-sqlite3';
import type { CycleRecord, FileRecord } from '../../settlement/contract.ts';
import { prepare } from './columns.ts';

export type LogDocuments = ReturnType<typeof logDocuments>;

export function logDocuments(db: Database.Database) {
  const insert = prepare(
    db,
    'INSERT INTO log_document (kind, document_id, facts) VALUES (?, ?, ?) ON CONFLICT (kind, document_id) DO NOTHING',
  );
  const keep = (kind: 'cycle' | 'file', id: string, facts: Readonly<Record<string, string>>): void => {
    insert.run(kind, id, JSON.stringify(facts));
  };
  return {
    /** A cycle is a fact once its payment has been ordered. */
    cycleMoved(cycle: CycleRecord): void {
      if (cycle.state !== 'SENT') return;
      keep('cycle', cycle.cycleId, {
        partner: cycle.partner,
        currency: cycle.currency,
        businessDate: cycle.businessDate,
        valueDate: cycle.valueDate,
        fromPosition: `${cycle.fromPosition}`,
        toPosition: `${cycle.toPosition ?? ''}`,
        outcome: cycle.outcome ?? '',
        netMinor: `${cycle.net?.amountMinor ?? ''}`,
        calculatedBy: cycle.calculatedBy ?? '',
        approvedBy: cycle.approvedBy ?? '',
      });
    },
    /** A file is one once it was delivered or taken in whole. */
    fileMoved(file: FileRecord): void {
      if (file.state !== 'delivered' && file.state !== 'imported') return;
      keep('file', file.fileId, {
        direction: file.direction,
        kind: file.kind,
        party: file.party,
        name: file.name,
        rows: `${file.rows}`,
        totals: file.totals.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`).join(', '),
      });
    },
  };
}
