/** Times of the terminal's link, in milliseconds. */

export interface LinkLimits {
  /** From the start of a connection to the welcome. */
  readonly handshakeTimeoutMs: number;
  readonly backoffFirstMs: number;
  readonly backoffLongestMs: number;
  /** Between tries once the gateway has refused this terminal. */
  readonly refusedRetryMs: number;
  readonly pingEveryMs: number;
  /** A gateway from which nothing came for this long is gone. */
  readonly idleTimeoutMs: number;
  /** A link that held this long starts its backoff from the beginning. */
  readonly steadyAfterMs: number;
}

export const DEFAULT_LINK_LIMITS: LinkLimits = {
  handshakeTimeoutMs: 10_000,
  backoffFirstMs: 300,
  backoffLongestMs: 10_000,
  refusedRetryMs: 60_000,
  pingEveryMs: 3_000,
  idleTimeoutMs: 8_000,
  steadyAfterMs: 10_000,
};

/** Of one packed card message; what the gateway takes. */
export const CARD_MESSAGE_BYTES_MAX = 4_096;
