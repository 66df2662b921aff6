import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CashierView } from '../../../electron/contract/view.ts';
import { CARD_VIEWS } from '../../fixtures/views/card-views.ts';
import { CASHIER_VIEWS } from '../../fixtures/views/cashier-views.ts';
import { type OpenScreen, type ScreenHarness, screenHarness } from '../harness.ts';

let harness: ScreenHarness;
let screen: OpenScreen;
const SIZE = { width: 1366, height: 768 };

beforeAll(async () => {
  harness = await screenHarness();
});
afterAll(async () => {
  await harness.close();
});

function viewOf(name: string): CashierView {
  const view = CARD_VIEWS[name] ?? CASHIER_VIEWS[name];
  if (view === undefined) throw new Error(`There is no fixture view ${name}.`);
  return view;
}

async function open(name: string): Promise<void> {
  screen = await harness.open('cashier', viewOf(name), SIZE);
}

async function sent(): Promise<readonly Record<string, unknown>[]> {
  return (await screen.sent()).filter(({ command }) => command !== 'quick_keys' && command !== 'today_sale');
}

async function keysOnScreen(): Promise<readonly string[]> {
  return (await screen.page.evaluate(
    "[...document.querySelectorAll('main button')].map((e) => e.dataset.testid)",
  )) as string[];
}

