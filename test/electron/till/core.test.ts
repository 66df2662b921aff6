import { expect, test } from 'vitest';
import { openNoFiscalRegister } from '../../../drivers/fiscal/none.ts';
import { ALIPAY_CODE, Counter } from './counter-kit.ts';

test('an event that cannot be journaled to its end leaves the till asking as before', async () => {
  const counter = new Counter();
  counter.link.starts = 'unknown';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  const { attemptId } = counter.on('wallet_unknown').payment;
  counter.db.exec("CREATE TRIGGER full BEFORE INSERT ON tenders BEGIN SELECT RAISE(ABORT, 'full'); END");
  counter.link.move(attemptId, { state: 'approved' }, true);
  await counter.world.settle();
  counter.on('wallet_unknown');
  counter.db.exec('DROP TRIGGER full');
  await counter.world.advance(4_000);
  counter.on('paid');
});

test('a device that throws does not make a durable act look refused', async () => {
  const counter = new Counter();
  await counter.open();
  counter.fiscal = {
    ...openNoFiscalRegister(),
    register: () => {
      throw new Error('driver bug');
    },
  };
  await counter.restart();
  await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'cash_begin' });
  await counter.ok({ command: 'cash_pay', tenderedMinor: '12990' });
  counter.on('paid');
  expect(counter.notice()).toBe('INTERNAL');
});
