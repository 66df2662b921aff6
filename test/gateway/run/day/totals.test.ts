/** Whatever is sold, refunded, disputed, adjusted and given, and whenever it is cut: what the cycles come to is what the ledger says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import type { Mid } from '../../../../gateway/kernel/identifiers.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { chargebackOpened } from '../../../../gateway/ledger/chargeback-postings.ts';
import { adjustment } from '../../../../gateway/ledger/reconciliation-postings.ts';
import { donationTransfer } from '../../../../gateway/ledger/settlement-postings.ts';
import { calculateCycle } from '../../../../gateway/run/day/calculate.ts';
import { cutCycle, openCycles } from '../../../../gateway/run/day/cut.ts';
import type { CycleRecord, NetLine } from '../../../../gateway/settlement/contract.ts';
import { MID_A, MID_B, rub } from '../../settlement/parties.ts';
import { bankOf, DayWorld } from './day-world.ts';

const merchant = fc.constantFrom(MID_A, MID_B);
const amount = fc.bigInt({ min: 1n, max: 2_000_000n });
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('sell' as const), mid: merchant, amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refund' as const), mid: merchant, amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('chargeback' as const), mid: merchant, amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('adjust' as const), mid: merchant, amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('give' as const), mid: merchant, amount }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), mid: merchant, to: fc.nat(1) }) },
);

test('cycles come to what the ledger says, whatever has happened', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 5, maxLength: 30 }),
      fc.constantFrom('carry' as const, 'claim' as const),
      fc.constantFrom(0n, 100_000n),
      async (acts, negativeNet, minimum) => {
        const world = new DayWorld();
        const terms = { negativeNet, minimumPayout: [rub(minimum)] };
        await world.parties(bankOf('amurbank', terms));
        await world.commit({ kind: 'partner.set', row: bankOf('vostok', terms) });
        await world.time.complete(openCycles(world.context()));
        let number = 0;
        for (const one of acts) {
          number += 1;
          if (one.do === 'cut') await settle(world);
          else if (one.do === 'move') {
            await world.store.foldEntries(10_000);
            const partner = one.to === 0 ? 'amurbank' : 'vostok';
            await world.commit({ kind: 'payee.assign', payee: { kind: 'merchant', id: one.mid, partner } });
          } else if (one.do === 'sell') await world.sell(one.mid, one.amount);
          else if (one.do === 'refund') await world.refund(one.mid, one.amount, one.amount);
          else {
            const { bank: _, ...meta } = { ...world.meta(one.mid, `act-${number}`), mid: one.mid as Mid };
            const sum = money(one.amount, RUB);
            if (one.do === 'adjust') await world.post(adjustment(sum, meta));
            else if (one.do === 'give') {
              await world.post(donationTransfer(sum, money(0n, RUB), { ...meta, charity: 'tiger' }));
            } else {
              await world.post(chargebackOpened({ order: sum, price: sum }, { ...meta, bank: 'vostok' }));
            }
          }
        }
        // Two more days, so that the last partner of a payee that moved has taken in what was carried to it.
        for (let day = 0; day < 3; day += 1) await settle(world);
        await checkBooks(world);
        world.db.close();
      },
    ),
    { numRuns: 25 },
  );
});

async function settle(world: DayWorld): Promise<void> {
  const context = world.context();
  const open = await world.store.cycles({ states: ['OPEN'] });
  const last = Math.max(...open.map(({ businessDate }) => Date.parse(`${businessDate}T18:00:00Z`)));
  await world.time.advance(last - world.time.now());
  for (const cycle of open) {
    const cut = await world.time.complete(cutCycle(context, cycle));
    await world.time.complete(calculateCycle(context, cut, 'bank-day'));
  }
}

async function checkBooks(world: DayWorld): Promise<void> {
  await world.store.foldEntries(100_000);
  const balances = await world.store.balancesAt(await world.store.lastPosition());
  const owed = (account: string) =>
    balances.filter((row) => row.account === account).reduce((sum, row) => sum + row.credit - row.debit, 0n);
  expect(balances.reduce((sum, { debit, credit }) => sum + debit - credit, 0n)).toBe(0n);
  const cycles = (await world.store.cycles()).filter(({ state }) => state === 'CALCULATED');
  const lines: NetLine[] = [];
  for (const { cycleId } of cycles) lines.push(...(await world.store.netLines(cycleId)));
  for (const id of [MID_A, MID_B, 'tiger']) {
    const own = lines.filter((line) => line.id === id);
    // What is still owed to a payee is exactly what its cycles carry and nobody has taken in.
    const carried = own.reduce((sum, line) => sum + line.carriedOut - line.carriedIn, 0n);
    expect(owed(id === 'tiger' ? 'charity_payable:tiger' : `merchant_payable:${id}`)).toBe(carried);
    const held = own.reduce((sum, line) => sum + line.reserveHeld - line.reserveReleased, 0n);
    expect(owed(`merchant_reserve:${id}`)).toBe(held);
  }
  for (const partner of ['amurbank', 'vostok']) {
    const own = cycles.filter((cycle) => cycle.partner === partner);
    const net = own.reduce((sum, cycle) => sum + (cycle.net?.amountMinor ?? 0n), 0n);
    // Nothing has been paid yet: the partner is owed all its nets, and the share that the last cycle carries.
    expect(owed(`partner_payable:${partner}`)).toBe(net + carriedBy(own));
  }
}

function carriedBy(cycles: readonly CycleRecord[]): bigint {
  return cycles.at(-1)?.carriedShare?.amountMinor ?? 0n;
}
