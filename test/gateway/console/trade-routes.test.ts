import { expect, test } from 'vitest';
import type { ConsoleDesk, ConsoleRequest } from '../../../gateway/console/desk.ts';
import { TRADE_ROUTES } from '../../../gateway/console/trade-routes.ts';
import type { BatchTotals } from '../../../gateway/payments/card/records.ts';
import { TID } from '../payments/samples.ts';
import { CardRig } from '../run/card/card-rig.ts';

test('a till’s batch that was closed with a difference comes with both sides’ figures, a row for each currency', async () => {
  const rig = await CardRig.open();
  const figures = (currency: string, sales: number, salesMinor: bigint): BatchTotals => ({
    ...{ currency, sales, salesMinor, refunds: 1, refundsMinor: 200n, open: 0 },
  });
  await rig.store.commit([
    {
      kind: 'batch.put',
      row: {
        ...{ tid: TID, batch: '000007', state: 'closed', agreed: false, closedAt: 5, version: 1 },
        claimed: [figures('RUB', 3, 1_000n), figures('CNY', 1, 70n)].map((row) => ({ ...row, done: true })),
        counted: [figures('RUB', 2, 700n), figures('CNY', 1, 75n)],
      },
    },
  ]);
  const route = TRADE_ROUTES.find(({ method, path }) => method === 'GET' && path === '/api/matters');
  const cards = { store: rig.store, runtime: { clock: rig.world.clock, random: rig.world.random } };
  const answer = await route?.run({ cards } as unknown as ConsoleDesk, {} as unknown as ConsoleRequest);
  const side = (currency: string, sales: number, minor: string) => ({
    ...{ sales, salesSum: { amountMinor: minor, currency } },
    ...{ refunds: 1, refundsSum: { amountMinor: '200', currency } },
  });
  const row = { kind: 'batch_different', bank: null, since: 5, card: null, possible: ['explained'] };
  expect(JSON.parse(JSON.stringify(answer))).toMatchObject({
    rows: [
      {
        ...{ ...row, subject: '10000001/000007/CNY', atRisk: { amountMinor: '5', currency: 'CNY' } },
        batch: {
          ...{ tid: '10000001', number: '000007' },
          ...{ till: side('CNY', 1, '70'), gateway: side('CNY', 1, '75') },
        },
      },
      {
        ...{ ...row, subject: '10000001/000007/RUB', atRisk: { amountMinor: '300', currency: 'RUB' } },
        batch: { till: side('RUB', 3, '1000'), gateway: side('RUB', 2, '700') },
      },
    ],
  });
});
