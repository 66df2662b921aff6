/** Payment attempts in the journal: the intent before it is sent, every state the gateway told, the outcome. */
import { type Money, type MoneyJson, moneyFromJson, moneyToJson } from '../../gateway/kernel/money.ts';
import { openSecret, Secret } from '../../gateway/kernel/secret.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { PaymentWire } from '../../gateway/wire/messages.ts';
import { type Attempt, type AttemptOrder, type AttemptOutcome, newAttempt } from '../tender/attempt.ts';
import { hasSentCards } from './card-attempts.ts';
import type { Journal } from './journal.ts';

interface AttemptRow {
  readonly attempt_id: string;
  readonly order_json: string;
  readonly code: string | null;
  readonly phase: Attempt['phase'];
  readonly outcome: AttemptOutcome['kind'] | null;
  readonly reason_code: string | null;
  readonly payment_json: string | null;
  readonly wish: Attempt['wish'];
  readonly wish_reason: string | null;
  readonly sends: number;
}

export function insertAttempt(journal: Journal, attempt: Attempt): void {
  const { order } = attempt;
  journal.run(
    `INSERT INTO attempts (attempt_id, sale_id, tender_id, order_json, code, phase, wish, sends, started_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    order.attemptId,
    order.saleId,
    order.tenderId,
    JSON.stringify(orderJson(order)),
    attempt.code === null ? null : openSecret(attempt.code),
    attempt.phase,
    attempt.wish,
    attempt.sends,
    order.startedAt,
    journal.now(),
  );
}

/** Writes only when something durable changed between the two. */
export function saveAttempt(journal: Journal, before: Attempt, after: Attempt): void {
  const { outcome, payment } = after;
  if (!durableChange(before, after)) return;
  journal.run(
    `UPDATE attempts SET code = ?, phase = ?, outcome = ?, reason_code = ?, payment_json = ?, wish = ?, wish_reason = ?,
       sends = ?, updated_at = ? WHERE attempt_id = ?`,
    after.code === null ? null : openSecret(after.code),
    after.phase,
    outcome?.kind ?? null,
    outcome === null || outcome.kind === 'approved' ? null : outcome.reasonCode,
    payment === null ? null : JSON.stringify(payment),
    after.wish,
    after.wishReason,
    after.sends,
    journal.now(),
    after.order.attemptId,
  );
  if (payment !== null && payment !== before.payment) saveState(journal, payment);
}

function durableChange(before: Attempt, after: Attempt): boolean {
  return (
    before.phase !== after.phase ||
    before.payment?.version !== after.payment?.version ||
    before.wish !== after.wish ||
    before.sends !== after.sends ||
    before.code !== after.code ||
    before.outcome !== after.outcome
  );
}

function saveState(journal: Journal, payment: PaymentWire): void {
  journal.run(
    'INSERT OR IGNORE INTO attempt_states VALUES (?, ?, ?, ?, ?)',
    payment.attemptId,
    payment.version,
    payment.state,
    JSON.stringify(payment),
    journal.now(),
  );
}

/** A later word of the gateway on an attempt that is final here, such as money on its way back. */
export function saveLaterWord(journal: Journal, payment: PaymentWire): void {
  journal.run(
    'UPDATE attempts SET payment_json = ?, updated_at = ? WHERE attempt_id = ?',
    JSON.stringify(payment),
    journal.now(),
    payment.attemptId,
  );
  saveState(journal, payment);
}

export function attemptById(journal: Journal, attemptId: string): Attempt | null {
  const row = journal.get<AttemptRow>('SELECT * FROM attempts WHERE attempt_id = ?', attemptId);
  return row === undefined ? null : attemptOf(row);
}

/** Oldest first. */
export function attemptsOf(journal: Journal, saleId: string): readonly Attempt[] {
  return journal
    .all<AttemptRow>('SELECT * FROM attempts WHERE sale_id = ? ORDER BY started_at, attempt_id', saleId)
    .map(attemptOf);
}

/** Last heard of at `since` or later, newest first. */
export function endedWithoutMoney(journal: Journal, since: EpochMs, most: number): readonly Attempt[] {
  return journal
    .all<AttemptRow>(
      `SELECT * FROM attempts WHERE phase = 'final' AND outcome <> 'approved' AND updated_at >= ?
       ORDER BY updated_at DESC, attempt_id LIMIT ?`,
      since,
      most,
    )
    .map(attemptOf);
}

/** Whether the gateway may have heard of the sale, by a wallet or by a card. */
export function hasAttempts(journal: Journal, saleId: string): boolean {
  if (journal.get('SELECT 1 FROM attempts WHERE sale_id = ? LIMIT 1', saleId) !== undefined) return true;
  return hasSentCards(journal, saleId);
}

interface OrderJson extends Omit<AttemptOrder, 'amount' | 'gift' | 'yuan'> {
  readonly amount: MoneyJson;
  readonly gift?: { readonly charity: string; readonly amount: MoneyJson };
  readonly yuan: MoneyJson | null;
}

function orderJson({ gift, ...order }: AttemptOrder): OrderJson {
  const yuan: Money | null = order.yuan;
  return {
    ...order,
    amount: moneyToJson(order.amount),
    ...(gift === undefined ? {} : { gift: { ...gift, amount: moneyToJson(gift.amount) } }),
    yuan: yuan === null ? null : moneyToJson(yuan),
  };
}

function attemptOf(row: AttemptRow): Attempt {
  const { gift, ...json } = JSON.parse(row.order_json) as OrderJson;
  const yuan = json.yuan === null ? null : moneyFromJson(json.yuan);
  const given = gift === undefined ? {} : { gift: { ...gift, amount: moneyFromJson(gift.amount) } };
  const order: AttemptOrder = { ...json, amount: moneyFromJson(json.amount), ...given, yuan };
  const code = row.code === null ? null : new Secret(row.code, order.codeTail ?? '');
  return {
    ...newAttempt(order, code),
    phase: row.phase,
    outcome: outcomeOf(row),
    payment: row.payment_json === null ? null : (JSON.parse(row.payment_json) as PaymentWire),
    wish: row.wish,
    wishReason: row.wish_reason,
    sends: row.sends,
  };
}

function outcomeOf(row: AttemptRow): AttemptOutcome | null {
  if (row.outcome === null) return null;
  if (row.outcome === 'approved') return { kind: 'approved' };
  return { kind: row.outcome, reasonCode: row.reason_code ?? 'UNKNOWN_REASON' };
}
