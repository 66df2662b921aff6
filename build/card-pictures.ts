/** The documents' pictures of cards: the PIN pad's page, what it asks mirrored on both screens, an offer of conversion, a decline,
 *  an answer that was lost, and the slips. */
import type { Page } from 'playwright-core';
import { BankClient } from './bank-client.ts';
import { CASHIER_SCREEN, openPage } from './browser.ts';
import type { Counter } from './counter.ts';
import { barcodeOf } from './demo-steps.ts';
import type { LineTap } from './line-tap.ts';
import { PinPadClient } from './pin-pad-client.ts';

export interface Album {
  take(name: string, page: Page): Promise<void>;
  keep(name: string, picture: Buffer): void;
}

const PAD_SCREEN = { width: 1280, height: 900 };
const LARGE_SCREEN = { width: 1920, height: 1080 };

/** Of the drawer's cards; each one's PIN stands on it. */
const MIR = { name: 'mir-rub', pin: '4821' } as const;
const EMPTY = { name: 'mir-empty', pin: '1470' } as const;
const CHOICE = { name: 'unionpay-choice', pin: '271828' } as const;

/** How long an answer is on its way from the bank while the line to the till is being lost. */
const ON_ITS_WAY_MS = 1_500;

export async function cardPictures(counter: Counter, line: LineTap, album: Album): Promise<void> {
  const pad = await openPage(counter.browser, counter.estate.address('counter', 'pinPadPage'), PAD_SCREEN);
  const hands = new PinPadClient(counter.estate.address('counter', 'pinPadPage'));
  await chipAndPin(counter, pad, hands, album);
  await conversionAtTheTill(counter, hands, album);
  await declined(counter, hands, album);
  await lostAnswer(counter, line, hands, album);
  await pad.context().close();
}

/** One page at the usual size and at the large one. */
async function takeBoth(page: Page, name: string, { take }: Album): Promise<void> {
  await take(`${name}-1366.png`, page);
  await page.setViewportSize(LARGE_SCREEN);
  await take(`${name}-1920.png`, page);
  await page.setViewportSize(CASHIER_SCREEN);
}

async function beginCard(counter: Counter): Promise<void> {
  await counter.cashier.keyboard.press('F9');
  await counter.sees('card');
}

async function chipAndPin(counter: Counter, pad: Page, hands: PinPadClient, album: Album): Promise<void> {
  const { cashier, customer, paper } = counter;
  await counter.ringUp(barcodeOf('Матрёшка 5 мест'), barcodeOf('Мёд липовый'), barcodeOf('Чай «Иван-чай»'));
  await beginCard(counter);
  await hands.asks('present_card');
  await album.take('card-present-1366.png', cashier);
  await hands.present('insert', MIR.name);
  await hands.asks('enter_pin');
  for (const digit of MIR.pin.slice(0, 2)) await pad.getByTestId(`key-${digit}`).click();
  await cashier.locator('.pin-dot.filled').nth(1).waitFor();
  await takeBoth(cashier, 'card-pin', album);
  await album.take('customer-pin-1024.png', customer);
  await album.take('pin-pad-1280.png', pad);
  for (const digit of MIR.pin.slice(2)) await pad.getByTestId(`key-${digit}`).click();
  const papers = await paper.count();
  await pad.getByTestId('key-enter').click();
  await counter.sees('paid');
  await cashier.locator('[data-testid="print"][data-state="printed"]').waitFor();
  await album.take('card-paid-1366.png', cashier);
  // The shop's copy comes first.
  album.keep('card-slip.png', await paper.picture(await paper.after(papers + 1)));
  await hands.takeCard();
  await counter.next();
}

async function conversionAtTheTill(counter: Counter, hands: PinPadClient, album: Album): Promise<void> {
  const { cashier, customer, paper } = counter;
  await counter.ringUp(barcodeOf('Шкатулка палехская'));
  await beginCard(counter);
  await hands.present('insert', CHOICE.name);
  await counter.sees('card_offer');
  await takeBoth(cashier, 'card-offer', album);
  await album.take('customer-offer-1024.png', customer);
  const papers = await paper.count();
  await cashier.keyboard.press('F4');
  await hands.enterPin(CHOICE.pin);
  await counter.sees('paid');
  album.keep('card-slip-yuan.png', await paper.picture(await paper.after(papers + 1)));
  await hands.takeCard();
  await counter.next();
}

async function declined(counter: Counter, hands: PinPadClient, album: Album): Promise<void> {
  const { cashier } = counter;
  await counter.ringUp(barcodeOf('Янтарь, подвеска'));
  await beginCard(counter);
  await hands.present('insert', EMPTY.name);
  await hands.enterPin(EMPTY.pin);
  await counter.sees('not_paid');
  await album.take('card-declined-1366.png', cashier);
  await hands.takeCard();
  await counter.pressOn();
  await counter.sees('sale');
}

/** Of the sale that was declined: approved at the bank, and the till hears nothing for a while. */
async function lostAnswer(counter: Counter, line: LineTap, hands: PinPadClient, album: Album): Promise<void> {
  const { cashier, estate } = counter;
  const bank = new BankClient(estate, 'mir-bank');
  await bank.arm('late', { mti: '0200', card: MIR.name, delayMs: ON_ITS_WAY_MS });
  await beginCard(counter);
  await hands.present('insert', MIR.name);
  await hands.enterPin(MIR.pin);
  await counter.sees('card_sending');
  await bank.lastOf(MIR.name, ({ state }) => state === 'approved');
  line.loseAnswers();
  await counter.sees('card_unknown', 30_000);
  // Before the link's own pings find out that the line is dead.
  await cashier.getByTestId('next-check').filter({ hasText: 'через' }).waitFor({ timeout: 30_000 });
  await takeBoth(cashier, 'card-unknown', album);
  line.mend();
  await counter.sees('not_paid', 60_000);
  await hands.takeCard();
  await counter.pressOn();
  await counter.sees('sale');
}
