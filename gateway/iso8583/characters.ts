/** Which characters each content class admits, as a table of bits by character code. */
import type { ContentClass } from './spec.ts';

const DIGIT = 1;
const LETTER = 2;
const SPECIAL = 4;
const TRACK = 8;

/** Bits of each of the 256 byte values; a character code beyond them finds nothing and so is refused. */
export const CHARACTER_BITS: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = code >= 0x30 && code <= 0x39;
  const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  const printable = code >= 0x20 && code <= 0x7e;
  const track = code >= 0x30 && code <= 0x3f;
  return (
    (digit ? DIGIT : 0) |
    (letter ? LETTER : 0) |
    (printable && !digit && !letter ? SPECIAL : 0) |
    (track ? TRACK : 0)
  );
});

/** The bits a class admits. An x+n value is checked as digits after its sign; bytes are not checked. */
export const CLASS_BITS: Readonly<Record<ContentClass, number>> = {
  n: DIGIT,
  a: LETTER,
  an: DIGIT | LETTER,
  ns: DIGIT | SPECIAL,
  ans: DIGIT | LETTER | SPECIAL,
  z: TRACK,
  b: 0,
  'x+n': DIGIT,
};

/** The signs of x+n: credit and debit. */
export const CREDIT = 0x43;
export const DEBIT = 0x44;
