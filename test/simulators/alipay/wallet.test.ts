import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CNY, parseCurrencyCode } from '../../../gateway/kernel/currency.ts';
import { MERCHANT } from '../../../simulators/alipay/books.ts';
import { LI, PIN, signedParams, WANG, World } from './wallet-fixture.ts';

const RUB = parseCurrencyCode('RUB');

describe('a scanned customer code', () => {
  test('is paid at once below the password limit, and the books move by exactly that', () => {
    const world = new World();
    const reply = world.pay('A1', '932.00');
    expect(reply).toMatchObject({
      code: '10000',
      out_trade_no: 'A1',
      total_amount: '932.00',
      buyer_user_id: LI,
    });
    expect(world.wallet.desk.buyers.balanceFen(LI)).toBe(2_906_800n);
    expect(world.wallet.desk.books.balance(MERCHANT, CNY)).toBe(93_200n);
    expect(world.query('A1')).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    expect(world.wallet.desk.books.audit()).toEqual([]);
  });

  test('answers 10003 above CNY 1,000 and waits for the PIN on the phone', () => {
    const world = new World();
    expect(world.pay('A1', '1000.01')).toMatchObject({ code: '10003' });
    expect(world.query('A1')).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' });
    const [pending] = world.wallet.phones.pending(LI);
    expect(world.wallet.phones.approve(pending?.tradeNo ?? '', '000000')).toEqual({
      ok: false,
      reason: 'pin_wrong',
    });
    expect(world.wallet.phones.approve(pending?.tradeNo ?? '', PIN).ok).toBe(true);
    expect(world.query('A1')).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
  });

  test('locks the phone after five wrong PINs', () => {
    const world = new World();
    world.pay('A1', '1500.00');
    const tradeNo = world.wallet.phones.pending(LI)[0]?.tradeNo ?? '';
    const reasons = Array.from({ length: 5 }, () => world.wallet.phones.approve(tradeNo, '111111'));
    expect(reasons.at(-1)).toEqual({ ok: false, reason: 'pin_locked' });
    expect(world.wallet.phones.approve(tradeNo, PIN)).toEqual({ ok: false, reason: 'pin_locked' });
  });

  test('closes by itself when nobody confirms in time', async () => {
    const world = new World();
    world.pay('A1', '1500.00', { timeout_express: '2m' });
    await world.time.advance(120_000);
    expect(world.query('A1')).toMatchObject({ trade_status: 'TRADE_CLOSED' });
    expect(world.wallet.desk.buyers.balanceFen(LI)).toBe(3_000_000n);
  });

  test('is good once, even when the payment fails, and for a minute', async () => {
    const world = new World();
    const code = world.code(WANG);
    expect(world.pay('A1', '9000.00', { auth_code: code }).sub_code).toBe(
      'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR',
    );
    expect(world.pay('A2', '1.00', { auth_code: code }).sub_code).toBe('ACQ.PAYMENT_AUTH_CODE_INVALID');
    const late = world.code();
    await world.time.advance(60_000);
    expect(world.pay('A3', '1.00', { auth_code: late }).sub_code).toBe('ACQ.PAYMENT_AUTH_CODE_INVALID');
  });

  test('has a prefix of 25 to 30 and 16 to 24 digits', () => {
    const world = new World();
    for (let length = 16; length <= 24; length += 1) {
      const code = world.wallet.phones.newPaymentCode(LI, length)?.code ?? '';
      expect(code).toMatch(/^(2[5-9]|30)\d+$/);
      expect(code).toHaveLength(length);
    }
    expect(world.wallet.phones.newPaymentCode(LI, 25)).toBeNull();
  });

  test('keeps the limits of the account class over days', async () => {
    const world = new World();
    expect(world.pay('A1', '600.00', { auth_code: world.code(WANG) }).code).toBe('10000');
    expect(world.pay('A2', '600.00', { auth_code: world.code(WANG) }).sub_code).toBe(
      'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR',
    );
    await world.time.advance(86_400_000);
    expect(world.pay('A3', '600.00', { auth_code: world.code(WANG) }).sub_code).toBe(
      'ACQ.ERROR_BALANCE_PAYMENT_DISABLE',
    );
  });

  test('of a blocked or a poor buyer is declined in its own words', () => {
    const world = new World();
    world.wallet.desk.buyers.setBlocked(WANG, true);
    expect(world.pay('A1', '1.00', { auth_code: world.code(WANG) }).sub_code).toBe(
      'ACQ.BUYER_ENABLE_STATUS_FORBID',
    );
    expect(world.pay('A2', '30000.01').sub_code).toBe('ACQ.BUYER_BALANCE_NOT_ENOUGH');
    expect(world.query('A2').sub_code).toBe('ACQ.TRADE_NOT_EXIST');
  });
});

