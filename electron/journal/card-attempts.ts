/** Card attempts in the journal: the intent before the PIN pad is asked, the request before it is sent, the answer before the
 *  card is asked to agree, the outcome before any screen says so. */
import { type CardAttempt, type CardOrder, chargedOf } from '../card/card-attempt.ts';
import { HOLD_GONE } from '../card/response-codes.ts';
import { fromCardJson, toCardJson } from './card-json.ts';
import type { Journal } from './journal.ts';

interface Row {
  readonly order_json: string;
  readonly state_json: string;
}

type State = Omit<CardAttempt, 'order'>;
/** An older till wrote no `chip`, and of a signature only that it was waiting for one. */
type StoredState = Omit<State, 'chip' | 'signatureAsked'> & Partial<Pick<State, 'chip' | 'signatureAsked'>>;

export function insertCardAttempt(journal: Journal, attempt: CardAttempt): void {
  const { order } = attempt;
  const charged = chargedOf(attempt);
  journal.run(
    `INSERT INTO card_attempts (attempt_id, sale_id, refund_id, original_id, operation, order_json, phase, state_json, sends,
       batch, charged_minor, charged_currency, started_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    order.attemptId,
    order.saleId,
    order.refundId,
    order.original?.attemptId ?? null,
    order.operation,
    toCardJson(order),
    attempt.phase,
    stateJson(attempt),
    attempt.sends,
    order.batch,
    charged.amountMinor,
    charged.currency,
    order.startedAt,
    journal.now(),
  );
}

export function saveCardAttempt(journal: Journal, before: CardAttempt, after: CardAttempt): void {
  if (before === after) return;
  const { outcome, answer, request } = after;
  const charged = chargedOf(after);
  journal.run(
    `UPDATE card_attempts SET phase = ?, state_json = ?, outcome = ?, reason_code = ?, sends = ?, stan = ?, rrn = ?,
       auth_code = ?, response_code = ?, charged_minor = ?, charged_currency = ?, updated_at = ? WHERE attempt_id = ?`,
    after.phase,
    stateJson(after),
    outcome?.kind ?? null,
    outcome === null || outcome.kind === 'approved' ? null : outcome.reason,
    after.sends,
    request?.stan ?? null,
    answer?.rrn ?? null,
    answer?.authCode ?? null,
    answer?.responseCode ?? null,
    charged.amountMinor,
    charged.currency,
    journal.now(),
    after.order.attemptId,
  );
}

function stateJson({ order: _order, ...state }: CardAttempt): string {
  return toCardJson(state);
}

export function cardAttemptById(journal: Journal, attemptId: string): CardAttempt | null {
  const row = journal.get<Row>('SELECT * FROM card_attempts WHERE attempt_id = ?', attemptId);
  return row === undefined ? null : attemptOf(row);
}

/** Oldest first. */
export function cardAttemptsOf(journal: Journal, saleId: string): readonly CardAttempt[] {
  return journal
    .all<Row>('SELECT * FROM card_attempts WHERE sale_id = ? ORDER BY started_at, attempt_id', saleId)
    .map(attemptOf);
}

/** The one that gave the money back; null while none has. */
export function approvedOfRefund(journal: Journal, refundId: string): CardAttempt | null {
  const row = journal.get<Row>(
    "SELECT * FROM card_attempts WHERE refund_id = ? AND outcome = 'approved'",
    refundId,
  );
  return row === undefined ? null : attemptOf(row);
}

/** Not final, oldest first; `left` ones have left the screen. */
export function openCardAttempts(
  journal: Journal,
): readonly { readonly attempt: CardAttempt; readonly left: boolean }[] {
  return journal
    .all<Row & { readonly left_open: number }>(
      "SELECT * FROM card_attempts WHERE phase <> 'final' ORDER BY started_at, attempt_id",
    )
    .map((row) => ({ attempt: attemptOf(row), left: row.left_open === 1 }));
}

export function leaveCardAttempt(journal: Journal, attemptId: string): void {
  journal.run('UPDATE card_attempts SET left_open = 1 WHERE attempt_id = ?', attemptId);
}

/** Whether the gateway may have heard of the sale by a card message. */
export function hasSentCards(journal: Journal, saleId: string): boolean {
  return (
    journal.get('SELECT 1 FROM card_attempts WHERE sale_id = ? AND stan IS NOT NULL LIMIT 1', saleId) !==
    undefined
  );
}

/** What of a follower makes it count, with the code that says that a hold is gone as its parameter. */
const COUNTS =
  "(outcome IS NULL OR outcome = 'approved' OR (operation = 'completion' AND response_code = ?))";

/** Voids, refunds, completions and cancellations of one transaction that were approved or are open, and completions that found
 *  its hold gone. */
export function countingFollowers(journal: Journal, attemptId: string): readonly CardAttempt[] {
  return journal
    .all<Row>(
      `SELECT * FROM card_attempts WHERE original_id = ? AND ${COUNTS} ORDER BY started_at, attempt_id`,
      attemptId,
      HOLD_GONE,
    )
    .map(attemptOf);
}

/** Approved holds: those that nothing followed, which can be charged or lifted still, and then the others; newest first. */
export function approvedPreauthorisations(journal: Journal, most: number): readonly CardAttempt[] {
  return journal
    .all<Row>(
      `SELECT * FROM card_attempts AS held WHERE operation = 'preauthorisation' AND outcome = 'approved'
       ORDER BY EXISTS (SELECT 1 FROM card_attempts WHERE original_id = held.attempt_id AND ${COUNTS}),
         started_at DESC, attempt_id LIMIT ?`,
      HOLD_GONE,
      most,
    )
    .map(attemptOf);
}

function attemptOf(row: Row): CardAttempt {
  const stored = fromCardJson<StoredState>(row.state_json);
  return {
    chip: null,
    signatureAsked: stored.phase === 'signing',
    ...stored,
    order: fromCardJson<CardOrder>(row.order_json),
  };
}
