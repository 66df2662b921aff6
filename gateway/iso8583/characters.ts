/** Which characters each content class admits: one bit a class, by character code. A whole text fits a class when the bits
 *  of all its characters, laid over one another, still have that class's bit. */
import type { ContentClass } from './spec.ts';

/** An x+n value is checked as digits after its sign; bytes are not checked. */
export const CLASS_BITS: Readonly<Record<ContentClass, number>> = {
  n: 1,
  'x+n': 1,
  a: 2,
  an: 4,
  ns: 8,
  ans: 16,
  z: 32,
  b: 0,
};

/** Of each of the 256 byte values; a character code beyond them finds nothing and so is refused. */
export const CHARACTER_BITS: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = code >= 0x30 && code <= 0x39;
  const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  const printable = code >= 0x20 && code <= 0x7e;
  const track = code >= 0x30 && code <= 0x3f;
  return (
    (digit ? CLASS_BITS.n : 0) |
    (letter ? CLASS_BITS.a : 0) |
    (digit || letter ? CLASS_BITS.an : 0) |
    (printable && !letter ? CLASS_BITS.ns : 0) |
    (printable ? CLASS_BITS.ans : 0) |
    (track ? CLASS_BITS.z : 0)
  );
});

/** Where the first byte stands that the class does not admit. */
export function firstForeign(bytes: Uint8Array, start: number, end: number, classBit: number): number {
  for (let at = start; at < end; at += 1) {
    if (((CHARACTER_BITS[bytes[at] ?? 0] ?? 0) & classBit) === 0) return at;
  }
  return end;
}

/** The signs of x+n: credit and debit. */
export const CREDIT = 0x43;
export const DEBIT = 0x44;
