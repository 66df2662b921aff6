/** A card number at rest: enciphered and bound to the record it belongs to, and a keyed hash to find it by.
 *
 *  Shape   base64url of 01 | nonce 12 | cipher text | tag 16. AES-GCM with the context as associated data; clear text
 *          `pan expiry sequence`, the last two empty where unknown
 *  Errors  STORED_PAN_INVALID for whatever does not open; KEY_MALFORMED for a key of neither 16 nor 32 bytes
 *  Source  NIST SP 800-38D */
import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto';
import type { Random } from '../kernel/time.ts';
import type { AccountData } from './account-data.ts';
import { KeysError } from './keys-error.ts';
import { requirePan } from './pin-block.ts';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** With the shortest number there is, and its two spaces. */
const BYTES_MIN = 1 + NONCE_BYTES + 14 + TAG_BYTES;
const CLEAR = /^([0-9]{12,19}) ([0-9]{4})? ([0-9]{2})?$/;

export function keepPan(key: KeyObject, account: AccountData, context: string, random: Random): string {
  requirePan(account.pan);
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(nameOf(key), key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound(context));
  const clear = `${account.pan} ${account.expiryYymm ?? ''} ${account.panSequence ?? ''}`;
  const secret = Buffer.concat([cipher.update(clear, 'ascii'), cipher.final()]);
  return Buffer.concat([Uint8Array.of(VERSION), nonce, secret, cipher.getAuthTag()]).toString('base64url');
}

export function openKeptPan(key: KeyObject, stored: string, context: string): AccountData {
  const bytes = Buffer.from(stored, 'base64url');
  const secret = bytes.subarray(1 + NONCE_BYTES, bytes.length - TAG_BYTES);
  // Base64 has more than one spelling of the same bytes; only the one that was written is taken.
  if (bytes[0] !== VERSION || bytes.length < BYTES_MIN || bytes.toString('base64url') !== stored)
    throw invalid();
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const cipher = createDecipheriv(nameOf(key), key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound(context));
  cipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const parts = CLEAR.exec(finished(cipher.update(secret), () => cipher.final()));
  if (parts === null) throw invalid();
  const [, pan = '', expiryYymm, panSequence] = parts;
  return {
    pan,
    ...(expiryYymm === undefined ? {} : { expiryYymm }),
    ...(panSequence === undefined ? {} : { panSequence }),
  };
}

/** 64 hexadecimal digits. */
export function hashPan(key: KeyObject, pan: string): string {
  requirePan(pan);
  return createHmac('sha256', key).update('amur pan ').update(pan).digest('hex');
}

function finished(clear: Buffer, end: () => Buffer): string {
  try {
    return Buffer.concat([clear, end()]).toString('ascii');
  } catch {
    // Node throws one untyped error for a tag that does not fit.
    throw invalid();
  }
}

function bound(context: string): Buffer {
  return Buffer.from(`amur pan ${context}`, 'utf8');
}

/** 192 bits are left out: not every library has that length with GCM. */
function nameOf(key: KeyObject): 'aes-128-gcm' | 'aes-256-gcm' {
  const bytes = key.symmetricKeySize;
  if (bytes === 32) return 'aes-256-gcm';
  if (bytes === 16) return 'aes-128-gcm';
  throw new KeysError('KEY_MALFORMED', { algorithm: 'aes', bytes: bytes ?? 0 });
}

function invalid(): KeysError {
  return new KeysError('STORED_PAN_INVALID');
}
