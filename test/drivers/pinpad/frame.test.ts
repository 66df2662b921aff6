import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, type Frame, frameReader, PAYLOAD_MAX } from '../../../drivers/pinpad/frame.ts';
import { frameBytes } from '../../../simulators/pinpad/wire-frame.ts';

const frame = (payload: Uint8Array, sequence = 7): Frame => ({
  type: 'reply',
  session: 0xdeadbeef,
  sequence,
  code: 0x10,
  payload,
});
const SMALL = frame(Uint8Array.of(0x02, 0x00, 0xff));

describe('frames', () => {
  test('are the same bytes as the other hand’s framing makes of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(0xffff), (payload, sequence) => {
        const ours = encodeFrame(frame(payload, sequence));
        const theirs = frameBytes({
          ...frame(payload, sequence),
          kind: 'reply',
          payload: Buffer.from(payload),
        });
        expect(Buffer.from(ours)).toEqual(theirs);
        expect(frameReader().push(theirs)).toEqual([frame(payload, sequence)]);
      }),
    );
  });

  test('are found whole however the bytes are split, two in one chunk too', () => {
    const bytes = Buffer.concat([encodeFrame(SMALL), encodeFrame(frame(Uint8Array.of(1), 8))]);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const reader = frameReader();
      const found = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(found.map(({ sequence }) => sequence)).toEqual([7, 8]);
      expect(reader.partial).toBe(false);
    }
  });

  test('are not found in a truncated or a changed copy', () => {
    const bytes = encodeFrame(SMALL);
    for (let length = 0; length < bytes.length; length += 1)
      expect(frameReader().push(bytes.subarray(0, length))).toEqual([]);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(frameReader().push(changed)).toEqual([]);
    }
  });

  test('behind garbage, a false start or a frame that broke off are found all the same', () => {
    const whole = encodeFrame(SMALL);
    expect(frameReader().push(Buffer.concat([Uint8Array.of(0, 0x02, 0xff, 0xff, 9), whole]))).toEqual([
      SMALL,
    ]);
    const reader = frameReader();
    expect(
      reader.push(Buffer.concat([encodeFrame(frame(new Uint8Array(99))).subarray(0, 14), whole])),
    ).toEqual([]);
    expect(reader.giveUp()).toEqual([SMALL]);
  });

  test('are never an exception, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 })), (chunks) => {
        const reader = frameReader();
        for (const chunk of chunks) reader.push(chunk);
        while (reader.partial) reader.giveUp();
        expect(reader.push(encodeFrame(SMALL)).at(-1)).toEqual(SMALL);
      }),
    );
  });

  test('over the limit are not made and not awaited', () => {
    expect(() => encodeFrame(frame(new Uint8Array(PAYLOAD_MAX + 1)))).toThrow(RangeError);
    const reader = frameReader();
    reader.push(Uint8Array.of(0x02, 0x10, 0x09, 0x52));
    expect(reader.partial).toBe(false);
    expect(frameReader().push(encodeFrame(frame(new Uint8Array(PAYLOAD_MAX))))).toHaveLength(1);
  });
});
