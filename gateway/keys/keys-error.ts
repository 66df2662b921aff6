/** What the key room refuses, by name. Facts say positions and lengths, never a digit of a key, a PIN or a card number. */
import type { ErrorFacts } from '../kernel/errors.ts';

const MESSAGES = {
  ACCOUNT_DATA_MALFORMED: 'The account data does not open to a card number and its dates.',
  CRYPTOGRAM_DATA_MISSING: 'The chip data lacks a tag its cryptogram was made of.',
  CRYPTOGRAM_DATA_MALFORMED: 'The chip data has a value of a wrong length.',
  KEY_BLOCK_MAC_WRONG: 'The key block was altered, or is wrapped under another key.',
  KEY_BLOCK_MALFORMED: 'The key block does not have its required shape.',
  KEY_BLOCK_UNSUPPORTED: 'The key block is of a version or algorithm that is not supported here.',
  KEY_CHECK_MISMATCH: 'The key does not have the check value that came with it.',
  KEY_MALFORMED: 'The key does not have a length of its algorithm.',
  KEY_NOT_EXPORTABLE: 'The key may not leave under the key it was to be wrapped with.',
  KEY_UNKNOWN: 'No key is installed under that name.',
  KEY_USE_FORBIDDEN: 'The key block does not allow that use of its key.',
  KSN_EXHAUSTED: 'The device has used its last key and needs a new initial key.',
  KSN_MALFORMED: 'The key serial number has a wrong length or an impossible counter.',
  PAN_MALFORMED: 'A card number has 12 to 19 digits.',
  PAN_PREFIX_MISMATCH: 'The card number does not begin with the prefix the terminal named.',
  PIN_BLOCK_MALFORMED: 'The PIN block does not open to a PIN of this card.',
  PIN_MALFORMED: 'A PIN has four to twelve digits.',
  PIN_TRANSLATION_FORBIDDEN: 'A PIN block may not be translated between these formats.',
  STORED_PAN_INVALID: 'The stored card number was altered, or belongs to another record or key.',
} as const;

export type KeysErrorCode = keyof typeof MESSAGES;

export class KeysError extends Error {
  override readonly name = 'KeysError';
  readonly code: KeysErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: KeysErrorCode, facts: ErrorFacts = {}) {
    super(MESSAGES[code]);
    this.code = code;
    this.facts = facts;
  }
}
