/** The bank's day against the simulated bank, while the shop sells: both sides count the same, whatever the line loses, and
 *  wherever the process dies. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BankFigures } from '../../../../gateway/payments/card/bank-totals.ts';
import { ANY } from '../../../../simulators/bank/arming.ts';
import { ulid } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';
import { type Death, dyingStore } from './dying-store.ts';
import { SimulatedBank } from './simulated-bank.ts';

const TERMS = { cutAt: null, cutOverBanks: [] };

let bank: SimulatedBank;
let rig: CardRig;
let sold: number;

async function open(): Promise<void> {
  bank = new SimulatedBank();
  rig = await CardRig.open({ bankDay: TERMS }, bank.portOf);
  sold = 0;
  await rig.world.advance(5_000);
}

beforeEach(open);

function nextSale(minor = 10_000 + sold): Sent {
  sold += 1;
  const ids = { saleId: ulid(`S${sold}`), attemptId: ulid(`A${sold}`) };
  return rig.sale({ 4: String(minor).padStart(12, '0'), 22: '021' }, { sale: ids });
}

/** A sale; each third is undone, and of each fifth a part goes back. Nothing waits for an answer. */
async function trade(count: number, everyMs: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const sale = nextSale();
    const asked = rig.send(sale);
    if (index % 3 === 1) {
      // On its way to the bank: sooner, the sale would be undone before it was asked for.
      await rig.world.advance(1);
      void rig.send(rig.reversal(sale));
    }
    if (index % 5 === 2) {
      void asked.then(async (packed) => {
        const answer = rig.read(sale, packed);
        if (answer.fields[39] !== '00') return;
        const rrn = String(answer.fields[37]);
        await rig.send(rig.sale({ 3: '200000', 4: '000000000100', 22: '021', 37: rrn }, { sale: null }));
      });
    }
    await rig.world.advance(everyMs);
  }
}

const wish = () =>
  rig.store.commit([
    { kind: 'bank_day.wish', row: { bank: 'bank-a', cause: 'operator', settlementDate: '2026-11-22' } },
  ]);

const inRoubles = () => rig.store.allBankTotals().filter(({ currency }) => currency === 'RUB');

/** What the bank has counted in the period (its periods begin at 0). */
function bankFigures(period: number): BankFigures {
  const rows = bank.host.desk.periods.all().filter((row) => row.currency === 'RUB');
  const of = (side: string) => {
    const row = rows.find((each) => each.period === BigInt(period - 1) && each.side === side);
    return { count: Number(row?.count ?? 0n), minor: row?.amountMinor ?? 0n };
  };
  const [debit, credit] = [of('debit'), of('credit')];
  const [debitReversal, creditReversal] = [of('debitReversal'), of('creditReversal')];
  return {
    ...{ debits: debit.count, debitsMinor: debit.minor },
    ...{ credits: credit.count, creditsMinor: credit.minor },
    ...{ debitReversals: debitReversal.count, debitReversalsMinor: debitReversal.minor },
    ...{ creditReversals: creditReversal.count, creditReversalsMinor: creditReversal.minor },
  };
}

function expectBothSidesAgree(periods: number): void {
  const rows = inRoubles();
  expect(rows.map(({ period, state }) => [period, state])).toEqual(
    Array.from({ length: periods }, (_, index) => [index + 1, 'balanced']),
  );
  for (const { period, ours } of rows) expect(ours).toEqual(bankFigures(period));
}

