/** What the till does about each DE39, as rows. A code without a row is declined, and logged as unknown.
 *  Source  ISO 8583:1987, DE39, and the practice of card-present hosts; docs/bank-link.md section 6 */
import type { CardReason } from '../contract/card-reasons.ts';

/** `approve`            the card gets the issuer's data; a partial approval is undone, since one tender covers a sale
 *  `decline`            final, nothing to reverse
 *  `reenter_pin`        a new PIN, STAN and KSN on a fresh request, while tries are left
 *  `reverse`            the answer cannot be relied on: whatever happened is undone
 *  `upload`             of a batch: its transactions are sent one by one */
export type CodeAction = 'approve' | 'decline' | 'reenter_pin' | 'reverse' | 'upload';

/** `service`  the shop's service is to be told: terminal or contract are set up wrong, a key is in doubt, or nobody knows the code
 *  `card`     the bank would have the card kept: a supervisor is to be told, and its holder accused of nothing */
export type CodeAlarm = 'service' | 'card';

export interface CodeRow {
  readonly action: CodeAction;
  readonly reason: CardReason;
  /** Who is told beside the cashier, by a notice and in the log. */
  readonly alarm: CodeAlarm | null;
}

const row = (action: CodeAction, reason: CardReason, alarm: CodeAlarm | null = null): CodeRow => ({
  action,
  reason,
  alarm,
});
const decline = (reason: CardReason, alarm: CodeAlarm | null = null): CodeRow =>
  row('decline', reason, alarm);

export const RESPONSE_CODES: Readonly<Record<string, CodeRow>> = {
  '00': row('approve', 'CARD_REFUSED'),
  '08': row('approve', 'CARD_REFUSED'),
  '10': row('approve', 'CARD_PARTIAL_ONLY'),
  '11': row('approve', 'CARD_REFUSED'),
  '16': row('approve', 'CARD_REFUSED'),
  '01': decline('CARD_CALL_BANK'),
  '02': decline('CARD_CALL_BANK'),
  '03': decline('CARD_CONFIGURATION', 'service'),
  '04': decline('CARD_RETAIN', 'card'),
  '05': decline('CARD_REFUSED'),
  '06': decline('CARD_SYSTEM_ERROR'),
  '07': decline('CARD_RETAIN', 'card'),
  '12': decline('CARD_NOT_PERMITTED', 'service'),
  '13': decline('CARD_CONFIGURATION', 'service'),
  '14': decline('CARD_INVALID'),
  '15': decline('CARD_NOT_ROUTED'),
  '21': decline('CARD_REFUSED'),
  '25': decline('CARD_ORIGINAL_NOT_FOUND'),
  '30': decline('CARD_CONFIGURATION', 'service'),
  '31': decline('CARD_NOT_ROUTED', 'service'),
  '33': decline('CARD_EXPIRED'),
  '38': decline('CARD_TRIES_EXCEEDED'),
  '41': decline('CARD_RETAIN', 'card'),
  '43': decline('CARD_RETAIN', 'card'),
  '51': decline('CARD_INSUFFICIENT_FUNDS'),
  '54': decline('CARD_EXPIRED'),
  '55': row('reenter_pin', 'CARD_WRONG_PIN'),
  '57': decline('CARD_NOT_PERMITTED'),
  '58': decline('CARD_CONFIGURATION', 'service'),
  '61': decline('CARD_LIMIT_EXCEEDED'),
  '62': decline('CARD_NOT_PERMITTED'),
  '65': decline('CARD_LIMIT_EXCEEDED'),
  '68': decline('CARD_BANK_UNAVAILABLE'),
  '75': decline('CARD_TRIES_EXCEEDED'),
  '82': decline('CARD_SECURITY'),
  '88': row('reverse', 'CARD_SECURITY', 'service'),
  '91': decline('CARD_BANK_UNAVAILABLE'),
  '94': row('reverse', 'CARD_DUPLICATE', 'service'),
  '95': row('upload', 'CARD_SYSTEM_ERROR'),
  '96': decline('CARD_SYSTEM_ERROR'),
  '97': row('reverse', 'CARD_SECURITY', 'service'),
  '98': row('reverse', 'CARD_SECURITY', 'service'),
  '99': row('reverse', 'CARD_SECURITY', 'service'),
  A0: row('reverse', 'CARD_SECURITY', 'service'),
};

const UNKNOWN: CodeRow = decline('CARD_CODE_UNKNOWN', 'service');

/** `limitAsksChip`: the card was held to the pad, and its payment system may mean "insert the chip" by 65. */
export function codeRow(responseCode: string, limitAsksChip = false): CodeRow {
  if (responseCode === '65' && limitAsksChip) return decline('CARD_INSERT_CHIP');
  return RESPONSE_CODES[responseCode] ?? UNKNOWN;
}

export function isApproval(responseCode: string): boolean {
  return RESPONSE_CODES[responseCode]?.action === 'approve';
}

/** Of a completion or cancellation: the hold had been completed or lifted before. */
export const HOLD_GONE = '21';

/** Undone, or there was nothing (left) to undo. */
const REVERSED: ReadonlySet<string> = new Set(['00', '21', '25']);
/** A host that is away: the same message again, later. */
const HOST_AWAY: ReadonlySet<string> = new Set(['68', '90', '91', '92', '96']);
/** A key in doubt: the same message again, under a new one. */
const KEY_DOUBTFUL: ReadonlySet<string> = new Set(['88', '97', '98', '99', 'A0']);
/** Taken for another message, which the same message will always be. */
const DUPLICATE = '94';

export function isKeyDoubtful(responseCode: string): boolean {
  return KEY_DOUBTFUL.has(responseCode);
}

/** What an answer means for something owed. `refused`: no repeat will be answered otherwise, so that a person must see to it. */
export type OwedFate = 'settled' | 'again' | 'refused';

/** Only of a reversal is everything else a refusal: whatever is said of a void, a completion or a cancellation ends it. */
export function owedFate(kind: 'reversal' | 'cancellation' | 'completion' | 'void', code: string): OwedFate {
  if (HOST_AWAY.has(code) || KEY_DOUBTFUL.has(code)) return 'again';
  if (code === DUPLICATE) return 'refused';
  return kind !== 'reversal' || REVERSED.has(code) ? 'settled' : 'refused';
}

/** Of a step of closing the batch: whether the answer says anything about it. */
export function isDefinite(responseCode: string): boolean {
  return !HOST_AWAY.has(responseCode) && !KEY_DOUBTFUL.has(responseCode) && responseCode !== DUPLICATE;
}
