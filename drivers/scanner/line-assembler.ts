/** Bytes of a serial scanner as whole reads. A read ends with CR, LF or both; anything longer than the limit is thrown
 *  away up to its terminator, so that half a code never passes for a code. */

export interface LineAssembler {
  /** Whole lines, without their terminators, in order; empty lines are not reads. */
  push(bytes: Uint8Array): Uint8Array[];
  /** Whether a read has begun and not ended. */
  readonly partial: boolean;
  discard(): void;
}

const CR = 0x0d;
const LF = 0x0a;

export function lineAssembler(maxLength: number): LineAssembler {
  let buffer: number[] = [];
  let overflowed = false;

  function end(lines: Uint8Array[]): void {
    if (!overflowed && buffer.length > 0) lines.push(Uint8Array.from(buffer));
    buffer = [];
    overflowed = false;
  }

  return {
    push(bytes) {
      const lines: Uint8Array[] = [];
      for (const byte of bytes) {
        if (byte === CR || byte === LF) end(lines);
        else if (buffer.length >= maxLength) overflowed = true;
        else buffer.push(byte);
      }
      return lines;
    },
    get partial() {
      return overflowed || buffer.length > 0;
    },
    discard() {
      buffer = [];
      overflowed = false;
    },
  };
}