describe('days that are closed while the shop sells', () => {
  test('are in balance, each transaction in one of them', async () => {
    for (let day = 0; day < 3; day += 1) {
      await trade(10, 300);
      await wish();
      await trade(20, 300);
    }
    await rig.world.advance(60_000);
    await wish();
    await rig.world.advance(60_000);
    expectBothSidesAgree(4);
    const debits = inRoubles().reduce((sum, { ours }) => sum + ours.debits, 0);
    expect(debits).toBeGreaterThan(85);
    expect(rig.logged('card_bank_day_not_quiet')).toBe(false);
  });

  test('are in balance when the 0500 is lost and traffic has gone on before it is asked again', async () => {
    await trade(5, 300);
    let lost = 0;
    bank.losesAsked = (mti) => {
      if (mti !== '0500' || lost >= 4) return false;
      lost += 1;
      return true;
    };
    await wish();
    await trade(50, 2_000);
    await rig.world.advance(120_000);
    expect(lost).toBe(4);
    expect(rig.logged('card_bank_totals_late')).toBe(true);
    await trade(5, 300);
    await rig.world.advance(10_000);
    await wish();
    await rig.world.advance(60_000);
    expectBothSidesAgree(2);
  });

  test('are in balance when the answer is lost and traffic has gone on before it is asked again', async () => {
    await trade(5, 300);
    let lost = 0;
    bank.losesAnswer = (mti) => {
      if (mti !== '0510' || lost >= 4) return false;
      lost += 1;
      return true;
    };
    await wish();
    await trade(50, 2_000);
    await rig.world.advance(120_000);
    expect(lost).toBe(4);
    expect(rig.logged('card_bank_totals_late')).toBe(false);
    await wish();
    await rig.world.advance(60_000);
    expectBothSidesAgree(2);
  });

  test('are in balance when the first is lost, and then answers of what came late, while the shop sells on', async () => {
    await trade(5, 300);
    let asked = 0;
    let unheard = 0;
    // One in each currency.
    bank.losesAsked = (mti) => mti === '0500' && ++asked <= 2;
    bank.losesAnswer = (mti) => mti === '0510' && ++unheard <= 4;
    await wish();
    await trade(75, 2_000);
    await rig.world.advance(120_000);
    expect([asked, unheard]).toEqual([8, 6]);
    expect(rig.logged('card_bank_totals_late')).toBe(true);
    await wish();
    await rig.world.advance(60_000);
    expectBothSidesAgree(2);
  });

  test.each(['answer heard', 'answer lost'])(
    'are in balance when a part was approved and undone, its %s',
    async (heard) => {
      await trade(2, 300);
      bank.host.desk.arming.arm({ ...ANY, scenario: 'partial_approval' });
      let lost = 0;
      bank.losesAnswer = (mti) => heard === 'answer lost' && mti === '0210' && ++lost === 1;
      const sale = nextSale(10_001);
      const asked = rig.send(sale);
      await rig.world.advance(60_000);
      expect(rig.read(sale, await asked).fields[39]).toBe(heard === 'answer lost' ? '91' : '10');
      await rig.ask(rig.reversal(sale));
      await rig.world.advance(60_000);
      expect((await rig.card(sale))?.state).toBe('reversed');
      await wish();
      await rig.world.advance(30_000);
      expectBothSidesAgree(1);
      expect(inRoubles()).toMatchObject([
        { ours: { debits: 3, debitReversals: 2, debitReversalsMinor: 10_001n + 5_000n } },
      ]);
    },
  );

  test('that the bank counts otherwise stay different, with both sides’ figures', async () => {
    await trade(3, 300);
    await rig.world.advance(5_000);
    bank.host.desk.periods.add(bank.host.desk.periods.all()[0]?.acquirer ?? '', 'RUB', 'debit', 777n);
    await wish();
    await rig.world.advance(30_000);
    expect(inRoubles()).toMatchObject([{ state: 'different', ours: { debits: 3 } }]);
  });
});

describe('a clock that is set back', () => {
  const set = (byMs: number) =>
    rig.seeStoreThrough(
      (store) =>
        new Proxy(store, {
          get: (target, name) => {
            if (name === 'now') return () => target.now() + byMs;
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        }),
    );

  test('does not keep what was asked from being asked again', async () => {
    let lose = true;
    bank.losesAsked = (mti) => mti === '0500' && lose;
    await trade(3, 300);
    await wish();
    await rig.world.advance(60_000);
    await set(-86_400_000);
    lose = false;
    await rig.world.advance(60_000);
    expectBothSidesAgree(1);
  });
});

describe.each(['before', 'after'] as const)('killed %s a call to the store is durable', (when) => {
  /** The process dies at its n-th call once `until` has brought it to where its calls are counted. */
  async function dies(left: number, until: () => Promise<unknown>): Promise<boolean> {
    await open();
    const death: Death = { left: Number.POSITIVE_INFINITY, when, died: false };
    await rig.seeStoreThrough((store) => dyingStore(store, death), 'later');
    await rig.restart();
    await rig.world.advance(5_000);
    await trade(3, 300);
    await rig.world.advance(5_000);
    await until();
    death.left = left;
    await wish();
    await rig.world.advance(5_000);
    await rig.seeStoreThrough((store) => store, 'later');
    await rig.restart();
    await wish();
    await rig.world.advance(40_000);
    await trade(1, 300);
    await rig.world.advance(5_000);
    await wish();
    await rig.world.advance(10_000);
    expectBothSidesAgree(inRoubles().length);
    return death.died;
  }

  const stories: readonly (readonly [string, () => Promise<void>])[] = [
    ['closed', async () => undefined],
    [
      'asked about again after more was sold',
      async () => {
        let lost = 0;
        bank.losesAsked = (mti) => mti === '0500' && ++lost <= 2;
        await wish();
        await rig.world.advance(3_000);
        await trade(2, 300);
        // Its answer is waited for so long, and then a moment.
        await rig.world.advance(25_500);
      },
    ],
  ];
  test.each(stories)('while a day is %s, the next process brings it into balance', async (_name, until) => {
    let left = 1;
    while (left < 200 && (await dies(left, until))) left += 1;
    expect(left).toBeGreaterThan(8);
    expect(left).toBeLessThan(200);
  });
});
