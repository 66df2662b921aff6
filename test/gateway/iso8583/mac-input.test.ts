import { describe, expect, test } from 'vitest';
import { pack, unpack } from '../../../gateway/iso8583/codec.ts';
import { appendMac, macInput, packForMac } from '../../../gateway/iso8583/mac-input.ts';
import { isoMessage, withValues } from '../../../gateway/iso8583/message.ts';
import { asciiProfile } from '../../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../../gateway/iso8583/profile-bcd.ts';
import { defineSpec } from '../../../gateway/iso8583/spec.ts';
import { SALE } from './sample.ts';

const MAC = Buffer.from('0011223344556677', 'hex');
const textBitmap = defineSpec({ name: 'hex', mti: 'ascii', bitmap: 'hex', fields: asciiProfile.fields });
const PROFILES = [asciiProfile, bcdProfile, textBitmap];
const absent = expect.objectContaining({ code: 'MAC_ABSENT' });

describe('The MAC', () => {
  test.each(PROFILES.map((spec) => [spec.name, spec] as const))(
    '%s: covers all before it, with its own bit set',
    (_, spec) => {
      for (const [message, de] of [
        [SALE, 64],
        [withValues(SALE, { 90: '0'.repeat(42) }), 128],
      ] as const) {
        const body = packForMac(spec, message);
        const packed = appendMac(body, MAC);
        expect(Buffer.compare(packed, pack(spec, withValues(message, { [de]: MAC })))).toBe(0);
        expect(unpack(spec, packed).fields[de]).toEqual(new Uint8Array(MAC));
        const apart = macInput(spec, packed);
        expect(Buffer.compare(apart.body, body)).toBe(0);
        expect(Buffer.compare(apart.mac, MAC)).toBe(0);
      }
    },
  );

  test('that is in a message already is left out when it is packed anew', () => {
    const old = withValues(SALE, { 64: Buffer.alloc(8, 9) });
    expect(Buffer.compare(packForMac(bcdProfile, old), packForMac(bcdProfile, SALE))).toBe(0);
  });

  test.each(PROFILES.map((spec) => [spec.name, spec] as const))(
    '%s: is missed where it is not',
    (_, spec) => {
      expect(() => macInput(spec, pack(spec, SALE))).toThrow(absent);
      expect(() => macInput(spec, pack(spec, withValues(SALE, { 64: MAC, 70: '001' })))).toThrow(absent);
      expect(() => macInput(spec, new Uint8Array(3))).toThrow(
        expect.objectContaining({ name: 'CodecError' }),
      );
      expect(() => macInput(spec, pack(spec, isoMessage('0800', { 64: MAC })).subarray(0, 14))).toThrow(
        expect.objectContaining({ name: 'CodecError' }),
      );
    },
  );

  test('is eight bytes', () => {
    expect(() => appendMac(new Uint8Array(20), MAC.subarray(1))).toThrow(absent);
  });
});
