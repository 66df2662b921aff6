import { expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import type { Mid } from '../../../../gateway/kernel/identifiers.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { donationTransfer } from '../../../../gateway/ledger/settlement-postings.ts';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { BankDay } from '../../../../gateway/run/day/bank-day.ts';
import { MID_A, MID_B, payeeRow, rub } from '../../settlement/parties.ts';
import { bankOf, DayWorld } from './day-world.ts';

const HOUR = 3_600_000;
const MID_C = '100000000000003';

/** Friday 30 October, a weekend, Monday, Tuesday, a holiday on Wednesday 4 November, Thursday, Friday. */
const FRIDAY = Date.parse('2026-10-30T06:00:00Z');
const BUSINESS_DAYS = ['2026-10-30', '2026-11-02', '2026-11-03', '2026-11-05', '2026-11-06'];

test('five business days over a weekend and a holiday end with every cycle closed and everybody paid', async () => {
  const world = new DayWorld(FRIDAY);
  const context = world.context();
  await world.parties();
  await world.commit(
    {
      kind: 'partner.set',
      row: bankOf('vostok', { currencies: [RUB, CNY], calendars: ['ru.payments', 'cn.banks'] }),
    },
    { kind: 'payee.set', row: payeeRow({ id: MID_C, name: 'Гостиница «Хэйхэ»' }) },
    { kind: 'payee.assign', payee: { kind: 'merchant', id: MID_C, partner: 'vostok' } },
  );
  const day = new BankDay(context, { afterImport: [] }, 10 * 60_000);
  day.start();

  for (let hour = 0; hour < 15 * 24; hour += 1) {
    const local = new Date(world.time.now() + 3 * HOUR).toISOString();
    const isTrading = local < '2026-11-06T21';
    const localHour = Number(local.slice(11, 13));
    if (isTrading && localHour >= 10 && localHour < 20) {
      await world.sell(MID_A, 123_457n);
      await world.sell(MID_B, 89_999n);
      await world.sell(MID_C, 1_000_001n, localHour % 2 === 0 ? RUB : CNY);
    }
    if (isTrading && localHour === 12) await world.refund(MID_A, 123_457n, 23_457n);
    if (isTrading && localHour === 13) {
      const { bank: _, ...meta } = world.meta(MID_B, `gift-${hour}`);
      await world.post(
        donationTransfer(rub(5_001n), rub(90n), { ...meta, mid: MID_B as Mid, charity: 'tiger' }),
      );
    }
    if (localHour === 22 || localHour === 10) {
      for (const cycle of await world.store.cycles({ states: ['CALCULATED'] })) {
        await world.time.complete(approveCycle(context, cycle, 'boris'));
      }
    }
    world.bankFetches();
    if (localHour === 19 && isOpen(local.slice(0, 10))) world.bankStates(local.slice(0, 10));
    await world.time.advance(HOUR);
  }
  await day.stop();

  expect(world.alarms).toEqual([]);
  expect(await world.store.exceptions()).toEqual([]);
  const cycles = (await world.store.cycles()).filter(({ businessDate }) => businessDate <= '2026-11-06');
  expect([...new Set(cycles.map(({ businessDate }) => businessDate))]).toEqual(BUSINESS_DAYS);
  expect(cycles.map(({ state }) => state)).toEqual(cycles.map(() => 'CLOSED'));
  expect(cycles.length).toBe(3 * BUSINESS_DAYS.length);
  expect(cycles.find(({ cycleId }) => cycleId === 'amurbank-RUB-20261103')?.valueDate).toBe('2026-11-05');

  // Every file was delivered once and every payment order was read by the bank.
  expect(new Set(world.outbox.delivered).size).toBe(world.outbox.delivered.length);
  const files = await world.store.files({ direction: 'out' });
  expect(files.map(({ party, name }) => `${party}/${name}`).toSorted()).toEqual(
    world.outbox.delivered.toSorted(),
  );

  // Books: every currency is in balance, nobody is owed anything but what is held in reserve.
  const balances = await world.store.balancesAt(await world.store.lastPosition());
  for (const currency of [RUB, CNY]) {
    const own = balances.filter((balance) => balance.currency === currency);
    expect(own.reduce((sum, { debit, credit }) => sum + debit - credit, 0n)).toBe(0n);
  }
  const left = (family: string) =>
    balances.filter(({ account, debit, credit }) => account.startsWith(`${family}:`) && debit !== credit);
  for (const family of ['merchant_payable', 'charity_payable', 'partner_payable', 'payout_in_transit']) {
    expect([family, left(family)]).toEqual([family, []]);
  }

  // Who was paid what: the lines, the cycles and our bank's account say the same.
  const paid = new Map<string, bigint>();
  for (const { cycleId, net, currency } of await world.store.cycles({ states: ['CLOSED'] })) {
    const lines = await world.store.netLines(cycleId);
    const total = lines.reduce((sum, { due, partnerShare }) => sum + due + partnerShare, 0n);
    expect(net).toEqual(money(total, currency));
    paid.set(currency, (paid.get(currency) ?? 0n) + total);
  }
  for (const { currency, debit, credit } of left('nostro')) expect(credit - debit).toBe(paid.get(currency));
  expect(paid.get(CNY)).toBeGreaterThan(0n);
});

function isOpen(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && date !== '2026-11-04';
}
