import { expect, test } from 'vitest';
import type { ReceiptDoc } from '../../../drivers/contract/printer.ts';
import { type SaleReceipt, saleReceipt } from '../../../electron/receipt/sale-receipt.ts';
import { copyOf, setAsideSlip } from '../../../electron/receipt/slips.ts';
import { amountText, dateTimeText, quantityText } from '../../../electron/receipt/text.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

const SALE_ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const HEAD = {
  shop: {
    nameRu: 'Магазин «Амур»',
    nameZh: '黑龙江商店',
    inn: '2801000000',
    address: 'Благовещенск, ул. Ленина, 1',
    supportPhone: '8 800 000-00-00',
  },
  tillName: 'Касса 03',
  receiptNumber: '214-0087',
  at: Date.UTC(2026, 10, 22, 14, 27),
  utcOffsetMinutes: 180,
  cashier: 'Анна К.',
};
const RECEIPT: SaleReceipt = {
  head: HEAD,
  saleId: SALE_ID,
  lines: [
    {
      lineId: 'L1',
      goodsId: '00485',
      barcode: '',
      names: { ru: 'Сыр весовой', zh: '俄罗斯奶酪', en: 'Cheese' },
      vat: 'vat10',
      unit: 'kg',
      quantityMilli: 412,
      unitPrice: money(89000n, RUB),
    },
  ],
  gift: null,
  paid: { means: 'cash', tendered: money(40000n, RUB), change: money(3332n, RUB) },
  fiscal: { kind: 'not_required' },
};

function textOf(doc: ReceiptDoc): string {
  return doc.blocks
    .map((b) =>
      b.kind === 'text'
        ? b.text
        : b.kind === 'pair'
          ? `${b.left}|${b.right}`
          : b.kind === 'qr'
            ? b.content
            : '',
    )
    .join('\n');
}

test('a cash receipt says who sold what, the tax in it, what was given and what came back', () => {
  const doc = saleReceipt(RECEIPT);
  const text = textOf(doc);
  for (const words of [
    'Чек № 214-0087|22.11.2026 17:27',
    'ИНН 2801000000',
    '俄罗斯奶酪',
    '  0,412 кг x 890,00|366,68',
    'в т.ч. НДС 10%|33,33',
    '400,00',
    '33,32',
    'НЕ ЯВЛЯЕТСЯ ФИСКАЛЬНЫМ ДОКУМЕНТОМ',
    `AMUR1:${SALE_ID}`,
    '谢谢惠顾',
  ]) {
    expect(text).toContain(words);
  }
  expect(doc.openDrawer).toBe(true);
});

test('a wallet receipt shows the yuan, the rate, its source and mark-up, and a number for support', () => {
  const doc = saleReceipt({
    ...RECEIPT,
    paid: {
      means: 'wallet',
      yuan: money(3253n, CNY),
      rate: { base: CNY, quote: RUB, value: 112726n, scale: 4 },
      source: { name: 'Банк России', date: '2026-11-22', markupBp: 205 },
      tradeNumber: '2026112222001',
      buyer: '138****8888',
      supportNumber: 'A7K2-0087-Q1',
    },
  });
  const text = textOf(doc);
  for (const words of [
    '32,53',
    '1 CNY = 11,2726 RUB',
    'Банк России',
    '2,05%',
    '138****8888',
    'A7K2-0087-Q1',
  ]) {
    expect(text).toContain(words);
  }
  expect(doc.openDrawer).toBe(false);
});

test('a registered sale carries the register its marks and does not deny being fiscal', () => {
  const fiscal = {
    kind: 'registered',
    documentNumber: '33647',
    fiscalSign: '2124438805',
    qr: 't=1',
  } as const;
  const text = textOf(saleReceipt({ ...RECEIPT, fiscal }));
  expect(text).toContain('33647');
  expect(text).not.toContain('НЕ ЯВЛЯЕТСЯ');
});

test('a slip of a sale set aside promises in both languages that money goes back', () => {
  const amount = money(36668n, RUB);
  const text = textOf(
    setAsideSlip({
      head: HEAD,
      saleId: SALE_ID,
      amount,
      yuan: null,
      supportNumber: 'A-B-C',
      means: 'wallet',
    }),
  );
  expect(text).toContain('вернутся');
  expect(text).toContain('自动退回');
  expect(text).toContain('A-B-C');
});

test('a copy is the same paper between two marks, and never opens the drawer', () => {
  const doc = saleReceipt(RECEIPT);
  const copy = copyOf(doc);
  expect(copy.blocks.slice(1, -1)).toEqual(doc.blocks);
  expect(copy.openDrawer).toBe(false);
});

test('figures are written as people in Russia write them', () => {
  expect(amountText(money(1050608n, RUB))).toBe('10 506,08');
  expect(amountText(money(-5n, RUB))).toBe('-0,05');
  expect(quantityText(6000, 'piece')).toBe('6');
  expect(quantityText(12, 'kg')).toBe('0,012 кг');
  expect(dateTimeText(Date.UTC(2026, 0, 1, 21, 5), 180)).toBe('02.01.2026 00:05');
});
