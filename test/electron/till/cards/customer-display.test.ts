import { describe, expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  await made.world.advance(0);
  return made;
}

const shown = ({ till }: CardCounter) => till.customerView();

describe('of a sale the customer’s display', () => {
  const charge = { charged: { amountMinor: '502990', currency: 'RUB' }, conversion: null, billed: null };

  test('shows what the card is charged and nothing of the wallet’s yuan, while it is sent, paid and declined', async () => {
    const till = await counter();
    await till.fill();
    expect(till.till.customerView()).toMatchObject({ yuan: { currency: 'CNY' }, charge: null });
    till.host.codes.push('51');
    till.host.next('2', 'lose_request');
    await till.ok({ command: 'card_begin' });
    const byCard = { yuan: null, rate: null, charge };
    expect(till.till.customerView()).toMatchObject({ state: 'please_wait', ...byCard });
    await till.runFor(120_000);
    expect(till.till.customerView()).toMatchObject({ state: 'not_paid', ...byCard });
    await till.ok({ command: 'next' });
    expect(till.till.customerView()).toMatchObject({ yuan: { currency: 'CNY' }, charge: null });
    await till.ok({ command: 'card_begin' });
    expect(till.till.customerView()).toMatchObject({ state: 'not_paid', ...byCard });
    await till.ok({ command: 'card_begin' });
    expect(till.till.customerView()).toMatchObject({ state: 'paid', ...byCard });
  });

  test('says that the PIN was wrong when it is asked for again', async () => {
    const till = await counter();
    till.pad.ends.authorise = ['hang'];
    await till.payByCard();
    till.pad.prompt = { kind: 'enter_pin', digits: 0, triesLeft: null };
    expect(shown(till)).toMatchObject({ state: 'card', promptAgain: false });
    expect(till.on('card').card.promptAgain).toBe(false);
    await till.ok({ command: 'card_cancel' });
    await till.runFor(0);
    till.host.codes.push('55');
    till.pad.ends.reenterPin = ['hang'];
    await till.ok({ command: 'card_begin' });
    await till.runFor(0);
    expect(shown(till)).toMatchObject({ state: 'card', promptAgain: true });
    expect(till.on('card').card.promptAgain).toBe(true);
  });

  test('asks for the card that was left in the pad, and first of all once the sale is over', async () => {
    const till = await counter();
    await till.payByCard();
    expect(shown(till)).toMatchObject({ state: 'paid', cardPrompt: null });
    till.pad.prompt = { kind: 'remove_card' };
    expect(shown(till)).toMatchObject({ state: 'paid', cardPrompt: { kind: 'remove_card' } });
    await till.ok({ command: 'next' });
    expect(shown(till)).toMatchObject({ state: 'card', cardPrompt: { kind: 'remove_card' }, total: null });
    till.pad.prompt = { kind: 'idle' };
    expect(shown(till)).toMatchObject({ state: 'welcome', cardPrompt: null });
  });
});

describe('of what is no payment it says what it is, of which sum, and how it ends', () => {
  const goods = { amountMinor: '502990', currency: 'RUB' };

  test('a refund', async () => {
    const till = await counter();
    const receiptNumber = await till.refundOfSale('100000');
    expect(shown(till)).toMatchObject({ state: 'welcome', doing: 'payment', actAmount: null });
    const back = { doing: 'refund', actAmount: { amountMinor: '100000', currency: 'RUB' }, total: null };
    till.pad.ends.read = ['hang'];
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(shown(till)).toMatchObject({ state: 'card', ...back });
    await till.ok({ command: 'card_cancel' });
    await till.runFor(10);
    expect(shown(till)).toMatchObject({ state: 'not_done', ...back });
    await till.ok({ command: 'refund_leave' });
    await till.ok({ command: 'refund_begin' });
    await till.ok({ command: 'refund_find', receipt: receiptNumber });
    await till.ok({ command: 'refund_amount', amountMinor: '100000' });
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(shown(till)).toMatchObject({ state: 'done', ...back });
    await till.ok({ command: 'refund_leave' });
    expect(shown(till)).toMatchObject({ state: 'welcome', doing: 'payment', actAmount: null });
  });

  test('a hold, refused and granted', async () => {
    const till = await counter();
    const hold = { doing: 'preauthorisation', actAmount: goods, lines: [], total: null };
    till.host.codes.push('51');
    for (const state of ['not_done', 'done']) {
      await till.ok({ command: 'preauths_open' });
      await till.ok({ command: 'preauth_begin', amountMinor: '502990' });
      await till.runFor(10);
      expect(shown(till)).toMatchObject({ state, ...hold });
      await till.ok({ command: 'next' });
    }
  });

  test('a balance, which is of no sum', async () => {
    const till = await counter();
    await till.ok({ command: 'card_balance' });
    await till.runFor(10);
    expect(shown(till)).toMatchObject({ state: 'done', doing: 'balance', actAmount: null });
  });
});
