import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../../gateway/kernel/errors.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { Secret } from '../../../../gateway/kernel/secret.ts';
import type { WalletOrder } from '../../../../gateway/payments/wallet-port.ts';
import type { AlipayLogEntry } from '../../../../gateway/wallets/alipay/config.ts';
import { createAlipayConnector } from '../../../../gateway/wallets/alipay/connector.ts';
import type { HttpPost } from '../../../../gateway/wallets/alipay/http-post.ts';
import { SCENARIO_NAMES, SCENARIOS } from '../../../../simulators/alipay/scenarios.ts';
import {
  APP_ID,
  alipayKeys,
  merchantKeys,
  pemOf,
  SELLER_ID,
  World,
} from '../../../simulators/alipay/wallet-fixture.ts';

function shop() {
  const world = new World({ float: { CNY: 1_000_000n, RUB: 10_000_000n } });
  const post: HttpPost = async (url, _headers, body) => {
    const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
    const reply = world.wallet.handle(new Map([...new URL(url).searchParams, ...form]));
    if (reply.delivery === 'none') throw new AmurError('LINK_DOWN', {});
    const whole = Buffer.from(reply.body, 'utf8');
    const bodyBytes = reply.delivery === 'half' ? whole.subarray(0, whole.length >> 1) : whole;
    return { status: reply.httpStatus, bodyBytes };
  };
  const log: AlipayLogEntry[] = [];
  const config = {
    gatewayUrl: 'https://wallet.test/gateway.do',
    appId: APP_ID,
    privateKeyPem: new Secret(pemOf(merchantKeys.privateKey)),
    alipayPublicKeyPem: pemOf(alipayKeys.publicKey),
    sellerId: SELLER_ID,
    notifyUrl: 'https://shop.test/notify',
    timeoutMs: 5_000,
    timeoutExpress: '3m',
  };
  const connector = createAlipayConnector(config, post, world.time.runtime, (entry) => log.push(entry));
  return { world, connector, log };
}

const order = (outTradeNo: string, minor: bigint, currency = CNY): WalletOrder => ({
  outTradeNo,
  order: money(minor, currency),
  settleCurrency: currency === CNY ? null : currency,
  subject: 'Чай 茶',
  storeId: '0001',
  terminalId: '00000001',
  operator: 'anna',
});
const refundOf = (outTradeNo: string, outRequestNo: string, minor: bigint) => ({
  outTradeNo,
  outRequestNo,
  amount: money(minor, CNY),
  reason: 'брак',
});

describe('against the simulated wallet', () => {
  test('a scanned code is paid, returned in parts and closed, and repeats change nothing', async () => {
    const { world, connector, log } = shop();
    const code = new Secret(world.code());
    expect(await connector.pay(order('A1', 8_800n), code)).toMatchObject({ kind: 'paid' });
    expect(await connector.pay(order('A2', 8_800n), code)).toEqual({
      kind: 'declined',
      code: 'ACQ.PAYMENT_AUTH_CODE_INVALID',
    });
    expect(await connector.refund(refundOf('A1', 'R1', 800n))).toEqual({
      kind: 'refunded',
      refundedTotal: money(800n, CNY),
      fresh: true,
    });
    expect(await connector.refund(refundOf('A1', 'R1', 800n))).toMatchObject({
      kind: 'refunded',
      fresh: false,
    });
    expect(await connector.refundQuery('A1', 'R1', 'CNY')).toEqual({
      kind: 'refunded',
      amount: money(800n, CNY),
    });
    expect(await connector.refundQuery('A1', 'R9', 'CNY')).toEqual({ kind: 'not_found' });
    expect(await connector.refund(refundOf('A1', 'R2', 9_000n))).toMatchObject({ kind: 'declined' });
    expect(await connector.refund(refundOf('A1', 'R3', 8_000n))).toMatchObject({ kind: 'refunded' });
    expect(await connector.query('A1', 'CNY')).toMatchObject({
      kind: 'closed',
      trade: { refunded: money(8_800n, CNY) },
    });
    expect(log).toEqual([]);
  });

  test('a shown code is not found until it is scanned, then paid, then cancelled with the money returned', async () => {
    const { world, connector } = shop();
    const shown = await connector.precreate(order('B1', 1_000n), 60_000);
    expect(await connector.query('B1', 'CNY')).toEqual({ kind: 'not_found' });
    expect(world.payCode(shown.kind === 'qr' ? shown.content : '')).toBe(true);
    expect(await connector.query('B1', 'CNY')).toMatchObject({ kind: 'paid' });
    expect(await connector.cancel('B1')).toEqual({ kind: 'cancelled', action: 'refund' });
    expect(await connector.cancel('B2')).toEqual({ kind: 'cancelled', action: 'none' });
  });

  test('a sum over the free limit waits for the password', async () => {
    const { world, connector } = shop();
    const answer = await connector.pay(order('C1', 150_000n), new Secret(world.code()));
    expect(answer.kind).toBe('pending');
    expect((await connector.query('C1', 'CNY')).kind).toBe('pending');
    expect(await connector.cancel('C1')).toEqual({ kind: 'cancelled', action: 'close' });
    expect(await connector.query('C1', 'CNY')).toEqual({ kind: 'closed', trade: null });
  });

  test('an order in roubles comes back with yuan and rate', async () => {
    const { world, connector } = shop();
    expect(await connector.pay(order('D1', 100_000n, RUB), new Secret(world.code()))).toMatchObject({
      kind: 'paid',
      trade: {
        payer: money(8_871n, CNY),
        settlement: money(100_000n, RUB),
        rate: { base: 'RUB', quote: 'CNY', value: 8_871n, scale: 5 },
      },
    });
    expect(await connector.query('D1', 'RUB')).toMatchObject({ kind: 'paid' });
    expect(await connector.query('D1', 'CNY')).toMatchObject({ kind: 'unknown', cause: 'answer_mismatch' });
  });
});

test.each(SCENARIO_NAMES)(
  'scenario %s never surprises: every method answers in its own words',
  async (scenario) => {
    const { world, connector, log } = shop();
    const paid = () => connector.pay(order('P1', 5_000n), new Secret(world.code()));
    await paid();
    const calls = {
      'alipay.trade.pay': () => connector.pay(order('E1', 5_000n), new Secret(world.code())),
      'alipay.trade.precreate': () => connector.precreate(order('E2', 5_000n), 60_000),
      'alipay.trade.query': () => connector.query('P1', 'CNY'),
      'alipay.trade.refund': () => connector.refund(refundOf('P1', 'R1', 100n)),
      'alipay.trade.fastpay.refund.query': () => connector.refundQuery('P1', 'R1', 'CNY'),
      'alipay.trade.cancel': () => connector.cancel('P1'),
    };
    for (const [method, call] of Object.entries(calls)) {
      world.arm(scenario);
      const answer = await call();
      const listed = SCENARIOS[scenario] as { kind: string; code?: string };
      expect([
        'paid',
        'pending',
        'declined',
        'unknown',
        'qr',
        'closed',
        'not_found',
        'cancelled',
        'retry_later',
        'refused',
        'refunded',
      ]).toContain(answer.kind);
      if (listed.kind === 'signature') expect([method, answer.kind]).not.toEqual([method, 'declined']);
    }
    expect(log.filter((entry) => entry.event === 'alipay_code_unlisted')).toEqual([]);
  },
);
