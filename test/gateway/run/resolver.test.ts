import { describe, expect, test } from 'vitest';
import { parseAttemptId } from '../../../gateway/kernel/identifiers.ts';
import type { WalletNotice } from '../../../gateway/payments/wallet-port.ts';
import { payment, trade, ulid } from '../payments/samples.ts';
import { openCounter, startBody } from './counter.ts';

const PAID = { kind: 'paid', trade: trade() } as const;
const PENDING = { kind: 'pending', providerRef: null } as const;
const TID = payment('intent').tid;

const notice = (status: WalletNotice['status'], outTradeNo = ulid('A1')): WalletNotice => ({
  outTradeNo,
  status,
  order: payment('intent').order,
});

describe('after a kill', () => {
  test('an intent whose call was under way is inquired about by the next process, once the lease ran out', async () => {
    const c = await openCounter();
    c.wallet.delayMs = 3_000;
    c.wallet.next.pay.push(PAID);
    const { quoteId } = await c.ask('quote.get', {});
    void c.gateway.handle(TID, 'payment.start', startBody(quoteId));
    await c.world.advance(1_000);
    cutOff(c.store);
    c.restart();
    c.wallet.usual.query = PAID;
    c.wallet.delayMs = 50;
    await c.world.advance(30_000);
    expect(await c.payment()).toMatchObject({ state: 'approved' });
    expect(c.wallet.made('pay')).toBe(1);
  });

  test('a waiting payment goes on from where it stood', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PENDING);
    await c.start();
    await c.gateway.stop();
    c.wallet.next.query.push(PENDING, PAID);
    c.restart();
    await c.world.advance(20_000);
    expect((await c.payment()).state).toBe('approved');
  });

  test('a gateway that was away past the bound asks once, and then cancels at once', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PENDING);
    await c.start();
    await c.gateway.stop();
    await c.world.advance(600_000);
    c.restart();
    await c.world.advance(1_000);
    expect(c.wallet.calls.map((call) => call.call)).toEqual(['pay', 'query', 'cancel']);
    expect((await c.payment()).state).toBe('cancelled');
  });
});

