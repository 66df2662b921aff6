/** Every limit of a foreign terminals' port. Times in milliseconds, sizes in bytes. */

export interface CardTcpLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly messageBytes: number;
  /** Of one connection. Beyond them the connection is not read until an answer has gone out or a token has come. */
  readonly messagesInFlight: number;
  readonly messagesAtOnce: number;
  readonly messagesPerMinute: number;
  /** Of one address: messages that prove nothing. Beyond them its connections that have proven nothing are ended, and for
   *  `shutOutMs` it gets no new ones. */
  readonly refusedAtOnce: number;
  readonly refusedPerMinute: number;
  readonly shutOutMs: number;
  /** With the security module before it is known whose they are, of all connections; the others wait unread. */
  readonly unknownAtModule: number;
  /** A connection from which nothing came for this long is ended. */
  readonly idleTimeoutMs: number;
  /** From a message's first byte to its last; while the connection is not read it does not count. */
  readonly frameTimeoutMs: number;
  /** From a connection's beginning to the first message with a right MAC. Until then it is the first to go when the port is full. */
  readonly provenWithinMs: number;
  /** Unsent bytes above which a terminal that does not read loses its connection. */
  readonly sendBufferBytes: number;
  /** How long a closing port lets messages under way answer. */
  readonly drainMs: number;
}

export const DEFAULT_CARD_TCP_LIMITS: CardTcpLimits = {
  connections: 2_000,
  connectionsPerAddress: 256,
  messageBytes: 4_096,
  messagesInFlight: 512,
  messagesAtOnce: 4_000,
  messagesPerMinute: 240_000,
  refusedAtOnce: 200,
  refusedPerMinute: 300,
  shutOutMs: 60_000,
  unknownAtModule: 512,
  idleTimeoutMs: 300_000,
  frameTimeoutMs: 10_000,
  provenWithinMs: 20_000,
  sendBufferBytes: 1_048_576,
  drainMs: 2_000,
};
