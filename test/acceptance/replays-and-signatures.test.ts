import { describe, expect, test } from 'vitest';
import { Secret } from '../../gateway/kernel/secret.ts';
import type { RequestBody } from '../../gateway/wire/messages.ts';
import { openCounter } from './counter-fixture.ts';

const FEN = 44_938n;

describe('the same number', () => {
  test('same id with changed amount: the gateway names the field, and nothing is sent to the wallet', async () => {
    const c = await openCounter();
    const id = await c.sellByCode();
    await c.world.advance(500);
    const sent = c.line.sent.find((one) => one.type === 'payment.start')
      ?.body as RequestBody<'payment.start'>;
    const calls = c.calls.length;
    const same = await c.world.complete(c.line.request('payment.start', sent, 10_000));
    expect(same).toMatchObject({ attemptId: id, state: 'approved' });
    const amount = { amountMinor: '1', currency: 'RUB' };
    const changed = { ...sent, amount };
    await expect(c.world.complete(c.line.request('payment.start', changed, 10_000))).rejects.toMatchObject({
      code: 'PAYMENT_CONFLICT',
      facts: { field: 'amount' },
    });
    expect(c.calls.length).toBe(calls);
    expect(await c.differences()).toEqual([]);
  });

  test('same id with changed amount at the wallet: CONTEXT_INCONSISTENT is unknown to us, never a payment', async () => {
    const c = await openCounter();
    const id = await c.sellByCode();
    await c.world.advance(500);
    const { order } = await c.payment(id);
    const more = { ...order, amountMinor: order.amountMinor + 1n };
    const common = { outTradeNo: id, settleCurrency: null, subject: 'x', storeId: '1', terminalId: '1' };
    const asked = c.connector.pay({ ...common, order: more, operator: 'a' }, new Secret(c.code()));
    expect(await c.world.complete(asked)).toEqual({ kind: 'unknown', cause: 'ACQ.CONTEXT_INCONSISTENT' });
    expect([c.merchantFen(), c.moved('pay', id)]).toEqual([FEN, 1]);
    expect(await c.differences()).toEqual([]);
  });
});

describe('bad response signature', () => {
  test.each(['signature_wrong', 'signature_missing', 'error_response_unsigned'] as const)(
    'a reply to pay with %s is unknown until a good one tells',
    async (scenario) => {
      const c = await openCounter();
      c.arm(scenario, 'alipay.trade.pay');
      const id = await c.sellByCode();
      await c.world.advance(500);
      expect(c.on('wallet_unknown').cause).toBe('no_answer');
      expect(await c.payment(id)).toMatchObject({ state: 'unknown' });
      expect(c.printer.docs).toEqual([]);
      await c.world.advance(60_000);
      const wasPaid = scenario !== 'error_response_unsigned';
      expect(c.screen().name).toBe(wasPaid ? 'paid' : 'not_paid');
      expect(c.merchantFen()).toBe(wasPaid ? FEN : 0n);
      expect(await c.differences()).toEqual([]);
    },
  );

  test('when no reply can be believed the payment is never approved nor declined, and the money is found later', async () => {
    const c = await openCounter();
    c.arm('signature_wrong', null, 30);
    const id = await c.sellByCode();
    await c.world.advance(55_000);
    expect(c.on('wallet_unknown').cause).toBe('cancelling');
    expect((await c.payment(id)).state).toBe('cancelling');
    c.wallet.desk.arming.disarm();
    await c.world.advance(600_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.merchantFen()).toBe(0n);
    expect(await c.differences()).toEqual([]);
  });
});
