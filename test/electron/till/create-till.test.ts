import { expect, test } from 'vitest';
import { ALIPAY_CODE, Counter } from './counter-kit.ts';

test('a scanned code pays the sale, and the receipt says so in both languages', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.fillForWallet();
  const basket = counter.on('wallet').basket;
  expect(basket.total).toEqual({ amountMinor: '502990', currency: 'RUB' });
  expect(basket.yuan).toEqual({ amountMinor: '44621', currency: 'CNY' });
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  const paid = counter.on('paid');
  expect(paid.means).toBe('wallet');
  expect(paid.print).toEqual({ state: 'printed' });
  const text = counter.printer.text();
  for (const words of ['阿伦卡牛奶巧克力', '5 029,90', 'CNY', '138****8888', 'Bank of Russia', '2,00%']) {
    expect(text).toContain(words);
  }
  await counter.ok({ command: 'next' });
  expect(counter.on('sale').basket.lines).toEqual([]);
  expect(counter.on('sale').basket.receiptNumber).toBe('1-0002');
});

test('a QR is shown, and the sale is paid when the gateway tells it', async () => {
  const counter = new Counter();
  counter.link.starts = 'waiting';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'wallet_show_qr' });
  const { payment } = counter.on('wallet_qr');
  expect(counter.till.customerView().qr?.content).toBe(payment.qr?.content);
  counter.link.move(payment.attemptId, { state: 'approved' }, true);
  await counter.world.settle();
  expect(counter.on('paid').payment?.attemptId).toBe(payment.attemptId);
  expect(counter.till.customerView()).toMatchObject({ state: 'paid', takesCards: false });
});

test('cash sells with the gateway down: change is given and the drawer opens', async () => {
  const counter = new Counter();
  counter.link.state = 'down';
  await counter.open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'line_add', goodsId: '00485', grams: 412 });
  await counter.ok({ command: 'cash_begin' });
  expect(counter.on('cash').suggestions.map((s) => s.amountMinor)).toEqual([
    '49658',
    '50000',
    '60000',
    '100000',
    '200000',
    '500000',
  ]);
  expect(await counter.refused({ command: 'cash_pay', tenderedMinor: '49657' })).toBe('CASH_TOO_LITTLE');
  await counter.ok({ command: 'cash_pay', tenderedMinor: '50000' });
  expect(counter.on('paid').change).toEqual({ amountMinor: '342', currency: 'RUB' });
  expect(counter.printer.docs.at(-1)?.openDrawer).toBe(true);
});
