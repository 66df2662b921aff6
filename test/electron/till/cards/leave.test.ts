import { describe, expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  await made.world.advance(0);
  return made;
}

describe('a hold whose PIN pad dies before it has agreed', () => {
  async function stuck(end: 'device_lost' | 'hang' = 'device_lost'): Promise<CardCounter> {
    const till = await counter();
    const { pad } = till;
    const { complete } = pad;
    if (end === 'hang') pad.ends.complete = ['hang'];
    else {
      pad.complete = async () => {
        pad.complete = complete;
        pad.go('absent');
        return { kind: 'ended', why: 'device_lost' };
      };
    }
    await till.ok({ command: 'preauths_open' });
    await till.ok({ command: 'preauth_begin', amountMinor: '1000000' });
    await till.runFor(10);
    till.on('card_sending');
    return till;
  }

  test('is left to the till, which sells on, also after a restart, and reverses it once the pad is back', async () => {
    const till = await stuck();
    await till.ok({ command: 'refund_leave' });
    till.on('sale');
    await till.restart();
    till.on('sign_in');
    await till.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    await till.ok({ command: 'scan', text: '4600000000015' });
    await till.ok({ command: 'cash_begin' });
    await till.ok({ command: 'cash_pay', tenderedMinor: '12990' });
    till.on('paid');
    till.pad.go('ready');
    await till.runFor(10_000);
    expect(till.notice()).toBe('CARD_OPERATION_NOT_DONE');
    expect(till.host.standing()).toHaveLength(0);
    expect(till.till.cashierView().cardKey.enabled).toBe(true);
  });

  test('may be left after a restart too, where the pad is still away', async () => {
    const till = await stuck();
    await till.restart();
    till.on('card_sending');
    await till.ok({ command: 'refund_leave' });
    till.on('sale');
  });

  test('stands where the card turns out to have agreed', async () => {
    const till = await stuck();
    await till.ok({ command: 'refund_leave' });
    agreed(till, false);
    till.pad.go('ready');
    await till.runFor(10_000);
    expect(till.notice()).toBe('CARD_OPERATION_APPROVED');
    expect(till.host.standing()).toHaveLength(1);
  });

  test('is reversed where the card agreed on a signature, which nobody is there to compare', async () => {
    const till = await stuck();
    await till.ok({ command: 'refund_leave' });
    agreed(till, true);
    till.pad.go('ready');
    await till.runFor(10_000);
    expect(till.notice()).toBe('CARD_OPERATION_NOT_DONE');
    expect(till.host.standing()).toHaveLength(0);
    expect(till.count("receipts WHERE kind = 'card_merchant'")).toBe(0);
    expect(till.till.cashierView().cardKey.enabled).toBe(true);
  });

  test('is waited for while the pad is there, until the bound has passed', async () => {
    const till = await stuck('hang');
    expect(await till.refused({ command: 'refund_leave' })).toBe('COMMAND_NOT_ALLOWED_HERE');
    await till.runFor(90_000);
    await till.ok({ command: 'refund_leave' });
    till.on('sale');
    const { staffId, pin } = SUPERVISOR;
    expect(await till.refused({ command: 'batch_close', staffId, pin })).toBe('CARD_TRANSACTION_OPEN');
  });

  function agreed({ pad }: CardCounter, signatureNeeded: boolean): void {
    const completion = { cryptogram: 'tc', emv: new Uint8Array(), signatureNeeded } as const;
    if (pad.last !== null) pad.last = { ...pad.last, stage: 'completed', completion };
  }
});

test('a void that may be answered at once is not left', async () => {
  const till = await counter();
  await voidLost(till);
  expect(await till.refused({ command: 'refund_leave' })).toBe('COMMAND_NOT_ALLOWED_HERE');
});

/** Of the sale just made; its answer is lost. */
async function voidLost(till: CardCounter): Promise<void> {
  await till.payByCard();
  const { receiptNumber } = till.on('paid').basket;
  await till.ok({ command: 'next' });
  till.host.next('2', 'lose_answer');
  await till.ok({ command: 'refund_begin' });
  await till.ok({ command: 'refund_find', receipt: receiptNumber });
  await till.ok({ command: 'refund_amount', amountMinor: '502990' });
  await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
  till.on('card_sending');
}

test.each([false, true])(
  'screens are told when a void is no longer waited for in silence, restarted: %s',
  async (restarted) => {
    const till = await counter();
    await voidLost(till);
    till.host.next('2', 'lose_answer');
    await till.runFor(1_000);
    if (restarted) await till.restart();
    await till.runFor(10);
    const shown: string[] = [];
    till.till.onChange(() => shown.push(till.screen().name));
    await till.runFor(20_000);
    expect(shown.at(-1)).toBe('card_unknown');
  },
);

describe('a clock set back', () => {
  test('does not keep a cashier at a void that nobody answers', async () => {
    const till = await counter();
    await voidLost(till);
    till.clockOffMs = -3_600_000;
    await till.runFor(30_000);
    till.on('card_unknown');
    await till.ok({ command: 'refund_leave' });
    till.on('sale');
  });

  test('does not keep one at a hold whose PIN pad is silent', async () => {
    const till = await counter();
    till.pad.ends.complete = ['hang'];
    await till.ok({ command: 'preauths_open' });
    await till.ok({ command: 'preauth_begin', amountMinor: '1000000' });
    await till.runFor(10);
    till.on('card_sending');
    till.clockOffMs = -3_600_000;
    await till.runFor(90_000);
    await till.ok({ command: 'refund_leave' });
    till.on('sale');
  });
});

test('a balance whose PIN pad dies before the card has agreed is over', async () => {
  const till = await counter();
  till.pad.ends.complete = ['device_lost'];
  await till.ok({ command: 'card_balance' });
  await till.runFor(10);
  expect(till.on('card_done')).toMatchObject({ outcome: 'cancelled', reasonCode: 'PINPAD_LOST' });
  expect(till.till.cashierView().cardKey.enabled).toBe(true);
});
