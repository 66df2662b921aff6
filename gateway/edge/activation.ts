/** Activation codes: what a person types into a new terminal once. Twenty Crockford characters, 100 random bits.
 *
 *  Stored as SHA-256 of the normalised code. A slow hash protects secrets that people choose; 100 random bits cannot be
 *  searched however fast the hash is, and a fast one leaves nothing to exhaust by asking. */
import { createHash } from 'node:crypto';
import { Secret } from '../kernel/secret.ts';
import type { Random } from '../kernel/time.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 20;
const NORMAL = /^[0-9A-HJKMNP-TV-Z]{20}$/;

/** `7K2QX-M4D0A-9ZT3V-W8E5B` */
export function newActivationCode(random: Random): Secret<string> {
  const characters = [...random.bytes(CHARACTERS)].map((byte) => CROCKFORD[byte & 31] ?? '').join('');
  return new Secret(characters.match(/.{5}/g)?.join('-') ?? characters);
}

/** The hash by which the store knows a code; null for what cannot be a code. Dashes do not count, and letters that
 *  Crockford's alphabet leaves out are read as the digits they are mistaken for. */
export function activationHash(code: string): string | null {
  const normal = code.toUpperCase().replaceAll('-', '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (!NORMAL.test(normal)) return null;
  return createHash('sha256').update(`amur activation v1:${normal}`).digest('hex');
}
