/** Times and bounds of card transactions at the till, and what payment systems mean differently. */

export interface CardPolicy {
  /** Longer than the gateway's own (35 s), which is longer than its bank's leg (25 s). */
  readonly replyTimeoutMs: number;
  /** How long the till waits for an offer of conversion; then the card goes on without one. */
  readonly offerTimeoutMs: number;
  /** Between repeats of what is owed: the first, doubling to the longest. */
  readonly repeatFirstMs: number;
  readonly repeatLongestMs: number;
  /** After so many tries without an end somebody is told. */
  readonly alarmAfterTries: number;
  /** After this the screen says "not confirmed yet". */
  readonly unknownAfterMs: number;
  /** From when a supervisor may set an open card sale aside. */
  readonly setAsideAfterMs: number;
  /** PIN entries of one transaction, the first among them. */
  readonly pinEntriesMost: number;
  readonly echoEveryMs: number;
  /** Payment systems, as the gateway's BIN table names them, whose 65 to a contactless card is a limit and nothing else. Any other may
   *  mean "insert the chip" by it, which the customer can do in either case. */
  readonly plainLimitSchemes: readonly string[];
  /** A PIN pad's key is due when its counter has used so much of its range: what is left, tens of thousands of keys under TDES, serves
   *  all that is still owed, and the key change itself. */
  readonly newKeyAtPercent: number;
  /** Between two askings for a new key, whatever became of the first. */
  readonly newKeyRetryMs: number;
}

export const DEFAULT_CARD_POLICY: CardPolicy = {
  replyTimeoutMs: 45_000,
  offerTimeoutMs: 4_000,
  repeatFirstMs: 3_000,
  repeatLongestMs: 60_000,
  alarmAfterTries: 8,
  unknownAfterMs: 20_000,
  setAsideAfterMs: 90_000,
  pinEntriesMost: 3,
  echoEveryMs: 300_000,
  plainLimitSchemes: [],
  newKeyAtPercent: 75,
  newKeyRetryMs: 600_000,
};

/** Doubling from the first to the longest. */
export function repeatDelayMs(policy: CardPolicy, tries: number): number {
  return Math.min(policy.repeatLongestMs, policy.repeatFirstMs * 2 ** Math.min(tries - 1, 16));
}