describe('cards by the keyboard alone', () => {
  test('F9 takes the card where one can be taken, and at rest the key says why not', async () => {
    await open('sale');
    await screen.page.keyboard.press('F9');
    await screen.push(viewOf('sale-card-reversal'));
    await screen.page.keyboard.press('F9');
    const reason = screen.page.getByTestId('card-key-reason');
    expect(await reason.getAttribute('data-reason')).toBe('REVERSAL_PENDING');
    expect(await screen.page.getByTestId('pay-card').isDisabled()).toBe(true);
    expect(await sent()).toEqual([{ command: 'card_begin' }]);
    await screen.page.close();
  });

  test('while the PIN pad asks, only Escape ends it', async () => {
    await open('card-present');
    await screen.page.keyboard.press('Enter');
    await screen.page.keyboard.press('Escape');
    expect(await sent()).toEqual([{ command: 'card_cancel' }]);
    await screen.page.close();
  });

  test('the offer marks neither sum, and neither Enter nor a scan chooses one', async () => {
    await open('card-offer');
    await screen.page.keyboard.press('Enter');
    await screen.page.keyboard.press('Digit1');
    await screen.page.keyboard.press('Digit2');
    expect(await sent()).toEqual([]);
    const looks = (await screen.page.evaluate(
      "[...document.querySelectorAll('.card-choice')].map((e) => { const c = getComputedStyle(e); const s = getComputedStyle(e.querySelector('strong')); return [c.backgroundColor, c.borderColor, s.fontSize, s.color, e.clientWidth, e.clientHeight].join(); })",
    )) as string[];
    expect(looks[0]).toBe(looks[1]);
    // The digits came as fast as a scanner's; a person's keys come later.
    await screen.page.waitForTimeout(100);
    await screen.page.keyboard.press('F4');
    await screen.page.keyboard.press('F2');
    await screen.page.keyboard.press('ArrowRight');
    await screen.page.keyboard.press('Enter');
    expect(await sent()).toEqual([
      { command: 'card_offer_choose', accept: true },
      { command: 'card_offer_choose', accept: false },
      { command: 'card_offer_choose', accept: true },
    ]);
    await screen.page.close();
  });

  test('nobody can say that an open card sale was paid; a supervisor sets it aside from its bound', async () => {
    await open('card-unknown-no-answer');
    await screen.push(viewOf('card-unknown-waiting'));
    expect(await keysOnScreen()).toEqual(['call-supervisor']);
    await screen.page.keyboard.press('F5');
    for (const name of ['card-unknown-invalid', 'card-unknown-no-answer']) {
      await screen.push(viewOf(name));
      expect(await keysOnScreen()).toEqual(['card-check', 'call-supervisor']);
    }
    await screen.page.keyboard.press('F5');
    await screen.page.keyboard.press('F12');
    await screen.page.keyboard.type('4321', { delay: 90 });
    expect(await screen.page.getByTestId('supervisor-confirm').isDisabled()).toBe(true);
    const view = viewOf('card-unknown-no-answer');
    await screen.push({ ...view, at: view.at + 120_000 });
    await screen.page.keyboard.press('Enter');
    await screen.page.getByTestId('supervisor-dialog').waitFor({ state: 'detached' });
    expect(await sent()).toEqual([
      { command: 'card_check' },
      { command: 'set_aside', staffId: 'maria', pin: '4321', reason: 'Покупатель уходит' },
    ]);
    await screen.page.close();
  });

  test('what is no sale may be left to the till', async () => {
    await open('card-unknown-refund');
    expect(await keysOnScreen()).toEqual(['card-check', 'card-leave']);
    await screen.page.keyboard.press('Escape');
    expect(await sent()).toEqual([{ command: 'refund_leave' }]);
    await screen.page.close();
  });

  test('a hold whose PIN pad is gone, or silent for long, is left to the till; while the pad is at it, it is waited for', async () => {
    const waiting = viewOf('card-completing-hold');
    await open('card-completing-hold');
    await screen.page.keyboard.press('Escape');
    expect(await keysOnScreen()).toEqual([]);
    await screen.push({ ...waiting, at: waiting.at + 120_000 });
    expect(await keysOnScreen()).toEqual(['card-leave']);
    await screen.page.keyboard.press('Escape');
    await screen.push(viewOf('card-completing-hold-lost'));
    await screen.page.keyboard.press('Escape');
    expect(await sent()).toEqual([{ command: 'refund_leave' }, { command: 'refund_leave' }]);
    await screen.page.close();
  });

  test('the signature is judged by its own keys, never by Enter', async () => {
    await open('card-signature');
    await screen.page.keyboard.press('Enter');
    await screen.page.keyboard.press('F4');
    await screen.page.keyboard.press('F2');
    expect(await sent()).toEqual([
      { command: 'card_signature', accepted: false },
      { command: 'card_signature', accepted: true },
    ]);
    await screen.page.close();
  });

  test('a decline leads back to the goods or to the card again', async () => {
    await open('not-paid-chip');
    await screen.page.locator('[data-testid="next"]:not([aria-disabled])').waitFor();
    await screen.page.keyboard.press('F9');
    await screen.page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ command: 'card_begin' }, { command: 'next' }]);
    await screen.page.close();
  });

  test('the key asks for the same card where it may still pay, and for another where it may not', async () => {
    const named: [string, string][] = [
      ['not-paid-chip', 'Карта ещё раз'],
      ['not-paid-retain', 'Другая карта'],
    ];
    for (const [view, name] of named) {
      await open(view);
      expect(await screen.page.getByTestId('card-again').textContent()).toContain(name);
      await screen.page.close();
    }
  });

  test('the bank’s code stands beside a decline, and not beside what the till had undone', async () => {
    await open('not-paid-retain');
    expect(await screen.page.getByTestId('not-paid').textContent()).toContain('Код ответа банка 43');
    await screen.page.close();
    const undone = viewOf('not-paid-undone');
    if (undone.screen.name !== 'not_paid' || undone.screen.card === null) throw new Error('No card there.');
    const card = { ...undone.screen.card, responseCode: '00' };
    screen = await harness.open('cashier', { ...undone, screen: { ...undone.screen, card } }, SIZE);
    expect(await screen.page.getByTestId('not-paid').textContent()).not.toContain('Код ответа банка');
    await screen.page.close();
  });

  test('a hold is chosen with the arrows and pays the receipt only when it covers it', async () => {
    await open('preauths');
    await screen.page.keyboard.press('F9');
    await screen.page.keyboard.press('ArrowDown');
    await screen.page.keyboard.press('F9');
    await screen.page.keyboard.press('ArrowDown');
    await screen.page.keyboard.press('F9');
    await screen.page.keyboard.press('F2');
    await screen.page.keyboard.type('15000,50', { delay: 90 });
    await screen.page.keyboard.press('Enter');
    expect(await sent()).toEqual([
      { command: 'preauth_complete', attemptId: 'H1' },
      { command: 'preauth_begin', amountMinor: '1500050' },
    ]);
    await screen.page.close();
  });

  test('a hold chosen with the arrows stands in sight, and the keys that act on it say which it is', async () => {
    const view = viewOf('preauths');
    if (view.screen.name !== 'preauthorisations') throw new Error('The fixture shows other things.');
    const [first] = view.screen.rows;
    if (first === undefined) throw new Error('The fixture has no hold.');
    const rows = Array.from({ length: 30 }, (_, i) => ({
      ...first,
      attemptId: `H${i}`,
      maskedPan: `220070******${1000 + i}`,
    }));
    screen = await harness.open('cashier', { ...view, screen: { ...view.screen, rows } }, SIZE);
    for (let i = 0; i < 18; i += 1) await screen.page.keyboard.press('ArrowDown');
    const inSight = await screen.page.evaluate(
      "(() => { const r = document.querySelector('.hold-row[aria-pressed=true]').getBoundingClientRect(); const l = document.querySelector('.hold-rows').getBoundingClientRect(); return r.top >= l.top - 1 && r.bottom <= l.bottom + 1; })()",
    );
    expect(inSight).toBe(true);
    expect(await screen.page.getByTestId('hold-chosen').textContent()).toContain('1017 · 831204');
    await screen.page.keyboard.press('F4');
    expect(await screen.page.getByTestId('supervisor-dialog').textContent()).toContain('1017 · 831204');
    await screen.page.close();
  });

  test('the day counts its sales of every means in its head, and says that the gateway’s figures are Alipay’s', async () => {
    await open('today-cards');
    expect(await screen.page.getByTestId('today-sales').textContent()).toMatch(/Продаж: \d/);
    expect(await screen.page.getByTestId('today-totals').textContent()).not.toContain('Продаж');
    expect(await screen.page.getByTestId('gateway-check').textContent()).toContain('Alipay по данным шлюза');
    await screen.page.close();
  });

  test('the batch closes with a supervisor’s PIN', async () => {
    await open('today-cards');
    await screen.page.keyboard.press('F4');
    await screen.page.getByTestId('pin-dialog').waitFor();
    await screen.page.keyboard.type('4321', { delay: 90 });
    await screen.page.keyboard.press('Enter');
    await screen.page.getByTestId('pin-dialog').waitFor({ state: 'detached' });
    expect(await sent()).toEqual([{ command: 'batch_close', staffId: 'maria', pin: '4321' }]);
    await screen.page.close();
  });

  test('a refund to another card than paid names the card that is needed, and F9 begins it again', async () => {
    const refused = viewOf('refund-card-refused');
    if (refused.screen.name !== 'refund_done') throw new Error('The refused refund is on another screen.');
    const done = { ...refused.screen, reasonCode: 'CARD_NOT_ORIGINAL' };
    screen = await harness.open('cashier', { ...refused, screen: done }, SIZE);
    const text = await screen.page.getByTestId('refund-done').textContent();
    expect(text).toMatch(/Деньги не возвращены\. Нужна карта ····\s\d{4}\./);
    expect(text).not.toMatch(/Alipay|[Вв]озьмите/);
    expect(text).toContain('C4M9-0081-02');
    await screen.page.keyboard.press('F9');
    expect(await sent()).toEqual([{ command: 'refund_find', receipt: done.sale.receiptNumber }]);
    await screen.page.close();
  });

  test('a refund the bank has no original for is not offered again', async () => {
    await open('refund-card-refused');
    expect(await screen.page.getByTestId('refund-again').count()).toBe(0);
    await screen.page.keyboard.press('F9');
    expect(await sent()).toEqual([]);
    await screen.page.close();
  });
});
