/** Why a card transaction ended without money, as the screens word it in three languages. The bank's own two characters
 *  (DE39) stand beside it in `CardView.responseCode`. */

export const CARD_REASONS = [
  // The bank's answer.
  'CARD_CALL_BANK',
  'CARD_RETAIN',
  'CARD_REFUSED',
  'CARD_INSUFFICIENT_FUNDS',
  'CARD_NOT_PERMITTED',
  'CARD_LIMIT_EXCEEDED',
  'CARD_TRIES_EXCEEDED',
  'CARD_INVALID',
  'CARD_EXPIRED',
  'CARD_USE_OTHER',
  'CARD_INSERT_CHIP',
  'CARD_WRONG_PIN',
  'CARD_BANK_UNAVAILABLE',
  'CARD_SYSTEM_ERROR',
  'CARD_CONFIGURATION',
  'CARD_ORIGINAL_NOT_FOUND',
  'CARD_DUPLICATE',
  'CARD_SECURITY',
  'CARD_CODE_UNKNOWN',
  // Before anything was sent: nothing was charged.
  'CARD_NOT_ORIGINAL',
  'CARD_CANCELLED_BY_CUSTOMER',
  'CARD_CANCELLED_BY_CASHIER',
  'CARD_TIMEOUT',
  'CARD_REMOVED',
  'CARD_UNREADABLE',
  'CARD_UNSUPPORTED',
  'CARD_NOT_ROUTED',
  'CARD_DECLINED_OFFLINE',
  'CARD_PIN_TRIES_EXCEEDED',
  'CARD_FALLBACK_NOT_ALLOWED',
  'CARD_OFFER_EXPIRED',
  'PINPAD_BUSY',
  'PINPAD_LOST',
  'PINPAD_KEYS_ENDED',
  'CARD_LINK_DOWN',
  // Sent, and undone: nothing stays charged.
  'CARD_NO_ANSWER',
  'CARD_ANSWER_INVALID',
  'CARD_REFUSED_BY_CHIP',
  'CARD_SIGNATURE_REFUSED',
  'CARD_PARTIAL_ONLY',
  'CARD_INTERRUPTED',
] as const;
export type CardReason = (typeof CARD_REASONS)[number];

/** Why the card key is shown but cannot be pressed. */
export const CARD_KEY_REASONS = [
  'NOT_CONFIGURED',
  'PINPAD_ABSENT',
  'PINPAD_FAULTED',
  'PINPAD_OPENING',
  'GATEWAY_DOWN',
  'REVERSAL_PENDING',
  'REVERSAL_REFUSED',
  'TRANSACTION_OPEN',
  'BATCH_CLOSING',
] as const;
export type CardKeyReason = (typeof CARD_KEY_REASONS)[number];
