/** What the chip said last, as a reversal tells its issuer (DE55): terminal verification results, issuer application data, the
 *  transaction counter and what became of the issuer's scripts. Nothing else of the chip is kept here.
 *  Source  docs/bank-link.md, section 2.2 */
import { CodecError } from '../../gateway/iso8583/codec-error.ts';
import { buildTlv, hexOf, parseTlv } from '../../gateway/iso8583/tlv.ts';

const TAGS: ReadonlySet<string> = new Set(['95', '9F10', '9F36', '9F5B']);

/** Hexadecimal; null for a card without a chip, and for data that cannot be read: the reversal goes without it. */
export function chipEnd(emv: Uint8Array | null): string | null {
  if (emv === null) return null;
  try {
    const kept = parseTlv(emv, 55).filter(({ tag }) => TAGS.has(tag));
    return kept.length === 0 ? null : hexOf(buildTlv(kept, 55));
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}
