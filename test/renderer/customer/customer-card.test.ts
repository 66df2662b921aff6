import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CustomerView } from '../../../electron/contract/view.ts';
import { customerCardViews } from '../../fixtures/views/customer-card-views.ts';
import { customer } from '../../fixtures/views/customer-views.ts';
import { type OpenScreen, type ScreenHarness, screenHarness } from '../harness.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: ScreenHarness;
let screen: OpenScreen;
const VIEWS = customerCardViews({ ...customer('basket'), language: 'en' });

beforeAll(async () => {
  harness = await screenHarness();
  screen = await harness.open('customer', customer('basket'), { width: 1024, height: 600 });
});
afterAll(async () => {
  await harness.close();
});

describe('of a card payment the display shows', () => {
  test('what the card is charged large, with its rate and the price below, after a conversion', async () => {
    for (const name of ['card-pin-converted', 'card-sending-converted', 'card-paid-converted']) {
      await show(name);
      expect(await textOf('customer-charged')).toBe('¥ 932.00');
      expect(await textOf('customer-total')).toBe('10 506.08 ₽');
      expect(await textOf('customer-conversion')).toContain('11.2726');
    }
  });

  test('the price alone where the card is charged it', async () => {
    for (const name of ['card-present', 'card-paid', 'card-not-paid']) {
      await show(name);
      expect(await textOf('customer-total')).toBe('10 506.08 ₽');
      expect(await shown('customer-charged')).toBe(false);
      expect(await shown('customer-yuan')).toBe(false);
      expect(await shown('customer-rate')).toBe(false);
    }
  });

  test('what its bank takes where that converts', async () => {
    await show('card-paid-billed');
    expect(await textOf('customer-billed')).toContain('Your bank takes ¥ 940.12');
  });

  test('that a PIN was wrong, and that the card is tapped once more', async () => {
    await show('card-pin');
    expect(await textOf('customer-prompt')).toContain('Enter your PIN on the PIN pad');
    await show('card-pin-again');
    expect(await textOf('customer-prompt')).toContain('That PIN was wrong');
    await show('card-tap-again');
    expect(await textOf('customer-prompt')).toContain('Tap your card again');
  });

  test('at its end that the card is still in the pad', async () => {
    for (const name of ['card-paid-left', 'card-not-paid-left', 'refund-done-left']) {
      await show(name);
      expect(await textOf('customer-card-left')).toContain('Take your card');
    }
    await show('card-paid');
    expect(await shown('customer-card-left')).toBe(false);
  });
});

describe('of what is no payment the display says', () => {
  test('what it is and of which sum, and nothing of goods or of paying twice', async () => {
    await show('refund-wait');
    expect(await textOf('customer-act')).toBe('Refund · Возврат10 506.08 ₽');
    expect(await textOf('customer-please_wait')).toContain('Your refund is being made');
    expect(await textOf('customer-please_wait')).not.toContain('pay twice');
    expect(await shown('customer-total')).toBe(false);
    await show('balance-present');
    expect(await textOf('customer-act')).toBe('Card balance · Баланс карты');
  });

  test('how it ended', async () => {
    await show('preauthorisation-done');
    expect(await textOf('customer-done')).toContain('The sum is held');
    await show('cancellation-not-done-left');
    expect(await textOf('customer-not_done')).toContain('The hold is not released');
  });
});

async function show(name: string, more: Partial<CustomerView> = {}): Promise<void> {
  const view = VIEWS[name];
  if (view === undefined) throw new Error(`There is no view ${name}.`);
  await screen.push({ ...view, ...more });
  await screen.page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
}

async function textOf(testId: string): Promise<string> {
  return ((await screen.page.getByTestId(testId).textContent()) ?? '').replaceAll(/\s/g, ' ');
}

async function shown(testId: string): Promise<boolean> {
  return (await screen.page.getByTestId(testId).count()) > 0;
}
