/** The signature of a quote: a keyed hash over everything it promises, so that a row that was changed, or written by anybody
 *  else, is not honoured. The key is handed in; where there is none, quotes carry no signature and none is asked for.
 *
 *  Shape   base64url(HMAC-SHA-256(key, text)), text = the lines `name=value` below, in that order, each ended by \n */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AmurError } from '../kernel/errors.ts';
import { type ExactRate, rateText } from '../kernel/rate.ts';
import { openSecret, type Secret } from '../kernel/secret.ts';
import type { EpochMs } from '../kernel/time.ts';

export interface SignedTerms {
  readonly quoteId: string;
  readonly tid: string;
  readonly rate: ExactRate;
  readonly sourceRate: ExactRate;
  readonly source: string;
  readonly sourceDate: string;
  readonly markupBp: number;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Of a card's quote only; one without it has no such line. */
  readonly cardBin?: string;
}

export const QUOTE_KEY_BYTES_LEAST = 32;

/** Errors  FX_QUOTE_INVALID for a key that is too short */
export function quoteSignature(terms: SignedTerms, key: Secret<Uint8Array>): string {
  const bytes = openSecret(key);
  if (bytes.length < QUOTE_KEY_BYTES_LEAST)
    throw new AmurError('FX_QUOTE_INVALID', { keyBytes: bytes.length });
  return createHmac('sha256', bytes).update(signedText(terms), 'utf8').digest('base64url');
}

/** Whether the signature is this key's over these terms; none never is. Errors  FX_QUOTE_INVALID for a key that is too short */
export function isSigned(
  terms: SignedTerms,
  signature: string | undefined,
  key: Secret<Uint8Array>,
): boolean {
  const expected = Buffer.from(quoteSignature(terms, key), 'ascii');
  const given = Buffer.from(signature ?? '', 'ascii');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function signedText(terms: SignedTerms): string {
  const { rate, sourceRate } = terms;
  const pair = (r: ExactRate): string => `${r.base}/${r.quote} ${rateText(r)}`;
  const fields: readonly (readonly [string, string])[] = [
    ['amur-quote', '1'],
    ['quoteId', terms.quoteId],
    ['tid', terms.tid],
    ['rate', pair(rate)],
    ['sourceRate', pair(sourceRate)],
    ['source', terms.source],
    ['sourceDate', terms.sourceDate],
    ['markupBp', terms.markupBp.toString()],
    ['issuedAt', terms.issuedAt.toString()],
    ['expiresAt', terms.expiresAt.toString()],
    ...(terms.cardBin === undefined ? [] : [['cardBin', terms.cardBin] as const]),
  ];
  // A line's end inside a value would let one text stand for two quotes.
  if (fields.some(([, value]) => /[\r\n]/.test(value))) throw new AmurError('FX_QUOTE_INVALID', {});
  return fields.map(([name, value]) => `${name}=${value}\n`).join('');
}
