/** Frames of the PIN pad's serial protocol, and the reader that finds them in a stream of bytes.
 *
 *  Shape   STX 02 | length u16 | type u8 | session u32 | sequence u16 | code u8 | payload | CRC-32 u32; big-endian.
 *          The length counts from the type to the payload's end; the CRC covers length to payload.
 *  Errors  bytes that are no frame are skipped to the next STX; nothing a peer sends is an exception here
 *  Source  docs/pinpad-protocol.md, Frames */
import { crc32 } from 'node:zlib';

export const FRAME_TYPE = { command: 0x43, reply: 0x52, event: 0x45, ack: 0x06, nak: 0x15 } as const;
export type FrameType = keyof typeof FRAME_TYPE;

export interface Frame {
  readonly type: FrameType;
  readonly session: number;
  readonly sequence: number;
  readonly code: number;
  readonly payload: Uint8Array;
}

const STX = 0x02;
const BEFORE_TYPE = 3;
const HEADER_AFTER_LENGTH = 8;
const CRC_BYTES = 4;
export const PAYLOAD_MAX = 4_096;

const TYPE_BY_BYTE: ReadonlyMap<number, FrameType> = new Map(
  (Object.keys(FRAME_TYPE) as FrameType[]).map((type) => [FRAME_TYPE[type], type]),
);

/** Throws RangeError for a payload over the limit: callers check theirs first. */
export function encodeFrame(frame: Frame): Uint8Array {
  if (frame.payload.length > PAYLOAD_MAX) throw new RangeError('The payload is over the protocol’s limit.');
  const length = HEADER_AFTER_LENGTH + frame.payload.length;
  const bytes = Buffer.alloc(BEFORE_TYPE + length + CRC_BYTES);
  bytes.writeUInt8(STX, 0);
  bytes.writeUInt16BE(length, 1);
  bytes.writeUInt8(FRAME_TYPE[frame.type], 3);
  bytes.writeUInt32BE(frame.session, 4);
  bytes.writeUInt16BE(frame.sequence, 8);
  bytes.writeUInt8(frame.code, 10);
  bytes.set(frame.payload, 11);
  bytes.writeUInt32BE(crc32(bytes.subarray(1, BEFORE_TYPE + length)), BEFORE_TYPE + length);
  return bytes;
}

export interface FrameReader {
  /** Whole frames, in order. */
  push(bytes: Uint8Array): readonly Frame[];
  /** Whether a frame may have begun and not ended. */
  readonly partial: boolean;
  /** Gives up the STX of a frame that does not go on: what came behind it may hold a whole frame. */
  giveUp(): readonly Frame[];
}

export function frameReader(): FrameReader {
  let held: Buffer = Buffer.alloc(0);

  function take(): readonly Frame[] {
    const frames: Frame[] = [];
    for (;;) {
      const start = held.indexOf(STX);
      held = start < 0 ? Buffer.alloc(0) : held.subarray(start);
      const found = frameAtStart(held);
      if (found === 'more') return frames;
      // A false STX costs one byte, so that a frame hidden behind it is still found.
      held = held.subarray(found === 'none' ? 1 : found.length);
      if (found !== 'none') frames.push(found.frame);
    }
  }

  return {
    push(bytes) {
      held = Buffer.concat([held, bytes]);
      return take();
    },
    get partial() {
      return held.length > 0;
    },
    giveUp() {
      held = held.subarray(1);
      return take();
    },
  };
}

function frameAtStart(held: Buffer): 'more' | 'none' | { readonly frame: Frame; readonly length: number } {
  if (held.length < BEFORE_TYPE) return 'more';
  const length = held.readUInt16BE(1);
  if (length < HEADER_AFTER_LENGTH || length > HEADER_AFTER_LENGTH + PAYLOAD_MAX) return 'none';
  // A wrong type is known before the whole of a false frame is awaited.
  const type = held.length > BEFORE_TYPE ? TYPE_BY_BYTE.get(held.readUInt8(BEFORE_TYPE)) : undefined;
  if (held.length > BEFORE_TYPE && type === undefined) return 'none';
  const end = BEFORE_TYPE + length;
  if (held.length < end + CRC_BYTES || type === undefined) return 'more';
  if (crc32(held.subarray(1, end)) !== held.readUInt32BE(end)) return 'none';
  const frame: Frame = {
    type,
    session: held.readUInt32BE(4),
    sequence: held.readUInt16BE(8),
    code: held.readUInt8(10),
    payload: Uint8Array.from(held.subarray(11, end)),
  };
  return { frame, length: end + CRC_BYTES };
}
