/** Packed card messages as binary frames, over the real WebSocket. */
import { afterEach, describe, expect, test } from 'vitest';
import type { CardOrigin } from '../../../gateway/payments/card/ports.ts';
import {
  type EdgeWorld,
  enrolByStore,
  newHandTerminal,
  openWorld,
  RawLink,
  TID,
  type WorldParts,
} from './edge-world.ts';

let world: EdgeWorld;
let link: RawLink;
let seen: { readonly origin: CardOrigin; readonly packed: Buffer }[] = [];
afterEach(() => world.close());

async function open(answer: ((packed: Buffer) => Promise<Uint8Array | null>) | null, parts: WorldParts = {}) {
  seen = [];
  const message = async (origin: CardOrigin, packed: Uint8Array) => {
    seen.push({ origin, packed: Buffer.from(packed) });
    return (await answer?.(Buffer.from(packed))) ?? null;
  };
  world = await openWorld({ ...parts, ...(answer === null ? {} : { cards: { message } }) });
  const terminal = newHandTerminal();
  await enrolByStore(world, TID, terminal);
  link = await new RawLink(world).welcomed(TID, terminal);
}

const codeOf = (frame: Record<string, unknown>) => (frame.error as { code: string } | undefined)?.code;
const totals = { v: 1, id: 'a', type: 'day.totals', body: { businessDate: '2026-11-22' } };

describe('a binary frame', () => {
  test('is one card message of the proven terminal, and so is its answer', async () => {
    await open(async (packed) => Buffer.from(packed).reverse());
    link.send(Buffer.from([1, 2, 3]));
    expect((await link.next()).packed).toEqual(Buffer.from([3, 2, 1]));
    expect(seen).toEqual([{ origin: { kind: 'link', tid: TID }, packed: Buffer.from([1, 2, 3]) }]);
  });

  test('that gets no answer, or is too large, or meets a failing store leaves the link open', async () => {
    await open(async (packed) => {
      if (packed[0] === 9) throw new Error('store');
      return null;
    });
    link.send(Buffer.from([1]));
    link.send(Buffer.alloc(5_000));
    expect(codeOf(await link.next())).toBe('MESSAGE_TOO_LARGE');
    link.send(Buffer.from([9]));
    expect(codeOf(await link.next())).toBe('INTERNAL');
    link.send(totals);
    expect(await link.next()).toMatchObject({ re: 'a', ok: true });
    expect(seen).toHaveLength(2);
  });

  test('counts among the requests in flight and the messages of the link', async () => {
    const release: (() => void)[] = [];
    await open(() => new Promise((resolve) => release.push(() => resolve(Buffer.from([7])))), {
      limits: { requestsInFlight: 2, messages: { burst: 4, perMinute: 60 } },
    });
    for (const byte of [1, 2, 3]) link.send(Buffer.from([byte]));
    expect(await link.next()).toMatchObject({ re: null, error: { facts: { limit: 'requests_in_flight' } } });
    for (const letGo of release) letGo();
    expect((await link.next()).packed).toEqual(Buffer.from([7]));
    expect((await link.next()).packed).toEqual(Buffer.from([7]));
    link.send(totals);
    expect(await link.next()).toMatchObject({ re: 'a', ok: true });
    link.send(Buffer.from([4]));
    expect(await link.next()).toMatchObject({ re: null, error: { facts: { limit: 'messages' } } });
  });

  test('to a gateway without cards is told so', async () => {
    await open(null);
    link.send(Buffer.from([0xaa, 1, 2, 3, 4, 5, 6, 7, 0xff]));
    expect(await link.next()).toMatchObject({
      re: null,
      error: { code: 'CARDS_NOT_OFFERED', facts: { cardMessage: '01020304050607ff' } },
    });
  });
});
