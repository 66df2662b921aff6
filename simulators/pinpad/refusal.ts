/** Why the device answers that it cannot. Source  docs/pinpad-protocol.md, Refusals */
export const REFUSAL_CODES = {
  unknown_command: 1,
  malformed: 2,
  no_key: 3,
  wrong_step: 4,
  other_transaction: 5,
  ksn_not_issued: 6,
  ksn_used: 7,
  keys_exhausted: 8,
  key_block_refused: 9,
  check_value_differs: 10,
  storage_failed: 11,
} as const;
export type RefusalReason = keyof typeof REFUSAL_CODES;

export class PadRefusal extends Error {
  override readonly name = 'PadRefusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, options?: { cause?: unknown }) {
    super(`The PIN pad refuses: ${reason}.`, options);
    this.reason = reason;
  }
}
