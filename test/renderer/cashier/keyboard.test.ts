import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CashierView } from '../../../electron/contract/view.ts';
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

async function open(name: string): Promise<void> {
  screen = await harness.open('cashier', viewOf(name), SIZE);
}

function viewOf(name: string): CashierView {
  const view = CASHIER_VIEWS[name];
  if (view === undefined) throw new Error(`There is no fixture view ${name}.`);
  return view;
}

/** What was sent, without what a screen asks by itself. */
async function sent(): Promise<readonly Record<string, unknown>[]> {
  return (await screen.sent()).filter(({ command }) => command !== 'quick_keys');
}

/** Resolves once a key that took the focus hears presses: as its screen appears it is deaf to a second one meant for the last. */
async function awake(testId: string): Promise<void> {
  await screen.page.locator(`[data-testid="${testId}"]:not([aria-disabled])`).waitFor();
}

describe('a sale by the keyboard alone', () => {
  test('signs in: the person, the PIN, Enter', async () => {
    await open('sign-in');
    await screen.page.getByTestId('staff-anna').press('Enter');
    await screen.page.keyboard.type('1234', { delay: 90 });
    await screen.page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ command: 'sign_in', staffId: 'anna', pin: '1234' }]);
    await screen.page.close();
  });

  test('finds goods with Ctrl+K and adds what the arrows chose', async () => {
    await open('sale');
    await screen.page.keyboard.press('Control+KeyK');
    await screen.page.keyboard.type('мат', { delay: 90 });
    await screen.page.getByTestId('found').first().waitFor();
    await screen.page.keyboard.press('ArrowDown');
    await screen.page.keyboard.press('Enter');
    expect((await sent()).slice(-2)).toEqual([
      { command: 'search', text: 'мат' },
      { command: 'line_add', goodsId: '20002' },
    ]);
    expect(await screen.page.getByTestId('search').inputValue()).toBe('');
    await screen.page.close();
  });

  test('leaves a text field the keys that text is edited with', async () => {
    await open('sale');
    await screen.page.keyboard.press('Control+KeyK');
    await screen.page.keyboard.type('мат', { delay: 90 });
    await screen.page.keyboard.press('ArrowLeft');
    await screen.page.keyboard.press('ArrowLeft');
    await screen.page.keyboard.press('Delete');
    expect(await screen.page.getByTestId('search').inputValue()).toBe('мт');
    expect((await sent()).filter(({ command }) => command !== 'search')).toEqual([]);
    await screen.page.close();
  });

  test('chooses and removes lines, weighs one anew, and goes on to cash or Alipay', async () => {
    await open('sale');
    await screen.page.keyboard.press('ArrowUp');
    await screen.page.keyboard.press('Delete');
    await screen.page.keyboard.press('F2');
    await screen.page.keyboard.type('0,5', { delay: 90 });
    await screen.page.keyboard.press('Enter');
    await screen.page.getByTestId('entry-dialog').waitFor({ state: 'detached' });
    await screen.page.keyboard.press('F8');
    await screen.page.keyboard.press('F10');
    expect(await sent()).toEqual([
      { command: 'line_select', lineId: 'l4' },
      { command: 'line_remove', lineId: 'l5' },
      { command: 'line_weight', lineId: 'l5', grams: 500 },
      { command: 'cash_begin' },
      { command: 'wallet_begin' },
    ]);
    await screen.page.close();
  });

  test('a finger on the pad replaces the value a dialog opens with, as typing does, and erases it whole', async () => {
    await open('sale');
    await screen.page.keyboard.press('F2');
    const entry = screen.page.getByTestId('entry');
    await entry.waitFor();
    for (const key of ['0', 'mark', '5', '5']) await screen.page.getByTestId(`pad-${key}`).click();
    expect(await entry.inputValue()).toBe('0,55');
    await screen.page.getByTestId('pad-erase').click();
    expect(await entry.inputValue()).toBe('0,5');
    await screen.page.keyboard.press('Control+KeyA');
    await screen.page.getByTestId('pad-erase').click();
    expect(await entry.inputValue()).toBe('');
    await screen.page.close();
  });

  test('rings weighed goods up once, however often Enter is pressed before the host answers', async () => {
    await open('sale');
    await screen.page.locator('[data-goods-id="200013"]').click();
    await screen.page.getByTestId('entry').waitFor();
    await screen.page.evaluate(`window.amur.post = ({ id, ...command }) => window.amurSent.push(command)`);
    await screen.page.keyboard.type('0,5', { delay: 90 });
    await screen.page.keyboard.press('Enter');
    await screen.page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ command: 'line_add', goodsId: '200013', grams: 500 }]);
    await screen.page.close();
  });

  test('leaves the keys alone with which Chinese words are composed', async () => {
    await open('sale');
    await screen.page.keyboard.press('Control+KeyK');
    await screen.page.keyboard.type('мат', { delay: 90 });
    await screen.page.getByTestId('found').first().waitFor();
    const before = await sent();
    for (const code of ['Escape', 'Enter', 'F8', 'F10']) {
      await screen.page.evaluate(
        `document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '${code}', code: '${code}', isComposing: true, bubbles: true, cancelable: true }))`,
      );
    }
    expect(await screen.page.getByTestId('search').inputValue()).toBe('мат');
    expect(await sent()).toEqual(before);
    await screen.page.close();
  });

  test('takes cash only when it is enough, and shows the change before', async () => {
    await open('cash');
    await screen.page.keyboard.type('1000', { delay: 90 });
    await screen.page.keyboard.press('Enter');
    expect(await screen.page.getByTestId('change-short').isVisible()).toBe(true);
    await screen.page.keyboard.type('0', { delay: 90 });
    expect(await screen.page.getByTestId('cash-pay').isDisabled()).toBe(true);
    await screen.page.keyboard.press('Control+KeyA');
    await screen.page.keyboard.type('11000', { delay: 90 });
    expect(await screen.page.getByTestId('change').textContent()).toMatch(/493,92/);
    await screen.page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ command: 'cash_pay', tenderedMinor: '1100000' }]);
    await screen.page.close();
  });

  test('checks an unanswered payment, and a supervisor sets it aside once that is allowed', async () => {
    const view = viewOf('unknown-no-answer');
    await open('unknown-no-answer');
    await screen.page.keyboard.press('F5');
    await screen.page.keyboard.press('F12');
    await screen.page.keyboard.type('4321', { delay: 90 });
    expect(await screen.page.getByTestId('supervisor-confirm').isDisabled()).toBe(true);
    await screen.push({ ...view, at: view.at + 120_000 });
    await screen.page.keyboard.press('Enter');
    await screen.page.getByTestId('supervisor-dialog').waitFor({ state: 'detached' });
    expect(await sent()).toEqual([
      { command: 'wallet_check' },
      { command: 'set_aside', staffId: 'maria', pin: '4321', reason: 'Покупатель уходит' },
    ]);
    await screen.page.close();
  });

  test('nobody can say that a payment was paid', async () => {
    await open('unknown-no-answer');
    for (const name of ['unknown-no-answer', 'unknown-confirming', 'unknown-cancelling', 'wallet-qr']) {
      await screen.push(viewOf(name));
      const keys = await screen.page.evaluate(
        "[...document.querySelectorAll('main button')].map((e) => e.dataset.testid)",
      );
      expect(keys).toContain('wallet-check');
      expect(keys).not.toContain('next');
    }
    await screen.page.close();
  });

  test('goes on from a final screen with Enter', async () => {
    await open('sale');
    const finals = ['paid-wallet', 'not-paid', 'paid-cash', 'set-aside'];
    for (const name of finals) {
      await screen.push(viewOf(name));
      await awake('next');
      await screen.page.keyboard.press('Enter');
    }
    expect(await sent()).toEqual(finals.map(() => ({ command: 'next' })));
    await screen.page.close();
  });

  test('does not leave a final screen by the second of two quick presses, nor by a held key', async () => {
    await open('sale');
    // In one turn of the page: however slow the machine, no time has passed when the key is pressed.
    await screen.page.evaluate(`new Promise((pressed) => {
      new MutationObserver((_, observer) => {
        const next = document.querySelector('[data-testid="next"]');
        if (next === null) return;
        observer.disconnect();
        next.click();
        pressed();
      }).observe(document.body, { childList: true, subtree: true });
      window.amurPush(${JSON.stringify(viewOf('paid-cash'))});
    })`);
    await awake('next');
    const held = `new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', repeat: true, bubbles: true, cancelable: true })`;
    expect(await screen.page.evaluate(`document.activeElement.dispatchEvent(${held})`)).toBe(false);
    expect(await sent()).toEqual([]);
    await screen.page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ command: 'next' }]);
    await screen.page.close();
  });

  test('a wrong PIN is said in words beside the field and forgotten', async () => {
    await open('refund-confirm');
    await screen.page.evaluate("window.amurAnswer.refund_confirm = 'PIN_WRONG'");
    await screen.page.keyboard.type('9999', { delay: 90 });
    await screen.page.keyboard.press('Enter');
    const error = screen.page.getByTestId('inline-error');
    await error.waitFor();
    expect(await error.getAttribute('role')).toBe('alert');
    expect(await error.textContent()).toContain('ПИН-код не подошёл');
    expect(await screen.page.getByTestId('supervisor-pin').inputValue()).toBe('');
    await screen.page.close();
  });

  test('refunds goods by the piece, never more than are left', async () => {
    await open('refund-choose');
    const plus = screen.page.getByTestId('refund-plus').first();
    for (let i = 0; i < 5; i++) await plus.click();
    expect(await plus.isDisabled()).toBe(true);
    await screen.page.getByTestId('refund-proceed').click();
    expect(await sent()).toEqual([{ command: 'refund_lines', lines: [{ lineId: 'l1', count: 5 }] }]);
    await screen.page.close();
  });
});
