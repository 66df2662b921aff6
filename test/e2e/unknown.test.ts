/** A payment without an answer, on the real screens: it owns the till through a reload and a kill -9 until a supervisor
 *  sets the sale aside; the till sells on for cash, and the gateway alone settles what became of the money. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counter } from '../../build/counter.ts';
import { barcodeOf } from '../../build/demo-steps.ts';

let counter: Counter;
let supportNumber: string;

beforeAll(async () => {
  counter = await Counter.open({
    // The gateway asks late enough that nothing but the set-aside ends the wait.
    payments: { firstInquiryAfterUnknownMs: 300_000, giveUpAfterMs: 600_000, resumeAfterMs: 500 },
    policy: { replyTimeoutMs: 2_000, unknownAfterMs: 500, askEveryMs: 500 },
  });
  await counter.signIn();
});
afterAll(() => counter?.close());

const words = (text: string | null): string => (text ?? '').replaceAll(/\s+/g, ' ').trim();

/** What the screen says of the payment that has no answer. */
async function locked() {
  const { cashier } = counter;
  await cashier.locator('[data-cause="no_answer"]').waitFor();
  const note = words(await cashier.locator('.card-note').textContent());
  return {
    amount: await cashier.getByTestId('payment-amount').getAttribute('data-minor'),
    supportNumber: /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/.exec(note)?.[0] ?? '',
    receipt: /[0-9]+-[0-9]{4}/.exec(note)?.[0] ?? '',
  };
}

test('a payment without an answer owns the screen and locks the goods, although the money was taken', async () => {
  const { cashier, customer, wallet, paper } = counter;
  await counter.ringUp(barcodeOf('Янтарь, подвеска'));
  await wallet.arm('payment_unknown_effect_done', 'alipay.trade.pay');
  await counter.payByCode();
  await counter.sees('wallet_unknown');
  expect(words(await cashier.locator('h1[role="alert"]').textContent())).toBe('Оплата ещё не подтверждена');
  await customer.getByTestId('customer-please_wait').waitFor();
  const seen = await locked();
  expect(seen).toEqual({ amount: '490000', supportNumber: expect.stringMatching(/./), receipt: '1-0001' });
  ({ supportNumber } = seen);
  expect((await wallet.books()).trades.map(({ status }) => status)).toEqual(['TRADE_SUCCESS']);

  await paper.scan(barcodeOf('Молоко 3,2'));
  await cashier.locator('[data-testid="notice"][data-code="SCAN_PAYMENT_OPEN"]').waitFor();
  for (const key of ['F8', 'F10', 'Escape', 'Enter', 'Delete']) await cashier.keyboard.press(key);
  await counter.sees('wallet_unknown');
});

test('a reload of the page shows the same payment', async () => {
  await counter.cashier.reload();
  expect(await locked()).toMatchObject({ amount: '490000', supportNumber });
});

test('a kill -9 of the terminal does not lose it', async () => {
  await counter.estate.kill('terminal');
  await counter.cashier.getByTestId('link-lost').waitFor();
  await counter.estate.start('terminal');
  await counter.openScreens();
  expect(await locked()).toMatchObject({ amount: '490000', supportNumber });
});

test('with the gateway dead a supervisor sets the sale aside, and a slip says so', async () => {
  const { cashier, paper } = counter;
  await counter.estate.kill('gateway');
  await cashier.getByTestId('gateway-silent').waitFor();
  const papers = await paper.count();
  await cashier.keyboard.press('F12');
  await counter.approve();
  await cashier.keyboard.press('Enter');
  await counter.sees('set_aside');
  const slip = words(await paper.text(await paper.after(papers)));
  expect(slip).toContain('ПРОДАЖА ОТЛОЖЕНА');
  expect(slip).toContain(supportNumber);
  await counter.next();
  await cashier.getByTestId('banner-set-aside').waitFor();
});

test('cash goes on without a gateway, with change', async () => {
  const { cashier, customer, paper } = counter;
  await cashier.getByTestId('banner-gateway').waitFor();
  await counter.ringUp(barcodeOf('Хлеб бородинский'));
  expect(await cashier.getByTestId('pay-alipay').isDisabled()).toBe(true);
  await cashier.keyboard.press('F8');
  await counter.sees('cash');
  await cashier.keyboard.type('100');
  await cashier.keyboard.press('Enter');
  await counter.sees('paid');
  expect(await cashier.getByTestId('change').getAttribute('data-minor')).toBe('2550');
  await customer.getByTestId('customer-change').waitFor();
  const receipt = await paper.newest();
  expect(receipt?.drawerKicks).toHaveLength(1);
  await counter.next();
});

test('the gateway comes back, returns the money by itself, and today’s list shows it', async () => {
  const { cashier, wallet } = counter;
  await counter.estate.start('gateway');
  await cashier.keyboard.press('F6');
  await counter.sees('today');
  const row = cashier.getByTestId('today-row').filter({ hasText: '1-0001' });
  await row.locator('.state.returned').waitFor({ timeout: 25_000 });
  expect((await wallet.books()).trades.map(({ status }) => status)).toEqual(['TRADE_CLOSED']);
  await cashier.locator('[data-testid="gateway-check"][data-state="well"]').waitFor();
  await row.click();
  await cashier.getByTestId('sale-detail').getByText('Деньги вернулись покупателю').waitFor();
  expect(await cashier.getByTestId('total-cash').getAttribute('data-minor')).toBe('7450');
  expect(await cashier.getByTestId('total-wallet').getAttribute('data-minor')).toBe('0');
});
