/** Every limit of the gateway's network edge, in one place. Times in milliseconds, sizes in bytes. */

export interface BucketLimit {
  /** How many may come at once. */
  readonly burst: number;
  readonly perMinute: number;
}

export interface EdgeLimits {
  /** From the upgrade to a valid proof. */
  readonly proofDeadlineMs: number;
  /** A frame above this is not read at all and costs the link; between FRAME_BYTES_MAX and this it gets a typed error. */
  readonly hardFrameBytes: number;
  readonly requestsInFlight: number;
  /** Of one packed card message. The largest there is with all of its tags and an upload's data is below half of this. */
  readonly cardMessageBytes: number;
  readonly messages: BucketLimit;
  readonly connectionsPerAddress: number;
  readonly connections: number;
  readonly pingEveryMs: number;
  /** A link from which nothing came for this long is dead. */
  readonly idleTimeoutMs: number;
  /** Unsent bytes above which events to a terminal are dropped: it asks again by itself. */
  readonly eventBufferBytes: number;
  /** Unsent bytes above which a terminal that does not read loses its link. */
  readonly sendBufferBytes: number;
  /** How soon an open link notices that its terminal was revoked or given another key. */
  readonly revocationCheckMs: number;
  readonly activationsPerAddress: BucketLimit;
  readonly activations: BucketLimit;
  readonly noticeBytes: number;
  /** How long a closing edge lets requests under way answer. */
  readonly drainMs: number;
}

export const DEFAULT_EDGE_LIMITS: EdgeLimits = {
  proofDeadlineMs: 10_000,
  hardFrameBytes: 1_048_576,
  requestsInFlight: 32,
  cardMessageBytes: 4_096,
  messages: { burst: 120, perMinute: 3_000 },
  connectionsPerAddress: 256,
  connections: 18_000,
  pingEveryMs: 10_000,
  idleTimeoutMs: 25_000,
  eventBufferBytes: 262_144,
  sendBufferBytes: 1_048_576,
  revocationCheckMs: 1_000,
  activationsPerAddress: { burst: 5, perMinute: 5 },
  activations: { burst: 60, perMinute: 60 },
  noticeBytes: 16_384,
  drainMs: 2_000,
};
