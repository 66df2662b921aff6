/** Addresses that send what proves nothing: so much of it each may, and whoever sends more is not let in for a while. */
import type { EpochMs } from '../kernel/time.ts';
import type { CardTcpLimits } from './card-tcp-limits.ts';
import { AddressBuckets } from './token-bucket.ts';

const REMEMBERED_MOST = 10_000;

export class ShutOut {
  readonly #shutOutMs: number;
  readonly #allowed: AddressBuckets;
  readonly #until = new Map<string, EpochMs>();

  constructor(limits: Pick<CardTcpLimits, 'refusedAtOnce' | 'refusedPerMinute' | 'shutOutMs'>) {
    this.#shutOutMs = limits.shutOutMs;
    const allowed = { burst: limits.refusedAtOnce, perMinute: limits.refusedPerMinute };
    this.#allowed = new AddressBuckets(allowed, REMEMBERED_MOST);
  }

  /** A message of the address was refused. True when it was one too many. */
  refused(address: string, now: EpochMs): boolean {
    if (this.#allowed.take(address, now)) return false;
    this.#until.delete(address);
    this.#until.set(address, now + this.#shutOutMs);
    const oldest = this.#until.keys().next();
    if (this.#until.size > REMEMBERED_MOST && oldest.done !== true) this.#until.delete(oldest.value);
    return true;
  }

  /** A clock that was set back shuts nobody out for longer. */
  has(address: string, now: EpochMs): boolean {
    const until = this.#until.get(address);
    if (until === undefined) return false;
    if (until > now && until - now <= this.#shutOutMs) return true;
    this.#until.delete(address);
    return false;
  }
}
