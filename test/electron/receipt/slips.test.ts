import { expect, test } from 'vitest';
import { type RefundSlip, refundSlip } from '../../../electron/receipt/slips.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

const SLIP: RefundSlip = {
  head: {
    shop: {
      nameRu: 'Амур',
      nameZh: '黑龙江商店',
      inn: '2801000000',
      address: 'Благовещенск',
      supportPhone: null,
    },
    tillName: 'Касса 03',
    receiptNumber: '214-0087',
    at: Date.UTC(2026, 10, 22, 14, 27),
    utcOffsetMinutes: 180,
    cashier: 'Мария П.',
  },
  saleId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  means: 'cash',
  amount: money(10000n, RUB),
  yuan: null,
  lines: [],
  gift: null,
  sold: [],
  supportNumber: 'A-B-C',
  fiscal: { kind: 'not_required' },
};

test('a refund slip without goods has one rule where its goods would stand', () => {
  const kinds = refundSlip(SLIP).blocks.map((block) => block.kind);
  expect(kinds.some((kind, i) => kind === 'rule' && kinds[i + 1] === 'rule')).toBe(false);
});
