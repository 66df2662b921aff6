import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CardFrameReader, cardReplyFrame } from '../../../gateway/edge/card-frames.ts';

const framed = (...bodies: readonly Uint8Array[]) =>
  Buffer.concat(
    bodies.map((body) => Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body])),
  );

describe('messages on a stream', () => {
  test('come out whole, however the stream was cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
        (bodies, cuts) => {
          const reader = new CardFrameReader({ messageBytes: 40, tpdu: false });
          const stream = framed(...bodies);
          const out: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            const { frames, fault } = reader.push(stream.subarray(at, at + size));
            expect(fault).toBeNull();
            out.push(...frames.map(({ packed }) => Buffer.from(packed)));
            at += size;
          }
          expect(out).toEqual(bodies.map((body) => Buffer.from(body)));
        },
      ),
    );
  });

  test('of no length, of too much, or without the TPDU that belongs there end the stream, after what came before', () => {
    const plain = new CardFrameReader({ messageBytes: 8, tpdu: false });
    const good = framed(Buffer.from('abc'));
    expect(plain.push(Buffer.concat([good, Buffer.from([0, 0])]))).toMatchObject({ fault: 'empty' });
    const long = new CardFrameReader({ messageBytes: 8, tpdu: false });
    const both = long.push(Buffer.concat([good, Buffer.from([0, 9])]));
    expect(both.fault).toBe('too_long');
    expect(both.frames).toHaveLength(1);
    const tpdu = new CardFrameReader({ messageBytes: 8, tpdu: true });
    expect(tpdu.push(framed(Buffer.from('6100010002aa', 'hex')))).toMatchObject({
      fault: 'tpdu',
      frames: [],
    });
  });

  test('are answered with the addresses of the TPDU exchanged', () => {
    const reader = new CardFrameReader({ messageBytes: 8, tpdu: true });
    const [frame] = reader.push(framed(Buffer.from('6012345678aabb', 'hex'))).frames;
    expect(Buffer.from(frame?.packed ?? []).toString('hex')).toBe('aabb');
    const reply = cardReplyFrame(frame?.tpdu ?? null, Buffer.from('cc', 'hex'));
    expect(Buffer.from(reply).toString('hex')).toBe('00066056781234cc');
    expect(Buffer.from(cardReplyFrame(null, Buffer.from('cc', 'hex'))).toString('hex')).toBe('0001cc');
  });
});
