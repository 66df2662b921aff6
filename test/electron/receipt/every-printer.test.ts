/** Every paper of the till on every shipped printer, with the longest and strangest a shop, a cashier or a wallet may bring. */
import { describe, expect, test } from 'vitest';
import type { ReceiptDoc } from '../../../drivers/contract/printer.ts';
import { encodeReceipt } from '../../../drivers/printer/encode.ts';
import { layoutReceipt } from '../../../drivers/printer/layout.ts';
import { shippedPrinterProfiles } from '../../../drivers/printer/profile.ts';
import type { SlipCard } from '../../../electron/receipt/card-blocks.ts';
import { balanceSlip, batchReport, cardSlip, declineSlip } from '../../../electron/receipt/card-slips.ts';
import { type CardPaid, saleReceipt, type WalletPaid } from '../../../electron/receipt/sale-receipt.ts';
import { copyOf, refundSlip, setAsideSlip } from '../../../electron/receipt/slips.ts';
import { withoutHan } from '../../../electron/receipt/without-han.ts';
import { LINES_MAX, type SaleLine } from '../../../electron/sale/basket.ts';
import type { SaleGift } from '../../../electron/sale/gift.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

const HEAD = {
  shop: {
    nameRu: 'Магазин подарков «Ёлка, Берёзка & Nestlé»',
    nameZh: '黑龙江省黑河市对面的友谊商店',
    inn: '2801000000',
    address: 'Благовещенск, ул. Ленина, 1',
    supportPhone: '8 800 000-00-00, добавочный 12345678901',
  },
  tillName: 'Касса самообслуживания № 12, второй этаж',
  receiptNumber: '214-0087',
  at: Date.UTC(2026, 10, 22, 14, 27),
  utcOffsetMinutes: 180,
  cashier: 'Константинопольская-Преображенская А. М., старший кассир',
};
const NAMES = [
  { ru: 'Шоколад «Алёнка» — молочный, 15 % жира…', zh: '阿伦卡牛奶巧克力（100克）', en: 'a' },
  { ru: 'Мыло L’Oréal Crème brûlée 2×90 г, ø 5 см²', zh: '欧莱雅100g', en: 'b' },
  { ru: 'Газета «Звязда», Мінск', zh: '《星报》', en: 'c' },
];

function sold(count: number): readonly SaleLine[] {
  return Array.from({ length: count }, (_, i) => ({
    lineId: `L${i + 1}`,
    goodsId: `${i}`,
    barcode: '',
    names: NAMES[i % NAMES.length] ?? { ru: '', zh: '', en: '' },
    vat: (['vat22', 'vat10', 'vat0', 'none'] as const)[i % 4] ?? 'none',
    unit: 'piece',
    quantityMilli: 3_000,
    unitPrice: money(99_999_99n, RUB),
  }));
}

const WALLET: WalletPaid = {
  means: 'wallet',
  yuan: money(325_300_000n, CNY),
  rate: { base: CNY, quote: RUB, value: 112_726_123_456_789_012_345n, scale: 19 },
  source: { name: 'CBR', date: '2026-11-21', markupBp: 205 },
  tradeNumber: '2026112222001412345678901234567890123456',
  buyer: 'abc***@a-very-long-company-name.example.com.cn',
  supportNumber: 'A7K2-0087-Q1',
};
const SALE_ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const GIFT: SaleGift = {
  charity: 'tiger',
  names: { ru: 'Фонд «Амурский тигр»', zh: '阿穆尔虎基金会', en: 'Amur Tiger Foundation' },
  amount: money(332n, RUB),
  roundsUp: true,
};
const sale = (lines: number, paid: WalletPaid | CardPaid = WALLET): ReceiptDoc =>
  saleReceipt({
    ...{ head: HEAD, saleId: SALE_ID, lines: sold(lines), gift: GIFT, paid },
    fiscal: { kind: 'not_required' },
  });
