/** `sale.close` messages that must reach the gateway, and sales set aside with what became of them. */
import type { RequestBody } from '../../gateway/wire/messages.ts';
import type { Journal } from './journal.ts';

export type SaleClose = RequestBody<'sale.close'>;

/** One message a sale: a sale ends once. */
export function enqueueClose(journal: Journal, body: SaleClose): void {
  journal.run(
    'INSERT INTO outbox (sale_id, body_json, queued_at) VALUES (?, ?, ?)',
    body.saleId,
    JSON.stringify(body),
    journal.now(),
  );
}

/** Oldest first. */
export function unacknowledged(journal: Journal): readonly SaleClose[] {
  return journal
    .all<{ body_json: string }>(
      'SELECT body_json FROM outbox WHERE acknowledged_at IS NULL ORDER BY tries, queued_at, sale_id LIMIT 100',
    )
    .map((row) => JSON.parse(row.body_json) as SaleClose);
}

export function isAcknowledged(journal: Journal, saleId: string): boolean {
  const row = journal.get<{ acknowledged_at: number | null }>(
    'SELECT acknowledged_at FROM outbox WHERE sale_id = ?',
    saleId,
  );
  return row !== undefined && row.acknowledged_at !== null;
}

export function acknowledgeClose(journal: Journal, saleId: string, code: string | null): void {
  journal.run(
    'UPDATE outbox SET acknowledged_at = ?, last_code = ?, tries = tries + 1 WHERE sale_id = ?',
    journal.now(),
    code,
    saleId,
  );
}

export function closeFailed(journal: Journal, saleId: string, code: string): void {
  journal.run('UPDATE outbox SET tries = tries + 1, last_code = ? WHERE sale_id = ?', code, saleId);
}

/** One of the two attempts: a wallet's or a card's. */
export interface SetAside {
  readonly saleId: string;
  readonly attemptId: string | null;
  readonly cardAttemptId: string | null;
}

export function insertSetAside(
  journal: Journal,
  setAside: SetAside & { readonly supervisorId: string; readonly reason: string },
): void {
  journal.run(
    `INSERT INTO set_asides (sale_id, attempt_id, card_attempt_id, supervisor_id, reason, at, fate)
     VALUES (?, ?, ?, ?, ?, ?, 'open')`,
    setAside.saleId,
    setAside.attemptId,
    setAside.cardAttemptId,
    setAside.supervisorId,
    setAside.reason,
    journal.now(),
  );
}

export function openSetAsides(journal: Journal): readonly SetAside[] {
  return journal
    .all<{ sale_id: string; attempt_id: string | null; card_attempt_id: string | null }>(
      "SELECT sale_id, attempt_id, card_attempt_id FROM set_asides WHERE fate = 'open' ORDER BY at, sale_id",
    )
    .map((row) => ({
      saleId: row.sale_id,
      attemptId: row.attempt_id,
      cardAttemptId: row.card_attempt_id,
    }));
}

export function fateOf(journal: Journal, saleId: string): 'open' | 'not_paid' | 'returned' | null {
  const row = journal.get<{ fate: 'open' | 'not_paid' | 'returned' }>(
    'SELECT fate FROM set_asides WHERE sale_id = ?',
    saleId,
  );
  return row?.fate ?? null;
}

export function settleSetAside(journal: Journal, saleId: string, fate: 'not_paid' | 'returned'): void {
  journal.run(
    "UPDATE set_asides SET fate = ?, fate_at = ? WHERE sale_id = ? AND fate = 'open'",
    fate,
    journal.now(),
    saleId,
  );
}
