/** `npm run pictures [-- console|counter]`: the documents' pictures, taken from the real estate in Chromium while a cashier works, and from
 *  the operator's pages over played days. What is in them was really sold, paid and printed; nothing is drawn by hand. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { requireNode } from '../gateway/kernel/node-version.ts';
import { CASHIER_SCREEN } from './browser.ts';
import { cardPictures } from './card-pictures.ts';
import { readCommandLine } from './command-line.ts';
import { Counter } from './counter.ts';
import { consolePictures } from './days/console-pictures.ts';
import { barcodeOf } from './demo-steps.ts';
import { BUYER, SAMPLE_BUYERS, SHIPPED_TERMINAL } from './estate-config.ts';
import { ensureBundles } from './fresh-bundle.ts';
import { LineTap } from './line-tap.ts';
import { ROOT } from './process.ts';
import { TillClient } from './till-client.ts';

requireNode();

const FOLDER = join(ROOT, 'docs', 'pictures');
const MOST_BYTES = 400_000;
const LARGE_SCREEN = { width: 1920, height: 1080 };

/** 412 g of sweets, from the label of the scale. */
const SWEETS = '2100049004125';

const [part] = readCommandLine({
  name: 'npm run pictures',
  says: "The documents' pictures, taken while a cashier works and over played days.",
  words: { name: 'part', of: ['all', 'console', 'counter'], default: 'all' },
  options: {},
}).words;

mkdirSync(FOLDER, { recursive: true });
ensureBundles((text) => process.stderr.write(`${text}\n`));
if (part !== 'counter') await consolePictures({ take }, (text) => process.stderr.write(`${text}\n`));
if (part === 'console') process.exit(0);
const line = await LineTap.open();
const counter = await Counter.open({
  terminalProgram: SHIPPED_TERMINAL,
  line,
  // Short enough to wait for; the till's own is over before the line is found to be dead.
  cards: {
    limits: { replyTimeoutMs: 4_000, adviceTimeoutMs: 4_000 },
    timers: { requestBoundMs: 6_000 },
    policy: { replyTimeoutMs: 3_500, repeatFirstMs: 4_000, unknownAfterMs: 2_000 },
  },
  // The gateway asks now and then, so that the picture of a payment without an answer holds still.
  payments: { firstInquiryAfterUnknownMs: 2_000, inquiryEveryMs: 3_000 },
  policy: { unknownAfterMs: 500, askEveryMs: 500 },
});
try {
  await counter.signIn();
  await quietSales();
  await wholeSale();
  await refundOfPart();
  await withoutAnswer();
  await cardPictures(counter, line, { take, keep });
  await payCash('10000');
  await day();
} finally {
  await counter.close();
  line.close();
}

async function take(name: string, page: Page): Promise<void> {
  await page.evaluate('document.fonts.ready');
  keep(name, await page.screenshot());
}

function keep(name: string, picture: Buffer): void {
  const path = join(FOLDER, name);
  writeFileSync(path, picture);
  const { size } = statSync(path);
  process.stderr.write(`${name}: ${Math.round(size / 1024)} kB\n`);
  if (size > MOST_BYTES)
    throw new Error(`${name} has ${size} bytes; the documents take at most ${MOST_BYTES}.`);
}

/** A basket of visitors' goods, six sorts. */
async function fillBasket(): Promise<void> {
  await counter.ringUp(barcodeOf('Шоколад с кедровым'));
  await count('6');
  await counter.ringUp(barcodeOf('Мёд липовый'));
  await count('2');
  await counter.ringUp(barcodeOf('Платок павловопосадский'));
  await counter.ringUp(barcodeOf('Чай «Иван-чай»'));
  await count('3');
  await counter.ringUp(barcodeOf('Матрёшка 5 мест'));
  await counter.wedge.scan(SWEETS);
  await counter.cashier.locator('.line.selected', { hasText: '284,28' }).waitFor();
}

async function count(pieces: string): Promise<void> {
  const { cashier } = counter;
  await cashier.keyboard.press('F2');
  await cashier.getByTestId('entry').waitFor();
  await cashier.keyboard.type(pieces);
  await cashier.keyboard.press('Enter');
  await cashier.locator('.line.selected', { hasText: `${pieces} ×` }).waitFor();
}

