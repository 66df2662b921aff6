import { describe, expect, test } from 'vitest';
import { pack, unpack } from '../../../gateway/iso8583/codec.ts';
import { describeMessage, descriptionText, maskDigits } from '../../../gateway/iso8583/describe.ts';
import { type IsoMessage, isoMessage, withValues } from '../../../gateway/iso8583/message.ts';
import { packCardData } from '../../../gateway/iso8583/private-data.ts';
import { asciiProfile } from '../../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../../gateway/iso8583/profile-bcd.ts';
import type { Spec } from '../../../gateway/iso8583/spec.ts';
import { hexOf, parseTlv } from '../../../gateway/iso8583/tlv.ts';
import { SALE } from './sample.ts';

const FULL = withValues(SALE, {
  45: 'B2200700000001234^TEST/CARD^29122011234567890',
  48: 'NOTE 2200700000001234 END',
  59: packCardData({
    account: {
      algorithm: 'tdes',
      ksn: Buffer.from('FFFF9876543210E00001', 'hex'),
      bytes: Buffer.alloc(24, 0xcd),
      bin: '220070',
      maskedPan: '220070******1234',
    },
    pin: { algorithm: 'tdes', ksn: Buffer.alloc(10, 3), bytes: Buffer.alloc(8, 0xab), format: 0 },
    mac: null,
  }),
  64: Buffer.alloc(8, 0xef),
});

const NUMBERS = ['4716259384657', '2200708495162731', '622848312957314683', '6228483129573146835'];

