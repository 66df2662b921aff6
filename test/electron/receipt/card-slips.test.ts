import { describe, expect, test } from 'vitest';
import type { ReceiptDoc } from '../../../drivers/contract/printer.ts';
import type { SlipCard, SlipCvm } from '../../../electron/receipt/card-blocks.ts';
import {
  balanceSlip,
  batchReport,
  type CardSlip,
  cardSlip,
  declineSlip,
} from '../../../electron/receipt/card-slips.ts';
import { withoutHan } from '../../../electron/receipt/without-han.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

const HEAD = {
  shop: {
    nameRu: 'Магазин «Амур»',
    nameZh: '黑龙江商店',
    inn: '2801000000',
    address: 'Благовещенск',
    supportPhone: '8 800 000-00-00',
  },
  tillName: 'Касса 03',
  cashier: 'Анна К.',
  tid: '10000003',
  mid: '100000000000001',
  at: 1_795_327_200_000,
  utcOffsetMinutes: 180,
};
const CARD: SlipCard = {
  maskedPan: '622260******0005',
  scheme: 'UnionPay',
  label: 'UNIONPAY DEBIT',
  aid: 'A000000333010101',
  entry: 'chip',
  cvm: 'online_pin',
  signatureAsked: false,
  authCode: 'A12345',
  rrn: '632610000001',
  responseCode: '00',
  stan: '000042',
  conversion: null,
  billing: null,
};
const SLIP: CardSlip = {
  head: HEAD,
  copy: 'customer',
  operation: 'sale',
  receiptNumber: '1-0001',
  charged: money(502_990n, RUB),
  card: CARD,
  toSign: false,
  supportNumber: 'A7K2-0087-Q1',
};
const CONVERSION = {
  price: money(502_990n, RUB),
  converted: money(44_621n, CNY),
  rate: { base: CNY, quote: RUB, value: 112_726n, scale: 4 },
  source: 'CBR',
  sourceDate: '2026-11-21',
  markupBp: 250,
  chosen: true,
};

function textOf(doc: ReceiptDoc): string {
  return doc.blocks
    .map((b) => (b.kind === 'text' ? b.text : b.kind === 'pair' ? `${b.left} ${b.right}` : ''))
    .join('\n');
}

test('the application has the card’s own word for it, or else its payment system’s name, and not both', () => {
  const named = (card: Partial<SlipCard>): string =>
    textOf(cardSlip({ ...SLIP, card: { ...CARD, ...card } }));
  expect(named({ scheme: 'mir', label: 'MIR DEBIT' })).toContain('Приложение 应用 MIR DEBIT');
  expect(named({ scheme: 'mir', label: null })).toContain('Приложение 应用 Мир');
  expect(named({ scheme: null, label: ' ' })).not.toContain('Приложение');
});

test('the source of a rate stands under its own name', () => {
  const text = textOf(cardSlip({ ...SLIP, card: { ...CARD, conversion: CONVERSION } }));
  expect(text).toContain('Источник: Банк России 俄罗斯银行, 21.11.2026');
});

test('a slip names card, application, entry, codes, terminal and merchant, and never more of the number than it may', () => {
  const text = textOf(cardSlip(SLIP));
  for (const part of [
    '622260******0005',
    'A000000333010101',
    'Чип',
    'A12345',
    '632610000001',
    '10000003',
    '100000000000001',
    '5 029,90',
    'APPROVED',
  ]) {
    expect(text).toContain(part);
  }
  expect(text.replaceAll(HEAD.mid, '').replaceAll(CARD.aid ?? '', '')).not.toMatch(/[0-9]{13,19}/);
});

describe('the holder’s proof', () => {
  const holderOf = (cvm: SlipCvm, signatureAsked: boolean, toSign: boolean): string =>
    textOf(cardSlip({ ...SLIP, toSign, card: { ...CARD, cvm, signatureAsked } }));
  const rows: readonly [SlipCvm, string][] = [
    ['online_pin', 'ПИН-код, подпись не нужна'],
    ['signature', 'No signature required'],
    ['device', 'на устройстве'],
    ['none', 'не нужны'],
  ];

  test.each(rows)('%s is said as it was', (cvm, words) => {
    const text = holderOf(cvm, false, false);
    expect(text).toContain(words);
    expect(text).not.toContain('________');
  });

  test.each(rows)(
    '%s with a signature that is asked for has a line to sign on, and then says that it is signed',
    (cvm) => {
      const toSign = holderOf(cvm, true, true);
      const signed = holderOf(cvm, true, false);
      expect(toSign).toContain('________');
      expect(signed).toContain('Подписано держателем карты');
      for (const text of [toSign, signed])
        expect(text).not.toMatch(/не нужн|не потребовалась|[Nn]o signature/);
    },
  );

  test('a PIN is said beside a signature', () => {
    expect(holderOf('offline_pin', true, true)).toContain('Введен ПИН-код');
  });
});

