/** Passwords as salted scrypt (RFC 7914), slow on purpose and off the main thread. `scrypt$N$r$p$salt$hash`, base64url. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { openSecret, Secret } from '../kernel/secret.ts';
import type { Random } from '../kernel/time.ts';

const COST = { N: 32_768, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MEMORY_BYTES = 64 * 1024 * 1024;
export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 200;
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZab';

/** `QX7M4-…`: four groups of five characters, 100 random bits, for a person's first sign-in. */
export function newPassword(random: Random): Secret<string> {
  const characters = [...random.bytes(20)].map((byte) => ALPHABET[byte & 31] ?? '').join('');
  return new Secret(characters.match(/.{5}/g)?.join('-') ?? characters);
}

export function isFitPassword(text: string): boolean {
  return text.length >= PASSWORD_LEAST && text.length <= PASSWORD_MOST;
}

export async function hashPassword(password: Secret<string>, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  const hash = await derive(openSecret(password), salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Takes as long for what cannot match as for what can. */
export async function isPassword(password: Secret<string>, stored: string | null): Promise<boolean> {
  const parts = /^scrypt\$(\d{4,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/.exec(stored ?? '');
  const salt = Buffer.from(parts?.[4] ?? 'A'.repeat(22), 'base64url');
  const cost = parts === null ? COST : { N: Number(parts[1]), r: Number(parts[2]), p: Number(parts[3]) };
  const hash = await derive(openSecret(password).slice(0, PASSWORD_MOST), salt, cost);
  const expected = parts === null ? Buffer.alloc(HASH_BYTES) : Buffer.from(parts[5] ?? '', 'base64url');
  return timingSafeEqual(hash, expected) && parts !== null;
}

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

function derive(password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      HASH_BYTES,
      { ...cost, maxmem: MEMORY_BYTES },
      (error, derived) => {
        if (error === null) resolve(derived);
        else reject(error);
      },
    );
  });
}
