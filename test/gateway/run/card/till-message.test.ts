import { describe, expect, test } from 'vitest';
import { pack } from '../../../../gateway/iso8583/codec.ts';
import { type FieldValue, isoMessage } from '../../../../gateway/iso8583/message.ts';
import type { Mti } from '../../../../gateway/iso8583/mti.ts';
import { asciiProfile } from '../../../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../../../gateway/iso8583/profile-bcd.ts';
import { bodyHash, readTillMessage } from '../../../../gateway/run/card/till-message.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
/** A ciphertext that is none, BIN and masked number. */
const ACCOUNT = `E1 40 DF0101 01 DF020A FFFF9876543210E00007 DF0310 01020304 ${'00'.repeat(12)}
  DF0406 323230303730 DF0510 323230303730 ${'2A'.repeat(10)}`;
const SALE = `E4 3A DF071A ${'30'.repeat(26)} DF081A ${'31'.repeat(26)}`;
const MAC_TDES = 'E3 11 DF0101 01 DF020A FFFF9876543210E00008';
const MAC_TDES_NEXT = 'E3 11 DF0101 01 DF020A FFFF9876543210E00009';
const MAC_AES = 'E3 13 DF0101 02 DF020C 123456789012345600000001';

describe.each([
  ['ascii', asciiProfile],
  ['bcd', bcdProfile],
] as const)('the body of a message, %s', (_name, spec) => {
  const hashOf = (de59: string, values: Record<number, FieldValue> = {}, mti: Mti = '0200'): string => {
    const fields = {
      ...{ 3: '000000', 4: '000000150000', 7: '1122060000', 11: '000101', 22: '051', 25: '00' },
      ...{ 41: '10000001', 42: '100000000000001', 49: '643', 59: hex(de59), 62: '000001' },
      64: Buffer.from([1, 2, 3, 4, 5, 6, 7, de59.length & 0xff]),
      ...values,
    };
    const reading = readTillMessage(spec, pack(spec, isoMessage(mti, fields)));
    if (reading.kind !== 'message') throw new Error(reading.reason);
    return bodyHash(reading.message);
  };
  const first = () => hashOf(ACCOUNT + SALE + MAC_TDES);

  test('is the same under another key of the MAC, in a repeat too', () => {
    expect(hashOf(ACCOUNT + SALE + MAC_TDES_NEXT)).toBe(first());
    expect(hashOf(ACCOUNT + SALE + MAC_TDES_NEXT, {}, '0201')).toBe(first());
  });

  test('is the same under a key whose serial number is longer, and without any', () => {
    expect(hashOf(ACCOUNT + SALE + MAC_AES)).toBe(first());
    expect(hashOf(ACCOUNT + SALE)).toBe(first());
  });

  test('is the same wherever the key stands, and however lengths and padding are written', () => {
    expect(hashOf(MAC_TDES + ACCOUNT + SALE)).toBe(first());
    expect(hashOf(`0000 ${ACCOUNT} 00 ${SALE} ${MAC_TDES} 000000`)).toBe(first());
    expect(hashOf(ACCOUNT + SALE + MAC_TDES.replace('E3 11', 'E3 81 11'))).toBe(first());
    expect(hashOf(ACCOUNT + SALE.replace('E4 3A', 'E4 82 00 3A') + MAC_TDES)).toBe(first());
  });

  test('is another when anything else differs', () => {
    const others = [
      hashOf(SALE + MAC_TDES),
      hashOf(ACCOUNT.replace('01020304', '01020305') + SALE + MAC_TDES),
      hashOf(ACCOUNT + SALE.replace('31', '32') + MAC_TDES),
      hashOf(ACCOUNT + SALE + MAC_TDES, { 4: '000000150001' }),
      hashOf(ACCOUNT + SALE + MAC_TDES, { 62: '000002' }),
      hashOf(ACCOUNT + SALE + MAC_TDES, { 63: '1' }),
      hashOf(ACCOUNT + SALE + MAC_TDES, {}, '0220'),
    ];
    expect(new Set([first(), ...others]).size).toBe(others.length + 1);
  });
});
