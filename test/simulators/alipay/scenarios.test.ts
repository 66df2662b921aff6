import { verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  METHODS,
  type Method,
  SCENARIO_NAMES,
  type ScenarioName,
  scenarioOf,
} from '../../../simulators/alipay/scenarios.ts';
import type { GatewayReply } from '../../../simulators/alipay/wallet.ts';
import { alipayKeys, LI, World } from './wallet-fixture.ts';

/** The result codes of the platform that a merchant must be able to meet. */
const DOCUMENTED = [
  '20000',
  '20001',
  '40001',
  '40002',
  '40003',
  '40006',
  'ACQ.PAYMENT_AUTH_CODE_INVALID',
  'ACQ.BUYER_BALANCE_NOT_ENOUGH',
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH',
  'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE',
  'ACQ.BUYER_ENABLE_STATUS_FORBID',
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR',
  'ACQ.ERROR_BALANCE_PAYMENT_DISABLE',
  'ACQ.PULL_MOBILE_CASHIER_FAIL',
  'ACQ.SYSTEM_ERROR',
  'PAYMENT_UNKNOWN',
  'ACQ.TRADE_HAS_SUCCESS',
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.CONTEXT_INCONSISTENT',
  'ACQ.TRADE_NOT_EXIST',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH',
  'ACQ.TOTAL_FEE_EXCEED',
  'ACQ.BEYOND_PAY_RESTRICTION',
  'ACQ.EXIST_FORBIDDEN_WORD',
  'ACQ.INVALID_PARAMETER',
  'ACQ.ACCESS_FORBIDDEN',
];

/** A request of a method that would succeed without a scenario. */
function prepared(world: World, method: Method): Record<string, unknown> {
  if (method === 'alipay.trade.pay') return world.payment('N1', '10.00');
  if (method === 'alipay.trade.precreate') return { out_trade_no: 'N1', subject: 'x', total_amount: '10.00' };
  if (method.startsWith('alipay.data')) return { bill_type: 'trade', bill_date: '2026-11-20' };
  if (method === 'alipay.trade.close') {
    world.pay('P1', '2000.00');
    return { out_trade_no: 'P1' };
  }
  world.pay('P1', '10.00');
  return { out_trade_no: 'P1', out_request_no: 'R1', refund_amount: '1.00' };
}

function replyTo(scenario: ScenarioName, method: Method): { world: World; reply: GatewayReply } {
  const world = new World();
  const biz = prepared(world, method);
  world.arm(scenario);
  const system: Record<string, string> = method.endsWith('precreate')
    ? { notify_url: 'https://shop.test/n' }
    : {};
  return { world, reply: world.send(method, biz, system) };
}

describe('every answer scenario, for every method it exists for', () => {
  const cases = SCENARIO_NAMES.filter((name) => scenarioOf(name).kind === 'answer').flatMap((name) =>
    METHODS.filter((method) => scenarioOf(name).moments.includes(method)).map(
      (method) => [name, method] as const,
    ),
  );

  test.each(cases)('%s answers its own code to %s', (name, method) => {
    const scenario = scenarioOf(name);
    const { reply } = replyTo(name, method);
    const [nodeName, node] = Object.entries(JSON.parse(reply.body) as Record<string, unknown>)[0] ?? [];
    const expected =
      scenario.node === undefined ? `${method.replaceAll('.', '_')}_response` : 'error_response';
    expect(nodeName).toBe(expected);
    expect(node).toMatchObject({ code: scenario.code, sub_code: scenario.subCode });
    expect(reply.body.includes('"sign":')).toBe(scenario.node !== 'error_unsigned');
  });

  test('together they reach every documented result code', () => {
    const reached = new Set(SCENARIO_NAMES.map(scenarioOf).flatMap(({ code, subCode }) => [code, subCode]));
    expect(DOCUMENTED.filter((code) => !reached.has(code))).toEqual([]);
  });
});

describe('an effect', () => {
  test.each(
    SCENARIO_NAMES.filter((name) => scenarioOf(name).effect !== undefined).filter((name) =>
      scenarioOf(name).moments.includes('alipay.trade.pay'),
    ),
  )('of %s takes place exactly when its row says so', (name) => {
    const { world } = replyTo(name, 'alipay.trade.pay');
    const charged = world.wallet.desk.buyers.balanceFen(LI) !== 3_000_000n;
    expect(charged).toBe(scenarioOf(name).effect === 'done');
  });
});

