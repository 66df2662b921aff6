/** The donation line on the real screens: offered, added by keyboard, taken away by touch, added again, paid by wallet, on paper,
 *  and owed whole to the charity in the gateway's own ledger. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counter } from '../../build/counter.ts';
import { barcodeOf } from '../../build/demo-steps.ts';
import type { Paper } from '../../build/paper-tray.ts';

let counter: Counter;
let receipt: Paper;

beforeAll(async () => {
  counter = await Counter.open();
  await counter.signIn();
});
afterAll(() => counter?.close());

const words = (text: string | null): string => (text ?? '').replaceAll(/\s+/g, ' ').trim();
const total = (kopecks: string) =>
  counter.cashier.locator(`[data-testid="total"][data-minor="${kopecks}"]`).waitFor();
const told = () => counter.cashier.locator('[data-testid="gift-line"][data-told="true"]').waitFor();

/** Credit less debit of an account in the gateway's file, folded here. */
function owed(account: string): number {
  const db = new Database(join(counter.estate.directory, 'gateway.sqlite'), { readonly: true });
  try {
    const sql = `SELECT coalesce(sum(iif(side = 'credit', amount_minor, -amount_minor)), 0) FROM entry WHERE account = ?`;
    return db.prepare(sql).pluck().get(account) as number;
  } finally {
    db.close();
  }
}

test('nothing is given that nobody chose; F4, a sum and the customer sees it as a line of its own', async () => {
  const { cashier, customer } = counter;
  await counter.ringUp(barcodeOf('Матрёшка 5 мест'), barcodeOf('Магнит «Благовещенск»'));
  await total('204000');
  expect(await cashier.getByTestId('gift-line').count()).toBe(0);
  await cashier.keyboard.press('F4');
  await cashier.getByTestId('gift-dialog').waitFor();
  expect(await cashier.evaluate('document.activeElement.dataset.testid')).toBe('gift-close');
  // 2,040.00 is round to 10 already: 10.00 and 60.00 are left.
  expect(await cashier.locator('[data-testid^="gift-round-"]').count()).toBe(2);
  await cashier.getByTestId('gift-round-1').focus();
  await cashier.keyboard.press('Enter');
  await total('205000');
  await told();
  expect(words(await customer.getByTestId('customer-gift').textContent())).toContain('捐款：阿穆尔虎基金会');
  expect(words(await customer.getByTestId('customer-total').textContent())).toBe('2 050.00 ₽');
  expect(await cashier.getByTestId('pay-cash').isDisabled()).toBe(true);
});

test('it is taken away with a touch, and a sum of the customer’s own is added instead', async () => {
  const { cashier, customer } = counter;
  await cashier.getByTestId('gift-remove').click();
  await total('204000');
  await customer.getByTestId('customer-gift').waitFor({ state: 'detached' });
  await cashier.getByTestId('gift').click();
  await cashier.getByTestId('gift-other').click();
  await cashier.getByTestId('entry').waitFor();
  await cashier.keyboard.type('150');
  await cashier.keyboard.press('Enter');
  await total('219000');
  await told();
});

test('it is paid with the goods, printed below them, and owed whole to the charity', async () => {
  const { cashier, paper } = counter;
  const papers = await paper.count();
  await counter.payByCode();
  await counter.sees('paid');
  expect(await cashier.getByTestId('paid-total').getAttribute('data-minor')).toBe('219000');
  receipt = await paper.after(papers);
  const text = words(await paper.text(receipt));
  for (const part of [
    'ИТОГ 合计 2 040,00',
    'Пожертвование: Фонд «Амурский тигр»'.replaceAll(/[«»]/g, '"'),
    'Не товар, без НДС 非商品 150,00',
    'Всего к оплате 应付总额 2 190,00',
  ]) {
    expect(text).toContain(part);
  }
  await expect.poll(() => owed('charity_payable:tiger')).toBe(15_000);
  // 1.8 % of 2,040.00, and of nothing else.
  expect(owed('mdr_income:acquirer')).toBe(3_672);
  await counter.next();
});

test('the whole sale goes back on its day, and the gift with it', async () => {
  const { cashier } = counter;
  await cashier.keyboard.press('F3');
  await counter.sees('refund_find');
  await counter.wedge.scan(receipt.qr[0] ?? '');
  await counter.sees('refund_choose');
  await cashier.locator('[data-testid="remaining"][data-minor="204000"]').waitFor();
  await cashier.getByTestId('refund-whole').click();
  await counter.sees('refund_confirm');
  await cashier.locator('[data-testid="refund-sum"][data-minor="219000"]').waitFor();
  await counter.approve();
  await cashier.keyboard.press('Enter');
  await cashier.locator('[data-testid="refund-done"][data-outcome="approved"]').waitFor();
  await expect.poll(() => owed('charity_payable:tiger')).toBe(0);
});
