import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CashierView, CustomerView } from '../../electron/contract/view.ts';
import { CARD_LEFT_VIEWS } from '../fixtures/views/card-left-views.ts';
import { CARD_VIEWS } from '../fixtures/views/card-views.ts';
import { CASHIER_VIEWS } from '../fixtures/views/cashier-views.ts';
import { customerCardViews } from '../fixtures/views/customer-card-views.ts';
import { CUSTOMER_VIEWS, customer } from '../fixtures/views/customer-views.ts';
import { type ScreenHarness, type Size, screenHarness } from './harness.ts';
import { CONTRAST_FAULTS, LAYOUT_FAULTS, TARGET_FAULTS } from './page-checks.ts';

const CASHIER_SIZES: readonly Size[] = [
  { width: 1024, height: 700 },
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
];
const CUSTOMER_SIZES: readonly Size[] = [
  { width: 1024, height: 600 },
  { width: 1920, height: 1080 },
];

/** Some forty screens are drawn in each test; a busy machine needs a while. */
vi.setConfig({ testTimeout: 120_000 });

const CARDS = { ...CARD_VIEWS, ...CARD_LEFT_VIEWS };

let harness: ScreenHarness;
beforeAll(async () => {
  harness = await screenHarness();
});
afterAll(async () => {
  await harness.close();
});

describe('every screen', () => {
  for (const size of CASHIER_SIZES) {
    test(`of the cashier fits ${size.width} x ${size.height}, is easy to hit and to read`, async () => {
      expect(await faults('cashier', CASHIER_VIEWS, size)).toEqual([]);
    });
  }
  for (const size of CUSTOMER_SIZES) {
    test(`of the customer fits ${size.width} x ${size.height} and is easy to read`, async () => {
      expect(await faults('customer', CUSTOMER_VIEWS, size)).toEqual([]);
    });
  }

  test('of the cashier fits the smallest window in Chinese and in English', async () => {
    for (const language of ['zh', 'en'] as const) {
      const views = Object.fromEntries(
        Object.entries(CASHIER_VIEWS).map(([name, view]) => [`${name} ${language}`, { ...view, language }]),
      );
      expect(await faults('cashier', views, { width: 1024, height: 700 })).toEqual([]);
    }
  });
});

describe('every card screen', () => {
  for (const size of CASHIER_SIZES) {
    test(`of the cashier fits ${size.width} x ${size.height} in Russian`, async () => {
      expect(await faults('cashier', CARDS, size)).toEqual([]);
    });
  }
  for (const language of ['zh', 'en'] as const) {
    test(`of the cashier fits the smallest window and the usual one in ${language}`, async () => {
      for (const size of CASHIER_SIZES.slice(0, 2)) {
        expect(await faults('cashier', spoken(CARDS, language), size)).toEqual([]);
      }
    });
  }
  test('has the stages of its operation in one line, and its card stays where it is', async () => {
    const [size = { width: 1366, height: 768 }] = CASHIER_SIZES.slice(1);
    const { 'card-present': first, 'card-sending': sending } = CARD_VIEWS;
    if (first === undefined || sending === undefined) throw new Error('The views have other names.');
    const screen = await harness.open('cashier', first, size);
    const places: unknown[] = [];
    for (const view of [first, sending]) {
      await screen.push(view);
      const bars = screen.page.locator('.card-stage-bar');
      await bars.nth(2).waitFor();
      const boxes = await Promise.all((await bars.all()).map((bar) => bar.boundingBox()));
      expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
      places.push(await screen.page.locator('.card-pad').boundingBox());
    }
    expect(places[1]).toEqual(places[0]);
    await screen.page.close();
  });

  for (const size of CUSTOMER_SIZES) {
    test(`of the customer fits ${size.width} x ${size.height} in every language`, async () => {
      const views = customerCardViews(customer('basket'));
      for (const language of ['zh', 'ru', 'en'] as const) {
        expect(await faults('customer', spoken(views, language), size)).toEqual([]);
      }
    });
  }
});

function spoken<V extends CashierView | CustomerView>(
  views: Readonly<Record<string, V>>,
  language: V['language'],
): Readonly<Record<string, V>> {
  return Object.fromEntries(
    Object.entries(views).map(([name, view]) => [`${name} ${language}`, { ...view, language }]),
  );
}

async function faults(
  role: 'cashier' | 'customer',
  views: Readonly<Record<string, CashierView | CustomerView>>,
  size: Size,
): Promise<string[]> {
  const [first] = Object.values(views);
  if (first === undefined) return [];
  const screen = await harness.open(role, first, size);
  const all: string[] = [];
  for (const [name, view] of Object.entries(views)) {
    await screen.push(view);
    await screen.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    for (const check of [LAYOUT_FAULTS, TARGET_FAULTS, CONTRAST_FAULTS]) {
      const found = (await screen.page.evaluate(check)) as string[];
      all.push(...found.map((fault) => `${name}: ${fault}`));
    }
  }
  all.push(...screen.complaints);
  await screen.page.close();
  return all;
}
