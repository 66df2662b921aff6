/** A day's ordinary work on the real screens: Chromium on the served terminal, over the whole estate. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counter } from '../../build/counter.ts';
import { barcodeOf } from '../../build/demo-steps.ts';
import { BUYER } from '../../build/estate-config.ts';
import type { Paper } from '../../build/paper-tray.ts';
import { TillClient } from '../../build/till-client.ts';
import { both, readQr } from './read-qr.ts';

let counter: Counter;
let receipt: Paper;

beforeAll(async () => {
  counter = await Counter.open();
});
afterAll(() => counter?.close());

const words = (text: string | null): string => (text ?? '').replaceAll(/\s+/g, ' ').trim();
const total = (kopecks: string) =>
  counter.cashier.locator(`[data-testid="total"][data-minor="${kopecks}"]`).waitFor();

test('a cashier signs in by keyboard alone', async () => {
  await counter.signIn();
  expect(await counter.cashier.getByTestId('cashier-name').textContent()).toBe('Анна К.');
});

test('goods come by wedge under a Russian layout, by search and by quick key; total and yuan are right', async () => {
  const { cashier, customer } = counter;
  await counter.ringUp(barcodeOf('Матрёшка 5 мест'));
  await cashier.keyboard.press('Control+k');
  await cashier.keyboard.type('чай');
  await counter.ringUp(barcodeOf('Магнит «Благовещенск»'));
  expect(await cashier.getByTestId('search').inputValue()).toBe('чай');

  await cashier.getByTestId('search').fill('柳兰茶 100');
  await cashier.getByTestId('found').first().waitFor();
  await cashier.keyboard.press('Enter');
  await cashier.locator('.line.selected', { hasText: 'Иван-чай' }).waitFor();

  await cashier.keyboard.press('Escape');
  await cashier.getByTestId('quick-tile').filter({ hasText: 'Пряник' }).click();
  await cashier.locator('.line.selected', { hasText: 'Пряник' }).waitFor();
  await cashier.keyboard.press('F2');
  await cashier.getByTestId('entry').waitFor();
  await cashier.keyboard.type('3');
  await cashier.keyboard.press('Enter');
  await cashier.locator('.line.selected', { hasText: '567,00' }).waitFor();

  // 412 g of sweets at 690.00 a kilogram, from the label of the scale.
  await counter.wedge.scan('2100049004125');
  await cashier.locator('.line.selected', { hasText: '284,28' }).waitFor();

  await cashier.getByTestId('line').filter({ hasText: 'Магнит' }).locator('button').click();
  await cashier.locator('.line.selected', { hasText: 'Магнит' }).waitFor();
  await cashier.keyboard.press('Delete');
  await total('306128');
  expect(await cashier.getByTestId('line').count()).toBe(4);

  // 11.3635 from the Bank of Russia less 0.8 % is 11.272592 roubles a yuan.
  expect(words(await cashier.getByTestId('yuan').textContent())).toMatch(/^≈ 271,57 ¥ по 11,272592 ₽\/¥,/);
  expect(words(await customer.getByTestId('customer-yuan').textContent())).toBe('¥ 271.57');
  expect(words(await customer.getByTestId('customer-total').textContent())).toBe('3 061.28 ₽');
});

test('the customer’s code is scanned: paid on both screens, booked at the wallet, on paper', async () => {
  const { cashier, customer, paper } = counter;
  const papers = await paper.count();
  await counter.payByCode();
  await counter.sees('paid');
  expect(await cashier.getByTestId('paid-total').getAttribute('data-minor')).toBe('306128');
  await customer.getByTestId('customer-paid').waitFor();
  const { trades } = await counter.wallet.books();
  expect(trades.map(({ status, payFen }) => [status, payFen])).toEqual([['TRADE_SUCCESS', '27157']]);

  receipt = await paper.after(papers);
  expect([receipt.errors, receipt.drawerKicks]).toEqual([[], []]);
  const text = words(await paper.text(receipt));
  for (const part of [
    '套娃五件套',
    '0,412 кг x 690,00',
    '3 x 189,00',
    'ИТОГ 合计 3 061,28',
    '实付, CNY 271,57',
  ]) {
    expect(text).toContain(part);
  }
  await counter.next();
  await cashier.getByTestId('basket-empty').waitFor();
});

test('the QR on the customer’s display is read by two engines from a screenshot, and the phone pays by it', async () => {
  const { cashier, customer } = counter;
  await counter.ringUp(barcodeOf('Мёд липовый'), barcodeOf('Пряник тульский'));
  await counter.showQr();
  const till = await TillClient.connect(counter.estate.address('terminal', 'cashier'));
  const shown = await till.screen('wallet_qr');
  till.close();
  const content = shown.payment.qr?.content ?? '';
  expect(content).toMatch(/^https:\/\/qr\.alipay\.com\//);
  expect(await readQr(await customer.screenshot())).toEqual(both(content));

  const phone = await counter.openPhone();
  await phone.getByTestId('action-scan').click();
  await phone.getByTestId('scan-input').fill(content);
  await phone.getByTestId('scan-submit').click();
  await phone.getByTestId('confirm').waitFor();
  await phone.keyboard.type(BUYER.pin);
  await phone.locator('[data-testid="result"][data-status="success"]').waitFor();
  await Promise.all([counter.sees('paid'), customer.getByTestId('customer-paid').waitFor()]);
  expect(await cashier.getByTestId('paid-total').getAttribute('data-minor')).toBe(
    shown.payment.amount.amountMinor,
  );
  await counter.next();
  await phone.context().close();
});

test('the code of the printed receipt finds the sale, and one of its goods goes back', async () => {
  const { cashier, paper } = counter;
  const [code = ''] = receipt.qr;
  expect(code).toMatch(/^AMUR1:[0-9A-Z]{26}$/);
  expect(await readQr(await paper.picture(receipt))).toEqual(both(code));

  await cashier.keyboard.press('F3');
  await counter.sees('refund_find');
  await counter.wedge.scan(code);
  await counter.sees('refund_choose');
  const gingerbread = cashier.getByTestId('refund-line').filter({ hasText: 'Пряник' });
  await gingerbread.getByTestId('refund-plus').click();
  await gingerbread.getByTestId('refund-plus').click();
  await cashier.locator('[data-testid="refund-chosen"][data-minor="37800"]').waitFor();
  await cashier.getByTestId('refund-proceed').click();
  await counter.sees('refund_confirm');
  const papers = await paper.count();
  await counter.approve();
  await cashier.keyboard.press('Enter');
  await cashier.locator('[data-testid="refund-done"][data-outcome="approved"]').waitFor();
  const slip = words(await paper.text(await paper.after(papers)));
  expect(slip).toContain('378,00');
  expect(slip.toUpperCase()).toContain('ВОЗВРАТ');

  // 378.00 of 3,061.28 roubles is as much of 271.57 yuan.
  const { refunds } = await counter.wallet.books();
  expect(refunds.map(({ payFen }) => payFen)).toEqual(['3353']);
  await cashier.getByTestId('print').and(cashier.locator('[data-state="printed"]')).waitFor();
  await counter.pressOn();
  await counter.sees('sale');
});

test('over a thousand yuan the phone asks for its password, and the till waits', async () => {
  const { cashier, customer } = counter;
  const phone = await counter.openPhone();
  await counter.ringUp(barcodeOf('Янтарь, бусы'), barcodeOf('Шапка-ушанка меховая'));
  await counter.payByCode();
  await cashier.locator('[data-cause="buyer_confirming"]').waitFor();
  await customer.getByTestId('customer-confirm_on_phone').waitFor();
  await phone.getByTestId('confirm').waitFor();
  await phone.keyboard.type(BUYER.pin);
  await phone.locator('[data-testid="result"][data-status="success"]').waitFor();
  await counter.sees('paid');
  await counter.next();
  await phone.context().close();
});

test('the serial scanner rings goods up, and what is not legal here is refused in sight', async () => {
  const { cashier, paper, wallet } = counter;
  await paper.scan(barcodeOf('Молоко 3,2'));
  await cashier.locator('.line.selected', { hasText: 'Молоко' }).waitFor();

  const refused = async (code: string) => {
    const notice = cashier.locator(`[role="alert"][data-testid="notice"][data-code="${code}"]`);
    await notice.waitFor();
    expect(words(await notice.locator('strong').textContent())).not.toBe('');
  };
  await paper.scan('134567890123456789');
  await refused('WALLET_UNSUPPORTED');
  await paper.scan('https://qr.alipay.com/fkx01234567890123456789');
  await refused('PERSONAL_CODE_REFUSED');
  await paper.scan(await wallet.paymentCode(BUYER.buyerId));
  await refused('SCAN_CHOOSE_WALLET_FIRST');
  await paper.scan('no such thing');
  await refused('SCAN_UNRECOGNISED');
  expect(await cashier.getByTestId('line').count()).toBe(1);

  await cashier.keyboard.press('F10');
  await counter.sees('wallet');
  await paper.scan(barcodeOf('Молоко 3,2'));
  await refused('SCAN_GOODS_NOT_HERE');
  await paper.scan('134567890123456789');
  await refused('WALLET_UNSUPPORTED');
  await cashier.keyboard.press('Escape');
  await counter.sees('sale');
  expect(await cashier.getByTestId('line').count()).toBe(1);
});
