import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccountData,
  decodeAccountData,
  encodeAccountData,
  openSealedAccount,
  sealAccount,
} from '../../../gateway/keys/account-data.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { ACCOUNT, seededRandom } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const random = seededRandom('account data');
const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });

const keyed = fc.record(
  { pan: digits(12, 19), expiryYymm: digits(4, 4), panSequence: digits(2, 2) },
  { requiredKeys: ['pan'] },
);
const swiped = fc
  .record({ pan: digits(12, 19), expiryYymm: digits(4, 4), serviceCode: digits(3, 3), rest: digits(0, 11) })
  .map(({ rest, ...card }) => ({
    ...card,
    track2: `${card.pan}=${card.expiryYymm}${card.serviceCode}${rest}`,
  }));

test('what a PIN pad seals opens to the same card, under TDES and AES', () => {
  fc.assert(
    fc.property(
      fc.oneof(keyed, swiped),
      fc.constantFrom('tdes' as const, 'aes' as const),
      (card, algorithm) => {
        const cipher = new BlockCipher(algorithm, random.bytes(16));
        expect(openSealedAccount(cipher, sealAccount(cipher, card as AccountData))).toEqual(card);
      },
    ),
  );
});

test('the layout is the tags of EMV', () => {
  expect(Buffer.from(encodeAccountData(ACCOUNT)).toString('hex').toUpperCase()).toBe(
    '57112200701234567891D301220112345000005F340101',
  );
});

test('a wrong key, cut or lengthened cipher text, and an empty one are refused with one code', () => {
  const cipher = new BlockCipher('aes', random.bytes(16));
  const sealed = sealAccount(cipher, ACCOUNT);
  const open = (bytes: Uint8Array, by = cipher) => refusal(() => openSealedAccount(by, bytes));
  expect(open(sealed)).toBe('nothing was refused');
  expect(open(sealed, new BlockCipher('aes', random.bytes(16)))).toBe('ACCOUNT_DATA_MALFORMED');
  for (let length = 0; length < sealed.length; length += 1)
    expect(open(sealed.subarray(0, length))).toBe('ACCOUNT_DATA_MALFORMED');
  expect(open(new Uint8Array(4096))).toBe('ACCOUNT_DATA_MALFORMED');
});

test.each([
  ['nothing', ''],
  ['a card number of eleven digits', '5A0612345678901F'],
  ['a card number with a letter', '5A081234567890123C56'],
  ['no card number', '5F2403301200'],
  ['two different numbers', '5A08123456789012345657111234567890123457D30122011234500000'],
  ['a track without its separator', '570C123456789012345612345678'],
  ['a length past the end', '5A091234567890123456'],
  ['a length of zero', '5A00'],
  ['a tag it does not know', '9F0206000000001000'],
  ['a tag twice', '5A0812345678901234565A081234567890123456'],
  ['a tag alone', '5A'],
  ['an expiry of letters', '5A0812345678901234565F2403ABCDEF'],
  ['half of a longer tag', '5A0812345678901234565F'],
])('%s is refused', (_, hex) => {
  expect(refusal(() => decodeAccountData(Buffer.from(hex, 'hex')))).toBe('ACCOUNT_DATA_MALFORMED');
});

test('random bytes are a card or a typed refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => {
      expect(['ACCOUNT_DATA_MALFORMED', 'nothing was refused']).toContain(
        refusal(() => decodeAccountData(bytes)),
      );
    }),
  );
});

test('a track of another number, or a number with letters, is not encoded', () => {
  expect(refusal(() => encodeAccountData({ ...ACCOUNT, pan: '2200701234567899' }))).toBe(
    'ACCOUNT_DATA_MALFORMED',
  );
  expect(refusal(() => encodeAccountData({ pan: '22007012345678AB' }))).toBe('ACCOUNT_DATA_MALFORMED');
});
