import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindOfScan, receiptCode } from '../../../electron/sale/scan-kinds.ts';
import { ruleFor, SCAN_RULES } from '../../../electron/sale/scan-rules.ts';
import { SCREEN_NAMES } from './screen-names.ts';

const SALE_ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

test.each([
  ['4600000000015', 'goods'],
  ['46000000', 'unknown'],
  ['4600000000016', 'unknown'],
  ['2100485004123', 'weighed'],
  ['2800000000004', 'goods'],
  ['281234567890123456', 'alipay'],
  ['301234567890123456789012', 'alipay'],
  ['2512345678901234', 'alipay'],
  ['251234567890123', 'unknown'],
  ['131234567890123456', 'other_wallet'],
  ['6212345678901234567', 'other_wallet'],
  ['https://qr.alipay.com/fkx12345', 'personal_collection'],
  ['wxp://f2f0abc', 'personal_collection'],
  [`AMUR1:${SALE_ID}`, 'receipt'],
  ['AMUR1:nonsense', 'unknown'],
  ['\u001d0104607123456789215Ab%x\u001d93abcd', 'marked'],
  ['0104607123456789215Ab%x93abcd', 'marked_without_gs'],
  ['', 'unknown'],
])('%s is %s', (text, kind) => {
  expect(kindOfScan(text).kind).toBe(kind);
});

test('the code printed on a receipt is recognised as that sale', () => {
  expect(kindOfScan(receiptCode(SALE_ID))).toEqual({ kind: 'receipt', saleId: SALE_ID });
});

test('a weighed label gives its item and grams', () => {
  expect(kindOfScan('2100485004123')).toEqual({ kind: 'weighed', plu: '00485', grams: 412 });
});

test('every screen has a verdict on every kind, and money is taken on one screen only', () => {
  const kinds = Object.keys(SCAN_RULES.sale) as (keyof typeof SCAN_RULES.sale)[];
  const takesMoney = SCREEN_NAMES.filter((screen) =>
    kinds.some((kind) => 'accept' in ruleFor(screen, kind) && kind === 'alipay'),
  );
  expect(takesMoney).toEqual(['wallet']);
  for (const screen of ['wallet_sending', 'wallet_qr', 'wallet_unknown', 'paid', 'sign_in'] as const) {
    expect(kinds.every((kind) => 'refuse' in ruleFor(screen, kind))).toBe(true);
  }
});

test('any text at all is of some kind', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 600 }), (text) => {
      expect(typeof kindOfScan(text).kind).toBe('string');
    }),
    { seed: 7, numRuns: 500 },
  );
});
