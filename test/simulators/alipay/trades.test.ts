import { expect, test } from 'vitest';
import { beijingStart } from '../../../simulators/alipay/buyers.ts';
import { World } from './wallet-fixture.ts';

test('a day holds the trades that were paid in it: not those that expire in it, and none that nobody paid', () => {
  const world = new World();
  world.time.now = beijingStart('2026-11-23') - 60_000;
  world.pay('PAID', '5.00');
  world.arm('password_required');
  world.pay('WAITS', '5.00');
  const { trades } = world.wallet.desk;
  const [from, cut, to] = ['2026-11-22', '2026-11-23', '2026-11-24'].map(beijingStart) as [
    number,
    number,
    number,
  ];
  expect(trades.paidBetween(from, cut).map((trade) => trade.outTradeNo)).toEqual(['PAID']);
  expect(trades.paidBetween(cut, to)).toEqual([]);
});
