import { beforeEach, describe, expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type { SqlitePaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { ulid } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';
import { answered, never } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

async function undoneSales(count: number): Promise<readonly Sent[]> {
  const sales: Sent[] = [];
  for (let index = 0; index < count; index += 1) {
    const ids = { saleId: ulid(`S${index + 1}`), attemptId: ulid(`A${index + 1}`) };
    const sale = rig.sale({}, { sale: ids });
    await rig.ask(sale);
    await rig.ask(rig.reversal(sale));
    sales.push(sale);
  }
  return sales;
}

/** The same store but for what `changes` has. */
function aside(store: SqlitePaymentStore, changes: Partial<SqlitePaymentStore>): SqlitePaymentStore {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in changes ? changes : target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const stans = () => rig.bank.advices.map((advice) => advice.reference.stan);

describe('what a bank is still to be told', () => {
  test('goes in order, one at a time, each until it is acknowledged', async () => {
    let outstanding = 0;
    let most = 0;
    rig.bank.advise1 = () => {
      outstanding -= 1;
      return answered('00');
    };
    const advise = rig.bank.advise.bind(rig.bank);
    rig.bank.advise = (advice) => {
      outstanding += 1;
      most = Math.max(most, outstanding);
      return advise(advice);
    };
    rig.bank.setUp(false);
    const sales = await undoneSales(3);
    await rig.world.advance(60_000);
    expect(rig.bank.advices).toHaveLength(0);
    rig.bank.setUp(true);
    await rig.world.advance(5_000);
    expect(most).toBe(1);
    const cards = await Promise.all(sales.map((sale) => rig.card(sale)));
    expect(rig.bank.advices.map(({ cardId }) => cardId)).toEqual(cards.map((card) => card?.cardId));
    expect(cards.map((card) => card?.state)).toEqual(['reversed', 'reversed', 'reversed']);
  });

  test('names what was asked of it, where it had approved a part', async () => {
    rig.bank.request1 = () => answered('10', { approved: money(100_000n, RUB) });
    const sale = rig.sale();
    await rig.ask(sale);
    await rig.ask(rig.reversal(sale));
    await rig.world.advance(5_000);
    expect(rig.bank.requests.map(({ amount }) => amount)).toEqual(
      rig.bank.advices.map(({ amount }) => amount),
    );
    expect(rig.bank.advices).toHaveLength(1);
    expect((await rig.card(sale))?.amount).toEqual(money(100_000n, RUB));
  });

  test('is repeated as itself with growing pauses, and flagged, while the bank does not answer', async () => {
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    const [sale] = await undoneSales(1);
    await rig.world.advance(40_000);
    const sent = rig.bank.advices;
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.length).toBeLessThan(8);
    expect(new Set(stans()).size).toBe(1);
    expect(sent.map(({ repeat }) => repeat)).toEqual([false, ...sent.slice(1).map(() => true)]);
    rig.bank.advise1 = () => answered('25');
    await rig.world.advance(120_000);
    expect(sale === undefined ? null : (await rig.card(sale))?.state).toBe('reversed');
    expect(rig.logged('card_advice_not_acknowledged')).toBe(true);
  });

  test('does not wait for its next try when the bank comes back', async () => {
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    await undoneSales(1);
    await rig.world.advance(60_000);
    const before = rig.bank.advices.length;
    rig.bank.advise1 = () => answered('00');
    rig.bank.setUp(true);
    await rig.world.advance(100);
    expect(rig.bank.advices).toHaveLength(before + 1);
    expect(await rig.store.cards.advices('bank-a', 9)).toHaveLength(0);
  });

  test('that the bank refuses for good is alarmed and recorded, and the queue goes on', async () => {
    rig.bank.advise1 = ({ reference }) => answered(reference.stan === stans()[0] ? '14' : '00');
    const [first, second] = await undoneSales(2);
    if (first === undefined || second === undefined) throw new Error('Two sales were undone.');
    await rig.world.advance(5_000);
    expect(rig.logged('card_advice_refused')).toBe(true);
    expect((await rig.card(first))?.state).toBe('reversing');
    expect((await rig.card(second))?.state).toBe('reversed');
    expect(await rig.store.cards.advices('bank-a', 9)).toHaveLength(0);
  });

  test('survives a kill while it is at the bank, and then goes as a repeat', async () => {
    rig.bank.advise1 = () => never();
    const [sale] = await undoneSales(1);
    await rig.world.advance(1_000);
    rig.bank.advise1 = () => answered('00');
    await rig.restart();
    await rig.world.advance(5_000);
    expect(rig.bank.advices.map(({ repeat }) => repeat)).toEqual([false, true]);
    expect(new Set(stans()).size).toBe(1);
    expect(sale === undefined ? null : (await rig.card(sale))?.state).toBe('reversed');
  });

  test('does not wait for a clock that was set back to catch up', async () => {
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    const [sale] = await undoneSales(1);
    await rig.world.advance(1_000);
    expect(rig.bank.advices).toHaveLength(1);
    const dayMs = 86_400_000;
    await rig.seeStoreThrough((store) => aside(store, { now: () => store.now() - dayMs }));
    rig.bank.advise1 = () => answered('00');
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toHaveLength(2);
    expect(sale === undefined ? null : (await rig.card(sale))?.state).toBe('reversed');
  });

  test('names what is undone, so that a reversal has its original’s processing code', async () => {
    const sale = rig.sale();
    const rrn = String((await rig.ask(sale)).fields[37]);
    const refund = rig.sale({ 3: '200000', 4: '000000100000', 37: rrn });
    await rig.ask(refund);
    await rig.ask(rig.reversal(refund));
    await rig.world.advance(5_000);
    expect(rig.bank.advices[0]).toMatchObject({ kind: 'reversal', originalKind: 'refund' });
  });

  test('waits no longer for an answer than the gateway’s own bound', async () => {
    rig.bank.advise1 = () => never();
    await undoneSales(1);
    await rig.world.advance(34_000);
    expect(rig.bank.advices).toHaveLength(1);
    rig.bank.advise1 = () => answered('00');
    await rig.world.advance(10_000);
    expect(rig.bank.advices).toHaveLength(2);
  });
});

describe('numbers on the bank’s leg', () => {
  test('go on after the highest one ever stored, of requests and of advices', async () => {
    await undoneSales(1);
    await rig.world.advance(5_000);
    const last = Number(rig.bank.advices[0]?.reference.stan);
    expect(last).toBe(2);
    await rig.restart();
    const next = rig.sale({}, { sale: { saleId: ulid('S9'), attemptId: ulid('A9') } });
    await rig.ask(next);
    expect(Number(rig.bank.requests.at(-1)?.reference.stan)).toBe(last + 1);
  });
});
