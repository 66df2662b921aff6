/** Shifts, cash, the session, PIN tries and the audit trail in the journal. */
import type { Money } from '../../gateway/kernel/money.ts';
import type { Language } from '../contract/commands.ts';
import type { Shift } from '../shift/shift.ts';
import { NO_TRIES, type PinTries } from '../shift/staff.ts';
import type { Journal } from './journal.ts';

/** The newest shift that is not closed. */
export function currentShift(journal: Journal): Shift | null {
  const row = journal.get<{ number: number; business_date: string; opened_at: number }>(
    'SELECT number, business_date, opened_at FROM shifts ORDER BY number DESC LIMIT 1',
  );
  if (row === undefined) return null;
  return { number: row.number, businessDate: row.business_date, openedAt: row.opened_at };
}

export function openShift(journal: Journal, shift: Shift, closes: number | null, staffId: string): void {
  if (closes !== null) {
    journal.run('UPDATE shifts SET closed_at = ? WHERE number = ?', shift.openedAt, closes);
  }
  journal.run(
    'INSERT INTO shifts (number, business_date, opened_at, opened_by) VALUES (?, ?, ?, ?)',
    shift.number,
    shift.businessDate,
    shift.openedAt,
    staffId,
  );
}

export function recordCash(
  journal: Journal,
  movement: {
    readonly shiftNumber: number;
    readonly kind: 'sale' | 'refund';
    /** Above zero into the drawer, below zero out of it. */
    readonly amount: Money;
    readonly saleId: string;
    readonly refundId: string | null;
    readonly staffId: string;
  },
): void {
  journal.run(
    `INSERT INTO cash_movements (shift_number, kind, amount_minor, sale_id, refund_id, staff_id, at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    movement.shiftNumber,
    movement.kind,
    movement.amount.amountMinor,
    movement.saleId,
    movement.refundId,
    movement.staffId,
    journal.now(),
  );
}

export interface AuditEntry {
  readonly act:
    | 'sign_in'
    | 'sign_out'
    | 'pin_wrong'
    | 'set_aside'
    | 'refund'
    | 'drawer_open'
    | 'reprint'
    | 'batch_close';
  readonly staffId: string;
  readonly cashierId: string | null;
  readonly subject: string | null;
  readonly reason: string | null;
}

export function audit(journal: Journal, entry: AuditEntry): void {
  journal.run(
    'INSERT INTO audit (act, staff_id, cashier_id, subject, reason, at) VALUES (?, ?, ?, ?, ?, ?)',
    entry.act,
    entry.staffId,
    entry.cashierId,
    entry.subject,
    entry.reason,
    journal.now(),
  );
}

export function pinTries(journal: Journal, staffId: string): PinTries {
  const row = journal.get<{ wrong: number; locked_until: number | null }>(
    'SELECT wrong, locked_until FROM pin_tries WHERE staff_id = ?',
    staffId,
  );
  return row === undefined ? NO_TRIES : { wrong: row.wrong, lockedUntil: row.locked_until };
}

export function savePinTries(journal: Journal, staffId: string, tries: PinTries): void {
  journal.run(
    'INSERT INTO pin_tries VALUES (?, ?, ?) ON CONFLICT (staff_id) DO UPDATE SET wrong = excluded.wrong, locked_until = excluded.locked_until',
    staffId,
    tries.wrong,
    tries.lockedUntil,
  );
}

export interface Session {
  readonly cashierId: string | null;
  readonly language: Language;
  readonly customerLanguage: Language;
}

export function readSession(journal: Journal): Session {
  const row = journal.get<{ cashier_id: string | null; language: Language; customer_language: Language }>(
    'SELECT cashier_id, language, customer_language FROM session',
  );
  return {
    cashierId: row?.cashier_id ?? null,
    language: row?.language ?? 'ru',
    customerLanguage: row?.customer_language ?? 'zh',
  };
}

export function saveSession(journal: Journal, session: Session): void {
  journal.run(
    'UPDATE session SET cashier_id = ?, language = ?, customer_language = ?',
    session.cashierId,
    session.language,
    session.customerLanguage,
  );
}