const amount = money(100n, RUB);
const largest = (currency: typeof RUB) => money(999_999_999_999n, currency);
const CARD: SlipCard = {
  maskedPan: '622260*********0005',
  scheme: 'UnionPay International',
  label: 'Дебетовая «Золотая» ©® карта с длинным именем',
  aid: 'A0000003330101010102030405060708',
  entry: 'fallback',
  cvm: 'online_pin',
  signatureAsked: true,
  authCode: 'A12345',
  rrn: '632610000001',
  responseCode: '00',
  stan: '999999',
  conversion: {
    price: largest(RUB),
    converted: largest(CNY),
    rate: { base: CNY, quote: RUB, value: 112_726_123_456_789_012n, scale: 16 },
    source: 'CBR',
    sourceDate: '2026-11-21',
    markupBp: 9_999,
    chosen: true,
  },
  billing: { amount: largest(CNY), rate: '0.0886400' },
};
const SLIP_HEAD = { ...HEAD, tid: '10000003', mid: '100000000000001' };
const CARD_SLIP = {
  head: SLIP_HEAD,
  copy: 'customer',
  operation: 'cancellation',
  receiptNumber: '99999-9999',
  charged: largest(CNY),
  card: CARD,
  toSign: false,
  supportNumber: 'A7K2-0087-Q1',
} as const;
const PAPERS: readonly (readonly [string, ReceiptDoc])[] = [
  ['a receipt', sale(3)],
  ['its copy', copyOf(sale(3))],
  ['the receipt of the fullest basket', sale(LINES_MAX)],
  [
    'a slip of a sale set aside',
    setAsideSlip({
      head: HEAD,
      saleId: SALE_ID,
      amount,
      yuan: null,
      supportNumber: 'A-B-C',
      means: 'wallet',
    }),
  ],
  [
    'a refund slip',
    refundSlip({
      head: HEAD,
      saleId: SALE_ID,
      means: 'wallet',
      amount,
      yuan: amount,
      lines: [{ lineId: 'L1', quantityMilli: 1000, sum: amount }],
      gift: GIFT,
      sold: sold(3),
      supportNumber: 'A-B-C',
      fiscal: { kind: 'registered', documentNumber: '12345', fiscalSign: '2124438805', qr: 't=1' },
    }),
  ],
  ['a receipt paid by card', sale(3, { means: 'card', card: CARD, supportNumber: 'A7K2-0087-Q1' })],
  ['a card slip to sign', cardSlip({ ...CARD_SLIP, copy: 'merchant', toSign: true })],
  ['a slip of a refused card', declineSlip({ ...CARD_SLIP, amount: CARD_SLIP.charged, outcome: 'reversed' })],
  [
    'a balance slip',
    balanceSlip({ head: SLIP_HEAD, card: CARD, balances: [largest(RUB), largest(CNY)], supportNumber: 'A' }),
  ],
  [
    'a batch report',
    batchReport({
      head: SLIP_HEAD,
      batch: '999999',
      agreed: false,
      totals: [
        { currency: 'CNY', sales: 999, salesSum: largest(CNY), refunds: 999, refundsSum: largest(CNY) },
      ],
    }),
  ],
];

describe.each(shippedPrinterProfiles().map((profile) => [profile.model, profile] as const))(
  'on %s',
  (_, profile) => {
    test.each(PAPERS)('%s can be set', (_name, doc) => {
      const fitting = profile.hanRom ? doc : withoutHan(doc);
      expect(encodeReceipt(fitting, profile).length).toBeGreaterThan(0);
    });
  },
);

test('without Chinese every figure and every Russian word is left, and no hole where the Chinese was', () => {
  const paper = layoutReceipt(withoutHan(sale(3)), 48).join('\n');
  for (const words of ['ИТОГ', 'Шоколад "Алёнка"', 'Списано, CNY', 'Электронно: Alipay', 'Курс']) {
    expect(paper).toContain(words);
  }
  expect(paper).not.toMatch(/\p{Script=Han}|[，。（）《》]/u);
  expect(paper).not.toContain('100g');
});

test('the source of the rate is named as people name it', () => {
  expect(layoutReceipt(sale(1), 64).join('\n')).toContain('Банк России 俄罗斯银行, 21.11.2026');
});

test('a payer whom the wallet names in letters no printer has is left out, and the receipt prints', () => {
  const paper = layoutReceipt(sale(1, { ...WALLET, buyer: 'lucky🐼***' }), 48).join('\n');
  expect(paper).not.toContain('Плательщик');
});
