import { describe, expect, test } from 'vitest';
import { pack, unpack } from '../../../gateway/iso8583/codec.ts';
import { isoMessage, presentFields } from '../../../gateway/iso8583/message.ts';
import { asciiProfile } from '../../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../../gateway/iso8583/profile-bcd.ts';
import { defineSpec, type FieldSpec, type Spec, withFields } from '../../../gateway/iso8583/spec.ts';
import { hexOf } from '../../../gateway/iso8583/tlv.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const textSpec = (): Spec => {
  const { name, mti, fields } = asciiProfile;
  return defineSpec({ name: `${name}, bitmap in text`, mti, bitmap: 'hex', fields });
};

function valuesOf(spec: Spec, bytes: Uint8Array): Record<string, unknown> {
  const message = unpack(spec, bytes);
  const values = presentFields(message).map((de) => [de, message.fields[de]]);
  return { mti: message.mti, ...Object.fromEntries(values) };
}

const repacked = (spec: Spec, bytes: Uint8Array): Uint8Array => pack(spec, unpack(spec, bytes));

describe('Published messages', () => {
  test('the request of pyiso8583’s README is read and made again', () => {
    const bytes = Buffer.from('02004000000000000000101234567890');
    expect(valuesOf(textSpec(), bytes)).toEqual({ mti: '0200', 2: '1234567890' });
    expect(repacked(textSpec(), bytes)).toEqual(bytes);
  });

  test('the response of pyiso8583’s README is read and made again', () => {
    const bytes = Buffer.from('0210000000000200000005');
    expect(valuesOf(textSpec(), bytes)).toEqual({ mti: '0210', 39: '05' });
    expect(repacked(textSpec(), bytes)).toEqual(bytes);
  });

  test('the request of moov-io/iso8583’s README is read and made again', () => {
    const bytes = Buffer.from('01007000000000000000164242424242424242123456000000000100');
    expect(valuesOf(textSpec(), bytes)).toEqual({
      mti: '0100',
      2: '4242424242424242',
      3: '123456',
      4: '000000000100',
    });
    expect(repacked(textSpec(), bytes)).toEqual(bytes);
  });

  test('the BCD message of npm iso-8583’s README is read and made again in its dialect', () => {
    const response: FieldSpec = {
      number: 39,
      name: 'Action code',
      content: 'n',
      length: { rule: 'fixed', length: 3 },
      encoding: 'bcd-right',
      prefix: 'bcd',
      padding: 'none',
      filler: 0,
      log: 'clear',
    };
    const dialect = withFields(bcdProfile, 'bcd, action code of three digits', [response]);
    const bytes = hex(
      '1234D020000002C000000000000000000008161234567890123456000000005699000234000431323334352020203637383930' +
        '313233342020202020200009424C414820424C4148',
    );
    expect(valuesOf(dialect, bytes)).toEqual({
      mti: '1234',
      2: '1234567890123456',
      4: '000000005699',
      11: '000234',
      39: '004',
      41: '12345',
      42: '678901234',
      125: 'BLAH BLAH',
    });
    expect(repacked(dialect, bytes)).toEqual(bytes);
  });

  test('the GICC message of jPOS, digits in EBCDIC behind a BCD type, is read and made again', () => {
    const gicc = defineSpec({
      name: 'gicc',
      mti: 'bcd',
      bitmap: 'binary',
      fields: [
        {
          number: 60,
          name: 'Private data',
          content: 'an',
          length: { rule: 'LLL', min: 1, max: 999 },
          encoding: 'ebcdic',
          prefix: 'ebcdic',
          padding: 'none',
          filler: 0,
          log: 'clear',
        },
      ],
    });
    const bytes = hex('02000000000000000010F0F2F0F0F0F4F4F0F0F7F0F1F0F4F7F0F0F5F0F1F1F0F1');
    expect(valuesOf(gicc, bytes)).toEqual({ mti: '0200', 60: '00440070104700501101' });
    expect(repacked(gicc, bytes)).toEqual(bytes);
  });
});

describe('What stands where', () => {
  test('in BCD an odd number of digits stands right behind a zero, and 051 is 00 51', () => {
    const packed = pack(bcdProfile, isoMessage('0200', { 2: '123', 22: '051', 32: '12345678901' }));
    expect(hexOf(packed)).toBe('0200' + '4000040100000000' + '030123' + '0051' + '11012345678901');
  });

  test('in BCD track data stands left, its separator is D and F fills it', () => {
    const packed = pack(bcdProfile, isoMessage('0200', { 35: '1234=56' }));
    expect(hexOf(packed)).toBe('0200' + '0000000020000000' + '07' + '1234D56F');
  });

  test('in BCD a signed amount begins with the nibble C or D', () => {
    const packed = pack(bcdProfile, isoMessage('0200', { 28: 'D00000150' }));
    expect(hexOf(packed)).toBe('0200' + '0000001000000000' + '0D00000150');
  });

  test('in ASCII a signed amount begins with the letter', () => {
    const packed = pack(asciiProfile, isoMessage('0200', { 28: 'C00000150' }));
    expect(Buffer.from(packed).toString('latin1').slice(12)).toBe('C00000150');
  });

  test('text shorter than its place is filled with spaces, and comes back without them', () => {
    const message = isoMessage('0800', { 41: 'T1', 42: '', 43: 'SHOP' });
    const packed = pack(asciiProfile, message);
    expect(Buffer.from(packed).toString('latin1').slice(12)).toBe(
      `${'T1'.padEnd(8)}${' '.repeat(15)}${'SHOP'.padEnd(40)}`,
    );
    expect(
      presentFields(unpack(asciiProfile, packed)).map((de) => unpack(asciiProfile, packed).fields[de]),
    ).toEqual(['T1', '', 'SHOP']);
  });

  test('a secondary bitmap is there only when a data element above 64 is', () => {
    expect(hexOf(pack(bcdProfile, isoMessage('0800', { 11: '000001' })))).toBe('08000020000000000000000001');
    expect(hexOf(pack(bcdProfile, isoMessage('0800', { 70: '301' })))).toBe(
      '080080000000000000000400000000000000' + '0301',
    );
  });

  test('the bytes of each data element are kept beside its value', () => {
    const packed = pack(bcdProfile, isoMessage('0200', { 2: '123', 49: '643', 55: hex('9F36020001') }));
    const message = unpack(bcdProfile, packed);
    expect(message.bytes).toBe(packed);
    expect(hexOf(message.raw(2) ?? hex(''))).toBe('0123');
    expect(hexOf(message.raw(49) ?? hex(''))).toBe('363433');
    expect(message.raw(3)).toBeUndefined();
    expect(message.extents()[55]).toEqual({ offset: 16, prefixBytes: 2, valueBytes: 5 });
  });
});
