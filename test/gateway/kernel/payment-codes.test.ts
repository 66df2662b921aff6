import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recogniseCode } from '../../../gateway/kernel/payment-codes.ts';

const digits = (length: number) => '1'.repeat(length);

describe('a scanned text is recognised by prefix and length alone', () => {
  test.each([25, 26, 27, 28, 29, 30])('%i with 16 to 24 digits is Alipay', (prefix) => {
    for (let length = 16; length <= 24; length += 1) {
      expect(recogniseCode(`${prefix}${digits(length - 2)}`)).toEqual({ kind: 'alipay' });
    }
    expect(recogniseCode(`${prefix}${digits(13)}`)).toEqual({ kind: 'unknown' });
    expect(recogniseCode(`${prefix}${digits(23)}`)).toEqual({ kind: 'unknown' });
  });

  test.each([10, 11, 12, 13, 14, 15])('%i with 18 digits is WeChat', (prefix) => {
    expect(recogniseCode(`${prefix}${digits(16)}`)).toEqual({ kind: 'wechat' });
    expect(recogniseCode(`${prefix}${digits(15)}`)).toEqual({ kind: 'unknown' });
  });

  test('62 with 19 digits is UnionPay', () => {
    expect(recogniseCode(`62${digits(17)}`)).toEqual({ kind: 'unionpay' });
    expect(recogniseCode(`62${digits(16)}`)).toEqual({ kind: 'unknown' });
  });

  test.each([
    ['https://qr.alipay.com/fkx012345', 'alipay'],
    ['wxp://f2f0abc', 'wechat'],
  ])("%s is a person's own collection code", (text, wallet) => {
    expect(recogniseCode(text)).toEqual({ kind: 'personal_collection', wallet });
  });

  test.each(['4607001234567', '2512345678901', '', '16 digits', 'https://qr.nspk.ru/AD1'])(
    '"%s" is none',
    (text) => {
      expect(recogniseCode(text)).toEqual({ kind: 'unknown' });
    },
  );

  test('no barcode of goods is taken for money', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{8,14}$/), (text) => recogniseCode(text).kind === 'unknown'),
      { numRuns: 500 },
    );
  });
});
