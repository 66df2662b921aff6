import { describe, expect, test } from 'vitest';
import {
  type BatchTotalsData,
  type CardData,
  type DccData,
  packBatchData,
  packBatchTotals,
  packCardData,
  packDccData,
  parseBatchData,
  parseBatchTotals,
  parseDccData,
  unpackCardData,
} from '../../../gateway/iso8583/private-data.ts';
import { buildTlv, parseTlv } from '../../../gateway/iso8583/tlv.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

const bytes = (length: number, fill = 0xa5): Uint8Array => Buffer.alloc(length, fill);
const malformed = (de: number) => expect.objectContaining({ name: 'CodecError', de });

const CARD: CardData = {
  account: {
    algorithm: 'aes',
    ksn: bytes(12),
    bytes: bytes(32),
    bin: '220070',
    maskedPan: '220070******1234',
  },
  pin: { algorithm: 'aes', ksn: bytes(12, 1), bytes: bytes(16), format: 4 },
  mac: { algorithm: 'aes', ksn: bytes(12, 2) },
};

describe('DE59: encrypted card data', () => {
  test.each<[string, CardData]>([
    ['account, PIN and MAC key under AES', CARD],
    [
      'under TDES',
      {
        account: {
          algorithm: 'tdes',
          ksn: bytes(10),
          bytes: bytes(40),
          bin: '62000000',
          maskedPan: '620000*********1234',
        },
        pin: { algorithm: 'tdes', ksn: bytes(10), bytes: bytes(8), format: 0 },
        mac: { algorithm: 'tdes', ksn: bytes(10) },
      },
    ],
    ['without a PIN', { ...CARD, pin: null }],
    ['with the MAC key alone', { account: null, pin: null, mac: CARD.mac }],
    ['with nothing', { account: null, pin: null, mac: null }],
    [
      'with the sale and the attempt it belongs to',
      { ...CARD, sale: { saleId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', attemptId: '01BX5ZZKBKACTAV9WEVGEMMVRZ' } },
    ],
  ])('comes back %s', (_, data) => {
    expect(unpackCardData(packCardData(data))).toEqual(data);
  });

  test('a container cut at any byte is refused or lacks what was cut, and never throws otherwise', () => {
    const packed = packCardData(CARD);
    for (let length = 0; length < packed.length; length += 1) {
      const cut = packed.subarray(0, length);
      const read = () => unpackCardData(cut);
      try {
        expect(read().mac).toBeNull();
      } catch (error) {
        expect(error).toEqual(malformed(59));
      }
    }
  });

  test.each<[string, CardData]>([
    ['a key serial number of the other scheme', { ...CARD, mac: { algorithm: 'tdes', ksn: bytes(12) } }],
    [
      'a PIN block of the wrong size',
      { ...CARD, pin: { algorithm: 'aes', ksn: bytes(12), bytes: bytes(8), format: 4 } },
    ],
    ['ciphertext that is no whole block', { ...CARD, account: { ...accountOf(CARD), bytes: bytes(33) } }],
    [
      'a number that is not masked',
      { ...CARD, account: { ...accountOf(CARD), maskedPan: '2200700000001234' } },
    ],
    ['a sale that is no ULID', { ...CARD, sale: { saleId: '1', attemptId: '01BX5ZZKBKACTAV9WEVGEMMVRZ' } }],
    ['a BIN of seven digits', { ...CARD, account: { ...accountOf(CARD), bin: '2200700' } }],
  ])('%s is not written', (_, data) => {
    expect(() => packCardData(data)).toThrow(malformed(59));
  });

  test('a part that comes twice is refused', () => {
    const parts = parseTlv(packCardData(CARD));
    expect(() => unpackCardData(buildTlv([...parts, ...parts.slice(0, 1)]))).toThrow(malformed(59));
  });
});

describe('DE60: batch and original message', () => {
  test('comes back with and without an original', () => {
    expect(packBatchData({ batch: '000042', original: null })).toBe('000042');
    const original = { mti: '0200', stan: '000123', rrn: '632606000123' } as const;
    const packed = packBatchData({ batch: '000042', original });
    expect(packed).toBe('0000420200000123632606000123');
    expect(parseBatchData(packed)).toEqual({ batch: '000042', original });
    expect(parseBatchData('000042')).toEqual({ batch: '000042', original: null });
  });

  test.each([
    '',
    '00004',
    '0000420',
    '00004X',
    '0000420200000123632606000123 ',
    '0000420900000123632606000123',
  ])('"%s" is refused', (text) => {
    expect(() => parseBatchData(text)).toThrow(expect.objectContaining({ name: 'CodecError' }));
  });
});

describe('DE61: conversion at the till', () => {
  const DCC: DccData = {
    choice: 'converted',
    price: money(129_900n, RUB),
    rate: { base: CNY, quote: RUB, value: 112_726n, scale: 4 },
    markupBp: 150,
    quoteId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  };

  test('price, rate, mark-up and choice come back', () => {
    expect(packDccData(DCC)).toBe(`1643000000129900156643040000000000001127260150${DCC.quoteId}`);
    expect(parseDccData(packDccData(DCC))).toEqual(DCC);
    const declined = { ...DCC, choice: 'declined', quoteId: null } as const;
    expect(parseDccData(packDccData(declined))).toEqual(declined);
  });

  test.each([
    ['a choice that is none', '2643000000129900156643040000000000001127260150'],
    ['a currency that is none', '1999000000129900156643040000000000001127260150'],
    ['a rate of zero', '1643000000129900156643040000000000000000000150'],
    ['a scale beyond reason', '1643000000129900156643990000000000001127260150'],
    ['a character too few', '164300000012990015664304000000000000112726015'],
    ['a character too many', '16430000001299001566430400000000000011272601500'],
  ])('%s is refused', (_, text) => {
    expect(() => parseDccData(text)).toThrow(malformed(61));
  });

  test('what does not fit is not written', () => {
    expect(() => packDccData({ ...DCC, price: money(-1n, RUB) })).toThrow(malformed(61));
    expect(() => packDccData({ ...DCC, markupBp: 10_000 })).toThrow(malformed(61));
    expect(() => packDccData({ ...DCC, markupBp: 1.5 })).toThrow(malformed(61));
    expect(() => packDccData({ ...DCC, rate: { ...DCC.rate, value: 10n ** 18n } })).toThrow(malformed(61));
  });
});

describe('DE63: batch totals', () => {
  const none = { count: 0, amountMinor: 0n };
  const totals: BatchTotalsData = {
    sales: { count: 12, amountMinor: 1_234_500n },
    refunds: { count: 1, amountMinor: 500n },
    debitSales: none,
    debitRefunds: none,
    authorisedSales: { count: 999, amountMinor: 999_999_999_999n },
    authorisedRefunds: none,
  };

  test('six pairs make ninety characters and come back', () => {
    const packed = packBatchTotals(totals);
    expect(packed).toHaveLength(90);
    expect(packed.startsWith('012000001234500001000000000500')).toBe(true);
    expect(parseBatchTotals(packed)).toEqual(totals);
  });

  test('a count or sum too large, a character more or less, or a letter is refused', () => {
    const packed = packBatchTotals(totals);
    expect(() => packBatchTotals({ ...totals, sales: { count: 1_000, amountMinor: 0n } })).toThrow(
      malformed(63),
    );
    expect(() => packBatchTotals({ ...totals, sales: { count: 1, amountMinor: 10n ** 12n } })).toThrow(
      malformed(63),
    );
    for (const text of [packed.slice(1), `${packed}0`, packed.replace('012', 'A12')]) {
      expect(() => parseBatchTotals(text)).toThrow(malformed(63));
    }
  });
});

function accountOf(data: CardData): NonNullable<CardData['account']> {
  if (data.account === null) throw new Error('The example has account data.');
  return data.account;
}
