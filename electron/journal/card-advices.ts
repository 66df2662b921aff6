/** What the gateway must still be told of cards: reversals, cancellations, completions and voids. One at a time, in the order in
 *  which they became due. */
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { MessageName } from '../card/card-attempt.ts';
import type { ReversalCause } from '../card/card-events.ts';
import type { Journal } from './journal.ts';

export type AdviceKind = 'reversal' | 'cancellation' | 'completion' | 'void';

export interface CardAdvice {
  readonly adviceId: number;
  readonly kind: AdviceKind;
  readonly attemptId: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly original: MessageName;
  readonly reason: ReversalCause | null;
  readonly tries: number;
  readonly dueAt: EpochMs;
  /** By the gateway, for good. */
  readonly refused: boolean;
  /** DE39 of the last answer that did not end it. */
  readonly responseCode: string | null;
  /** Of the MAC keys it has been sent under, newest first. */
  readonly ksns: readonly Uint8Array[];
}

interface Row {
  readonly advice_id: number;
  readonly kind: AdviceKind;
  readonly attempt_id: string;
  readonly stan: string;
  readonly transmitted_at: string;
  readonly original_mti: string;
  readonly original_stan: string;
  readonly original_transmitted_at: string;
  readonly reason: ReversalCause | null;
  readonly tries: number;
  readonly due_at: number;
  readonly mac_ksns: string;
  readonly refused: number;
  readonly response_code: string | null;
}

/** Before the first byte of the request it would undo. */
export function armReversal(journal: Journal, attemptId: string, original: MessageName): void {
  journal.run(
    `INSERT INTO card_advices (kind, attempt_id, state, original_mti, original_stan, original_transmitted_at, made_at)
     VALUES ('reversal', ?, 'armed', ?, ?, ?, ?)`,
    attemptId,
    original.mti,
    original.stan,
    original.transmittedAt,
    journal.now(),
  );
}

/** The answer is definite: nothing is owed. */
export function strikeReversal(journal: Journal, attemptId: string): void {
  journal.run(
    "UPDATE card_advices SET state = 'struck', ended_at = ? WHERE attempt_id = ? AND state = 'armed'",
    journal.now(),
    attemptId,
  );
}

/** Owed from now on. `name`: STAN and DE7 of the reversal itself. */
export function oweReversal(
  journal: Journal,
  attemptId: string,
  name: Omit<MessageName, 'mti'>,
  reason: ReversalCause,
): void {
  journal.run(
    `UPDATE card_advices SET state = 'due', stan = ?, transmitted_at = ?, reason = ?, due_at = ?
     WHERE attempt_id = ? AND state = 'armed'`,
    name.stan,
    name.transmittedAt,
    reason,
    journal.now(),
    attemptId,
  );
}

/** A void, completion or cancellation: due at once. */
export function insertAdvice(
  journal: Journal,
  advice: Omit<CardAdvice, 'adviceId' | 'tries' | 'dueAt' | 'ksns' | 'refused' | 'responseCode'>,
): void {
  journal.run(
    `INSERT INTO card_advices (kind, attempt_id, state, stan, transmitted_at, original_mti, original_stan,
       original_transmitted_at, reason, made_at, due_at) VALUES (?, ?, 'due', ?, ?, ?, ?, ?, ?, ?, ?)`,
    advice.kind,
    advice.attemptId,
    advice.stan,
    advice.transmittedAt,
    advice.original.mti,
    advice.original.stan,
    advice.original.transmittedAt,
    advice.reason,
    journal.now(),
    journal.now(),
  );
}

/** The one to send next, or null when nothing is owed. */
export function firstDue(journal: Journal): CardAdvice | null {
  const row = journal.get<Row>(
    "SELECT * FROM card_advices WHERE state = 'due' ORDER BY due_at, advice_id LIMIT 1",
  );
  return row === undefined ? null : adviceOf(row);
}

export function dueCount(journal: Journal): number {
  return journal.get<{ n: number }>("SELECT COUNT(*) AS n FROM card_advices WHERE state = 'due'")?.n ?? 0;
}

/** What is owed for this transaction, or null. */
export function dueAdviceOf(journal: Journal, attemptId: string): CardAdvice | null {
  const row = journal.get<Row>(
    "SELECT * FROM card_advices WHERE attempt_id = ? AND state = 'due'",
    attemptId,
  );
  return row === undefined ? null : adviceOf(row);
}

export function isDue(journal: Journal, adviceId: number): boolean {
  return (
    journal.get("SELECT 1 FROM card_advices WHERE advice_id = ? AND state = 'due'", adviceId) !== undefined
  );
}

/** Before each sending. */
export function countTry(journal: Journal, adviceId: number): void {
  journal.run('UPDATE card_advices SET tries = tries + 1 WHERE advice_id = ?', adviceId);
}

/** Answered, and not ended by it. */
export function noteNotTaken(journal: Journal, adviceId: number, code: string, refused: boolean): void {
  journal.run(
    "UPDATE card_advices SET response_code = ?, refused = ? WHERE advice_id = ? AND state = 'due'",
    code,
    refused ? 1 : 0,
    adviceId,
  );
}

export function forgetRefusals(journal: Journal): void {
  journal.run("UPDATE card_advices SET refused = 0 WHERE state = 'due' AND refused = 1");
}

/** A message that is repeated no more; the reversal that may be owed for it takes its place. */
export function withdrawAdvice(journal: Journal, attemptId: string, message: MessageName): void {
  journal.run(
    "UPDATE card_advices SET state = 'struck', ended_at = ? WHERE attempt_id = ? AND state = 'due'",
    journal.now(),
    attemptId,
  );
  armReversal(journal, attemptId, message);
}

/** As many as a PIN pad can still verify under. */
const KSNS_KEPT = 8;

/** Before it is sent under this key. */
export function keepAdviceKey(journal: Journal, { adviceId, ksns }: CardAdvice, ksn: Uint8Array): void {
  const kept = [ksn, ...ksns].slice(0, KSNS_KEPT).map((one) => Buffer.from(one).toString('hex'));
  journal.run('UPDATE card_advices SET mac_ksns = ? WHERE advice_id = ?', kept.join(' '), adviceId);
}

export function acknowledgeAdvice(journal: Journal, adviceId: number, responseCode: string): void {
  journal.run(
    "UPDATE card_advices SET state = 'done', response_code = ?, ended_at = ? WHERE advice_id = ? AND state = 'due'",
    responseCode,
    journal.now(),
    adviceId,
  );
}

function adviceOf(row: Row): CardAdvice {
  return {
    adviceId: row.advice_id,
    kind: row.kind,
    attemptId: row.attempt_id,
    stan: row.stan,
    transmittedAt: row.transmitted_at,
    original: {
      mti: row.original_mti,
      stan: row.original_stan,
      transmittedAt: row.original_transmitted_at,
    },
    reason: row.reason,
    tries: row.tries,
    dueAt: row.due_at,
    refused: row.refused === 1,
    responseCode: row.response_code,
    ksns: row.mac_ksns === '' ? [] : row.mac_ksns.split(' ').map((hex) => Buffer.from(hex, 'hex')),
  };
}