/** A few sales before, so that the day's list has something to show. */
async function quietSales(): Promise<void> {
  await counter.ringUp(barcodeOf('Хлеб бородинский'), barcodeOf('Молоко 3,2'));
  await payCash('500');
  await counter.ringUp(barcodeOf('Магнит «Благовещенск»'), barcodeOf('Пряник тульский'));
  await counter.payByCode(SAMPLE_BUYERS[1]);
  await counter.sees('paid');
  await counter.next();
  await counter.ringUp(barcodeOf('Вода питьевая'));
  await payCash('100');
}

async function payCash(notes: string): Promise<void> {
  await counter.cashier.keyboard.press('F8');
  await counter.sees('cash');
  await counter.cashier.keyboard.type(notes);
  await counter.cashier.keyboard.press('Enter');
  await counter.sees('paid');
  await counter.next();
}

async function wholeSale(): Promise<void> {
  const { cashier, customer, paper } = counter;
  await fillBasket();
  await take('cashier-1366.png', cashier);
  await cashier.setViewportSize(LARGE_SCREEN);
  await take('cashier-1920.png', cashier);
  await cashier.setViewportSize(CASHIER_SCREEN);
  const phone = await counter.openPhone();
  await phone.getByTestId('action-code').click();
  await phone.getByTestId('payment-qr').waitFor();
  await take('phone-390.png', phone);
  await counter.showQr();
  await take('customer-1024.png', customer);
  await phone.reload();
  await phone.getByTestId('action-scan').click();
  await phone.getByTestId('scan-input').fill(await shownQr());
  await phone.getByTestId('scan-submit').click();
  await phone.getByTestId('confirm').waitFor();
  await take('phone-confirm-390.png', phone);
  const papers = await paper.count();
  await phone.keyboard.type(BUYER.pin);
  await counter.sees('paid');
  await cashier.locator('[data-testid="print"][data-state="printed"]').waitFor();
  await take('paid-1366.png', cashier);
  keep('receipt.png', await paper.picture(await paper.after(papers)));
  await phone.context().close();
  await counter.next();
}

/** What the QR says, as the till has it from the gateway. */
async function shownQr(): Promise<string> {
  const till = await TillClient.connect(counter.estate.address('terminal', 'cashier'));
  const { payment } = await till.screen('wallet_qr');
  till.close();
  return payment.qr?.content ?? '';
}

async function refundOfPart(): Promise<void> {
  const { cashier } = counter;
  const code = (await counter.paper.newest())?.qr[0] ?? '';
  await cashier.keyboard.press('F3');
  await counter.sees('refund_find');
  await counter.wedge.scan(code);
  await counter.sees('refund_choose');
  const chocolate = cashier.getByTestId('refund-line').filter({ hasText: 'Шоколад с' });
  await chocolate.getByTestId('refund-plus').click();
  await chocolate.getByTestId('refund-plus').click();
  await take('refund-1366.png', cashier);
  await cashier.getByTestId('refund-proceed').click();
  await counter.sees('refund_confirm');
  await counter.approve();
  await cashier.keyboard.press('Enter');
  await cashier.locator('[data-testid="refund-done"][data-outcome="approved"]').waitFor();
  await cashier.locator('[data-testid="print"][data-state="printed"]').waitFor();
  await counter.pressOn();
  await counter.sees('sale');
}

async function withoutAnswer(): Promise<void> {
  const { cashier } = counter;
  await counter.ringUp(barcodeOf('Янтарь, подвеска'), barcodeOf('Икра лососёвая, 140'));
  await counter.wallet.arm('payment_unknown_effect_not_done', 'alipay.trade.pay');
  await counter.wallet.arm('system_error_effect_not_done', 'alipay.trade.query', 3);
  await counter.payByCode();
  await counter.sees('wallet_unknown');
  await cashier.getByTestId('next-check').filter({ hasText: '2-я' }).waitFor({ timeout: 20_000 });
  await take('unknown-1366.png', cashier);
  await counter.sees('not_paid', 120_000);
  await counter.pressOn();
  await counter.sees('sale');
  await payCash('10000');
}

async function day(): Promise<void> {
  const { cashier } = counter;
  await cashier.keyboard.press('F6');
  await counter.sees('today');
  await cashier.locator('[data-testid="gateway-check"][data-state="well"]').waitFor();
  await cashier.getByTestId('today-row').filter({ hasText: '1-0004' }).click();
  await cashier.getByTestId('sale-detail').getByTestId('steps').waitFor();
  await take('today-1366.png', cashier);
}