/** With the number in DE2, in tracks 1 and 2, in tags 5A and 57, and in all of them. */
function messagesOf(pan: string): readonly IsoMessage[] {
  const bare = withValues(SALE, { 2: undefined, 14: undefined, 35: undefined, 52: undefined, 55: undefined });
  const nibbles = (text: string) => (text.length % 2 === 0 ? text : `${text}F`);
  const tlv = (tag: string, hex: string) => `${tag}${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
  const tag5A = tlv('5A', nibbles(pan));
  const tag57 = tlv('57', nibbles(`${pan}D29122010000000000`));
  const emv = (tags: string) => Buffer.from(`9F02060000001299005F340101${tags}9F360200029A03261122`, 'hex');
  const track1 = (name: string) => `B${pan}^${name}^29122010000000000`;
  const each = [
    { 2: pan },
    { 35: `${pan}=29122010000000000` },
    { 35: `${pan}=2912` },
    { 45: track1('TEST/CARD') },
    // As long as DE43.
    { 43: undefined, 45: track1('A'.repeat(Math.max(2, 38 - 20 - pan.length))) },
    { 43: undefined, 41: undefined, 45: track1('A'.repeat(46 - 20 - pan.length)) },
    { 55: emv(tag5A) },
    { 55: emv(tag57) },
    { 55: Buffer.from(`5F340101${tag5A}`, 'hex'), 48: 'NOTE' },
  ];
  const all = { 2: pan, 35: `${pan}=29122010000000000`, 45: track1('TEST/CARD'), 55: emv(tag57 + tag5A) };
  return [...each, all].map((values) => withValues(bare, values));
}

/** The bytes of the bitmap, of every length in front of an element, and of every length of a tag in DE55. */
function placesOf(spec: Spec, packed: Uint8Array): readonly number[] {
  const message = unpack(spec, packed);
  const first = spec.mti === 'bcd' ? 2 : 4;
  const places = Array.from({ length: message.fields.length > 65 ? 16 : 8 }, (_, index) => first + index);
  for (const extent of message.extents()) {
    for (let at = 0; at < (extent?.prefixBytes ?? 0); at += 1) places.push((extent?.offset ?? 0) + at);
  }
  const emv = message.fields[55];
  if (!(emv instanceof Uint8Array)) return places;
  for (const { value } of parseTlv(emv)) places.push(value.byteOffset - packed.byteOffset - 1);
  return places;
}

/** Five digits of the number in a row that are neither of its first six nor of its last four, as they stand in the table with its
 *  cells joined; empty when there are none. */
function shownOf(spec: Spec, bytes: Uint8Array, pan: string): string {
  const { rows } = describeMessage(spec, bytes);
  const joined = rows
    .slice(1)
    .map(({ value }) => value.replaceAll(' ', ''))
    .join('');
  for (let at = 2; at + 5 <= pan.length; at += 1) {
    if (joined.includes(pan.slice(at, at + 5))) return pan.slice(at, at + 5);
  }
  return '';
}

describe('The table of a message', () => {
  test.each([asciiProfile, bcdProfile].map((spec) => [spec.name, spec] as const))(
    '%s: shows every data element, masked as its log rule says',
    (_, spec) => {
      const description = describeMessage(spec, pack(spec, FULL));
      const row = (element: string) => description.rows.find((found) => found.element === element);
      expect(description.error).toBeNull();
      expect(row('MTI')?.value).toBe('0200 financial request');
      expect(row('2')?.value).toBe('220070******1234');
      expect(row('4')).toMatchObject({ name: 'Amount, transaction', value: '000000129900' });
      expect(row('48')?.value).toBe('NOTE 220070******1234 END');
      for (const de of ['14', '35', '45', '52', '55', '59', '64']) expect(row(de)?.value).toBe('[hidden]');
      expect(row('55 9F26')).toMatchObject({
        name: 'Application cryptogram',
        length: 8,
        value: 'B9B2B58202D37033',
      });
      expect(row('59 E1 DF02')?.value).toBe('FFFF9876543210E00001');
      expect(row('59 E1 DF03')?.value).toBe('[hidden]');
      expect(row('59 E2')?.value).toBe('[hidden]');
      const text = descriptionText(description);
      expect(text).not.toMatch(/2200700000001234|CDCDCD|ABABAB|EFEFEF|0123456789ABCDEF|29122011/);
    },
  );

  test('tags that are not known, and card data where it should not be, are hidden', () => {
    const emv = Buffer.from('5A082200700000001234' + 'C1021234' + '9A03261122', 'hex');
    const { rows } = describeMessage(bcdProfile, pack(bcdProfile, isoMessage('0200', { 55: emv })));
    expect(rows.filter(({ element }) => element.startsWith('55 ')).map(({ value }) => value)).toEqual([
      '[hidden]',
      '[hidden]',
      '261122',
    ]);
  });

  test('what is no BER-TLV stays hidden as a whole', () => {
    const { rows, error } = describeMessage(
      bcdProfile,
      pack(bcdProfile, isoMessage('0200', { 55: Buffer.from('9F02FF', 'hex') })),
    );
    expect(error).toBeNull();
    expect(rows.map(({ element }) => element)).toEqual(['MTI', '55']);
  });

  test('a broken message is shown up to where it breaks, with the data element and the offset', () => {
    const packed = Buffer.from(pack(asciiProfile, SALE));
    packed.write('X', 40, 'latin1');
    const description = describeMessage(asciiProfile, packed, 5);
    expect(description.rows.map(({ element }) => element)).toEqual(['MTI', '2', '3']);
    expect(description.rows.map(({ offset }) => offset)).toEqual([5, 17, 35]);
    expect(description.error).toMatchObject({ code: 'FIELD_CONTENT', de: 4, offset: 45 });
    expect(descriptionText(description).split('\n').at(-1)).toBe('FIELD_CONTENT in DE4 at byte 45');
  });

  test('of a message with a spoilt length shows no digit of its values', () => {
    const packed = Buffer.from(pack(asciiProfile, withValues(SALE, { 2: '2200701234567891' })));
    packed.write('06', 12, 'latin1');
    const { rows, error } = describeMessage(asciiProfile, packed);
    expect(error).not.toBeNull();
    expect(rows.slice(1, 4).map(({ element, value }) => [element, value])).toEqual([
      ['2', '******'],
      ['3', '******'],
      ['4', '************'],
    ]);
  });

  test('of a message whose bitmap was spoilt and that reads well all the same shows no digit of its values', () => {
    const values = { 2: '2200701234567891', 3: '000000', 4: '000000129900', 7: '1122065533', 11: '000123' };
    const packed = Buffer.from(pack(asciiProfile, isoMessage('0200', values)));
    // DE2 and DE3 are as long as DE5 and DE6.
    packed[4] = 0b00011110;
    const { rows, error } = describeMessage(asciiProfile, packed);
    expect(error).toBeNull();
    expect(rows.map(({ element }) => element)).toEqual(['MTI', '4', '5', '6', '7', '11']);
    expect(rows.slice(1).every(({ value }) => !/[0-9]/.test(value))).toBe(true);
  });

  test.each(
    [asciiProfile, bcdProfile].flatMap((spec) => NUMBERS.map((pan) => [spec.name, pan, spec] as const)),
  )(
    '%s, card %s: no spoilt byte of a length or of the bitmap shows more than first six and last four digits',
    (_, pan, spec) => {
      for (const message of messagesOf(pan)) {
        const packed = pack(spec, message);
        const places = placesOf(spec, packed);
        expect(shownOf(spec, packed, pan)).toBe('');
        for (const place of places) {
          for (let value = 0; value < 256; value += 1) {
            const spoilt = Buffer.from(packed);
            spoilt[place] = value;
            const shown = shownOf(spec, spoilt, pan);
            if (shown !== '') expect.unreachable(`${shown} by ${value} at byte ${place} of ${hexOf(packed)}`);
          }
        }
      }
    },
  );

  test('every message cut at any byte is described', () => {
    const packed = pack(bcdProfile, FULL);
    for (let length = 0; length < packed.length; length += 1) {
      const { error } = describeMessage(bcdProfile, packed.subarray(0, length));
      expect(error?.code).toBe('MESSAGE_TRUNCATED');
    }
  });

  test('columns stand under one another', () => {
    const lines = descriptionText(
      describeMessage(bcdProfile, pack(bcdProfile, isoMessage('0800', { 70: '301' }))),
    ).split('\n');
    expect(lines).toEqual([
      'DE   name                                 bytes  at  value',
      'MTI  Message type                             2   0  0800 network management request',
      '70   Network management information code      2  18  301',
    ]);
  });

  test('digits in runs that could be a card number keep their first six and last four', () => {
    expect(maskDigits('12345678901 123456789012 1234567890123456789')).toBe(
      '12345678901 123456**9012 123456*********6789',
    );
  });
});
