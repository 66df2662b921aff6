import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  isSigned,
  quoteSignature,
  type SignedTerms,
  signedText,
} from '../../../gateway/fx/quote-signature.ts';
import { Secret } from '../../../gateway/kernel/secret.ts';
import { rub } from './samples.ts';

const BYTES = new Uint8Array(32).fill(7);
const KEY = new Secret(BYTES);
const TERMS: SignedTerms = {
  quoteId: '01KABCDEF0Q000000000000001',
  tid: '00000001',
  rate: rub('CNY', 111_930_475n, 7),
  sourceRate: rub('CNY', 113_635n, 4),
  source: 'CBR',
  sourceDate: '2026-11-21',
  markupBp: 150,
  issuedAt: 1,
  expiresAt: 2,
};
const invalid = expect.objectContaining({ code: 'FX_QUOTE_INVALID' });

describe('The signature of a quote', () => {
  test('is HMAC-SHA-256 over its lines', () => {
    const text = `amur-quote=1
quoteId=01KABCDEF0Q000000000000001
tid=00000001
rate=CNY/RUB 11.1930475
sourceRate=CNY/RUB 11.3635
source=CBR
sourceDate=2026-11-21
markupBp=150
issuedAt=1
expiresAt=2
`;
    expect(signedText(TERMS)).toBe(text);
    const signature = quoteSignature(TERMS, KEY);
    expect(signature).toBe(createHmac('sha256', BYTES).update(text).digest('base64url'));
    expect(isSigned(TERMS, signature, KEY)).toBe(true);
  });

  test('holds for nothing that was changed, for no other key, and is missed where there is none', () => {
    const signature = quoteSignature(TERMS, KEY);
    const changes: readonly Partial<SignedTerms>[] = [
      { quoteId: '01KABCDEF0Q000000000000002' },
      { tid: '00000002' },
      { rate: rub('CNY', 111_930_474n, 7) },
      { sourceRate: rub('USD', 113_635n, 4) },
      { source: 'MANUAL' },
      { sourceDate: '2026-11-20' },
      { markupBp: 149 },
      { issuedAt: 0 },
      { expiresAt: 3 },
      { cardBin: '62000004' },
    ];
    for (const change of changes) {
      expect(isSigned({ ...TERMS, ...change }, signature, KEY)).toBe(false);
    }
    expect(isSigned(TERMS, signature, new Secret(new Uint8Array(32)))).toBe(false);
    expect(isSigned(TERMS, undefined, KEY)).toBe(false);
    expect(isSigned(TERMS, `${signature}A`, KEY)).toBe(false);
  });

  test('is refused for a short key, and for a value that would end its line', () => {
    expect(() => quoteSignature(TERMS, new Secret(new Uint8Array(31)))).toThrow(invalid);
    expect(() => quoteSignature({ ...TERMS, source: 'CBR\ntid=00000002' }, KEY)).toThrow(invalid);
  });
});
