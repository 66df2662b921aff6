/** Framing on a byte stream: two bytes of length, big-endian, before each message; and the TPDU some terminals put first. */
import { CodecError } from './codec-error.ts';

const LENGTH_BYTES = 2;
const FRAME_MAX = 65_535;

/** The length, then the message. Errors  CodecError FRAME_EMPTY | FRAME_TOO_LONG */
export function frame(message: Uint8Array): Uint8Array {
  if (message.length === 0) throw new CodecError('FRAME_EMPTY', null, 0);
  if (message.length > FRAME_MAX) throw new CodecError('FRAME_TOO_LONG', null, 0);
  const framed = Buffer.allocUnsafe(LENGTH_BYTES + message.length);
  framed.writeUInt16BE(message.length, 0);
  framed.set(message, LENGTH_BYTES);
  return framed;
}

/** Takes chunks as the network cuts them and gives whole messages. After an error the stream has lost its beat: close it. */
export class FrameReader {
  private held: Uint8Array = new Uint8Array(0);
  private readonly maxBytes: number;

  /** `maxBytes` of one message. */
  constructor(maxBytes: number) {
    this.maxBytes = Math.min(maxBytes, FRAME_MAX);
  }

  /** The messages that are whole now, each a copy of its own.
   *  Errors  CodecError FRAME_EMPTY | FRAME_TOO_LONG, as soon as the length is known */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const size = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
      if (size === 0) throw new CodecError('FRAME_EMPTY', null, at);
      if (size > this.maxBytes) throw new CodecError('FRAME_TOO_LONG', null, at);
      const start = at + LENGTH_BYTES;
      if (bytes.length - start < size) break;
      messages.push(Buffer.from(bytes.subarray(start, start + size)));
      at = start + size;
    }
    this.held = Buffer.from(bytes.subarray(at));
    return messages;
  }

  /** Bytes of a message whose end has not come. A stream that ends with some was cut. */
  get pendingBytes(): number {
    return this.held.length;
  }
}

/** 5 bytes: protocol 60, destination and source addresses of two bytes each. */
export interface Tpdu {
  readonly destination: number;
  readonly source: number;
}

const TPDU_BYTES = 5;
const TPDU_PROTOCOL = 0x60;

/** Errors  CodecError TPDU_MALFORMED */
export function splitTpdu(bytes: Uint8Array): { readonly tpdu: Tpdu; readonly message: Uint8Array } {
  if (bytes.length <= TPDU_BYTES || bytes[0] !== TPDU_PROTOCOL)
    throw new CodecError('TPDU_MALFORMED', null, 0);
  const word = (at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  return { tpdu: { destination: word(1), source: word(3) }, message: bytes.subarray(TPDU_BYTES) };
}

export function joinTpdu(tpdu: Tpdu, message: Uint8Array): Uint8Array {
  const { destination, source } = tpdu;
  const head = [TPDU_PROTOCOL, destination >> 8, destination & 0xff, source >> 8, source & 0xff];
  return Buffer.concat([Uint8Array.from(head), message]);
}

/** The reply goes back to where the request came from. */
export function replyTpdu({ destination, source }: Tpdu): Tpdu {
  return { destination: source, source: destination };
}
