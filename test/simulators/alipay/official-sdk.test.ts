import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AlipaySdk } from 'alipay-sdk';
import Database from 'better-sqlite3';
import { unzipSync } from 'fflate';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Runtime } from '../../../gateway/kernel/time.ts';
import { NotificationPump } from '../../../simulators/alipay/notification-pump.ts';
import { notifyOverHttp } from '../../../simulators/alipay/notify-over-http.ts';
import { createSimulatorServer } from '../../../simulators/alipay/server.ts';
import { APP_ID, alipayKeys, LI, merchantKeys, PIN, pemOf, World } from './wallet-fixture.ts';

/** Real carriage: the timers are the platform's, only the clock's reading may be moved. */
function realTimers(runtime: Runtime): Runtime {
  return {
    ...runtime,
    timers: {
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
  };
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

let world: World;
let server: Server;
let shop: Server;
let pump: NotificationPump;
let base: string;
let sdk: AlipaySdk;
let notifyUrl: string;
let received: Record<string, string>[];

beforeEach(async () => {
  received = [];
  world = new World({ db: new Database(':memory:') });
  const runtime = realTimers(world.time.runtime);
  server = createSimulatorServer({ wallet: world.wallet, runtime, tls: null, log: () => {} });
  base = `http://127.0.0.1:${await listening(server)}`;
  shop = createServer((request, response) => {
    let form = '';
    request.on('data', (chunk) => {
      form += String(chunk);
    });
    request.on('end', () => {
      received.push(Object.fromEntries(new URLSearchParams(form)));
      response.end('success');
    });
  });
  notifyUrl = `http://127.0.0.1:${await listening(shop)}/notify`;
  pump = new NotificationPump(world.wallet.desk.notifications, notifyOverHttp(null), runtime);
  pump.start();
  sdk = new AlipaySdk({
    appId: APP_ID,
    privateKey: pemOf(merchantKeys.privateKey),
    keyType: 'PKCS8',
    alipayPublicKey: pemOf(alipayKeys.publicKey),
    gateway: `${base}/gateway.do`,
    timeout: 1_000,
  });
});

afterEach(() => {
  pump.stop();
  for (const each of [server, shop]) {
    each.close();
    each.closeAllConnections();
  }
});

const exec = (method: string, bizContent: Record<string, unknown>, more: Record<string, string> = {}) =>
  sdk.exec(method, { bizContent, ...more }, { validateSign: true });

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${base}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

const until = async (done: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 200 && !done(); turn += 1) await post('/phone/api/buyers', {});
};

describe('the official SDK, unmodified, checking every signature', () => {
  test('completes pay, precreate, query, cancel and refund with validateSign: true', async () => {
    const { code } = await post('/control/payment-code', { buyerId: LI });
    const paid = { outTradeNo: 'M1', scene: 'bar_code', authCode: code, subject: '茶', totalAmount: '9.00' };
    expect(await exec('alipay.trade.pay', paid)).toMatchObject({ code: '10000', totalAmount: '9.00' });
    const order = { outTradeNo: 'M2', subject: '茶', totalAmount: '7.00' };
    const shown = await exec('alipay.trade.precreate', order, { notifyUrl });
    expect(shown).toMatchObject({
      code: '10000',
      qrCode: expect.stringMatching(/^https:\/\/qr\.alipay\.com\//),
    });
    expect(await exec('alipay.trade.query', { outTradeNo: 'M1' })).toMatchObject({
      code: '10000',
      tradeStatus: 'TRADE_SUCCESS',
    });
    expect(await exec('alipay.trade.cancel', { outTradeNo: 'M2' })).toMatchObject({
      code: '10000',
      retryFlag: 'N',
    });
    const refund = { outTradeNo: 'M1', refundAmount: '9.00', outRequestNo: 'MR1' };
    expect(await exec('alipay.trade.refund', refund)).toMatchObject({
      code: '10000',
      fundChange: 'Y',
      refundFee: '9.00',
    });
  });

  test('pays, queries, refunds twice, asks for a refund and cancels', async () => {
    const { code } = await post('/control/payment-code', { buyerId: LI });
    const paid = await exec('alipay.trade.pay', {
      outTradeNo: 'S1',
      scene: 'bar_code',
      authCode: code,
      subject: 'Мёд 100% / 蜂蜜',
      totalAmount: '100.00',
    });
    expect(paid).toMatchObject({ code: '10000', outTradeNo: 'S1', totalAmount: '100.00' });
    const query = await exec('alipay.trade.query', { outTradeNo: 'S1' });
    expect(query).toMatchObject({ tradeStatus: 'TRADE_SUCCESS', tradeNo: paid.tradeNo });
    const refund = { outTradeNo: 'S1', refundAmount: '40.00', outRequestNo: 'R1' };
    expect(await exec('alipay.trade.refund', refund)).toMatchObject({ fundChange: 'Y', refundFee: '40.00' });
    expect(await exec('alipay.trade.refund', refund)).toMatchObject({ fundChange: 'N' });
    const asked = await exec('alipay.trade.fastpay.refund.query', { outTradeNo: 'S1', outRequestNo: 'R1' });
    expect(asked).toMatchObject({ refundAmount: '40.00', refundStatus: 'REFUND_SUCCESS' });
    expect(await exec('alipay.trade.cancel', { outTradeNo: 'S1' })).toMatchObject({
      action: 'refund',
      retryFlag: 'N',
    });
    expect(await exec('alipay.trade.query', { outTradeNo: 'S1' })).toMatchObject({
      tradeStatus: 'TRADE_CLOSED',
    });
  });

  test('shows a code, the phone pays, and the notification passes checkNotifySignV2', async () => {
    const order = { outTradeNo: 'S2', subject: '50% off & more', totalAmount: '20.00' };
    const { qrCode } = await exec('alipay.trade.precreate', order, { notifyUrl });
    expect(await exec('alipay.trade.query', { outTradeNo: 'S2' })).toMatchObject({
      subCode: 'ACQ.TRADE_NOT_EXIST',
    });
    const scanned = (await post('/control/scan', { buyerId: LI, content: qrCode })) as {
      trade: { tradeNo: string };
    };
    expect(await post('/control/approve', { tradeNo: scanned.trade.tradeNo, pin: PIN })).toMatchObject({
      ok: true,
    });
    await until(() => received.length > 0);
    const [news] = received;
    expect(news).toMatchObject({ out_trade_no: 'S2', trade_status: 'TRADE_SUCCESS', total_amount: '20.00' });
    expect(sdk.checkNotifySignV2(news)).toBe(true);
    expect(sdk.checkNotifySignV2({ ...news, total_amount: '2.00' })).toBe(false);
  });

  test('learns of the payment before the reply to its own precreate', async () => {
    world.arm('notification_early', 1, 200);
    let replied = false;
    const reply = exec(
      'alipay.trade.precreate',
      { outTradeNo: 'S3', subject: 'x', totalAmount: '1.00' },
      { notifyUrl },
    );
    void reply.then(() => {
      replied = true;
    });
    await until(() => received.length > 0);
    expect(replied).toBe(false);
    expect((await reply).code).toBe('10000');
  });

  test('refuses a wrong and a missing signature', async () => {
    for (const scenario of ['signature_wrong', 'signature_missing', 'error_response_unsigned'] as const) {
      world.arm(scenario);
      await expect(exec('alipay.trade.query', { outTradeNo: 'S1' })).rejects.toThrow();
    }
  });

  test('sees lost, halved, delayed and failed replies as errors although the money moved', async () => {
    const faults = ['reply_lost', 'reply_half', 'reply_delayed', 'http_500_effect_done'] as const;
    for (const [index, scenario] of faults.entries()) {
      // The SDK's HTTP client repeats a request once by itself when the connection closes without an answer.
      world.arm(scenario, 2, 5_000);
      const biz = world.payment(`F${index}`, '1.00');
      await expect(exec('alipay.trade.pay', biz)).rejects.toThrow();
      world.wallet.desk.arming.disarm();
      expect(await exec('alipay.trade.query', { outTradeNo: `F${index}` })).toMatchObject({
        tradeStatus: 'TRADE_SUCCESS',
      });
    }
    world.arm('request_lost', 2);
    await expect(exec('alipay.trade.pay', world.payment('F9', '1.00'))).rejects.toThrow();
    world.wallet.desk.arming.disarm();
    expect(await exec('alipay.trade.query', { outTradeNo: 'F9' })).toMatchObject({
      subCode: 'ACQ.TRADE_NOT_EXIST',
    });
    world.arm('reply_then_cut');
    expect(await exec('alipay.trade.pay', world.payment('F8', '1.00'))).toMatchObject({ code: '10000' });
  });

  test('downloads yesterday as a zip of GBK tables, for thirty seconds', async () => {
    await exec('alipay.trade.pay', world.payment('B1', '932.00', { store_id: '01', operator_id: '7' }));
    await exec('alipay.trade.refund', { outTradeNo: 'B1', refundAmount: '32.00', outRequestNo: 'BR1' });
    const ask = (billDate: string) =>
      exec('alipay.data.dataservice.bill.downloadurl.query', { billType: 'trade', billDate });
    expect(await ask('2026-11-22')).toMatchObject({ subCode: 'ILLEGAL_ARGUMENT' });
    world.time.now += 20 * 3_600_000;
    expect(await ask('2026-11-22')).toMatchObject({ subCode: 'isp.bill_not_exist' });
    world.time.now += 4 * 3_600_000;
    const { billDownloadUrl } = await ask('2026-11-22');
    const url = String(billDownloadUrl).replace('http://wallet.test', base);
    const files = unzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer()));
    const names = Object.keys(files);
    expect(names).toEqual([
      '2088000000000009_20261122_业务明细.csv',
      '2088000000000009_20261122_业务明细(汇总).csv',
    ]);
    const detail = iconv.decode(Buffer.from(files[names[0] ?? ''] ?? []), 'gbk').split('\r\n');
    const rows = detail.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(','));
    expect(rows.map((row) => [row[1], row[2], row[11], row[21]])).toEqual([
      ['商户订单号', '业务类型', '订单金额（元）', '退款批次号/请求号'],
      ['B1\t', '交易', '932.00', ''],
      ['B1\t', '退款', '-32.00', 'BR1\t'],
    ]);
    expect(detail).toContain('#交易合计：1笔，商家实收共932.00元');
    world.time.now += 30_000;
    expect((await fetch(url)).status).toBe(403);
  });
});

test('a scenario that does not exist for a method is refused by the control address', async () => {
  expect(
    await post('/control/arm', { scenario: 'balance_not_enough', method: 'alipay.trade.query' }),
  ).toHaveProperty('error');
  expect(await post('/control/arm', { scenario: 'no_such_thing' })).toHaveProperty('error');
  expect(
    await post('/control/arm', { scenario: 'reply_lost', method: 'alipay.trade.pay', times: 2 }),
  ).toEqual({ id: 1 });
});
