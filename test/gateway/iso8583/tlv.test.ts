import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../gateway/iso8583/codec-error.ts';
import { EMV_TAGS, emvTag } from '../../../gateway/iso8583/emv-tags.ts';
import {
  buildTlv,
  hexOf,
  isConstructed,
  parseTlv,
  requireTag,
  tagValue,
} from '../../../gateway/iso8583/tlv.ts';
import { EMV_SAMPLE } from './sample.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const shown = (bytes: Uint8Array): readonly string[] =>
  parseTlv(bytes).map(({ tag, value }) => `${tag}=${hexOf(value)}`);

describe('BER-TLV', () => {
  test('a published DE55 is read, tag by tag, and built again byte for byte', () => {
    const tags = parseTlv(hex(EMV_SAMPLE), 55);
    expect(hexOf(requireTag(tags, '9F02'))).toBe('000000006300');
    expect(hexOf(requireTag(tags, '9F36'))).toBe('0002');
    expect(hexOf(requireTag(tags, '9F26'))).toBe('B9B2B58202D37033');
    expect(tags).toHaveLength(13);
    expect(hexOf(buildTlv(tags))).toBe(EMV_SAMPLE);
  });

  test('unknown, repeated and three-byte tags are kept in order', () => {
    expect(shown(hex('9F8101021234' + '7201AA' + '7201BB' + 'DF7F00'))).toEqual([
      '9F8101=1234',
      '72=AA',
      '72=BB',
      'DF7F=',
    ]);
  });

  test('lengths in one, two and three bytes are read and written', () => {
    for (const size of [0, 1, 127, 128, 255, 256, 65_535]) {
      const value = new Uint8Array(size).fill(7);
      const [found] = parseTlv(buildTlv([{ tag: 'C0', value }]));
      expect(found?.value).toHaveLength(size);
    }
  });

  test('zero bytes between data objects are padding', () => {
    expect(shown(hex('00009A03171120000000820258000000'))).toEqual(['9A=171120', '82=5800']);
  });

  test('nothing is an empty list', () => {
    expect(parseTlv(new Uint8Array(0))).toEqual([]);
  });

  test.each([
    ['a value that is cut', '9F02060000'],
    ['a tag without a length', '9F02'],
    ['a tag that does not end', '9FFFFFFFFF01'],
    ['half a tag', '9F'],
    ['an indefinite length', '7080AABB0000'],
    ['a length in three bytes', '9A83000001AA'],
    ['a length in four bytes that would overflow', '9A84FFFFFFFF'],
    ['a length whose second byte is missing', '9A81'],
    ['a length whose third byte is missing', '9A8201'],
  ])('%s is refused', (_, text) => {
    expect(() => parseTlv(hex(text), 55)).toThrow(expect.objectContaining({ code: 'TLV_MALFORMED', de: 55 }));
  });

  test.each(['', '9', '9f02', '9F', '9A02', '00', '9FFFFFFF', 'GG'])(
    '"%s" is not written as a tag',
    (tag) => {
      expect(() => buildTlv([{ tag, value: new Uint8Array(0) }])).toThrow(
        expect.objectContaining({ code: 'TLV_MALFORMED' }),
      );
    },
  );

  test('any bytes at all are read or refused by name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(shown(buildTlv(parseTlv(bytes)))).toEqual(shown(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('more objects than any message has are refused', () => {
    expect(() => parseTlv(hex('8200'.repeat(257)))).toThrow(
      expect.objectContaining({ code: 'TLV_MALFORMED' }),
    );
  });

  test('a tag is looked up, and one that is needed is asked for by name', () => {
    expect(tagValue(parseTlv(hex('9A03171120')), '82')).toBeUndefined();
    expect(() => requireTag([], '82', 55)).toThrow(
      expect.objectContaining({ code: 'TLV_TAG_MISSING', de: 55 }),
    );
    expect([isConstructed('E1'), isConstructed('9F02'), isConstructed('72')]).toEqual([true, false, true]);
  });
});

describe('EMV tags', () => {
  test('each stands once, and card data in clear is marked as forbidden and never shown', () => {
    expect(new Set(EMV_TAGS.map(({ tag }) => tag)).size).toBe(EMV_TAGS.length);
    for (const tag of ['57', '5A', '5F20', '5F24', '99', '9F20', '9F6B']) {
      expect(emvTag(tag)).toMatchObject({ use: 'forbidden', log: 'never' });
    }
    expect(emvTag('C1')).toBeUndefined();
  });
});