describe('carriage', () => {
  test.each([
    ['request_lost', 'none', false],
    ['reply_lost', 'none', true],
    ['reply_then_cut', 'cut', true],
    ['reply_half', 'half', true],
  ] as const)('%s is delivered as %s', (name, delivery, charged) => {
    const { world, reply } = replyTo(name, 'alipay.trade.pay');
    expect(reply.delivery).toBe(delivery);
    expect(world.wallet.desk.buyers.balanceFen(LI) !== 3_000_000n).toBe(charged);
  });

  test.each([
    ['http_500', false],
    ['http_500_effect_done', true],
  ] as const)('%s is an HTTP error', (name, charged) => {
    const { world, reply } = replyTo(name, 'alipay.trade.pay');
    expect(reply.httpStatus).toBe(500);
    expect(world.wallet.desk.buyers.balanceFen(LI) !== 3_000_000n).toBe(charged);
  });

  test('a delayed reply names its delay', () => {
    expect(replyTo('reply_delayed', 'alipay.trade.query').reply.delayMs).toBe(8_000);
  });

  test('a reply verifies over its raw bytes whether or not slashes are escaped, and not when the signature is wrong', () => {
    const world = new World();
    const seen = new Set<boolean>();
    for (let index = 0; index < 24; index += 1) {
      const system = { notify_url: 'https://shop.test/n' };
      const biz = { out_trade_no: `Q${index}`, subject: 'x', total_amount: '1.00' };
      expect(verifies(world.send('alipay.trade.precreate', biz, system).body)).toBe(true);
      seen.add(world.send('alipay.trade.precreate', biz, system).body.includes('\\/'));
    }
    expect(seen.size).toBe(2);
    expect(verifies(replyTo('signature_wrong', 'alipay.trade.query').reply.body)).toBe(false);
    expect(replyTo('signature_missing', 'alipay.trade.query').reply.body).not.toContain('"sign"');
  });
});

describe('rules', () => {
  test('a password can be required below the limit', () => {
    const world = new World();
    world.arm('password_required');
    expect(world.pay('A1', '1.00').code).toBe('10003');
  });

  test('a cancel can ask to be repeated', () => {
    const world = new World();
    world.pay('A1', '1.00');
    world.arm('cancel_retry');
    expect(world.cancel('A1')).toMatchObject({ retry_flag: 'Y' });
    expect(world.query('A1').trade_status).toBe('TRADE_SUCCESS');
    expect(world.cancel('A1')).toMatchObject({ action: 'refund' });
  });
});

describe('arming', () => {
  test('waits for its trade, its buyer and its method, and counts down', () => {
    const world = new World();
    const { arming } = world.wallet.desk;
    arming.arm({
      scenario: 'balance_not_enough',
      method: 'alipay.trade.pay',
      outTradeNo: 'A2',
      buyerId: LI,
      times: 1,
      delayMs: null,
    });
    expect(world.pay('A1', '1.00').code).toBe('10000');
    expect(world.pay('A2', '1.00').sub_code).toBe('ACQ.BUYER_BALANCE_NOT_ENOUGH');
    expect(arming.armed()).toEqual([]);
  });

  test('by chance is the same for the same seed', () => {
    const faults = {
      chances: { reply_lost: 300_000, system_error_effect_done: 200_000 },
      delayMs: [0, 5],
    } as const;
    const run = (): readonly string[] => {
      const world = new World({ faults });
      return Array.from({ length: 40 }, (_each, index) => {
        const reply = world.send('alipay.trade.pay', world.payment(`A${index}`, '1.00'));
        return `${reply.delivery} ${reply.body.includes('SYSTEM_ERROR')}`;
      });
    };
    const first = run();
    expect(run()).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(2);
  });
});

function verifies(body: string): boolean {
  const match = /^\{"\w+":(\{.*\}),"sign":"([^"]+)"\}$/.exec(body);
  const signature = Buffer.from(match?.[2] ?? '', 'base64');
  return verify('sha256', Buffer.from(match?.[1] ?? ''), alipayKeys.publicKey, signature);
}
