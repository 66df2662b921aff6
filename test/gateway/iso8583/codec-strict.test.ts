import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack, unpack, unpackPartial } from '../../../gateway/iso8583/codec.ts';
import { CodecError } from '../../../gateway/iso8583/codec-error.ts';
import { type FieldValue, isoMessage, presentFields, withValues } from '../../../gateway/iso8583/message.ts';
import { asciiProfile } from '../../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../../gateway/iso8583/profile-bcd.ts';
import { defineSpec, type FieldSpec, type Spec } from '../../../gateway/iso8583/spec.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { randomMessage } from './random-message.ts';
import { SALE } from './sample.ts';

const RUNS = 300;

/** Every encoding, prefix and padding there is, beside the two profiles. */
const everything = (bitmap: 'binary' | 'hex', mti: Spec['mti']): Spec => {
  const encodings = ['ascii', 'bcd-left', 'bcd-right', 'ebcdic', 'binary', 'hex'] as const;
  const contents = ['n', 'a', 'an', 'ns', 'ans', 'z', 'x+n', 'b'] as const;
  const prefixes = ['ascii', 'bcd', 'binary', 'ebcdic'] as const;
  const rules = ['fixed', 'LL', 'LLL', 'LLLL'] as const;
  const fields: FieldSpec[] = [];
  let number = 2;
  for (const encoding of encodings) {
    for (const content of contents) {
      const bytes = encoding === 'binary' || encoding === 'hex';
      const bcd = encoding === 'bcd-left' || encoding === 'bcd-right';
      if (bytes !== (content === 'b') || (bcd && content !== 'n' && content !== 'z' && content !== 'x+n'))
        continue;
      if (content === 'x+n' && encoding === 'bcd-left') continue;
      for (const [index, rule] of rules.entries()) {
        if ((content === 'x+n' && rule !== 'fixed') || number > 128) continue;
        const padded = rule === 'fixed' && (encoding === 'ascii' || encoding === 'ebcdic');
        const padding =
          padded && content === 'n' ? 'zero-left' : padded && content === 'ans' ? 'space-right' : 'none';
        const length = rule === 'fixed' ? { rule, length: 9 + index } : { rule, min: 0, max: 17 + index };
        const prefix = prefixes[(number + index) % 4] ?? 'ascii';
        const filler = number % 2 === 0 ? 0 : 15;
        if (number === 65) number += 1;
        fields.push({
          number,
          name: `DE${number}`,
          content,
          length,
          encoding,
          prefix,
          padding,
          filler,
          log: 'clear',
        });
        number += 1;
      }
    }
  }
  return defineSpec({ name: 'everything', mti, bitmap, fields });
};

const SPECS: readonly Spec[] = [
  asciiProfile,
  bcdProfile,
  everything('binary', 'ascii'),
  everything('hex', 'bcd'),
  everything('hex', 'ebcdic'),
];

const plain = (value: FieldValue | undefined): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;

function contentOf(message: ReturnType<typeof isoMessage>): unknown {
  return [message.mti, presentFields(message).map((de) => [de, plain(message.fields[de])])];
}

function refusal(work: () => unknown): CodecError {
  try {
    work();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('Every profile', () => {
  test.each(SPECS.map((spec) => [spec.name, spec] as const))(
    '%s: what is packed is unpacked the same',
    (_, spec) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 0x7fffffff }), (seed) => {
          const message = randomMessage(spec, new SeededRandom(seed));
          const packed = pack(spec, message);
          const back = unpack(spec, packed);
          expect(contentOf(back)).toEqual(contentOf(message));
          expect(Buffer.compare(pack(spec, back), packed)).toBe(0);
        }),
        { numRuns: RUNS },
      );
    },
  );

  test.each(SPECS.map((spec) => [spec.name, spec] as const))(
    '%s: a message cut at any byte, or with one more, is refused by name',
    (_, spec) => {
      for (let seed = 1; seed <= 25; seed += 1) {
        const packed = pack(spec, randomMessage(spec, new SeededRandom(seed)));
        for (let length = 0; length < packed.length; length += 1) {
          expect(refusal(() => unpack(spec, packed.subarray(0, length))).code).toBe('MESSAGE_TRUNCATED');
        }
        const longer = Buffer.concat([packed, Buffer.of(0x30)]);
        expect(refusal(() => unpack(spec, longer))).toMatchObject({
          code: 'MESSAGE_TRAILING_BYTES',
          offset: packed.length,
        });
      }
    },
  );

  test.each(SPECS.map((spec) => [spec.name, spec] as const))(
    '%s: spoilt bytes are refused by name or read as a message that packs again',
    (_, spec) => {
      const draw = new SeededRandom(8583);
      for (let run = 0; run < 4_000; run += 1) {
        const packed = Buffer.from(pack(spec, randomMessage(spec, draw, 60)));
        for (let bit = draw.below(4); bit >= 0; bit -= 1) packed[draw.below(packed.length)] = draw.below(256);
        const { message, error } = unpackPartial(spec, packed);
        if (error === null) expect(contentOf(unpack(spec, pack(spec, message)))).toEqual(contentOf(message));
        else expect(error.offset).toBeLessThanOrEqual(packed.length);
      }
    },
  );
});

