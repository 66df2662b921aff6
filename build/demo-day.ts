/** The wallet's part of a scripted day at the counter, and cash: each act is what a cashier and a customer do, and says what
 *  must come of it. */
import { type Act, type Counter, confirmRefund, finishRefund, next, ring } from './demo-steps.ts';
import { BUYER } from './estate-config.ts';

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
  const { amount } = await confirmRefund(counter, receipt, amountMinor);
  await finishRefund(counter);
  return amount;
}

const receiptOf = ({ receipts }: Counter, name: string): string => receipts.get(name) ?? '';

export const WALLET_ACTS: readonly Act[] = [
  {
    name: 'Sale, the till scans the code on the phone',
    play: async (counter) => {
      await ring(counter.till, 'Шоколад с кедровым', 'Чай «Иван-чай»', 'Магнит «Амур»');
      await scanCode(counter);
      await counter.till.screen('paid');
      const receipt = await next(counter.till);
      counter.receipts.set('scanned', receipt);
      return `paid, receipt ${receipt}`;
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
      const receipt = await next(counter.till);
      counter.receipts.set('shown', receipt);
      return `paid, receipt ${receipt}`;
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
      const receipt = await next(counter.till);
      counter.receipts.set('password', receipt);
      return `paid after the password, receipt ${receipt}`;
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
      const first = await refund(counter, receiptOf(counter, 'shown'), '50000');
      const second = await refund(counter, receiptOf(counter, 'shown'), '33333');
      return `returned ${first} and ${second} kopecks`;
    },
  },
  {
    name: 'Full refund of the rest, and of another sale',
    play: async (counter) => {
      const rest = await refund(counter, receiptOf(counter, 'shown'), null);
      const whole = await refund(counter, receiptOf(counter, 'scanned'), null);
      return `returned ${rest} and ${whole} kopecks`;
    },
  },
];
