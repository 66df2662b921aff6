import { describe, expect, test } from 'vitest';
import { pack } from '../../../gateway/iso8583/codec.ts';
import { describeMessage, descriptionText, maskDigits } from '../../../gateway/iso8583/describe.ts';
import { isoMessage, withValues } from '../../../gateway/iso8583/message.ts';
import { packCardData } from '../../../gateway/iso8583/private-data.ts';
import { asciiProfile } from '../../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../../gateway/iso8583/profile-bcd.ts';
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
