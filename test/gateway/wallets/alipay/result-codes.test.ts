import { describe, expect, test } from 'vitest';
import { CNY } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { Secret } from '../../../../gateway/kernel/secret.ts';
import type { AlipayMethod } from '../../../../gateway/wallets/alipay/config.ts';
import {
  obligationOf,
  RESULT_CODES,
  STEP_OF_METHOD,
} from '../../../../gateway/wallets/alipay/result-codes.ts';
import { answering, cnyOrder, NO, REFUND_NO, reply } from './wallet-double.ts';

const METHODS = Object.keys(STEP_OF_METHOD) as AlipayMethod[];

function call(method: AlipayMethod, code: string, subCode: string) {
  const { connector, log } = answering(reply(method, { code, sub_code: subCode, out_trade_no: NO }));
  const calls = {
    'alipay.trade.pay': () => connector.pay(cnyOrder, new Secret('281234567890123456')),
    'alipay.trade.precreate': () => connector.precreate(cnyOrder, 60_000),
    'alipay.trade.query': () => connector.query(NO, 'CNY'),
    'alipay.trade.cancel': () => connector.cancel(NO),
    'alipay.trade.refund': () =>
      connector.refund({ outTradeNo: NO, outRequestNo: REFUND_NO, amount: money(1n, CNY), reason: 'r' }),
    'alipay.trade.fastpay.refund.query': () => connector.refundQuery(NO, REFUND_NO, 'CNY'),
  };
  return { answer: calls[method](), log };
}

const refusals = RESULT_CODES.filter((row) => row.code !== '10000').flatMap((row) =>
  METHODS.map((method) => ({
    method,
    code: row.code,
    subCode: row.subCode ?? 'isp.unknow-error',
    obligation: row.obliges[STEP_OF_METHOD[method]] ?? 'unlisted',
  })),
);

describe('every listed code obliges the connector as its row says', () => {
  test.each(refusals)(
    '$method $code $subCode is $obligation',
    async ({ method, code, subCode, obligation }) => {
      const { answer, log } = call(method, code, subCode);
      const expected: Record<string, string> = {
        pending: 'pending',
        declined: 'declined',
        unknown: 'unknown',
        unlisted: 'unknown',
        retry_later: 'retry_later',
        refused: 'refused',
        not_found: method === 'alipay.trade.cancel' ? 'cancelled' : 'not_found',
      };
      expect((await answer).kind).toBe(expected[obligation]);
      expect(log.some((entry) => entry.event === 'alipay_code_unlisted')).toBe(obligation === 'unlisted');
    },
  );
});

test('no row is listed twice', () => {
  const keys = RESULT_CODES.map((row) => `${row.code} ${row.subCode}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each(METHODS)(
  'a code that is not listed is unknown for %s and is logged, never declined',
  async (method) => {
    for (const [code, subCode] of [
      ['40004', 'ACQ.NEVER_SEEN'],
      ['90000', ''],
      ['', ''],
    ] as const) {
      expect(obligationOf(method, code, subCode)).toBeNull();
      const { answer, log } = call(method, code, subCode);
      expect(await answer).toEqual({ kind: 'unknown', cause: 'code_unlisted' });
      expect(log).toEqual([expect.objectContaining({ event: 'alipay_code_unlisted', method })]);
    }
  },
);

test('names on the prototype are not codes', () => {
  expect(obligationOf('alipay.trade.pay', '__proto__', 'constructor')).toBeNull();
});
