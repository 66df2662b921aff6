import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EdgeWorld, enrolByStore, newHandTerminal, openWorld, RawLink, TID } from './edge-world.ts';

let world: EdgeWorld;
beforeEach(async () => {
  world = await openWorld({ limits: { connectionsPerAddress: 2 } });
});
afterEach(() => world.close());

test('connections beyond the limit of one address are dropped, and others of it live on', async () => {
  const terminal = newHandTerminal();
  await enrolByStore(world, TID, terminal);
  const first = await new RawLink(world).welcomed(TID, terminal);
  const second = new RawLink(world);
  await second.challenge();
  const third = connect(world.edge.port, '127.0.0.1');
  await new Promise<void>((resolve) => third.on('close', () => resolve()).on('error', () => undefined));
  expect(world.logged).toContain('connections_exceeded');
  first.send({ v: 1, id: 'q', type: 'day.totals', body: { businessDate: '2026-11-22' } });
  expect(await first.next()).toMatchObject({ re: 'q', ok: true });
  second.webSocket.terminate();
});

test('a request under way is answered before the port closes', async () => {
  const terminal = newHandTerminal();
  let answer: () => void = () => undefined;
  let asked: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const slow = await openWorld({
    handle: async (_tid, _type, body) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
        asked();
      });
      const zero = { amountMinor: '0', currency: 'RUB' };
      const sums = {
        payments: 0,
        paid: zero,
        paidOrder: [],
        refunds: 0,
        refunded: zero,
        refundedOrder: [],
        open: 0,
      };
      return { ...(body as object), ...sums };
    },
  });
  await enrolByStore(slow, TID, terminal);
  const link = await new RawLink(slow).welcomed(TID, terminal);
  link.send({ v: 1, id: 'q', type: 'day.totals', body: { businessDate: '2026-11-22' } });
  await underWay;
  const closed = slow.close();
  answer();
  expect(await link.next()).toMatchObject({ re: 'q', ok: true });
  slow.runtime.advance(20);
  expect(await link.ended()).toBe(1001);
  await closed;
});
