import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../../gateway/kernel/errors.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { Secret } from '../../../../gateway/kernel/secret.ts';
import { answering, cnyOrder, connect, contentOf, NO, REFUND_NO, reply, rubOrder } from './wallet-double.ts';

const CODE = new Secret('281234567890123456', '3456');
const paidNode = {
  code: '10000',
  msg: 'Success',
  out_trade_no: NO,
  trade_no: '2026112222001',
  total_amount: '88.88',
  buyer_logon_id: '138****0001',
  gmt_payment: '2026-11-23 01:30:05',
};
const refundRequest = { outTradeNo: NO, outRequestNo: REFUND_NO, amount: money(1_000n, CNY), reason: 'брак' };

describe('pay', () => {
  test('asks for the order in yuan, in Beijing time, without a notification address', async () => {
    const { connector, sent } = answering(reply('alipay.trade.pay', paidNode));
    const answer = await connector.pay(cnyOrder, CODE);
    expect(answer).toMatchObject({
      kind: 'paid',
      trade: {
        providerRef: '2026112222001',
        order: money(8_888n, CNY),
        payer: money(8_888n, CNY),
        rate: null,
      },
    });
    expect(contentOf(sent[0])).toEqual({
      out_trade_no: NO,
      scene: 'bar_code',
      auth_code: '281234567890123456',
      product_code: 'FACE_TO_FACE_PAYMENT',
      subject: cnyOrder.subject,
      total_amount: '88.88',
      seller_id: '2088000000000001',
      store_id: '0001',
      terminal_id: '00000001',
      operator_id: 'anna',
      timeout_express: '3m',
    });
    expect(sent[0]?.url.searchParams.get('timestamp')).toBe('2026-11-23 01:30:05');
    expect(sent[0]?.url.searchParams.has('notify_url')).toBe(false);
    expect(sent[0]?.body).toMatch(/^biz_content=[^&]+$/);
  });

  test('reads amounts and rate where the wallet converts from roubles', async () => {
    const { connector, sent } = answering(
      reply('alipay.trade.pay', {
        ...paidNode,
        total_amount: '1000.00',
        trans_currency: 'RUB',
        settle_currency: 'RUB',
        settle_amount: '1000.00',
        pay_currency: 'CNY',
        pay_amount: '88.71',
        trans_pay_rate: '0.08871',
      }),
    );
    expect(await connector.pay(rubOrder, CODE)).toMatchObject({
      kind: 'paid',
      trade: {
        order: money(100_000n, RUB),
        payer: money(8_871n, CNY),
        settlement: money(100_000n, RUB),
        rate: { base: 'RUB', quote: 'CNY', value: 8_871n, scale: 5 },
      },
    });
    expect(contentOf(sent[0])).toMatchObject({
      total_amount: '1000.00',
      trans_currency: 'RUB',
      settle_currency: 'RUB',
    });
  });

  test.each([
    ['another amount', { total_amount: '88.87' }],
    ['another number', { out_trade_no: 'X' }],
    ['no number', { out_trade_no: undefined }],
    ['another currency', { trans_currency: 'RUB' }],
    ['an amount with three decimals', { total_amount: '88.880' }],
    ['an amount that is a number', { total_amount: 88.88 }],
    ['no trade number', { trade_no: '' }],
    ['a rate of nothing', { trans_pay_rate: '0.00' }],
    ['a trade number longer than a message holds', { trade_no: '2'.repeat(65) }],
    ['a trade number with a line end in it', { trade_no: '2026\n1122' }],
    ['a payer amount below zero', { pay_amount: '-88.88' }],
    ['an amount no book can hold', { pay_amount: '99999999999999999.99' }],
    ['a settlement of nothing', { settle_currency: 'CNY', settle_amount: '0.00' }],
    ['a currency nobody knows', { settle_currency: 'QQQ', settle_amount: '1.00' }],
  ])('an answer with %s is unknown and logged', async (_title, change) => {
    const { connector, log } = answering(reply('alipay.trade.pay', { ...paidNode, ...change }));
    expect(await connector.pay(cnyOrder, CODE)).toEqual({ kind: 'unknown', cause: 'answer_mismatch' });
    expect(log[0]?.event).toBe('alipay_answer_mismatch');
  });

  test.each([
    ['too long to be shown', '1'.repeat(101)],
    ['with a control character', '138\u0007****0001'],
    ['that is not well-formed', '138\ud800****0001'],
  ])('a buyer name %s is left out, and the payment stands', async (_title, buyer) => {
    const { connector } = answering(reply('alipay.trade.pay', { ...paidNode, buyer_logon_id: buyer }));
    expect(await connector.pay(cnyOrder, CODE)).toMatchObject({ kind: 'paid', trade: { buyer: null } });
  });

  test('a pending answer keeps no trade number that a message cannot hold', async () => {
    const node = { code: '10003', out_trade_no: NO, trade_no: '7'.repeat(65) };
    const { connector } = answering(reply('alipay.trade.pay', node));
    expect(await connector.pay(cnyOrder, CODE)).toEqual({ kind: 'pending', providerRef: null });
  });

  test('a password under way is pending', async () => {
    const { connector } = answering(
      reply('alipay.trade.pay', { code: '10003', out_trade_no: NO, trade_no: '7' }),
    );
    expect(await connector.pay(cnyOrder, CODE)).toEqual({ kind: 'pending', providerRef: '7' });
  });

  test('the payment code reaches neither log nor answer', async () => {
    const { connector, log } = answering(reply('alipay.trade.pay', { code: '40004', sub_code: 'ACQ.ODD' }));
    const answer = await connector.pay(cnyOrder, CODE);
    expect(JSON.stringify([answer, log])).not.toContain('281234567890123456');
  });
});

