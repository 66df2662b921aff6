import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/contract/device.ts';
import { refuseCardData } from '../../../drivers/pinpad/card-data-guard.ts';
import { replyOf } from '../../../drivers/pinpad/replies.ts';
import { readTlvs, writeTlv } from '../../../drivers/pinpad/tlv.ts';
import { tlv } from '../../../simulators/pinpad/ber.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const refusal = expect.objectContaining({ code: 'PINPAD_PROTOCOL' });

describe('BER-TLV of the PIN pad', () => {
  test('reads back what it and the other hand wrote', () => {
    const tag = fc.constantFrom(0x4f, 0x95, 0x9f02, 0xdf21, 0xff22, 0x9f8101);
    fc.assert(
      fc.property(tag, fc.uint8Array({ maxLength: 700 }), (name, value) => {
        const bytes = writeTlv(name, value);
        expect(Buffer.from(bytes)).toEqual(tlv(name.toString(16), value));
        const [read, ...more] = readTlvs(bytes);
        expect([read?.tag, more.length]).toEqual([name, 0]);
        expect(Uint8Array.from(read?.value ?? [])).toEqual(Uint8Array.from(value));
      }),
    );
  });

  test('refuses every truncation of an object', () => {
    const bytes = writeTlv(0x9f10, new Uint8Array(200).fill(7));
    for (let length = 1; length < bytes.length; length += 1)
      expect(() => readTlvs(bytes.subarray(0, length))).toThrow(refusal);
  });

  test('refuses lengths that are not the shortest, or of no end', () => {
    for (const bytes of [
      '95 81 05 0000000000',
      '95 82 00 80',
      '95 80 00 00',
      '95 83 00 00 01 00',
      '9F FF FF 01 00',
    ])
      expect(() => readTlvs(hex(bytes))).toThrow(refusal);
  });

  test('answers random bytes with its own error or a reading, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        try {
          replyOf(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DriverError);
          expect(error).toMatchObject({ code: 'PINPAD_PROTOCOL' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('card data in a payload', () => {
  test.each(['5A', '57', '5F20', '5F24', '99', '56', '9F1F', '9F20', '9F6B', '9F0B'])(
    'is refused under tag %s, at any depth',
    (tag) => {
      const inside = tlv(tag, '2200000100000011');
      for (const payload of [inside, tlv('FF22', inside), tlv('FF29', tlv('FF22', tlv('FF27', inside)))])
        expect(() => refuseCardData(payload)).toThrow(
          expect.objectContaining({ code: 'PINPAD_PROTOCOL', facts: { tag } }),
        );
    },
  );

  test('nested deeper than the protocol goes is refused unread', () => {
    let payload = tlv('95', '00');
    for (let depth = 0; depth < 9; depth += 1) payload = tlv('FF22', payload);
    expect(() => refuseCardData(payload)).toThrow(refusal);
  });
});