test('conversion at the till prints both sums, rate, mark-up and the sentence of the choice in three languages', () => {
  const text = textOf(
    cardSlip({ ...SLIP, charged: CONVERSION.converted, card: { ...CARD, conversion: CONVERSION } }),
  );
  for (const part of [
    '5 029,90',
    '446,21',
    '11,2726',
    '2,50%',
    'Я выбрал(а) оплату в валюте моей карты',
    '并选择以本卡币种支付',
    'in the currency of my card',
  ]) {
    expect(text).toContain(part);
  }
  const declined = textOf(
    cardSlip({ ...SLIP, card: { ...CARD, conversion: { ...CONVERSION, chosen: false } } }),
  );
  expect(declined).toContain('chose to pay in roubles');
});

test.each([
  ['sale', 'Списано банком карты, CNY 446,21'],
  ['completion', 'Списано банком карты, CNY 446,21'],
  ['preauthorisation', 'Удержано банком карты, CNY 446,21'],
  ['cancellation', 'Освобождено банком карты, CNY 446,21'],
  ['refund', 'Возвращено банком карты, CNY 446,21'],
  ['void', 'Возвращено банком карты, CNY 446,21'],
] as const)('what the issuer made of a %s is said as what it did with the money', (operation, words) => {
  const billing = { amount: money(44_621n, CNY), rate: '0.0886400' };
  const text = textOf(cardSlip({ ...SLIP, operation, card: { ...CARD, billing } }));
  expect(text.split('\n').filter((row) => row.includes('банком карты'))).toEqual([words]);
});

test('a decline says that nothing was charged, a reversal that it goes back', () => {
  const slip = {
    head: HEAD,
    operation: 'sale',
    receiptNumber: '1-0001',
    amount: SLIP.charged,
    card: CARD,
    supportNumber: 'A',
  } as const;
  expect(textOf(declineSlip({ ...slip, outcome: 'declined' }))).toContain('Деньги не списаны');
  expect(textOf(declineSlip({ ...slip, outcome: 'reversed' }))).toContain('банк вернет');
});

test.each([
  ['refund', 'declined', 'Деньги не возвращены. 未退款。'],
  ['refund', 'reversed', 'Возврат отменен, деньги не возвращены.'],
  ['void', 'declined', 'Деньги не возвращены. 未退款。'],
  ['cancellation', 'declined', 'Предавторизация не отменена. 预授权未撤销。'],
] as const)(
  'a %s that was %s promises nobody money, nor says that none was taken',
  (operation, outcome, words) => {
    const slip = {
      head: HEAD,
      receiptNumber: '1-0001',
      amount: money(1n, RUB),
      card: CARD,
      supportNumber: 'A',
    };
    const text = textOf(declineSlip({ ...slip, operation, outcome }));
    expect(text).toContain(words);
    expect(text).not.toMatch(/не списаны|未扣款|банк вернет|退回原卡/);
  },
);

test('a batch report lists each currency by itself and says whether the sides agree', () => {
  const row = (currency: typeof RUB) => ({
    currency,
    sales: 2,
    salesSum: money(100_000n, currency),
    refunds: 1,
    refundsSum: money(2_500n, currency),
  });
  const text = textOf(
    batchReport({ head: HEAD, batch: '000007', agreed: false, totals: [row(CNY), row(RUB)] }),
  );
  for (const part of ['000007', 'CNY', 'RUB', '1 000,00', '25,00', 'РАСХОДЯТСЯ'])
    expect(text).toContain(part);
});

test('every slip is still whole for a printer without Chinese', () => {
  const slips = [
    cardSlip({
      ...SLIP,
      card: { ...CARD, conversion: CONVERSION, billing: { amount: money(1n, CNY), rate: '0.0886' } },
    }),
    balanceSlip({ head: HEAD, card: CARD, balances: [money(1n, RUB)], supportNumber: 'A' }),
    batchReport({ head: HEAD, batch: '000001', agreed: true, totals: [] }),
  ];
  for (const slip of slips) {
    const text = textOf(withoutHan(slip));
    expect(text).not.toMatch(/\p{Script=Han}/u);
    expect(text).toMatch(/\p{Script=Cyrillic}/u);
  }
});
