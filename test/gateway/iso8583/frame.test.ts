import { describe, expect, test } from 'vitest';
import { FrameReader, frame, joinTpdu, replyTpdu, splitTpdu } from '../../../gateway/iso8583/frame.ts';

const FIRST = Buffer.from('first message');
const SECOND = Buffer.alloc(300, 7);
const STREAM = Buffer.concat([frame(FIRST), frame(SECOND)]);

describe('Frames', () => {
  test('have their length in two bytes, big-endian, in front', () => {
    expect(Buffer.from(frame(SECOND)).subarray(0, 3)).toEqual(Buffer.of(1, 44, 7));
  });

  test('come out whole wherever the stream is split', () => {
    for (let cut = 0; cut <= STREAM.length; cut += 1) {
      const reader = new FrameReader(1_000);
      const messages = [...reader.push(STREAM.subarray(0, cut)), ...reader.push(STREAM.subarray(cut))];
      expect(messages.map((message) => Buffer.from(message))).toEqual([FIRST, SECOND]);
      expect(reader.pendingBytes).toBe(0);
    }
  });

  test('come out whole byte by byte', () => {
    const reader = new FrameReader(1_000);
    const messages = [...STREAM].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(messages.map((message) => Buffer.from(message))).toEqual([FIRST, SECOND]);
  });

  test('are not changed by what the network does with its chunk afterwards', () => {
    const chunk = Buffer.from(STREAM);
    const reader = new FrameReader(1_000);
    const [first] = reader.push(chunk.subarray(0, 20));
    chunk.fill(0);
    const [second] = reader.push(STREAM.subarray(20));
    expect([Buffer.from(first ?? ''), Buffer.from(second ?? '')]).toEqual([FIRST, SECOND]);
  });

  test('over the limit or of length zero are refused as soon as their length is known', () => {
    expect(() => new FrameReader(100).push(Buffer.of(0, 101))).toThrow(
      expect.objectContaining({ code: 'FRAME_TOO_LONG' }),
    );
    expect(() => new FrameReader(100).push(Buffer.of(0, 0))).toThrow(
      expect.objectContaining({ code: 'FRAME_EMPTY' }),
    );
    expect(new FrameReader(100).push(Buffer.of(0, 100))).toEqual([]);
    expect(() => frame(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'FRAME_EMPTY' }));
    expect(() => frame(new Uint8Array(65_536))).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LONG' }));
  });

  test('that were cut are counted as pending', () => {
    const reader = new FrameReader(1_000);
    reader.push(STREAM.subarray(0, 9));
    expect(reader.pendingBytes).toBe(9);
  });
});

describe('The TPDU', () => {
  test('is taken off, turned round for the reply, and put on again', () => {
    const bytes = Buffer.from('600003800408000000', 'hex');
    const { tpdu, message } = splitTpdu(bytes);
    expect(tpdu).toEqual({ destination: 0x0003, source: 0x8004 });
    expect(Buffer.from(message).toString('hex')).toBe('08000000');
    expect(Buffer.from(joinTpdu(replyTpdu(tpdu), message)).toString('hex')).toBe('608004000308000000');
    expect(Buffer.from(joinTpdu(tpdu, message))).toEqual(bytes);
  });

  test.each(['', '60', '6000038004', '680003800408'])('"%s" has none', (text) => {
    expect(() => splitTpdu(Buffer.from(text, 'hex'))).toThrow(
      expect.objectContaining({ code: 'TPDU_MALFORMED' }),
    );
  });
});