describe('the resolver', () => {
  test('is not stopped by a subject that fails: that one backs off with an alarm, the others go on', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PENDING, PENDING);
    await c.start();
    await c.start({ attemptId: ulid('A2'), saleId: ulid('S2') });
    const read = c.store.payment.bind(c.store);
    let failures = 0;
    c.store.payment = async (id) => {
      if (id !== parseAttemptId(ulid('A1')) || failures >= 4) return read(id);
      failures += 1;
      throw new RangeError('unreadable');
    };
    c.wallet.usual.query = PAID;
    await c.world.advance(4_000);
    expect((await read(parseAttemptId(ulid('A2'))))?.state).toBe('approved');
    expect((await read(parseAttemptId(ulid('A1'))))?.state).toBe('waiting');
    await c.world.advance(60_000);
    expect((await read(parseAttemptId(ulid('A1'))))?.state).toBe('approved');
    expect(c.log.filter((line) => line.includes('subject_failed')).length).toBe(4);
  });

  test('resolves many payments with no more calls at once than it may', async () => {
    const c = await openCounter({ deps: { runPolicy: { parallel: 4 } } });
    c.wallet.usual.pay = PENDING;
    for (let i = 0; i < 12; i += 1)
      await c.start({ attemptId: ulid(`A${100 + i}`), saleId: ulid(`S${100 + i}`) });
    await c.gateway.stop();
    c.restart();
    c.wallet.usual.query = PAID;
    await c.world.advance(20_000);
    const states = [...c.store.allPayments()].map((p) => p.state);
    expect(states).toEqual(Array.from({ length: 12 }, () => 'approved'));
    const queries = c.wallet.calls.filter((call) => call.call === 'query').map((call) => call.at);
    const together = queries.map(
      (at) => queries.filter((other) => Math.abs(other - at) < c.wallet.delayMs).length,
    );
    expect(Math.max(...together)).toBeLessThanOrEqual(4);
  });

  test('two processes on one store never both work on a payment', async () => {
    const c = await openCounter();
    const other = await openSecond(c);
    c.wallet.usual.pay = PENDING;
    c.wallet.next.query.push(PENDING, PENDING, PAID);
    await c.start();
    await c.world.advance(15_000);
    expect((await c.payment()).state).toBe('approved');
    expect(c.wallet.made('query')).toBe(3);
    await c.world.complete(other.stop());
  });

  test('keeps its lease over a call longer than the lease', async () => {
    const c = await openCounter({ deps: { runPolicy: { leaseMs: 2_000 } } });
    const other = await openSecond(c);
    c.wallet.delayMs = 7_000;
    c.wallet.next.pay.push(PAID);
    expect((await c.start()).state).toBe('approved');
    expect(c.wallet.calls.map((call) => call.call)).toEqual(['pay']);
    await c.world.complete(other.stop());
  });

  test('stops when told, with the calls under way finished and committed', async () => {
    const c = await openCounter();
    c.wallet.delayMs = 1_000;
    c.wallet.next.pay.push(PAID);
    const { quoteId } = await c.ask('quote.get', {});
    const started = c.gateway.handle(TID, 'payment.start', startBody(quoteId));
    await c.world.advance(100);
    await c.world.complete(c.gateway.stop());
    expect((await c.world.complete(started)).state).toBe('approved');
    await expect(c.gateway.handle(TID, 'quote.get', {})).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('a notice of the wallet', () => {
  test('only prompts an inquiry, at once', async () => {
    const c = await openCounter();
    await c.start({ method: { kind: 'shown' } });
    c.wallet.usual.query = PAID;
    await c.world.complete(c.gateway.walletNotice(notice('paid')));
    expect((await c.payment()).state).toBe('waiting');
    await c.world.advance(100);
    expect((await c.payment()).state).toBe('approved');
  });

  test('that tells what is known already changes nothing, however often it comes', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    const { version } = await c.start();
    for (const status of ['paid', 'finished', 'pending'] as const) {
      await c.world.complete(c.gateway.walletNotice(notice(status)));
    }
    expect(await c.payment()).toMatchObject({ version });
    expect(c.wallet.made('query')).toBe(0);
  });

  test('of money after a cancel brings the money back', async () => {
    const c = await openCounter();
    await c.start({ method: { kind: 'shown' } });
    await c.ask('payment.cancel', {
      attemptId: ulid('A1'),
      saleId: ulid('S1'),
      tenderId: ulid('T1'),
      amount: { amountMinor: '1000000', currency: 'RUB' },
    });
    c.wallet.usual.query = PAID;
    await c.world.complete(c.gateway.walletNotice(notice('paid')));
    await c.world.advance(1_000);
    expect(await c.payment()).toMatchObject({ state: 'returned_late', autoReturn: { done: true } });
  });

  test('before the answer to the call it speaks of does no harm', async () => {
    const c = await openCounter();
    c.wallet.delayMs = 1_000;
    c.wallet.next.pay.push(PAID);
    const { quoteId } = await c.ask('quote.get', {});
    const started = c.gateway.handle(TID, 'payment.start', startBody(quoteId));
    await c.world.advance(200);
    await c.world.complete(c.gateway.walletNotice(notice('paid')));
    expect((await c.world.complete(started)).state).toBe('approved');
    await c.world.advance(5_000);
    expect(c.wallet.made('query')).toBe(0);
  });

  test.each([ulid('ZZ'), 'not an order number'])(
    'of an unknown order %s is acknowledged and logged',
    async (id) => {
      const c = await openCounter();
      await c.world.complete(c.gateway.walletNotice(notice('paid', id)));
      expect(c.log.join()).toContain('notice_of_unknown_order');
    },
  );
});

/** What a killed process had in hand never reaches the store again. */
function cutOff(store: Awaited<ReturnType<typeof openCounter>>['store']): void {
  const commit = store.commit.bind(store);
  const owners = new Set<string>();
  store.commit = (unit) => {
    const lease = unit.flatMap((change) => ('lease' in change && change.lease ? [change.lease] : []))[0];
    if (lease !== undefined && (owners.size === 0 || owners.has(lease.owner))) {
      owners.add(lease.owner);
      return new Promise(() => {});
    }
    return commit(unit);
  };
}

async function openSecond(c: Awaited<ReturnType<typeof openCounter>>) {
  const { createGatewayService } = await import('../../../gateway/run/gateway-service.ts');
  const { createLog } = await import('../../../gateway/kernel/log.ts');
  const gateway = createGatewayService({
    store: c.store,
    folder: c.store,
    wallet: c.wallet,
    runtime: c.world.process(),
    rates: {
      quoteLifeMs: 1,
      quoteTerms: () => {
        throw new Error('not asked');
      },
      pricing: () => {
        throw new Error('not asked');
      },
    },
    events: { paymentChanged: () => {}, refundChanged: () => {} },
    log: createLog('second', c.world.clock, (line) => void c.log.push(line)),
    runPolicy: { leaseMs: 2_000, idleLookMs: 500 },
  });
  gateway.start();
  return gateway;
}
