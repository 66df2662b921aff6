import { verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { NotificationPump } from '../../../simulators/alipay/notification-pump.ts';
import type { ScenarioName } from '../../../simulators/alipay/scenarios.ts';
import { alipayKeys, LI, World } from './wallet-fixture.ts';

const MINUTE = 60_000;

interface Sent {
  readonly at: number;
  readonly form: string;
  readonly fields: URLSearchParams;
}

function sending(world: World, answers: (count: number) => string | null) {
  const sent: Sent[] = [];
  const started = world.time.now;
  const sender = {
    post: (_url: string, form: string): Promise<string | null> => {
      sent.push({ at: world.time.now - started, form, fields: new URLSearchParams(form) });
      return Promise.resolve(answers(sent.length));
    },
  };
  const pump = new NotificationPump(world.wallet.desk.notifications, sender, world.time.runtime);
  pump.start();
  return { sent, pump };
}

function paidByQr(world: World, outTradeNo = 'Q1'): void {
  world.payCode(world.precreate(outTradeNo, '20.00').qr_code ?? '');
}

const times = (sent: readonly Sent[]): readonly number[] => sent.map(({ at }) => at / MINUTE);

describe('a notification', () => {
  test('is sent eight times on the published schedule while nobody answers success, under one notify_id', async () => {
    const world = new World();
    const { sent } = sending(world, () => 'fail');
    paidByQr(world);
    await world.time.advance(48 * 60 * MINUTE);
    expect(times(sent)).toEqual([0, 4, 14, 24, 84, 204, 564, 1464]);
    expect(new Set(sent.map(({ fields }) => fields.get('notify_id'))).size).toBe(1);
    expect(new Set(sent.map(({ fields }) => fields.get('notify_time'))).size).toBe(8);
  });

  test('ends with the body success and nothing else', async () => {
    const world = new World();
    const { sent } = sending(world, (count) => (count === 1 ? 'SUCCESS' : count === 2 ? null : 'success'));
    paidByQr(world);
    await world.time.advance(60 * MINUTE);
    expect(times(sent)).toEqual([0, 4, 14]);
  });

  test('survives a restart of the sender', async () => {
    const world = new World();
    const first = sending(world, () => null);
    paidByQr(world);
    await world.time.advance(5 * MINUTE);
    first.pump.stop();
    const second = sending(world, () => 'success');
    await world.time.advance(60 * MINUTE);
    expect(first.sent).toHaveLength(2);
    expect(second.sent).toHaveLength(1);
  });

  test('is signed without sign and sign_type, in sorted order', async () => {
    const world = new World();
    const { sent } = sending(world, () => 'success');
    paidByQr(world);
    await world.time.advance(1);
    const fields = sent[0]?.fields ?? new URLSearchParams();
    const text = [...fields]
      .filter(([name]) => name !== 'sign' && name !== 'sign_type')
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const signature = Buffer.from(fields.get('sign') ?? '', 'base64');
    expect(verify('sha256', Buffer.from(text), alipayKeys.publicKey, signature)).toBe(true);
    expect(fields.get('total_amount')).toBe('20.00');
    expect(fields.get('buyer_id')).toBe(LI);
  });

  test('does not follow a scanned customer code, whose reply is the news', async () => {
    const world = new World();
    const { sent } = sending(world, () => 'success');
    world.call('alipay.trade.pay', world.payment('A1', '1.00'), { notify_url: 'https://shop.test/n' });
    await world.time.advance(MINUTE);
    expect(sent).toEqual([]);
  });
});

describe('by scenario a notification', () => {
  const under = async (scenario: ScenarioName, delayMs: number | null = null) => {
    const world = new World();
    const { sent } = sending(world, () => 'success');
    world.arm(scenario, 1, delayMs);
    paidByQr(world);
    await world.time.advance(30_000);
    return { world, sent };
  };

  test('comes twice at once', async () => {
    const { sent } = await under('notification_duplicate');
    expect(sent).toHaveLength(2);
    expect(sent[0]?.form).toBe(sent[1]?.form);
  });

  test('comes late', async () => {
    const { world, sent } = await under('notification_late', 10 * MINUTE);
    expect(sent).toEqual([]);
    await world.time.advance(10 * MINUTE);
    expect(times(sent)).toEqual([10]);
  });

  test('is lost the first time, or never sent', async () => {
    const lost = await under('notification_lost');
    expect(lost.sent).toEqual([]);
    await lost.world.time.advance(4 * MINUTE);
    expect(times(lost.sent)).toEqual([4]);
    const never = await under('notification_never');
    await never.world.time.advance(48 * 60 * MINUTE);
    expect(never.sent).toEqual([]);
  });

  test('is held until after the cancel', async () => {
    const { world, sent } = await under('notification_after_cancel');
    await world.time.advance(60 * MINUTE);
    expect(sent).toEqual([]);
    expect(world.cancel('Q1')).toMatchObject({ action: 'refund' });
    await world.time.advance(1);
    expect(sent[0]?.fields.get('trade_status')).toBe('TRADE_SUCCESS');
  });

  test('names another amount under a good signature', async () => {
    const { sent } = await under('notification_wrong_amount');
    expect(sent[0]?.fields.get('total_amount')).toBe('21.00');
  });

  test('is signed over something else', async () => {
    const { sent } = await under('notification_wrong_signature');
    const good = await under('notification_late', 0);
    expect(sent[0]?.fields.get('sign')).not.toBe(good.sent[0]?.fields.get('sign'));
  });
});
