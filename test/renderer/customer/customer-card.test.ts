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
