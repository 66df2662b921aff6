/** A payment ordered by ISO 20022 whose bank states it as 1CClientBankExchange, which has no end-to-end id. */
import { expect, test } from 'vitest';
import { CNY } from '../../../../gateway/kernel/currency.ts';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { calculateCycle } from '../../../../gateway/run/day/calculate.ts';
import { closeCycle } from '../../../../gateway/run/day/close.ts';
import { confirmCycle } from '../../../../gateway/run/day/confirm.ts';
import { cutCycle, openCycles } from '../../../../gateway/run/day/cut.ts';
import { importFiles } from '../../../../gateway/run/day/import.ts';
import { sendCycle } from '../../../../gateway/run/day/send.ts';
import type { CycleRecord } from '../../../../gateway/settlement/contract.ts';
import { type OrderedPayment, ordersIn } from '../../../../simulators/house-bank/order-files.ts';
import { statement1c } from '../../../../simulators/house-bank/statements.ts';
import { MID_A } from '../../settlement/parties.ts';
import { bankOf, DayWorld, OUR_BANK, US } from './day-world.ts';

/** The bank read the order with a reader of its own; its books know no end-to-end id. */
function stated(order: OrderedPayment, bookedOn: string): Uint8Array {
  const account = { number: order.payerAccount, currency: CNY, owner: US.name, openingMinor: 10_000_000n };
  return statement1c({
    ...{ account, from: bookedOn, to: bookedOn, openingMinor: 10_000_000n },
    entries: [
      {
        ...{ seq: 1, account: order.payerAccount, bookedOn, direction: 'out', minor: order.minor },
        ...{ reference: 'B1', number: order.number, orderedOn: order.orderedOn, endToEndId: null },
        ...{ otherName: order.payeeName, otherAccount: order.payeeAccount, purpose: order.purpose },
      },
    ],
  });
}

test('a payment in yuan that the bank states as 1C is confirmed by the reference in its purpose', async () => {
  const world = new DayWorld();
  const context = world.context();
  const run = <T>(promise: Promise<T>) => world.time.complete(promise);
  await world.parties(bankOf('amurbank', { currencies: [CNY] }));
  await run(openCycles(context));
  await world.sell(MID_A, 1_000_000n, CNY);
  await world.time.advance(12 * 3_600_000);
  const [open] = await world.store.cycles({ states: ['OPEN'] });
  const cut = await run(cutCycle(context, open as CycleRecord));
  const cycle = await run(approveCycle(context, await run(calculateCycle(context, cut, 'anna')), 'boris'));
  const sent = await run(sendCycle(context, cycle));
  const [order] = world.outbox.fetch(OUR_BANK).flatMap(([, bytes]) => ordersIn(bytes));
  if (order === undefined) throw new Error('Nothing was ordered.');
  expect(order.purpose).toMatch(/ Ref\. amurbank-CNY-20261117\.$/);

  world.inbox.put(`${OUR_BANK}/statement.txt`, stated(order, '2026-11-18'));
  expect(await run(importFiles(context))).toMatchObject([
    { result: 'imported', file: { kind: 'statement_1c' } },
  ]);
  const confirmed = await run(confirmCycle(context, sent));
  expect(confirmed).toMatchObject({
    state: 'CONFIRMED',
    bankReference: `${order.number}/${order.orderedOn}`,
  });
  expect(await run(closeCycle(context, confirmed))).toMatchObject({ state: 'CLOSED' });
  expect(await world.store.exceptions()).toEqual([]);
});
