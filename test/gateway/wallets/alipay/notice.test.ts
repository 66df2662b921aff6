import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { createNoticeVerifier } from '../../../../gateway/wallets/alipay/notice.ts';
import { alipayKeys, config, merchantKeys, NO, signBytes } from './wallet-double.ts';

const verify = createNoticeVerifier(config);
const witness = new AlipaySdk({
  appId: config.appId,
  privateKey: merchantKeys.privatePem,
  alipayPublicKey: alipayKeys.publicPem,
});
const base: Record<string, string> = {
  notify_time: '2026-11-23 01:30:05',
  notify_type: 'trade_status_sync',
  notify_id: '2026112300222013005000001',
  app_id: config.appId,
  seller_id: config.sellerId,
  charset: 'utf-8',
  version: '1.0',
  out_trade_no: NO,
  trade_no: '2026112222001',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '88.88',
  subject: '100% чай + 茶 & more=',
  fund_bill_list: '[{"amount":"88.88","fundChannel":"ALIPAYACCOUNT"}]',
};

function signedFields(fields: Record<string, string>): Record<string, string> {
  const text = Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
  return { ...fields, sign: signBytes(text), sign_type: 'RSA2' };
}
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

describe('a notification', () => {
  test("is accepted when signed, and Alipay's own SDK agrees", () => {
    const fields = signedFields(base);
    expect(witness.checkNotifySignV2(fields)).toBe(true);
    expect(verify(form(fields))).toEqual({ outTradeNo: NO, status: 'paid', order: money(8_888n, CNY) });
  });

  test('with an empty field is accepted, whether the empty field was signed or left out', () => {
    const empty = { ...base, body: '' };
    const kept = signedFields(empty);
    expect(witness.checkNotifySignV2(kept)).toBe(true);
    expect(verify(form(kept))).toMatchObject({ outTradeNo: NO, status: 'paid' });
    const leftOut = { ...signedFields(base), body: '' };
    expect(verify(form(leftOut))).toMatchObject({ outTradeNo: NO, status: 'paid' });
  });

  test('in roubles names its currency', () => {
    const fields = signedFields({ ...base, trans_currency: 'RUB', trade_status: 'TRADE_CLOSED' });
    expect(verify(form(fields))).toEqual({ outTradeNo: NO, status: 'closed', order: money(8_888n, RUB) });
  });

  test.each([
    ['for another application', { app_id: '2021000000000002' }],
    ['for another seller', { seller_id: '2088000000000002' }],
    ['with a status nobody knows', { trade_status: 'toString' }],
    ['without an amount', { total_amount: '' }],
    ['over nothing', { total_amount: '0.00' }],
    ['with an order number of another shape', { out_trade_no: 'a b' }],
  ])('%s is refused although signed', (_title, change) => {
    const fields = Object.fromEntries(
      Object.entries({ ...base, ...change }).filter(([, value]) => value !== ''),
    );
    expect(verify(form(signedFields(fields)))).toBeNull();
  });

  test('changed in any field is refused, and the SDK agrees', () => {
    const fields = signedFields(base);
    for (const name of Object.keys(base)) {
      const changed = { ...fields, [name]: `${fields[name]}1` };
      expect(verify(form(changed))).toBeNull();
      expect(witness.checkNotifySignV2(changed)).toBe(false);
    }
  });

  test('without a signature, with another type, repeated or badly encoded is refused', () => {
    const fields = signedFields(base);
    const whole = form(fields);
    expect(verify(form(base))).toBeNull();
    expect(verify(form({ ...fields, sign_type: 'RSA' }))).toBeNull();
    expect(verify(`${whole}&app_id=${config.appId}`)).toBeNull();
    expect(verify(`${whole}&x=%E8%8C`)).toBeNull();
    expect(verify(`${whole}&x`)).toBeNull();
    expect(verify(`${whole}&x=${'1'.repeat(40_000)}`)).toBeNull();
  });

  test('cut at any character or made of random text never throws and never passes', () => {
    const whole = form(signedFields(base));
    for (let length = 0; length < whole.length; length += 1) {
      expect(verify(whole.slice(0, length))).toBeNull();
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => verify(text) === null),
      { numRuns: 500 },
    );
  });
});
