import { describe, expect, test } from 'vitest';
import { PAYMENT_STATES, REFUND_STATES, SALE_DISPOSITIONS } from '../../gateway/wire/messages.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { durableLabel } from './durable-labels.ts';
import { KILL_POINTS, nameOf } from './points.ts';
import { Schedule } from './schedule.ts';
import { frameLabel, requestLabel, responseLabel } from './send-labels.ts';

const NAMES = new Set(KILL_POINTS.map(nameOf));

describe('the table of kill points', () => {
  test('every durable state of the gateway is killed at from both sides of its commit', () => {
    const states = [
      ...PAYMENT_STATES.map((state) => `gateway:payment.${state}`),
      ...REFUND_STATES.map((state) => `gateway:refund.${state}`),
      ...REFUND_STATES.filter((state) => state !== 'declined').map((state) => `gateway:return.${state}`),
      ...SALE_DISPOSITIONS.map((disposition) => `gateway:sale.${disposition}`),
    ];
    const sides = states.flatMap((state) => [`${state}:before_commit`, `${state}:after_commit`]);
    expect(sides.filter((name) => !NAMES.has(name))).toEqual([]);
  });

  test('every durable state of the till is killed at from both sides of its commit', () => {
    const states = [
      ...['sending', 'open', 'given_up', 'approved', 'declined', 'cancelled'].map((s) => `attempt.${s}`),
      ...['open', 'paid', 'cancelled', 'set_aside'].map((s) => `sale.${s}`),
      ...['sending', 'unknown', 'awaiting_funds', 'approved', 'declined'].map((s) => `refund.${s}`),
      ...['sent', 'printed', 'failed'].map((s) => `receipt.${s}`),
      ...['queued', 'acknowledged'].map((s) => `close.${s}`),
      ...['open', 'not_paid', 'returned'].map((s) => `set_aside.${s}`),
    ];
    const sides = states.flatMap((state) => [
      `terminal:${state}:before_commit`,
      `terminal:${state}:after_commit`,
    ]);
    expect(sides.filter((name) => !NAMES.has(name))).toEqual([]);
  });

  test('no point stands in the table twice', () => {
    expect(NAMES.size).toBe(KILL_POINTS.length);
  });
});

test('a schedule comes to every point before it comes to any a second time', () => {
  const schedule = new Schedule(KILL_POINTS);
  const random = new SeededRandom(1);
  const chosen = KILL_POINTS.map(() => {
    const point = schedule.next(random);
    schedule.record({ process: point.process, points: [point.point] });
    schedule.done(point, true, 'first');
    return nameOf(point);
  });
  expect(new Set(chosen).size).toBe(KILL_POINTS.length);
  expect(Math.min(...Object.values(schedule.histogram))).toBe(1);
});

test('what was hit too seldom is aimed at again, however often that was in vain', () => {
  const schedule = new Schedule(KILL_POINTS);
  const [hard, ...others] = KILL_POINTS;
  if (hard === undefined) throw new Error('There are points.');
  for (const { process, point } of others) schedule.record({ process, points: [point] });
  const random = new SeededRandom(1);
  for (let times = 0; times < 20; times += 1) {
    const point = schedule.next(random, 1);
    expect(nameOf(point)).toBe(nameOf(hard));
    schedule.done(point, false, 'first');
  }
  expect(nameOf(schedule.next(random))).not.toBe(nameOf(hard));
});

test('what was not hit is a miss only where it was aimed at first', () => {
  const schedule = new Schedule(KILL_POINTS);
  const point = schedule.next(new SeededRandom(1));
  schedule.done(point, false, 'beside');
  expect(schedule.misses).toEqual({});
  schedule.done(point, false, 'first');
  expect(schedule.misses).toEqual({ [nameOf(point)]: 1 });
});

describe('labels', () => {
  test('a statement is named by the state that it writes', () => {
    const row = { state: 'approved', cause: 'auto_return' };
    expect(durableLabel('gateway', 'UPDATE payment SET state = @state', [row])).toBe('payment.approved');
    expect(durableLabel('gateway', 'INSERT INTO refund (state) VALUES (@state)', [row])).toBe(
      'return.approved',
    );
    expect(durableLabel('gateway', 'SELECT * FROM payment', [])).toBe(null);
    const attempt = [null, 'open', null, null, '{}', 'cancel'];
    expect(durableLabel('terminal', 'UPDATE attempts SET code = ?', attempt)).toBe('attempt.given_up');
    expect(durableLabel('alipay', 'INSERT OR REPLACE INTO trade VALUES (?)', [1, 2, 3, 4, 'X'])).toBe(
      'trade.X',
    );
  });

  test('a message is named by what it says', () => {
    expect(frameLabel('terminal', '{"v":1,"id":"r1","type":"payment.start","body":{}}')).toBe(
      'payment.start',
    );
    expect(frameLabel('terminal', '{"view":{"screen":{"name":"paid"}}}')).toBe('view.paid');
    expect(frameLabel('terminal', '{"view":{"screen":{"name":"sale"}}}')).toBe(null);
    expect(frameLabel('gateway', '{"re":"r1","ok":true,"body":{"refundId":"1","attemptId":"2"}}')).toBe(
      'reply.refund',
    );
    expect(requestLabel('gateway', '/gateway.do?method=alipay.trade.pay')).toBe('alipay.pay');
    expect(responseLabel('alipay', '/gateway.do?method=alipay.trade.fastpay.refund.query')).toBe(
      'reply.fastpay.refund.query',
    );
  });
});