describe('one number', () => {
  test('answers the first result when the same request comes again, and charges once', () => {
    const world = new World();
    const payment = world.payment('A1', '10.00');
    const first = world.call('alipay.trade.pay', payment);
    expect(world.call('alipay.trade.pay', payment)).toEqual(first);
    expect(world.wallet.desk.buyers.balanceFen(LI)).toBe(2_999_000n);
    const declined = world.payment('A2', '40000.00');
    expect(world.call('alipay.trade.pay', declined).sub_code).toBe('ACQ.BUYER_BALANCE_NOT_ENOUGH');
    expect(world.call('alipay.trade.pay', declined).sub_code).toBe('ACQ.BUYER_BALANCE_NOT_ENOUGH');
  });

  test('with other parameters is inconsistent, paid with another code has success, closed is closed', () => {
    const world = new World();
    world.pay('A1', '10.00');
    expect(world.pay('A1', '10.01').sub_code).toBe('ACQ.CONTEXT_INCONSISTENT');
    expect(world.pay('A1', '10.00').sub_code).toBe('ACQ.TRADE_HAS_SUCCESS');
    world.cancel('A1');
    expect(world.pay('A1', '10.00').sub_code).toBe('ACQ.TRADE_HAS_CLOSE');
  });
});

describe('a shown code', () => {
  test('is no trade until it is scanned', () => {
    const world = new World();
    const { qr_code: qr = '' } = world.precreate('Q1', '20.00');
    expect(qr).toMatch(/^https:\/\/qr\.alipay\.com\/ba[a-z0-9]{16}$/);
    expect(world.query('Q1').sub_code).toBe('ACQ.TRADE_NOT_EXIST');
    expect(world.call('alipay.trade.close', { out_trade_no: 'Q1' }).sub_code).toBe('ACQ.TRADE_NOT_EXIST');
    expect(world.wallet.phones.scanQr(LI, qr)).toMatchObject({ ok: true, trade: { payFen: 2_000n } });
    expect(world.query('Q1')).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' });
    expect(world.wallet.phones.scanQr(WANG, qr)).toEqual({ ok: false, reason: 'qr_taken' });
    expect(world.payCode(qr)).toBe(true);
    expect(world.query('Q1')).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
  });

  test('is the same code for the same request', () => {
    const world = new World();
    expect(world.precreate('Q1', '20.00')).toEqual(world.precreate('Q1', '20.00'));
    expect(world.precreate('Q1', '21.00').sub_code).toBe('ACQ.CONTEXT_INCONSISTENT');
  });

  test('expires by its own clock', async () => {
    const world = new World();
    const { qr_code: qr = '' } = world.precreate('Q1', '20.00', { qr_code_timeout_express: '1m' });
    await world.time.advance(60_000);
    expect(world.wallet.phones.scanQr(LI, qr)).toEqual({ ok: false, reason: 'qr_expired' });
  });

  test('is dead after a cancel, or still payable when its scenario says so', () => {
    const world = new World();
    const dead = world.precreate('Q1', '20.00').qr_code ?? '';
    expect(world.cancel('Q1')).toEqual({
      code: '10000',
      msg: 'Success',
      out_trade_no: 'Q1',
      retry_flag: 'N',
    });
    expect(world.wallet.phones.scanQr(LI, dead)).toEqual({ ok: false, reason: 'qr_closed' });
    const alive = world.precreate('Q2', '20.00').qr_code ?? '';
    world.arm('still_payable_after_cancel');
    expect(world.cancel('Q2')).not.toHaveProperty('action');
    expect(world.payCode(alive)).toBe(true);
    expect(world.query('Q2')).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
  });
});

