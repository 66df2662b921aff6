import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { type EdgeWorld, enrolByStore, newHandTerminal, openWorld, RawLink, TID } from './edge-world.ts';

const ask = (id: string) => ({ v: 1, id, type: 'day.totals', body: { businessDate: '2026-11-22' } });
const codeOf = (frame: Record<string, unknown>) => (frame.error as { code: string } | undefined)?.code;

let world: EdgeWorld;
let link: RawLink;
let release: (() => void)[] = [];

beforeEach(async () => {
  release = [];
  world = await openWorld({
    limits: {
      requestsInFlight: 2,
      messages: { burst: 12, perMinute: 60 },
      pingEveryMs: 1_000,
      idleTimeoutMs: 3_000,
    },
    handle: async (_tid, type, body) => {
      if (type === 'quote.get') await new Promise<void>((resolve) => release.push(resolve));
      if (type === 'refund.get') throw new AmurError('REFUND_NOT_FOUND', { refundId: 'x' });
      if (type !== 'day.totals') throw new TypeError('secret detail 4111111111111111');
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
  const terminal = newHandTerminal();
  await enrolByStore(world, TID, terminal);
  link = await new RawLink(world).welcomed(TID, terminal);
});
afterEach(() => world.close());

describe('an open link', () => {
  test('answers every kind of bad message with its own error and stays', async () => {
    for (const [sent, re, code] of [
      ['{', null, 'MESSAGE_MALFORMED'],
      ['[]', null, 'MESSAGE_MALFORMED'],
      [{ ...ask('a'), v: 9 }, 'a', 'MESSAGE_VERSION_UNSUPPORTED'],
      [{ ...ask('b'), type: 'constructor' }, 'b', 'MESSAGE_TYPE_UNKNOWN'],
      [{ ...ask('c'), body: { businessDate: 7 } }, 'c', 'MESSAGE_MALFORMED'],
      [JSON.stringify({ ...ask('d'), body: 'x'.repeat(70_000) }), null, 'MESSAGE_TOO_LARGE'],
      [`"${'x'.repeat(1_000_000)}"`, null, 'MESSAGE_TOO_LARGE'],
      [Buffer.from([0, 1, 2]), null, 'CARDS_NOT_OFFERED'],
    ] as const) {
      link.send(sent);
      const frame = await link.next();
      expect([frame.re, codeOf(frame)]).toEqual([re, code]);
    }
    link.send(ask('good'));
    expect(await link.next()).toMatchObject({ re: 'good', ok: true, body: { businessDate: '2026-11-22' } });
  });

  test('answers text that is not UTF-8 instead of ending', async () => {
    link.webSocket.send(Buffer.from([0x7b, 0xff, 0x7d]), { binary: false });
    expect(codeOf(await link.next())).toBe('MESSAGE_MALFORMED');
    link.send(ask('good'));
    expect(await link.next()).toMatchObject({ re: 'good', ok: true });
  });

  test('passes an operating error on by its code and hides any other failure', async () => {
    link.send({ v: 1, id: 'a', type: 'refund.get', body: { refundId: '01JD0000000000000000000000' } });
    expect(await link.next()).toMatchObject({ re: 'a', error: { code: 'REFUND_NOT_FOUND' } });
    link.send({ v: 1, id: 'b', type: 'payment.get', body: { attemptId: '01JD0000000000000000000000' } });
    const frame = await link.next();
    expect(codeOf(frame)).toBe('INTERNAL');
    expect(JSON.stringify(frame)).not.toContain('4111');
    expect(world.logged).toContain('request_failed');
  });

  test('refuses more requests at once than allowed, and takes the next when one is done', async () => {
    link.send({ v: 1, id: 'a', type: 'quote.get', body: {} });
    link.send({ v: 1, id: 'b', type: 'quote.get', body: {} });
    link.send(ask('c'));
    const refused = await link.next();
    expect([refused.re, codeOf(refused)]).toEqual(['c', 'RATE_LIMITED']);
    for (const go of release) go();
    expect([(await link.next()).re, (await link.next()).re]).toEqual(['a', 'b']);
    link.send(ask('d'));
    expect(await link.next()).toMatchObject({ re: 'd', ok: true });
  });

  test('refuses a second request under an id that is still open, without naming it', async () => {
    link.send({ v: 1, id: 'a', type: 'quote.get', body: {} });
    link.send(ask('a'));
    const refused = await link.next();
    expect([refused.re, codeOf(refused)]).toEqual([null, 'MESSAGE_MALFORMED']);
    for (const go of release) go();
  });

  test('refuses messages beyond its rate and takes them again after a while', async () => {
    for (let i = 0; i < 14; i += 1) link.send(ask(`r${i}`));
    const answers = [];
    for (let i = 0; i < 14; i += 1) answers.push(await link.next());
    const limits = answers.map(
      (frame) => (frame.error as { facts?: { limit?: string } } | undefined)?.facts?.limit,
    );
    expect(limits.filter((limit) => limit === 'messages')).toHaveLength(2);
    world.runtime.advance(1_000);
    link.send(ask('later'));
    expect(await link.next()).toMatchObject({ re: 'later', ok: true });
  });

  test('ends only when its frame is beyond the hard limit', async () => {
    link.send(`"${'x'.repeat(1_100_000)}"`);
    expect(await link.ended()).toBe(1009);
  });

  test('carries events of its own terminal', async () => {
    const money = { amountMinor: '100', currency: 'RUB' };
    const id = '01JD0000000000000000000000';
    world.links.refundChanged(TID, {
      refundId: id,
      attemptId: id,
      saleId: id,
      state: 'approved',
      amount: money,
      order: money,
      cause: 'till',
      declineCode: null,
      createdAt: 1,
      updatedAt: 2,
      version: 1,
    });
    expect(await link.next()).toMatchObject({ event: 'refund.changed', body: { refundId: id } });
  });

  test('is dropped when the other side is silent past its time', async () => {
    link.webSocket.pause();
    for (let i = 0; i < 4; i += 1) world.runtime.advance(1_000);
    link.webSocket.resume();
    expect(await link.ended()).toBe(1006);
    expect(world.logged).toContain('link_idle');
  });
});
