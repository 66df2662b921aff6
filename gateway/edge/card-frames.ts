/** ISO 8583 messages on a TCP stream: two bytes of length, big-endian, which count the TPDU too, where the port has one.
 *
 *  TPDU    5 bytes: 60, two of the destination, two of the source; a reply goes back with the two exchanged. */

export const TPDU_BYTES = 5;
const TPDU_ID = 0x60;
const LENGTH_BYTES = 2;

/** Why a stream cannot be followed any further. */
export type FrameFault = 'empty' | 'too_long' | 'tpdu';

export interface CardFrame {
  readonly tpdu: Uint8Array | null;
  readonly packed: Uint8Array;
}

export interface CardFrameRules {
  /** Most bytes of one message, without length and TPDU. */
  readonly messageBytes: number;
  readonly tpdu: boolean;
}

/** Cuts a stream into messages, however it was split. Keeps less than one message between calls. */
export class CardFrameReader {
  readonly #rules: CardFrameRules;
  #rest: Buffer = Buffer.alloc(0);

  constructor(rules: CardFrameRules) {
    this.#rules = rules;
  }

  /** Of a message that has begun. */
  get pendingBytes(): number {
    return this.#rest.length;
  }

  /** The messages that are complete now, and what is wrong with the stream behind them, if anything is. */
  push(chunk: Uint8Array): { readonly frames: readonly CardFrame[]; readonly fault: FrameFault | null } {
    const bytes = this.#rest.length === 0 ? viewOf(chunk) : Buffer.concat([this.#rest, chunk]);
    const frames: CardFrame[] = [];
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = bytes.readUInt16BE(at);
      const fault = this.#faultOf(length);
      if (fault !== null) return { frames, fault };
      const end = at + LENGTH_BYTES + length;
      if (end > bytes.length) break;
      const frame = this.#frameOf(bytes.subarray(at + LENGTH_BYTES, end));
      if (frame === null) return { frames, fault: 'tpdu' };
      frames.push(frame);
      at = end;
    }
    this.#rest = bytes.subarray(at);
    return { frames, fault: null };
  }

  #faultOf(length: number): FrameFault | null {
    const head = this.#rules.tpdu ? TPDU_BYTES : 0;
    if (length <= head) return 'empty';
    return length > this.#rules.messageBytes + head ? 'too_long' : null;
  }

  #frameOf(body: Buffer): CardFrame | null {
    if (!this.#rules.tpdu) return { tpdu: null, packed: body };
    if (body[0] !== TPDU_ID) return null;
    return { tpdu: body.subarray(0, TPDU_BYTES), packed: body.subarray(TPDU_BYTES) };
  }
}

/** The reply to a message that came with this TPDU, with its length in front. */
export function cardReplyFrame(requestTpdu: Uint8Array | null, packed: Uint8Array): Uint8Array {
  const head = requestTpdu === null ? Buffer.alloc(0) : exchanged(requestTpdu);
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + head.length + packed.length);
  frame.writeUInt16BE(head.length + packed.length, 0);
  frame.set(head, LENGTH_BYTES);
  frame.set(packed, LENGTH_BYTES + head.length);
  return frame;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function exchanged(tpdu: Uint8Array): Buffer {
  return Buffer.concat([tpdu.subarray(0, 1), tpdu.subarray(3, 5), tpdu.subarray(1, 3)]);
}
