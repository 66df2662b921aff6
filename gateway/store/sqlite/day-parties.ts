/** Partner banks, payees, and who serves whom from which position on. */
import type Database from 'better-sqlite3';
import { parseCurrencyCode } from '../../kernel/currency.ts';
import { type MoneyJson, moneyFromJson, moneyToJson } from '../../kernel/money.ts';
import type { PartnerRecord, PayeeAssignment, PayeeKind, PayeeRecord } from '../../settlement/contract.ts';
import { numberOf, prepare, type Row, textOf } from './columns.ts';

export type DayParties = ReturnType<typeof dayParties>;

interface PartnerJson extends Omit<PartnerRecord, 'currencies' | 'minimumPayout'> {
  readonly currencies: readonly string[];
  readonly minimumPayout: readonly MoneyJson[];
}

export function dayParties(db: Database.Database) {
  const setPartner = prepare(
    db,
    'INSERT INTO partner (partner, doc) VALUES (?, ?) ON CONFLICT (partner) DO UPDATE SET doc = excluded.doc',
  );
  const setPayee = prepare(
    db,
    `INSERT INTO payee (kind, payee_id, doc) VALUES (?, ?, ?)
     ON CONFLICT (kind, payee_id) DO UPDATE SET doc = excluded.doc`,
  );
  const partner = prepare(db, 'SELECT doc FROM partner WHERE partner = ?');
  const partners = prepare(db, 'SELECT doc FROM partner ORDER BY partner');
  const payee = prepare(db, 'SELECT doc FROM payee WHERE kind = ? AND payee_id = ?');
  const payees = prepare(db, 'SELECT doc FROM payee ORDER BY kind, payee_id');
  const assignments = prepare(db, 'SELECT * FROM payee_assignment ORDER BY from_position, number');
  const lastAssignment = prepare(
    db,
    'SELECT * FROM payee_assignment WHERE kind = ? AND payee_id = ? ORDER BY number DESC LIMIT 1',
  );
  const assign = prepare(
    db,
    `INSERT INTO payee_assignment (kind, payee_id, partner, from_position, made_at_position) VALUES (?, ?, ?, ?, ?)`,
  );
  return {
    setPartner: (row: PartnerRecord): void => {
      setPartner.run(row.partner, partnerDoc(row));
    },
    setPayee: (row: PayeeRecord): void => {
      setPayee.run(row.kind, row.id, JSON.stringify(row));
    },
    hasPartner: (name: string): boolean => partner.get(name) !== undefined,
    hasPayee: (kind: PayeeKind, id: string): boolean => payee.get(kind, id) !== undefined,
    partners: (): readonly PartnerRecord[] => partners.all().map(partnerOf),
    payees: (): readonly PayeeRecord[] =>
      payees.all().map((row) => JSON.parse(textOf(row, 'doc')) as PayeeRecord),
    assignments: (): readonly PayeeAssignment[] => assignments.all().map(assignmentOf),
    assign: (to: Pick<PayeeAssignment, 'kind' | 'id' | 'partner'>, position: number): void => {
      const last = lastAssignment.get(to.kind, to.id);
      if (last !== undefined && textOf(last, 'partner') === to.partner) return;
      assign.run(to.kind, to.id, to.partner, last === undefined ? 0 : position, position);
    },
  };
}

function partnerDoc(row: PartnerRecord): string {
  const doc: PartnerJson = { ...row, minimumPayout: row.minimumPayout.map(moneyToJson) };
  return JSON.stringify(doc);
}

function partnerOf(row: Row): PartnerRecord {
  const doc = JSON.parse(textOf(row, 'doc')) as PartnerJson;
  return {
    ...doc,
    currencies: doc.currencies.map(parseCurrencyCode),
    minimumPayout: doc.minimumPayout.map(moneyFromJson),
  };
}

function assignmentOf(row: Row): PayeeAssignment {
  return {
    kind: textOf(row, 'kind') as PayeeKind,
    id: textOf(row, 'payee_id'),
    partner: textOf(row, 'partner'),
    fromPosition: numberOf(row, 'from_position'),
    madeAtPosition: numberOf(row, 'made_at_position'),
  };
}
