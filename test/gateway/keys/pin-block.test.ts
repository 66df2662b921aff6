import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { fromHex, toHex, xor } from '../../../gateway/keys/octets.ts';
import {
  clearPinBlock,
  decryptPinBlock,
  encryptPinBlock,
  type PinFormat,
  readClearPinBlock,
} from '../../../gateway/keys/pin-block.ts';
import { translatePinBlock } from '../../../gateway/keys/pin-translation.ts';
import { seededRandom } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const random = seededRandom('pin blocks');
const ciphers: Readonly<Record<PinFormat, BlockCipher>> = {
  0: new BlockCipher('tdes', random.bytes(16)),
  3: new BlockCipher('tdes', random.bytes(16)),
  4: new BlockCipher('aes', random.bytes(16)),
};
const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
const formats = fc.constantFrom<PinFormat>(0, 3, 4);
const PAN = '2200701234567891';

test('a block opens to the PIN it was made of, through any chain of translations', () => {
  fc.assert(
    fc.property(
      digits(4, 12),
      digits(12, 19),
      fc.array(formats, { minLength: 1, maxLength: 5 }),
      (pin, pan, way) => {
        let format = way[0] ?? 0;
        let block = encryptPinBlock({ format, cipher: ciphers[format], pin, pan, random });
        for (const next of way) {
          block = translatePinBlock({
            from: { format, cipher: ciphers[format], block },
            to: { format: next, cipher: ciphers[next] },
            pan,
            random,
          });
          format = next;
        }
        expect(decryptPinBlock({ format, cipher: ciphers[format], block, pan })).toBe(pin);
      },
    ),
  );
});

test.each([3, 4] as const)('format %s never makes the same block twice', (format) => {
  const block = () =>
    toHex(encryptPinBlock({ format, cipher: ciphers[format], pin: '1234', pan: PAN, random }));
  expect(new Set(Array.from({ length: 20 }, block)).size).toBe(20);
});

test('format 4 does not open for another card', () => {
  const block = encryptPinBlock({ format: 4, cipher: ciphers[4], pin: '1234', pan: PAN, random });
  fc.assert(
    fc.property(
      digits(12, 19).filter((pan) => pan !== PAN),
      (pan) => {
        expect(refusal(() => decryptPinBlock({ format: 4, cipher: ciphers[4], block, pan }))).toBe(
          'PIN_BLOCK_MALFORMED',
        );
      },
    ),
  );
});

describe('a clear block is refused', () => {
  /** The block that, freed of its PAN, reads so. */
  const holding = (field: string) => xor(fromHex(field), fromHex(`0000${PAN.slice(-13, -1)}`));
  const read = (format: 0 | 3, field: string) =>
    refusal(() => readClearPinBlock(format, holding(field), PAN));

  test.each([
    ['of three digits', '03123FFFFFFFFFFF'],
    ['of thirteen digits', '0D1234567890123F'],
    ['of fifteen digits', '0F12345678901234'],
    ['of no digits', '00FFFFFFFFFFFFFF'],
    ['with a letter in the PIN', '04123AFFFFFFFFFF'],
    ['with another control digit', '141234FFFFFFFFFF'],
    ['with control digit 4', '441234FFFFFFFFFF'],
    ['with a digit in its fill', '041234FFFFFFFF1F'],
    ['with the fill of another format', '041234AAAAAAAAAA'],
  ])('%s', (_, field) => {
    expect(read(0, field)).toBe('PIN_BLOCK_MALFORMED');
  });

  test('as format 3 when its fill has a digit, and as format 0 when it is format 3', () => {
    expect(read(3, '341234ABCDEFABCD')).toBe('nothing was refused');
    expect(read(3, '341234ABCDEFABC9')).toBe('PIN_BLOCK_MALFORMED');
    expect(read(0, '341234ABCDEFABCD')).toBe('PIN_BLOCK_MALFORMED');
  });

  test('of any other length', () => {
    for (const length of [0, 7, 9, 16])
      expect(refusal(() => readClearPinBlock(0, new Uint8Array(length), PAN))).toBe('PIN_BLOCK_MALFORMED');
    for (const format of [0, 4] as const)
      expect(
        refusal(() =>
          decryptPinBlock({ format, cipher: ciphers[format], block: new Uint8Array(4), pan: PAN }),
        ),
      ).toBe('PIN_BLOCK_MALFORMED');
  });
});

test('a PIN has four to twelve digits and a card number twelve to nineteen', () => {
  for (const pin of ['', '123', '1234567890123', '12 4', '12a4', '١٢٣٤'])
    expect(refusal(() => clearPinBlock(0, pin, PAN, random))).toBe('PIN_MALFORMED');
  for (const pan of ['', '12345678901', '1'.repeat(20), '220070123456789X'])
    expect(refusal(() => clearPinBlock(0, '1234', pan, random))).toBe('PAN_MALFORMED');
});
