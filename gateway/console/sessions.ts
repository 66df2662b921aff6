/** Sessions of the pages, in memory: a restart signs everybody out. The cookie holds 256 random bits; here stands their hash,
 *  so that what is read out of this process is no key to it. */
import { createHash } from 'node:crypto';
import type { EpochMs, Runtime } from '../kernel/time.ts';

export interface Session {
  readonly name: string;
  /** Of the user's row when it signed in: another one ends the session. */
  readonly userVersion: number;
  readonly startedAt: EpochMs;
}

interface Kept extends Session {
  seenAt: EpochMs;
}

export interface SessionLimits {
  readonly idleMs: number;
  readonly lifeMs: number;
  readonly most: number;
  readonly perUser: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  idleMs: 30 * 60_000,
  lifeMs: 12 * 3_600_000,
  most: 2_000,
  perUser: 5,
};

const TOKEN_BYTES = 32;

export class Sessions {
  readonly #kept = new Map<string, Kept>();
  readonly #runtime: Pick<Runtime, 'clock' | 'random'>;
  readonly #limits: SessionLimits;

  constructor(runtime: Pick<Runtime, 'clock' | 'random'>, limits: SessionLimits = DEFAULT_SESSION_LIMITS) {
    this.#runtime = runtime;
    this.#limits = limits;
  }

  /** The token for the cookie. The oldest sessions of the person, and of all, make room. */
  start(name: string, userVersion: number): string {
    const own = [...this.#kept].filter(([, session]) => session.name === name).map(([key]) => key);
    for (const key of own.slice(0, Math.max(0, own.length - this.#limits.perUser + 1)))
      this.#kept.delete(key);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#limits.most && oldest !== undefined) this.#kept.delete(oldest);
    const token = Buffer.from(this.#runtime.random.bytes(TOKEN_BYTES)).toString('base64url');
    const now = this.#runtime.clock.now();
    this.#kept.set(keyOf(token), { name, userVersion, startedAt: now, seenAt: now });
    return token;
  }

  /** Null for what is unknown or over. One that a person uses lives on; a page that asks by itself, with nobody there, does not
   *  keep it alive. */
  find(token: string, isUse: boolean): Session | null {
    const key = keyOf(token);
    const session = this.#kept.get(key);
    if (session === undefined) return null;
    const now = this.#runtime.clock.now();
    if (now - session.seenAt > this.#limits.idleMs || now - session.startedAt > this.#limits.lifeMs) {
      this.#kept.delete(key);
      return null;
    }
    if (isUse) session.seenAt = now;
    return session;
  }

  end(token: string): void {
    this.#kept.delete(keyOf(token));
  }
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
