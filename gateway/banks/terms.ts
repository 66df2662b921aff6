/** What was agreed with one partner bank about the link (docs/bank-link.md), and how large and slow things may get. */

export interface BankTerms {
  /** The partner's name: routing, logs and bank references know it by this. */
  readonly bank: string;
  readonly profile: 'ascii' | 'bcd';
  /** DE32, up to 11 digits. */
  readonly acquirerId: string;
  /** DE33, or null where there is none between. */
  readonly forwarderId: string | null;
  /** Where the shops are, for DE43; ASCII, country as two letters. */
  readonly town: string;
  readonly country: string;
  /** Of DE12 and DE13. */
  readonly localOffsetMinutes: number;
  /** Format 0 in DE52 under a TDES ZPK, or format 4 in DE59 under an AES one. */
  readonly pinBlock: 'format0' | 'format4';
  /** Under an AES ZAK, or a TDES one. */
  readonly mac: 'cmac' | 'retail';
  readonly macPadding: 1 | 2;
  readonly wrongMac: 'keep' | 'close';
  /** The key shared with the bank, by its name in the HSM. */
  readonly zmk: string;
  readonly keysMadeBy: 'gateway' | 'bank';
  /** A zone key is changed when it is this old; the ZAK also when it has made this many MACs. */
  readonly keyLifeMs: number;
  readonly messagesPerKey: number;
}

/** Milliseconds unless named otherwise. */
export interface BankLimits {
  readonly connections: number;
  readonly frameBytesMost: number;
  /** Requests that wait for an answer; more are not sent. */
  readonly outstandingMost: number;
  /** Written and not yet taken by the network, per connection; a connection beyond takes no request. */
  readonly queuedBytesMost: number;
  /** Answers remembered to tell a late one from a duplicate. */
  readonly rememberedMost: number;
  readonly replyTimeoutMs: number;
  readonly adviceTimeoutMs: number;
  readonly networkTimeoutMs: number;
  readonly dialTimeoutMs: number;
  /** A connection that was sent to and says nothing for this long is doubted: asked whether it lives, and used last. */
  readonly answerDueMs: number;
  readonly echoEveryMs: number;
  readonly echoTimeoutMs: number;
  /** From a frame's first byte to its last. */
  readonly frameTimeoutMs: number;
  /** How long what was sent over a lost connection may still be answered over another. */
  readonly lostGraceMs: number;
  /** How long a sign-off waits for outstanding answers. */
  readonly drainMs: number;
  readonly signOffTimeoutMs: number;
  readonly backoffFirstMs: number;
  readonly backoffLongestMs: number;
  /** A connection that held this long starts its backoff from the beginning. */
  readonly steadyAfterMs: number;
  /** How long the key before the current one is still good. */
  readonly keyOverlapMs: number;
  /** Between tries of a key change that did not come through. */
  readonly keyRetryMs: number;
}

export const DEFAULT_BANK_LIMITS: BankLimits = {
  connections: 2,
  frameBytesMost: 4_096,
  outstandingMost: 20_000,
  queuedBytesMost: 1_048_576,
  rememberedMost: 100_000,
  replyTimeoutMs: 25_000,
  adviceTimeoutMs: 25_000,
  networkTimeoutMs: 10_000,
  dialTimeoutMs: 10_000,
  answerDueMs: 3_000,
  echoEveryMs: 30_000,
  echoTimeoutMs: 5_000,
  frameTimeoutMs: 10_000,
  lostGraceMs: 2_000,
  drainMs: 5_000,
  signOffTimeoutMs: 1_000,
  backoffFirstMs: 500,
  backoffLongestMs: 30_000,
  steadyAfterMs: 30_000,
  keyOverlapMs: 60_000,
  keyRetryMs: 30_000,
};
