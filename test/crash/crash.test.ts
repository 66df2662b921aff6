import { expect, test } from 'vitest';
import { crash } from './crash.ts';
import { KILL_POINTS, nameOf } from './points.ts';
import { WALLETS } from './wallet-trade.ts';

/** A few of each kind: every process, commits and sends, both sides. The whole table: `npm run crash`. */
const CHOSEN = [
  'terminal:attempt.sending:after_commit',
  'terminal:payment.start:after_send',
  'terminal:sale.paid:before_commit',
  'terminal:refund.start:before_send',
  'gateway:payment.intent:after_commit',
  'gateway:alipay.pay:after_send',
  'gateway:payment.approved:before_commit',
  'gateway:reply.payment:before_send',
  'gateway:alipay.refund:after_send',
  'alipay:trade.TRADE_SUCCESS:before_commit',
  'alipay:reply.pay:before_send',
  'alipay:returned.by_refund:after_commit',
];

test('whatever is killed in the middle of sales and refunds, nobody is charged twice and the books agree', async () => {
  const points = KILL_POINTS.filter((point) => CHOSEN.includes(nameOf(point)));
  expect(points).toHaveLength(CHOSEN.length);
  const said: string[] = [];
  const report = await crash({
    trade: WALLETS,
    ...{ runs: 3, killsPerRun: 4, hitsAtLeast: 1, seed: 20_261_122, parallel: 1, keep: false },
    ...{ points, say: (text: string) => said.push(text) },
  });
  expect(report.violationTexts, said.join('\n')).toEqual([]);
  expect(report.minPerPoint).toBeGreaterThanOrEqual(1);
}, 600_000);
