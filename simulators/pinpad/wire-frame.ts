/** The device's end of the framing. Source  docs/pinpad-protocol.md, Frames */

export type FrameKind = 'command' | 'reply' | 'event' | 'ack' | 'nak';

export interface PadFrame {
  readonly kind: FrameKind;
  readonly session: number;
  readonly sequence: number;
  readonly code: number;
  readonly payload: Buffer;
}

const KIND_BYTES: Readonly<Record<FrameKind, number>> = {
  command: 0x43,
  reply: 0x52,
  event: 0x45,
  ack: 0x06,
  nak: 0x15,
};
const START = 0x02;
const LEAST = 8;
const MOST = LEAST + 4_096;

export function frameBytes({ kind, session, sequence, code, payload }: PadFrame): Buffer {
  const head = Buffer.alloc(8);
  head[0] = KIND_BYTES[kind];
  head.writeUInt32BE(session, 1);
  head.writeUInt16BE(sequence, 5);
  head[7] = code;
  const counted = Buffer.alloc(2);
  counted.writeUInt16BE(head.length + payload.length, 0);
  const covered = Buffer.concat([counted, head, payload]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(covered), 0);
  return Buffer.concat([Buffer.of(START), covered, check]);
}

/** Finds commands in what the host sends; whatever is no whole frame is passed over byte by byte. */
export class FrameScanner {
  #bytes = Buffer.alloc(0);

  push(chunk: Uint8Array): readonly PadFrame[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const frames: PadFrame[] = [];
    for (;;) {
      const start = this.#bytes.indexOf(START);
      this.#bytes = start === -1 ? Buffer.alloc(0) : this.#bytes.subarray(start);
      if (this.#bytes.length < 3) return frames;
      const size = this.#bytes.readUInt16BE(1);
      const whole = 3 + size + 4;
      if (size < LEAST || size > MOST) this.#skip();
      else if (this.#bytes.length < whole) return frames;
      else this.#take(whole, frames);
    }
  }

  /** What has begun is not going on: look behind its first byte. */
  giveUp(): readonly PadFrame[] {
    this.#skip();
    return this.push(new Uint8Array(0));
  }

  get holds(): boolean {
    return this.#bytes.length > 0;
  }

  #take(whole: number, frames: PadFrame[]): void {
    const covered = this.#bytes.subarray(1, whole - 4);
    const kind = (Object.keys(KIND_BYTES) as FrameKind[]).find((each) => KIND_BYTES[each] === covered[2]);
    if (kind === undefined || crc32(covered) !== this.#bytes.readUInt32BE(whole - 4)) {
      this.#skip();
      return;
    }
    frames.push({
      kind,
      session: covered.readUInt32BE(3),
      sequence: covered.readUInt16BE(7),
      code: covered[9] ?? 0,
      payload: Buffer.from(covered.subarray(10)),
    });
    this.#bytes = this.#bytes.subarray(whole);
  }

  #skip(): void {
    this.#bytes = this.#bytes.subarray(1);
  }
}

/** Bit by bit, reflected, polynomial EDB88320. Source  ISO 3309 */
export function crc32(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit += 1) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
  }
  return (register ^ 0xffffffff) >>> 0;
}
