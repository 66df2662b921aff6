import { expect, test } from 'vitest';
import { Counter } from './counter-kit.ts';

test('a payment refused for want of a rate asks for one at once', async () => {
  const counter = new Counter();
  counter.link.quoteLifeMs = 1_500;
  await counter.open();
  await counter.fillForWallet();
  const asked = counter.link.count('quote.get');
  expect(await counter.refused({ command: 'wallet_show_qr' })).toBe('NO_RATE');
  expect(counter.link.count('quote.get')).toBe(asked + 1);
});

test('a link that comes back brings a fresh rate, even where the clock was set back meanwhile', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.fillForWallet();
  counter.link.go('down');
  await counter.world.advance(20 * 60_000);
  counter.clockOffMs = -3_600_000;
  const asked = counter.link.count('quote.get');
  counter.link.go('up');
  await counter.world.advance(1_000);
  expect(counter.link.count('quote.get')).toBe(asked + 1);
  await counter.world.advance(20 * 60_000);
  expect(counter.link.count('quote.get')).toBeGreaterThanOrEqual(asked + 4);
});
