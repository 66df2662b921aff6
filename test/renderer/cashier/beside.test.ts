import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CashierView } from '../../../electron/contract/view.ts';
import { CARD_LEFT_VIEWS } from '../../fixtures/views/card-left-views.ts';
import { CARD_VIEWS } from '../../fixtures/views/card-views.ts';
import { CASHIER_VIEWS } from '../../fixtures/views/cashier-views.ts';
import { type OpenScreen, type ScreenHarness, screenHarness } from '../harness.ts';

let harness: ScreenHarness;
let screen: OpenScreen;

beforeAll(async () => {
  harness = await screenHarness();
});
afterAll(async () => {
  await harness.close();
});

function viewOf(name: string): CashierView {
  const view = CARD_LEFT_VIEWS[name] ?? CARD_VIEWS[name] ?? CASHIER_VIEWS[name];
  if (view === undefined) throw new Error(`There is no fixture view ${name}.`);
  return view;
}

describe('a card that is still in the PIN pad', () => {
  test('is said where its operation ends and by the pad’s lamp, until it is taken', async () => {
    screen = await harness.open('cashier', viewOf('paid-card-left'), { width: 1366, height: 768 });
    for (const name of ['paid-card', 'not-paid-funds', 'card-done-hold', 'refund-card-refused']) {
      await screen.push(viewOf(`${name}-left`));
      await screen.page.getByTestId('card-left').waitFor();
      expect(await screen.page.getByTestId('lamp-pinPad').textContent()).toContain('карта внутри');
      await screen.push(viewOf(name));
      await screen.page.getByTestId('card-left').waitFor({ state: 'detached' });
      expect(await screen.page.getByTestId('lamp-pinPad').textContent()).not.toContain('карта внутри');
    }
    await screen.page.close();
  });
});

describe('a notice', () => {
  const notice: NonNullable<CashierView['notice']> = {
    noticeId: 1,
    tone: 'refused',
    code: 'BARCODE_NOT_FOUND',
    facts: { barcode: '4600000000015' },
  };

  test.each([
    ['sale', '.sale-side'],
    ['preauths', '.holds-side'],
    ['refund-choose-card', '.refund-side'],
  ])('on %s leaves the column with the sums and keys free at every width', async (name, side) => {
    for (const width of [1024, 1366, 1920]) {
      screen = await harness.open('cashier', { ...viewOf(name), notice }, { width, height: 768 });
      const said = await screen.page.getByTestId('notice').boundingBox();
      const column = await screen.page.locator(side).boundingBox();
      if (said === null || column === null) throw new Error(`${name} shows no notice or no column.`);
      expect(said.x + said.width).toBeLessThanOrEqual(column.x + 1);
      await screen.page.close();
    }
  });
});