describe('cancel', () => {
  test('closes what is unpaid, returns what is paid, and repeats its answer', () => {
    const world = new World();
    world.pay('A1', '1500.00');
    expect(world.cancel('A1')).toMatchObject({ action: 'close', retry_flag: 'N' });
    world.pay('A2', '15.00');
    expect(world.cancel('A2')).toMatchObject({ action: 'refund' });
    expect(world.cancel('A2')).toMatchObject({ action: 'refund' });
    expect(world.wallet.desk.buyers.balanceFen(LI)).toBe(3_000_000n);
    expect(world.query('A2')).toMatchObject({ trade_status: 'TRADE_CLOSED' });
  });

  test('of a number never seen succeeds, and a payment that comes later is refused unless the scenario leaves it payable', () => {
    const world = new World();
    expect(world.cancel('A1')).toMatchObject({ code: '10000', retry_flag: 'N' });
    expect(world.pay('A1', '15.00').sub_code).toBe('ACQ.TRADE_HAS_CLOSE');
    world.arm('still_payable_after_cancel');
    world.cancel('A2');
    expect(world.pay('A2', '15.00').code).toBe('10000');
  });

  test('is refused a day later and when the merchant lacks balance', async () => {
    const world = new World();
    world.pay('A1', '15.00');
    world.wallet.moveMerchantFunds(-1_500n, 'CNY');
    expect(world.cancel('A1')).toMatchObject({ sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH', retry_flag: 'Y' });
    await world.time.advance(86_400_001);
    expect(world.cancel('A1')).toMatchObject({ sub_code: 'ACQ.TRADE_CANCEL_TIME_OUT' });
  });
});

describe('refund', () => {
  test('is partial, counted once per request number and never more than was paid', () => {
    const world = new World();
    world.pay('A1', '100.00');
    expect(world.refund('A1', '30.00', 'R1')).toMatchObject({ fund_change: 'Y', refund_fee: '30.00' });
    expect(world.refund('A1', '30.00', 'R1')).toMatchObject({ fund_change: 'N', refund_fee: '30.00' });
    expect(world.refund('A1', '31.00', 'R1').sub_code).toBe('ACQ.DISCORDANT_REPEAT_REQUEST');
    expect(world.refund('A1', '70.01', 'R2').sub_code).toBe('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
    expect(world.refund('A1', '70.00', 'R3')).toMatchObject({ fund_change: 'Y', refund_fee: '100.00' });
    expect(world.query('A1')).toMatchObject({ trade_status: 'TRADE_CLOSED' });
    expect(world.refund('A1', '0.01', 'R4').sub_code).toBe('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
    expect(world.wallet.desk.buyers.balanceFen(LI)).toBe(3_000_000n);
  });

  test('can be asked for by its request number', () => {
    const world = new World();
    world.pay('A1', '100.00');
    world.refund('A1', '30.00', 'R1');
    const ask = (requestNo: string) =>
      world.call('alipay.trade.fastpay.refund.query', { out_trade_no: 'A1', out_request_no: requestNo });
    expect(ask('R1')).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '30.00' });
    expect(ask('R2')).toEqual({ code: '10000', msg: 'Success' });
  });

  test('waits when the merchant lacks balance, and ends after a year', async () => {
    const world = new World();
    world.pay('A1', '100.00');
    world.wallet.moveMerchantFunds(-10_000n, 'CNY');
    expect(world.refund('A1', '1.00', 'R1').sub_code).toBe('ACQ.SELLER_BALANCE_NOT_ENOUGH');
    await world.time.advance(365 * 86_400_000);
    expect(world.query('A1')).toMatchObject({ trade_status: 'TRADE_FINISHED' });
    expect(world.refund('A1', '1.00', 'R1').sub_code).toBe('ACQ.TRADE_HAS_FINISHED');
  });
});

describe('an order in roubles', () => {
  test('tells both amounts and both rates, and partial refunds give back exactly what was paid', () => {
    const world = new World();
    const roubles = { trans_currency: 'RUB', settle_currency: 'RUB' };
    expect(world.pay('A1', '10506.08', roubles)).toMatchObject({
      total_amount: '10506.08',
      pay_currency: 'CNY',
      pay_amount: '931.99',
      trans_pay_rate: '0.08871',
      settle_currency: 'RUB',
      settle_amount: '10506.08',
      settle_trans_rate: '1',
    });
    expect(world.wallet.desk.books.balance(MERCHANT, RUB)).toBe(1_050_608n);
    for (const [index, amount] of ['3333.33', '3333.33', '3839.42'].entries())
      expect(world.refund('A1', amount, `R${index}`).fund_change).toBe('Y');
    expect(world.wallet.desk.buyers.balanceFen(LI)).toBe(3_000_000n);
    expect(world.wallet.desk.books.balance(MERCHANT, RUB)).toBe(0n);
    expect(world.wallet.desk.books.audit()).toEqual([]);
  });

  test('follows the documented example of trans_pay_rate', () => {
    const world = new World();
    const dollars = { trans_currency: 'USD', settle_currency: 'USD' };
    expect(world.pay('A1', '88.88', dollars)).toMatchObject({ pay_amount: '580.04' });
  });

  test('may be priced in yuan and settled in roubles, but not the other way round', () => {
    const world = new World();
    const reply = world.pay('A1', '100.00', { trans_currency: 'CNY', settle_currency: 'RUB' });
    expect(reply).toMatchObject({
      pay_amount: '100.00',
      settle_currency: 'RUB',
      settle_trans_rate: '11.27268628',
    });
    expect(reply.settle_amount).toBe('1127.27');
    expect(world.pay('A2', '100.00', { trans_currency: 'RUB', settle_currency: 'CNY' }).sub_code).toBe(
      'ACQ.INVALID_PARAMETER',
    );
  });

  test('has no decimals in yen and won', () => {
    const world = new World();
    for (const currency of ['JPY', 'KRW']) {
      const terms = { trans_currency: currency, settle_currency: currency };
      expect(world.pay(`${currency}1`, '100.50', terms).sub_code).toBe('ACQ.INVALID_PARAMETER');
      expect(world.pay(`${currency}2`, '5000', terms).code).toBe('10000');
    }
  });
});

describe('the gateway refuses', () => {
  const biz = { out_trade_no: 'A1' };
  const nodeOf = (params: ReadonlyMap<string, string>): Record<string, string> => {
    const reply = JSON.parse(new World().wallet.handle(params).body) as Record<
      string,
      Record<string, string>
    >;
    return reply.alipay_trade_query_response ?? reply.error_response ?? {};
  };

  test.each([
    ['app_id', '40001', 'isv.missing-app-id'],
    ['sign', '40001', 'isv.missing-signature'],
    ['sign_type', '40001', 'isv.missing-signature-type'],
    ['charset', '40001', 'isv.missing-charset'],
    ['timestamp', '40001', 'isv.missing-timestamp'],
    ['version', '40001', 'isv.missing-version'],
    ['method', '40001', 'isv.missing-method'],
  ])('a request without %s', (name, code, subCode) => {
    const params = new Map(signedParams('alipay.trade.query', biz));
    params.delete(name);
    expect(nodeOf(params)).toMatchObject({ code, sub_code: subCode });
  });

  test.each([
    [{ app_id: '2021000000000002' }, 'isv.invalid-app-id'],
    [{ charset: 'GBK' }, 'isv.invalid-charset'],
    [{ sign_type: 'RSA' }, 'isv.invalid-signature-type'],
    [{ timestamp: 'yesterday' }, 'isv.invalid-timestamp'],
    [{ version: '2.0' }, 'isv.invalid-version'],
  ])('a request with %o', (system, subCode) => {
    expect(nodeOf(signedParams('alipay.trade.query', biz, system as Record<string, string>))).toMatchObject({
      code: '40002',
      sub_code: subCode,
    });
  });

  test('a changed request, an unknown method and content that is not JSON', () => {
    const changed = new Map(signedParams('alipay.trade.query', biz));
    changed.set('biz_content', '{"out_trade_no":"A2"}');
    expect(nodeOf(changed)).toMatchObject({ code: '40002', sub_code: 'isv.invalid-signature' });
    const other = new World().call('alipay.trade.page.pay', biz);
    expect(other).toMatchObject({ code: '40006' });
    const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown;
    expect(nodeOf(signedParams('alipay.trade.query', { deep }))).toMatchObject({
      sub_code: 'isv.invalid-parameter',
    });
  });

  test('orders it cannot read, in the words of the trade', () => {
    const world = new World();
    for (const amount of ['0.00', '-1.00', '1.001', '01.00', '1e3', ' 1.00', '', 'ten'])
      expect(world.pay('A1', amount).sub_code).toBe('ACQ.INVALID_PARAMETER');
    expect(world.pay('A1', '100000001').sub_code).toBe('ACQ.TOTAL_FEE_EXCEED');
    expect(world.pay('A 1', '1.00').sub_code).toBe('ACQ.INVALID_PARAMETER');
    expect(world.pay('A1', '1.00', { total_amount: 1 }).sub_code).toBe('ACQ.INVALID_PARAMETER');
  });
});

test('the simulator imports nothing of the gateway but its kernel', () => {
  const wallet = readFileSync(new URL('../../../simulators/alipay/wallet.ts', import.meta.url), 'utf8');
  expect(wallet.match(/from '\.\.\/\.\.\/gateway\/(?!kernel\/)/g)).toBeNull();
});
