import { describe, expect, test } from 'vitest';
import {
  packAdditionalAmounts,
  packAmount,
  packReplacementAmounts,
  packSigned,
  parseAdditionalAmounts,
  parseAmount,
  parseReplacementAmounts,
  parseSigned,
} from '../../../gateway/iso8583/amounts.ts';
import { packOriginalData, parseOriginalData } from '../../../gateway/iso8583/original-data.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';

const malformed = (de: number) => expect.objectContaining({ code: 'COMPOSITE_MALFORMED', de });

describe('DE90: original data elements', () => {
  const original = {
    mti: '0200',
    stan: '000123',
    transmissionDateTime: '1122065533',
    acquirer: '00000123456',
    forwarder: '00000000000',
  } as const;

  test('institutions stand right behind zeros, and everything comes back', () => {
    const packed = packOriginalData({ ...original, acquirer: '123456', forwarder: '' });
    expect(packed).toBe('020000012311220655330000012345600000000000');
    expect(packed).toHaveLength(42);
    expect(parseOriginalData(packed)).toEqual(original);
  });

  test('a part of the wrong length, a letter and a type that is none are refused', () => {
    expect(() => packOriginalData({ ...original, stan: '123' })).toThrow(malformed(90));
    expect(() => packOriginalData({ ...original, acquirer: '123456789012' })).toThrow(malformed(90));
    expect(() => parseOriginalData('0'.repeat(41))).toThrow(malformed(90));
    expect(() => parseOriginalData('0'.repeat(43))).toThrow(malformed(90));
    expect(() => parseOriginalData('0'.repeat(42))).toThrow(
      expect.objectContaining({ code: 'MTI_MALFORMED' }),
    );
  });
});

describe('Amounts', () => {
  test('are twelve digits of minor units, refused when negative or too large', () => {
    expect(packAmount(4, 129_900n)).toBe('000000129900');
    expect(parseAmount('000000129900', '643')).toEqual({ amountMinor: 129_900n, currency: RUB });
    expect(() => packAmount(4, -1n)).toThrow(malformed(4));
    expect(() => packAmount(4, 10n ** 12n)).toThrow(malformed(4));
    expect(() => parseAmount('000000129900', '999')).toThrow(
      expect.objectContaining({ code: 'CURRENCY_UNKNOWN' }),
    );
  });

  test('with a sign are C or D and digits', () => {
    expect([packSigned(97, 150n, 16), packSigned(28, -150n, 8)]).toEqual(['C0000000000000150', 'D00000150']);
    expect([parseSigned('C00000150'), parseSigned('D00000150')]).toEqual([150n, -150n]);
  });

  test('DE54 carries up to twelve of them', () => {
    const amounts = [
      { accountType: '10', amountType: '02', currency: '643', amountMinor: 100_000n },
      { accountType: '10', amountType: '01', currency: '156', amountMinor: -5n },
    ];
    const packed = packAdditionalAmounts(amounts);
    expect(packed).toBe('1002643C0000001000001001156D000000000005');
    expect(parseAdditionalAmounts(packed)).toEqual(amounts);
    expect(() => parseAdditionalAmounts(packed.slice(1))).toThrow(malformed(54));
    expect(() => parseAdditionalAmounts('')).toThrow(malformed(54));
    expect(() => packAdditionalAmounts([])).toThrow(malformed(54));
  });

  test('DE95 carries what replaces a partly reversed amount', () => {
    const amounts = {
      transactionMinor: 5_000n,
      settlementMinor: 0n,
      transactionFeeMinor: -10n,
      settlementFeeMinor: 0n,
    };
    const packed = packReplacementAmounts(amounts);
    expect(packed).toBe('000000005000000000000000D00000010C00000000');
    expect(parseReplacementAmounts(packed)).toEqual(amounts);
    expect(() => parseReplacementAmounts(`${packed}0`)).toThrow(malformed(95));
  });
});