describe('whatever the network does, the outcome is unknown and nothing is thrown', () => {
  const rejecting = (error: unknown) => connect(() => Promise.reject(error));
  test.each([
    ['a timeout of the transport', rejecting(new AmurError('REPLY_TIMEOUT', {})), 'timeout'],
    ['a lost link', rejecting(new AmurError('LINK_DOWN', {})), 'link_lost'],
    ['a reply over the limit', rejecting(new AmurError('MESSAGE_TOO_LARGE', {})), 'reply_too_large'],
    ['a failure of another kind', rejecting(new Error('x')), 'link_lost'],
    ['a status other than 200', answering(reply('alipay.trade.pay', paidNode), 502), 'http_status'],
    ['a page instead of a reply', answering(Buffer.from('<html>')), 'reply_malformed'],
    ['a reply to another method', answering(reply('alipay.trade.query', paidNode)), 'node_unexpected'],
  ])('%s', async (_title, { connector, log }, cause) => {
    expect(await connector.pay(cnyOrder, CODE)).toEqual({ kind: 'unknown', cause });
    expect(log).toEqual([expect.objectContaining({ event: 'alipay_reply_refused', cause, outTradeNo: NO })]);
  });

  test('a transport that throws at once', async () => {
    const { connector } = connect(() => {
      throw new Error('x');
    });
    expect(await connector.cancel(NO)).toEqual({ kind: 'unknown', cause: 'link_lost' });
  });

  test('a transport that stays silent is left behind at the limit', async () => {
    const { connector, runtime } = connect(() => new Promise(() => {}));
    const answer = connector.refund(refundRequest);
    runtime.fireTimers();
    expect(await answer).toEqual({ kind: 'unknown', cause: 'timeout' });
  });
});

test('precreate carries the notification address and a life in whole minutes, and gives the code as it came', async () => {
  const { connector, sent } = answering(
    reply('alipay.trade.precreate', {
      code: '10000',
      out_trade_no: NO,
      qr_code: 'https://qr.alipay.com/bavh4wjlxf12',
    }),
  );
  expect(await connector.precreate(cnyOrder, 61_000)).toEqual({
    kind: 'qr',
    content: 'https://qr.alipay.com/bavh4wjlxf12',
  });
  expect(sent[0]?.url.searchParams.get('notify_url')).toBe('https://acquirer.example/notify');
  expect(contentOf(sent[0]).qr_code_timeout_express).toBe('2m');
});

