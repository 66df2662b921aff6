/** Who may sign in, and with what: PINs are kept only as scrypt hashes, and guessing locks. */
import { scryptSync, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '../../gateway/kernel/time.ts';

export interface PinHash {
  /** Hexadecimal. */
  readonly salt: string;
  readonly hash: string;
  /** scrypt's N, r, p. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallel: number;
}

export interface StaffRecord {
  readonly staffId: string;
  readonly name: string;
  readonly supervisor: boolean;
  /** A cashier who may confirm refunds without a supervisor. */
  readonly mayRefund?: boolean;
  readonly pin: PinHash;
}

export const PIN_TRIES_MAX = 5;
export const PIN_LOCK_MS = 300_000;

export type ScryptCost = Pick<PinHash, 'cost' | 'blockSize' | 'parallel'>;
export const PIN_COST: ScryptCost = { cost: 16_384, blockSize: 8, parallel: 1 };
const HASH_BYTES = 32;

export function hashPin(pin: string, salt: Uint8Array, cost: ScryptCost = PIN_COST): PinHash {
  return {
    ...cost,
    salt: Buffer.from(salt).toString('hex'),
    hash: derive(pin, salt, cost).toString('hex'),
  };
}

export function verifyPin(pin: string, stored: PinHash): boolean {
  const expected = Buffer.from(stored.hash, 'hex');
  const given = derive(pin, Buffer.from(stored.salt, 'hex'), stored);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function derive(pin: string, salt: Uint8Array, cost: ScryptCost): Buffer {
  return scryptSync(pin, salt, HASH_BYTES, { N: cost.cost, r: cost.blockSize, p: cost.parallel });
}

export interface PinTries {
  readonly wrong: number;
  readonly lockedUntil: EpochMs | null;
}

export const NO_TRIES: PinTries = { wrong: 0, lockedUntil: null };

/** An end further away than a lock lasts was written before the clock was set back, and binds nobody. */
export function isLocked({ lockedUntil }: PinTries, now: EpochMs): boolean {
  return lockedUntil !== null && now < lockedUntil && lockedUntil - now <= PIN_LOCK_MS;
}

/** After the fifth wrong PIN the member of staff is locked for five minutes, and the count starts over. */
export function wrongPin(tries: PinTries, now: EpochMs): PinTries {
  const wrong = tries.wrong + 1;
  return wrong >= PIN_TRIES_MAX ? { wrong: 0, lockedUntil: now + PIN_LOCK_MS } : { wrong, lockedUntil: null };
}
