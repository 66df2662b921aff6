import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CARD_VIEWS } from '../../fixtures/views/card-views.ts';
import { CASHIER_VIEWS } from '../../fixtures/views/cashier-views.ts';
import { type OpenScreen, type ScreenHarness, screenHarness } from '../harness.ts';

let harness: ScreenHarness;

beforeAll(async () => {
  harness = await screenHarness();
});
afterAll(async () => {
  await harness.close();
});

async function open(name: string): Promise<OpenScreen> {
  const view = CARD_VIEWS[name] ?? CASHIER_VIEWS[name];
  if (view === undefined) throw new Error(`There is no fixture view ${name}.`);
  return harness.open('cashier', view, { width: 1366, height: 768 });
}

/** Letters as a Russian layout types them from the keys a scanner presses. */
const RUSSIAN = new Map(
  [...'abcdefghijklmnopqrstuvwxyz'].map((c, i) => [c, 'фисвуапршолдьтщзйкыегмцчня'.charAt(i)]),
);

/** A scanner's keys are this far apart. The browser is told when each was pressed: on a busy machine it hears of them late. */
const KEY_GAP_MS = 4;

/** Real key events with the characters of a Russian layout. */
async function scan(
  screen: OpenScreen,
  text: string,
  ends: readonly string[] = ['Enter'],
  within: readonly string[] = [],
): Promise<void> {
  const session = await screen.page.context().newCDPSession(screen.page);
  let at = Date.now();
  const press = (code: string, key: string, typed: string, shift: boolean) => {
    at += KEY_GAP_MS;
    const stroke = { code, key, modifiers: shift ? 8 : 0, timestamp: at / 1000 };
    return [
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', text: typed, ...stroke }),
      session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke }),
    ];
  };
  const all = [...text].flatMap((character) => {
    if (/[0-9]/.test(character)) return press(`Digit${character}`, character, character, false);
    const lower = character.toLowerCase();
    const shift = lower !== character;
    const russian = RUSSIAN.get(lower) ?? '';
    const typed = shift ? russian.toUpperCase() : russian;
    return press(`Key${lower.toUpperCase()}`, typed, typed, shift);
  });
  const after = [...within, ...ends].flatMap((end) => press(end, end, end === 'Enter' ? '\r' : '', false));
  await Promise.all([...all, ...after]);
}

/** A person's key comes well after the last of a scan's. */
async function personPresses(screen: OpenScreen, code: string): Promise<void> {
  await screen.page.waitForTimeout(300);
  await screen.page.keyboard.press(code);
}

async function scansSent(screen: OpenScreen): Promise<unknown[]> {
  await screen.page.waitForFunction("window.amurSent.some((c) => c.command === 'scan')");
  return (await screen.sent()).filter(({ command }) => command !== 'quick_keys' && command !== 'search');
}

describe('a scanner in keyboard mode, under a Russian layout', () => {
  test('is understood with nothing in focus', async () => {
    const screen = await open('sale');
    await scan(screen, '0104607123456789215AbCx');
    expect(await scansSent(screen)).toEqual([{ command: 'scan', text: '0104607123456789215AbCx' }]);
    await screen.page.close();
  });

  test('is not eaten by the search field, whose text and caret stay as they were', async () => {
    const screen = await open('sale');
    const field = screen.page.getByTestId('search');
    await field.click();
    await screen.page.keyboard.type('мёд', { delay: 90 });
    await screen.page.keyboard.press('ArrowLeft');
    await scan(screen, '4607123000014');
    expect(await scansSent(screen)).toEqual([{ command: 'scan', text: '4607123000014' }]);
    expect(await field.inputValue()).toBe('мёд');
    expect(await screen.page.evaluate('document.activeElement.selectionStart')).toBe(2);
    await screen.page.close();
  });

  test('does not pay, sign or confirm with its Enter', async () => {
    const screen = await open('cash');
    await screen.page.getByTestId('suggestion').first().click();
    const before = await screen.page.getByTestId('tendered').inputValue();
    await scan(screen, '285012345678901234');
    expect(await scansSent(screen)).toEqual([{ command: 'scan', text: '285012345678901234' }]);
    expect(await screen.page.getByTestId('tendered').inputValue()).toBe(before);
    await screen.page.close();
  });

  test('does not press the key that has the focus', async () => {
    const screen = await open('paid-wallet');
    await scan(screen, '4607123000014');
    expect(await scansSent(screen)).toEqual([{ command: 'scan', text: '4607123000014' }]);
    await screen.page.close();
  });

  test('presses nothing with a second Enter or a Tab after it, and moves no focus', async () => {
    const screen = await open('sale');
    const tile = screen.page.getByTestId('quick-tile').first();
    await tile.focus();
    await scan(screen, '4607123000014', ['Enter', 'Enter', 'Tab']);
    expect(await scansSent(screen)).toEqual([{ command: 'scan', text: '4607123000014' }]);
    expect(await screen.page.evaluate('document.activeElement.dataset.testid')).toBe('quick-tile');
    await screen.page.close();
  });

  test('leaves a value that stood selected selected', async () => {
    const screen = await open('sale');
    await screen.page.keyboard.press('F2');
    const field = screen.page.getByTestId('entry');
    await field.waitFor();
    const value = await field.inputValue();
    await scan(screen, '4607123000014');
    expect(await scansSent(screen)).toEqual([{ command: 'scan', text: '4607123000014' }]);
    expect(await field.inputValue()).toBe(value);
    expect(
      await screen.page.evaluate(
        '[document.activeElement.selectionStart, document.activeElement.selectionEnd]',
      ),
    ).toEqual([0, value.length]);
    await screen.page.close();
  });

  test('begins no payment with a function key within a scan, and moves no focus with a cursor key', async () => {
    const screen = await open('sale');
    await scan(screen, '4607123000014', ['Enter'], ['F9', 'F8', 'ArrowDown', 'Escape']);
    expect(await scansSent(screen)).toEqual([{ command: 'scan', text: '4607123000014' }]);
    await personPresses(screen, 'F9');
    expect((await screen.sent()).at(-1)).toEqual({ command: 'card_begin' });
    await screen.page.close();
  });

  test.each(['paid-card', 'not-paid-chip', 'card-offer'])(
    'presses nothing on %s with the Enter of a code that is too short',
    async (name) => {
      const screen = await open(name);
      const chosen = name === 'card-offer' ? 'offer-converted' : 'next';
      await screen.page.locator(`[data-testid="${chosen}"]:not([aria-disabled])`).focus();
      await scan(screen, '12345');
      await scan(screen, '12', ['Enter', 'Tab', 'Enter']);
      const pressed = async () =>
        (await screen.sent()).filter(({ command }) => command !== 'quick_keys').map(({ command }) => command);
      expect(await pressed()).toEqual([]);
      await personPresses(screen, 'Enter');
      expect(await pressed()).toEqual([name === 'card-offer' ? 'card_offer_choose' : 'next']);
      await screen.page.close();
    },
  );

  test('leaves a field the Enter of a number typed at once', async () => {
    const screen = await open('sale');
    await screen.page.keyboard.press('F2');
    const field = screen.page.getByTestId('entry');
    await field.waitFor();
    await scan(screen, '12');
    await field.waitFor({ state: 'detached' });
    expect((await screen.sent()).map(({ command }) => command)).toContain('line_weight');
    await screen.page.close();
  });
});