describe('Refusals name the data element and the offset', () => {
  const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
  const sale = Buffer.from(pack(asciiProfile, SALE));
  const spoilt = (from: string, to: string): Buffer => ascii(sale.toString('latin1').replace(from, to));

  test.each([
    ['letters in an amount', spoilt('000000129900', '00000012X900'), 'FIELD_CONTENT', 4, 44],
    ['a length that is no number', spoilt('162200', 'XX2200'), 'FIELD_LENGTH_MALFORMED', 2, 12],
    ['a length with a sign', spoilt('162200', '-52200'), 'FIELD_LENGTH_MALFORMED', 2, 12],
    ['a length over the limit', spoilt('162200', '202200'), 'FIELD_TOO_LONG', 2, 12],
    ['an empty variable field', spoilt('162200', '002200'), 'FIELD_TOO_SHORT', 2, 12],
    ['a type with letters', spoilt('0200', '02A0'), 'MTI_MALFORMED', 0, 2],
    ['a type that is none', spoilt('0200', '0900'), 'MTI_MALFORMED', 0, 0],
    ['a type of a version to come', spoilt('0200', '7200'), 'MTI_MALFORMED', 0, 0],
  ])('%s', (_, bytes, code, de, offset) => {
    expect(refusal(() => unpack(asciiProfile, bytes))).toMatchObject({ code, de, offset });
  });

  test('a third bitmap is refused', () => {
    const bytes = Buffer.concat([ascii('0800'), Buffer.from('80000000000000008000000000000000', 'hex')]);
    expect(refusal(() => unpack(asciiProfile, bytes))).toMatchObject({ code: 'FIELD_UNKNOWN', de: 65 });
  });

  test('a bitmap in text takes upper-case hexadecimal only', () => {
    const spec = everything('hex', 'ascii');
    expect(refusal(() => unpack(spec, ascii('0200400000000000000g')))).toMatchObject({
      code: 'BITMAP_MALFORMED',
      offset: 18,
    });
    expect(refusal(() => unpack(spec, ascii('0200a000000000000000')))).toMatchObject({
      code: 'BITMAP_MALFORMED',
      offset: 4,
    });
  });

  test('in BCD a nibble over 9 and a filler that is none are refused', () => {
    const packed = Buffer.from(pack(bcdProfile, isoMessage('0200', { 2: '123', 4: '000000000100' })));
    const set = (at: number, byte: number): Buffer => {
      const copy = Buffer.from(packed);
      copy[at] = byte;
      return copy;
    };
    expect(refusal(() => unpack(bcdProfile, set(11, 0x11)))).toMatchObject({
      code: 'FIELD_PADDING',
      de: 2,
      offset: 11,
    });
    expect(refusal(() => unpack(bcdProfile, set(12, 0x2a)))).toMatchObject({
      code: 'FIELD_CONTENT',
      de: 2,
      offset: 12,
    });
    expect(refusal(() => unpack(bcdProfile, set(18, 0xa0)))).toMatchObject({
      code: 'FIELD_CONTENT',
      de: 4,
      offset: 18,
    });
    expect(refusal(() => unpack(bcdProfile, set(10, 0x0a)))).toMatchObject({
      code: 'FIELD_LENGTH_MALFORMED',
      de: 2,
    });
    expect(refusal(() => unpack(bcdProfile, set(0, 0x0b)))).toMatchObject({ code: 'MTI_MALFORMED' });
  });

  test('three digits in two bytes leave the first nibble zero', () => {
    const packed = Buffer.from(pack(bcdProfile, isoMessage('0200', { 48: 'A' })));
    packed[10] = 0x10;
    expect(refusal(() => unpack(bcdProfile, packed))).toMatchObject({
      code: 'FIELD_LENGTH_MALFORMED',
      de: 48,
    });
  });

  test('what was sound before the break can still be shown', () => {
    const { message, error } = unpackPartial(asciiProfile, sale.subarray(0, 40));
    expect(error?.code).toBe('MESSAGE_TRUNCATED');
    expect(contentOf(message)).toEqual([
      '0200',
      [
        [2, '2200700000001234'],
        [3, '000000'],
      ],
    ]);
  });

  test('no refusal repeats a value', () => {
    const error = refusal(() => pack(asciiProfile, withValues(SALE, { 2: '2200700000001234X' })));
    expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/220070/);
  });
});