describe('query', () => {
  test.each([
    ['WAIT_BUYER_PAY', {}, { kind: 'pending' }],
    ['TRADE_SUCCESS', {}, { kind: 'paid', trade: { order: money(8_888n, CNY), refunded: null } }],
    ['TRADE_FINISHED', {}, { kind: 'paid' }],
    ['TRADE_CLOSED', { gmt_payment: undefined }, { kind: 'closed', trade: null }],
    ['TRADE_CLOSED', {}, { kind: 'closed', trade: { refunded: money(8_888n, CNY) } }],
    [
      'TRADE_CLOSED',
      { gmt_payment: undefined, send_pay_date: '2026-11-23 01:30:05', buyer_pay_amount: '0.00' },
      { kind: 'closed', trade: null },
    ],
    [
      'TRADE_CLOSED',
      { gmt_payment: undefined, buyer_pay_amount: '88.88' },
      { kind: 'closed', trade: { refunded: money(8_888n, CNY) } },
    ],
    ['TRADE_NEW_WORD', {}, { kind: 'unknown', cause: 'answer_mismatch' }],
  ])('reads %s', async (status, change, expected) => {
    const { connector } = answering(
      reply('alipay.trade.query', { ...paidNode, trade_status: status, ...change }),
    );
    expect(await connector.query(NO, 'CNY')).toMatchObject(expected);
  });
});

describe('cancel', () => {
  test.each([
    [
      { action: 'close', retry_flag: 'N' },
      { kind: 'cancelled', action: 'close' },
    ],
    [
      { action: 'refund', retry_flag: 'N' },
      { kind: 'cancelled', action: 'refund' },
    ],
    [{ retry_flag: 'N' }, { kind: 'cancelled', action: 'none' }],
    [
      { action: 'close', retry_flag: 'Y' },
      { kind: 'retry_later', code: 'RETRY_FLAG' },
    ],
    [
      { action: 'explode', retry_flag: 'N' },
      { kind: 'unknown', cause: 'answer_mismatch' },
    ],
  ])('reads %o', async (fields, expected) => {
    const { connector } = answering(
      reply('alipay.trade.cancel', { code: '10000', out_trade_no: NO, ...fields }),
    );
    expect(await connector.cancel(NO)).toEqual(expected);
  });
});

describe('refund', () => {
  test.each([
    [
      { refund_fee: '10.00', fund_change: 'Y' },
      { kind: 'refunded', refundedTotal: money(1_000n, CNY), fresh: true },
    ],
    [
      { refund_fee: '30.00', fund_change: 'N' },
      { kind: 'refunded', refundedTotal: money(3_000n, CNY), fresh: false },
    ],
    [
      { refund_fee: '9.99', fund_change: 'Y' },
      { kind: 'unknown', cause: 'answer_mismatch' },
    ],
    [
      { refund_fee: 'ten', fund_change: 'Y' },
      { kind: 'unknown', cause: 'answer_mismatch' },
    ],
  ])('reads %o', async (fields, expected) => {
    const { connector, sent } = answering(
      reply('alipay.trade.refund', { code: '10000', out_trade_no: NO, ...fields }),
    );
    expect(await connector.refund(refundRequest)).toEqual(expected);
    expect(contentOf(sent[0])).toMatchObject({ refund_amount: '10.00', out_request_no: REFUND_NO });
  });

  test.each([
    [
      { out_trade_no: NO, out_request_no: REFUND_NO, refund_amount: '10.00' },
      { kind: 'refunded', amount: money(1_000n, CNY) },
    ],
    [
      { out_request_no: REFUND_NO, refund_amount: '10.00', refund_status: 'REFUND_PROCESSING' },
      { kind: 'unknown', cause: 'refund_in_progress' },
    ],
    [
      { out_request_no: REFUND_NO, refund_status: 'REFUND_PROCESSING' },
      { kind: 'unknown', cause: 'refund_in_progress' },
    ],
    [
      { out_request_no: REFUND_NO, refund_status: 'REFUND_SUCCESS' },
      { kind: 'unknown', cause: 'answer_mismatch' },
    ],
    [
      { out_request_no: REFUND_NO, refund_amount: 10 },
      { kind: 'unknown', cause: 'answer_mismatch' },
    ],
    [
      { out_request_no: 'other', refund_amount: '10.00' },
      { kind: 'unknown', cause: 'answer_mismatch' },
    ],
    [{}, { kind: 'not_found' }],
  ])('its query reads %o', async (fields, expected) => {
    const { connector } = answering(reply('alipay.trade.fastpay.refund.query', { code: '10000', ...fields }));
    expect(await connector.refundQuery(NO, REFUND_NO, 'CNY')).toEqual(expected);
  });
});
