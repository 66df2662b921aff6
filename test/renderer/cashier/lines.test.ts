import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CashierView } from '../../../electron/contract/view.ts';
import { CASHIER_VIEWS, oneMore } from '../../fixtures/views/cashier-views.ts';
import { type ScreenHarness, screenHarness } from '../harness.ts';

let harness: ScreenHarness;
beforeAll(async () => {
  harness = await screenHarness();
});
afterAll(async () => {
  await harness.close();
});

const PAINTED = `new Promise((done) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => done(true);
  channel.port2.postMessage(0);
}))`;

const NEWEST_IN_SIGHT = `(() => {
  const list = document.querySelector('[data-testid="lines"]').getBoundingClientRect();
  const newest = [...document.querySelectorAll('[data-testid="line"]')].at(-1);
  const box = newest.getBoundingClientRect();
  return { id: newest.dataset.lineId, inSight: box.top >= list.top && box.bottom <= list.bottom + 1 };
})()`;

test('the thousandth scan costs the page under 50 ms of its thread and lies in sight', async () => {
  let view: CashierView | undefined = CASHIER_VIEWS['sale-thousand'];
  if (view === undefined) throw new Error('There is no fixture view of a thousand lines.');
  const { page } = await harness.open('cashier', view, { width: 1366, height: 768 });
  const session = await page.context().newCDPSession(page);
  // The thread's own time: the machine's other work does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busyMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  const costs: number[] = [];
  for (let scan = 0; scan < 5; scan++) {
    view = oneMore(view);
    await page.evaluate(`window.nextView = ${JSON.stringify(view)}; 0`);
    const before = await busyMs();
    await page.evaluate('window.amurPush(window.nextView)');
    await page.evaluate(PAINTED);
    costs.push((await busyMs()) - before);
    expect(await page.evaluate(NEWEST_IN_SIGHT)).toEqual({ id: `l${1001 + scan}`, inSight: true });
  }
  costs.sort((a, b) => a - b);
  expect(costs[2]).toBeLessThan(50);
  await page.close();
});
