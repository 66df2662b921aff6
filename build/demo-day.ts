/** A scripted day at the counter: each act is what a cashier and a customer do, and says what must come of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUYER, CASHIER, SUPERVISOR } from './estate-config.ts';
import { ROOT } from './process.ts';
import type { TillClient } from './till-client.ts';
import type { WalletClient } from './wallet-client.ts';

export interface Counter {
  readonly till: TillClient;
  readonly wallet: WalletClient;
  readonly say: (text: string) => void;
}

export interface Act {
  readonly name: string;
  readonly play: (counter: Counter) => Promise<string>;
}

/** Barcode of the first goods in the sample catalogue whose Russian name begins so. */
export function barcodeOf(beginning: string): string {
  const rows = readFileSync(join(ROOT, 'electron/catalogue/sample/goods.csv'), 'utf8').split('\n');
  const [, barcode] =
    rows
      .map((row) => /^[^,]+,([0-9]{13}),"?(.*)$/.exec(row) ?? [])
      .find((row) => row[2]?.startsWith(beginning)) ?? [];
  if (barcode === undefined) throw new Error(`The sample catalogue has no "${beginning}".`);
  return barcode;
}

async function ring(till: TillClient, ...beginnings: readonly string[]): Promise<void> {
  await till.screen('sale');
  for (const beginning of beginnings) await till.send({ command: 'scan', text: barcodeOf(beginning) });
  await till.until((view) => view.screen.name === 'sale' && view.screen.basket.yuan !== null);
}

/** The receipt number of the sale that ends on a final screen; goes on to the next sale. */
async function next(till: TillClient): Promise<string> {
  const { screen } = till.view;
  const number = 'basket' in screen ? (screen.basket?.receiptNumber ?? '') : '';
  await till.until((view) => !('print' in view.screen) || view.screen.print?.state !== 'printing');
  await till.send({ command: 'next' });
  await till.screen('sale');
  return number;
}

async function scanCode({ till, wallet }: Counter): Promise<void> {
  await till.send({ command: 'wallet_begin' });
  await till.screen('wallet');
  await till.send({ command: 'scan', text: await wallet.paymentCode(BUYER.buyerId) });
}

async function confirmOnPhone({ wallet }: Counter): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const [trade] = await wallet.pending(BUYER.buyerId);
    if (trade !== undefined) return wallet.approve(trade.tradeNo, BUYER.pin);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The phone was not asked to confirm.');
}

async function refund(counter: Counter, receipt: string, amountMinor: string | null): Promise<string> {
  const { till } = counter;
  await till.send({ command: 'refund_begin' });
  await till.screen('refund_find');
  await till.send({ command: 'refund_find', receipt });
  const { sale } = await till.screen('refund_choose');
  const amount = amountMinor ?? sale.remaining.amountMinor;
  await till.send({ command: 'refund_amount', amountMinor: amount });
  await till.screen('refund_confirm');
  await till.send({
    command: 'refund_confirm',
    staffId: SUPERVISOR.staffId,
    pin: SUPERVISOR.pin,
    reason: 'По просьбе покупателя',
  });
  const done = await till.screen('refund_done', 60_000);
  if (done.outcome !== 'approved')
    throw new Error(`The refund ended as ${done.outcome} (${done.reasonCode}).`);
  await till.until((view) => view.screen.name !== 'refund_done' || view.screen.print?.state !== 'printing');
  await till.send({ command: 'refund_leave' });
  await till.screen('sale');
  return amount;
}

const receipts: Record<string, string> = {};

export const ACTS: readonly Act[] = [
  {
    name: 'Sale, the till scans the code on the phone',
    play: async (counter) => {
      await ring(counter.till, 'Шоколад с кедровым', 'Чай «Иван-чай»', 'Магнит «Амур»');
      await scanCode(counter);
      await counter.till.screen('paid');
      receipts.scanned = await next(counter.till);
      return `paid, receipt ${receipts.scanned}`;
    },
  },
  {
    name: 'Sale, the phone scans the QR on the customer’s display',
    play: async (counter) => {
      await ring(counter.till, 'Мёд липовый', 'Матрёшка 5 мест', 'Пряник тульский', 'Пряник тульский');
      await counter.till.send({ command: 'wallet_begin' });
      await counter.till.send({ command: 'wallet_show_qr' });
      const shown = await counter.till.until(
        (view) => view.screen.name === 'wallet_qr' && view.screen.payment.qr !== null,
      );
      const content = shown.screen.name === 'wallet_qr' ? shown.screen.payment.qr?.content : undefined;
      await counter.wallet.payQr(BUYER, content ?? '');
      await counter.till.screen('paid');
      receipts.shown = await next(counter.till);
      return `paid, receipt ${receipts.shown}`;
    },
  },
  {
    name: 'Sale over CNY 1,000: the buyer types a password',
    play: async (counter) => {
      await ring(counter.till, 'Шкатулка палехская', 'Икра лососёвая, 140');
      await scanCode(counter);
      await counter.till.until(
        (view) => view.screen.name === 'wallet_unknown' && view.screen.cause === 'buyer_confirming',
      );
      await confirmOnPhone(counter);
      await counter.till.screen('paid');
      receipts.password = await next(counter.till);
      return `paid after the password, receipt ${receipts.password}`;
    },
  },
  {
    name: 'Payment that stays unknown: asked about, then cancelled',
    play: async (counter) => {
      await ring(counter.till, 'Янтарь, подвеска');
      await counter.wallet.arm('system_error_effect_not_done', 'alipay.trade.pay');
      await scanCode(counter);
      await counter.till.screen('wallet_unknown');
      counter.say('  the screen is locked: not confirmed yet, the till asks by itself …');
      const ended = await counter.till.screen('not_paid', 120_000);
      await counter.till.send({ command: 'next' });
      await counter.till.send({ command: 'sale_clear' });
      return `${ended.outcome}, nothing charged`;
    },
  },
  {
    name: 'Cash with change',
    play: async ({ till }) => {
      await ring(till, 'Хлеб бородинский', 'Молоко 3,2');
      await till.send({ command: 'cash_begin' });
      await till.screen('cash');
      await till.send({ command: 'cash_pay', tenderedMinor: '50000' });
      const paid = await till.screen('paid');
      const change = paid.change?.amountMinor ?? '?';
      return `paid, change ${change} kopecks, receipt ${await next(till)}`;
    },
  },
  {
    name: 'Partial refund, twice, by receipt',
    play: async (counter) => {
      const first = await refund(counter, receipts.shown ?? '', '50000');
      const second = await refund(counter, receipts.shown ?? '', '33333');
      return `returned ${first} and ${second} kopecks`;
    },
  },
  {
    name: 'Full refund of the rest, and of another sale',
    play: async (counter) => {
      const rest = await refund(counter, receipts.shown ?? '', null);
      const whole = await refund(counter, receipts.scanned ?? '', null);
      return `returned ${rest} and ${whole} kopecks`;
    },
  },
];

export async function openTill({ till }: Counter): Promise<void> {
  await till.until((view) => view.devices.gateway === 'up');
  await till.send({ command: 'sign_in', staffId: CASHIER.staffId, pin: CASHIER.pin });
  await till.screen('sale');
}