describe('Packing refuses', () => {
  test.each([
    ['too long', { 3: '0000000' }, 'FIELD_TOO_LONG', 3],
    ['too short', { 3: '00000' }, 'FIELD_TOO_SHORT', 3],
    ['an empty variable field', { 2: '' }, 'FIELD_TOO_SHORT', 2],
    ['a letter among digits', { 4: '00000000010O' }, 'FIELD_CONTENT', 4],
    ['a sign that is none', { 28: 'X00000100' }, 'FIELD_CONTENT', 28],
    ['text beyond ASCII', { 43: 'МАГАЗИН' }, 'FIELD_CONTENT', 43],
    ['a control character', { 43: 'A\nB' }, 'FIELD_CONTENT', 43],
    ['a value that ends as its padding does', { 41: 'T1 ' }, 'FIELD_PADDING', 41],
    ['text where bytes belong', { 52: '01234567' }, 'FIELD_TYPE', 52],
    ['bytes where text belongs', { 3: Buffer.from('000000') }, 'FIELD_TYPE', 3],
    ['binary data over its limit', { 55: Buffer.alloc(256) }, 'FIELD_TOO_LONG', 55],
    ['a data element the profile lacks', { 65: '1' }, 'FIELD_UNKNOWN', 65],
  ])('%s', (_, values: Record<number, FieldValue>, code, de) => {
    for (const spec of [asciiProfile, bcdProfile]) {
      expect(refusal(() => pack(spec, isoMessage('0200', values)))).toMatchObject({ code, de });
    }
  });

  test('a data element that does not exist, and a message beyond what two bytes of length can frame', () => {
    expect(refusal(() => isoMessage('0200', { 129: '1' }))).toMatchObject({ code: 'FIELD_UNKNOWN' });
    expect(refusal(() => isoMessage('0200', { 1: '1' }))).toMatchObject({ code: 'FIELD_UNKNOWN' });
    const long = defineSpec({
      name: 'long',
      mti: 'ascii',
      bitmap: 'binary',
      fields: [48, 60, 61, 62, 63, 120, 121].map((number) => ({
        number,
        name: 'long',
        content: 'ans',
        length: { rule: 'LLLL', min: 0, max: 9_999 },
        encoding: 'ascii',
        prefix: 'ascii',
        padding: 'none',
        filler: 0,
        log: 'clear',
      })),
    });
    const values = Object.fromEntries(long.fields.map(({ number }) => [number, 'A'.repeat(9_999)]));
    expect(refusal(() => pack(long, isoMessage('0200', values))).code).toBe('MESSAGE_TOO_LONG');
    expect(refusal(() => unpack(long, Buffer.alloc(65_536, 0x30))).code).toBe('MESSAGE_TOO_LONG');
  });
});

describe('A row that contradicts itself is refused', () => {
  const row: FieldSpec = {
    number: 3,
    name: 'Processing code',
    content: 'n',
    length: { rule: 'fixed', length: 6 },
    encoding: 'ascii',
    prefix: 'ascii',
    padding: 'none',
    filler: 0,
    log: 'clear',
  };
  test.each([
    ['bytes as text', { content: 'b' }],
    ['text as bytes', { encoding: 'binary' }],
    ['letters in BCD', { content: 'an', encoding: 'bcd-left' }],
    ['a length its prefix cannot say', { length: { rule: 'LL', min: 1, max: 100 } }],
    ['a minimum over its maximum', { length: { rule: 'LL', min: 7, max: 6 } }],
    ['padding of a variable field', { length: { rule: 'LL', min: 0, max: 6 }, padding: 'zero-left' }],
    ['a sign on a variable field', { content: 'x+n', length: { rule: 'LL', min: 2, max: 6 } }],
    ['the bitmap’s own number', { number: 1 }],
    ['the third bitmap', { number: 65 }],
  ] as const)('%s', (_, change) => {
    const fields = [{ ...row, ...change } as FieldSpec];
    expect(refusal(() => defineSpec({ name: 'x', mti: 'ascii', bitmap: 'binary', fields })).code).toBe(
      'SPEC_INVALID',
    );
  });

  test('a number that comes twice', () => {
    expect(
      refusal(() => defineSpec({ name: 'x', mti: 'ascii', bitmap: 'binary', fields: [row, row] })).code,
    ).toBe('SPEC_INVALID');
  });
});
