/** A token bucket: so many at once, so many a minute after that. Whole numbers throughout: a token is 60,000 parts, and a
 *  bucket gains `perMinute` parts a millisecond. */
import type { EpochMs } from '../kernel/time.ts';
import type { BucketLimit } from './limits.ts';

const TOKEN_PARTS = 60_000;

export class TokenBucket {
  readonly #limit: BucketLimit;
  #parts: number;
  #at: EpochMs;

  constructor(limit: BucketLimit, now: EpochMs) {
    this.#limit = limit;
    this.#parts = limit.burst * TOKEN_PARTS;
    this.#at = now;
  }

  /** Takes one token if there is one. A clock that went back gains nothing. */
  take(now: EpochMs): boolean {
    const gained = Math.max(0, now - this.#at) * this.#limit.perMinute;
    this.#at = now;
    this.#parts = Math.min(this.#limit.burst * TOKEN_PARTS, this.#parts + gained);
    if (this.#parts < TOKEN_PARTS) return false;
    this.#parts -= TOKEN_PARTS;
    return true;
  }
}

/** One bucket an address. The oldest is forgotten when there are too many, so that a flood of addresses costs no memory;
 *  what such a flood gains is bounded by the bucket over all addresses. */
export class AddressBuckets {
  readonly #limit: BucketLimit;
  readonly #most: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(limit: BucketLimit, most = 10_000) {
    this.#limit = limit;
    this.#most = most;
  }

  take(address: string, now: EpochMs): boolean {
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#limit, now);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > this.#most && oldest.done !== true) this.#buckets.delete(oldest.value);
    return bucket.take(now);
  }
}
