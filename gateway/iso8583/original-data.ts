/** DE90: which message a reversal, completion or upload is about. A STAN alone names nothing.
 *
 *  Shape   MTI n4 | STAN n6 | DE7 n10 | acquirer n11 | forwarder n11, institutions right-justified and zero-filled
 *  Source  ISO 8583:1987, data element 90 */
import { type Parts, packComposite, parseComposite, part } from './composite.ts';
import { type Mti, parseMti } from './mti.ts';

export interface OriginalData {
  readonly mti: Mti;
  readonly stan: string;
  /** DE7 of the original, MMDDhhmmss in UTC. */
  readonly transmissionDateTime: string;
  /** DE32 and DE33 of the original: up to 11 digits, all zeros when there was none. Eleven when parsed. */
  readonly acquirer: string;
  readonly forwarder: string;
}

const ROWS = [
  part('mti', 'n', 4),
  part('stan', 'n', 6),
  part('transmissionDateTime', 'n', 10),
  part('acquirer', 'n', 11),
  part('forwarder', 'n', 11),
] as const;

/** Errors  CodecError COMPOSITE_MALFORMED */
export function packOriginalData(original: OriginalData): string {
  const parts: Parts<(typeof ROWS)[number]['name']> = {
    ...original,
    acquirer: original.acquirer.padStart(11, '0'),
    forwarder: original.forwarder.padStart(11, '0'),
  };
  return packComposite(90, ROWS, parts);
}

/** Errors  CodecError COMPOSITE_MALFORMED | MTI_MALFORMED */
export function parseOriginalData(text: string): OriginalData {
  const parts = parseComposite(90, ROWS, text);
  return { ...parts, mti: parseMti(parts.mti) };
}
