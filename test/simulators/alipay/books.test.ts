import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CNY } from '../../../gateway/kernel/currency.ts';
import { MERCHANT } from '../../../simulators/alipay/books.ts';
import { SCENARIO_NAMES } from '../../../simulators/alipay/scenarios.ts';
import { LI, PIN, World } from './wallet-fixture.ts';

const number = fc.integer({ min: 1, max: 6 }).map((index) => `A${index}`);
const amount = fc
  .integer({ min: 1, max: 150_000 })
  .map((fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`);
const step = fc.oneof(
  fc.record({ do: fc.constant('pay' as const), number, amount, roubles: fc.boolean() }),
  fc.record({ do: fc.constant('precreate' as const), number, amount }),
  fc.record({ do: fc.constant('scan' as const), number }),
  fc.record({ do: fc.constant('approve' as const) }),
  fc.record({ do: fc.constant('cancel' as const), number }),
  fc.record({ do: fc.constant('refund' as const), number, amount, request: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('close' as const), number }),
  fc.record({ do: fc.constant('arm' as const), scenario: fc.constantFrom(...SCENARIO_NAMES) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 90_000 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(world: World, qr: Map<string, string>, each: Step): void {
  switch (each.do) {
    case 'pay':
      world.pay(
        each.number,
        each.amount,
        each.roubles ? { trans_currency: 'RUB', settle_currency: 'RUB' } : {},
      );
      return;
    case 'precreate':
      qr.set(each.number, world.precreate(each.number, each.amount).qr_code ?? qr.get(each.number) ?? '');
      return;
    case 'scan':
      world.wallet.phones.scanQr(LI, qr.get(each.number) ?? '');
      return;
    case 'approve':
      for (const { tradeNo } of world.wallet.phones.pending(LI)) world.wallet.phones.approve(tradeNo, PIN);
      return;
    case 'cancel':
      world.cancel(each.number);
      return;
    case 'refund':
      world.refund(each.number, each.amount, `R${each.request}`);
      return;
    case 'close':
      world.call('alipay.trade.close', { out_trade_no: each.number });
      return;
    case 'arm':
      world.arm(each.scenario);
      return;
    case 'wait':
      world.time.now += each.seconds * 1_000;
  }
}

test('the books balance, no number is charged twice and no refund exceeds its payment, whatever is called in whatever order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World();
      const qr = new Map<string, string>();
      for (const each of steps) take(world, qr, each);
      const { books, trades } = world.wallet.desk;
      expect(books.audit()).toEqual([]);
      const paid = books.movements().filter(({ kind, account }) => kind === 'pay' && account === MERCHANT);
      expect(new Set(paid.map(({ reference }) => reference)).size).toBe(paid.length);
      for (const trade of trades.all()) {
        const given = trades.refundsOf(trade.outTradeNo).reduce((sum, made) => sum + made.amountMinor, 0n);
        expect(given).toBe(trade.refundedMinor);
        expect(given <= (trade.paidAt === null ? 0n : trade.totalMinor)).toBe(true);
        if (trade.refundedMinor === trade.totalMinor) {
          expect(trade.refundedFen).toBe(trade.payFen);
          expect(trade.refundedSettleMinor).toBe(trade.settleMinor);
        }
      }
      world.db.close();
    }),
    { numRuns: 60 },
  );
});

test('movements cannot be changed or removed', () => {
  const world = new World();
  expect(() => world.db.exec('UPDATE movement SET amount_minor = 0')).toThrow(/append-only/);
  expect(() => world.db.exec('DELETE FROM movement')).toThrow(/append-only/);
});

test('a restart keeps balances, trades, codes, refunds, armed scenarios and what was cancelled', () => {
  const directory = mkdtempSync(join(tmpdir(), 'wallet-'));
  const file = join(directory, 'wallet.sqlite');
  try {
    const before = new World({ db: new Database(file), float: { CNY: 5_000n } });
    const payment = before.payment('A1', '10.00');
    before.call('alipay.trade.pay', payment);
    before.refund('A1', '4.00', 'R1');
    before.cancel('A9');
    const { qr_code: qr = '' } = before.precreate('Q1', '3.00');
    before.arm('reply_lost');
    const kept = before.wallet.desk.books.movements();
    before.db.close();
    const after = new World({ db: new Database(file), float: { CNY: 5_000n } });
    expect(after.wallet.desk.books.movements()).toEqual(kept);
    expect(after.wallet.desk.books.balance(MERCHANT, CNY)).toBe(5_600n);
    expect(after.wallet.desk.arming.armed()).toMatchObject([{ scenario: 'reply_lost' }]);
    after.wallet.desk.arming.disarm();
    expect(after.call('alipay.trade.pay', payment)).toMatchObject({ code: '10000' });
    expect(after.refund('A1', '4.00', 'R1')).toMatchObject({ fund_change: 'N' });
    expect(after.pay('A9', '1.00').sub_code).toBe('ACQ.TRADE_HAS_CLOSE');
    expect(after.payCode(qr)).toBe(true);
    after.db.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
