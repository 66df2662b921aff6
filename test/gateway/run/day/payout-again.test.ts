/** A payment that our bank brings back: owed again, ordered again by two persons, once, whatever is killed. */
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../gateway/bank-commands.ts';
import type { BankContext } from '../../../../gateway/bank-context.ts';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { dayRound } from '../../../../gateway/run/day/bank-day.ts';
import type { DayContext } from '../../../../gateway/run/day/context.ts';
import { approveResolution, proposeResolution } from '../../../../gateway/run/day/resolve.ts';
import type { PartnerRecord } from '../../../../gateway/settlement/contract.ts';
import { openReconStore } from '../../../../gateway/store/sqlite/recon-store.ts';
import { MID_A, rub } from '../../settlement/parties.ts';
import { bankOf, DayWorld, OUR_BANK, statement, TERMS } from './day-world.ts';

const NONE = { afterImport: [] };
const CYCLE = 'amurbank-RUB-20261117';
const NET = 982_000n;

class Returning {
  readonly world = new DayWorld();
  readonly context: DayContext = this.world.context({ terms: { ...TERMS, splits: {} } });
  #statements = 0;

  run = <T>(promise: Promise<T>): Promise<T> => this.world.time.complete(promise);
  round = () => this.run(dayRound(this.context, NONE));

  get resolving() {
    return { ...this.context, recon: openReconStore(this.world.db), payers: [] };
  }

  /** One cycle sent to our bank. */
  async sent(partner: PartnerRecord = bankOf('amurbank')): Promise<void> {
    await this.world.parties(partner);
    await this.world.sell(MID_A, 1_000_000n);
    await this.round();
    await this.world.time.advance(Date.parse('2026-11-17T18:10:00Z') - this.world.time.now());
    await this.round();
    const [cycle] = await this.world.store.cycles({ states: ['CALCULATED'] });
    if (cycle === undefined) throw new Error('Nothing was calculated.');
    await this.run(approveCycle(this.context, cycle, 'boris'));
    await this.round();
    await this.world.time.advance(12 * 3_600_000);
  }

  async says(id: string, side: 'DBIT' | 'CRDT', reference: string, minor = NET): Promise<void> {
    this.#statements += 1;
    const text = statement('RUB', '2026-11-18', [{ id, amount: rub(minor), reference, side }]);
    this.world.inbox.put(`${OUR_BANK}/${this.#statements}.xml`, text);
    await this.round();
  }

  async open(type = 'status') {
    return (await this.world.store.exceptions({ states: ['open'] })).filter((one) => one.type === type);
  }

  async orderAgain(): Promise<void> {
    const about = (await this.world.store.payoutsAgain({ states: ['RETURNED'] }))[0];
    if (about === undefined) throw new Error('Nothing has come back.');
    await this.end(about.exceptionId);
  }

  async end(exceptionId: string): Promise<void> {
    await this.run(proposeResolution(this.resolving, exceptionId, 'anna', 'Счёт исправлен'));
    await this.run(approveResolution(this.resolving, exceptionId, 'boris'));
  }

  async balance(account: string): Promise<bigint> {
    await this.run(this.world.store.foldEntries(10_000));
    const at = await this.world.store.lastPosition();
    const found = (await this.world.store.balancesAt(at)).find((one) => one.account === account);
    return found === undefined ? 0n : found.debit - found.credit;
  }

  orders = () => this.world.outbox.delivered.filter((name) => name.startsWith(`${OUR_BANK}/`));
  orderText = (name: string) =>
    new TextDecoder('windows-1251').decode(this.world.outbox.waiting.get(`${OUR_BANK}/${name}`));
  states = async () =>
    (await this.world.store.payoutsAgain()).map(({ orderId, state }) => `${orderId} ${state}`);
  cycleState = async () => (await this.world.store.cycle(CYCLE))?.state;
}

describe('A payment that came back', () => {
  test('after it was confirmed is booked as owed again, once, and told as an exception', async () => {
    const bank = new Returning();
    await bank.sent();
    await bank.says(CYCLE, 'DBIT', 'B1');
    expect(await bank.cycleState()).toBe('CLOSED');
    await bank.says(CYCLE, 'CRDT', 'B2');
    expect(await bank.states()).toEqual([`${CYCLE}-2 RETURNED`]);
    expect(await bank.balance('partner_payable:amurbank')).toBe(-NET);
    expect(await bank.balance('payout_in_transit:amurbank')).toBe(0n);
    expect(await bank.balance(`nostro:${TERMS.acquirer.accounts.RUB}`)).toBe(0n);
    expect(await bank.open()).toMatchObject([{ subject: CYCLE, atRisk: rub(NET) }]);
    await bank.round();
    expect(await bank.states()).toEqual([`${CYCLE}-2 RETURNED`]);
    expect(bank.orders()).toEqual([`${OUR_BANK}/${CYCLE}.txt`]);
  });

  test('is ordered again by two persons: the same sum under another name and number, and then the cycle closes', async () => {
    const bank = new Returning();
    await bank.sent();
    bank.world.inbox.put(
      `${OUR_BANK}/both.xml`,
      statement('RUB', '2026-11-18', [
        { id: CYCLE, amount: rub(NET), reference: 'B1' },
        { id: CYCLE, amount: rub(NET), reference: 'B2', side: 'CRDT' },
      ]),
    );
    await bank.round();
    expect(await bank.cycleState()).toBe('CONFIRMED');
    const [{ exceptionId } = { exceptionId: '' }] = await bank.open();
    await bank.run(proposeResolution(bank.resolving, exceptionId, 'anna', 'Счёт исправлен'));
    const approve = (by: string) => bank.run(approveResolution(bank.resolving, exceptionId, by));
    await expect(approve('anna')).rejects.toMatchObject({ code: 'EXCEPTION_CHECKER_IS_MAKER' });
    await approve('boris');
    await expect(approve('clara')).rejects.toMatchObject({ code: 'EXCEPTION_NOT_OPEN' });
    await bank.round();
    await bank.round();
    expect(bank.orders()).toEqual([`${OUR_BANK}/${CYCLE}.txt`, `${OUR_BANK}/${CYCLE}-2.txt`]);
    const field = (name: string, key: string) =>
      new RegExp(`^${key}=(.*)$`, 'm').exec(bank.orderText(name))?.[1]?.trim();
    const [first, second] = [`${CYCLE}.txt`, `${CYCLE}-2.txt`];
    for (const same of ['Сумма', 'ПолучательСчет', 'ПлательщикСчет'])
      expect(field(second, same)).toBe(field(first, same));
    expect([field(first, 'Номер'), field(second, 'Номер')]).toEqual(['321001', '322801']);
    expect(field(second, 'НазначениеПлатежа')).toContain(`Реф. ${CYCLE}-2.`);
    expect(await bank.cycleState()).toBe('CONFIRMED');
    expect(await bank.balance('payout_in_transit:amurbank')).toBe(-NET);
    await bank.says(`${CYCLE}-2`, 'DBIT', 'B3');
    await bank.round();
    expect(await bank.states()).toEqual([`${CYCLE}-2 CONFIRMED`]);
    expect(await bank.cycleState()).toBe('CLOSED');
    expect(await bank.balance('partner_payable:amurbank')).toBe(0n);
    expect(await bank.balance('payout_in_transit:amurbank')).toBe(0n);
    const [act] = await bank.world.store.audit({ subject: CYCLE, most: 1 });
    expect(act).toMatchObject({ actor: 'boris', action: 'payout.order_again' });
  });

  test('may come back again, and is then a third order', async () => {
    const bank = new Returning();
    await bank.sent(bankOf('amurbank', { orderFormat: 'pain001' }));
    await bank.says(CYCLE, 'DBIT', 'B1');
    await bank.says(CYCLE, 'CRDT', 'B2');
    await bank.orderAgain();
    await bank.round();
    await bank.says(`${CYCLE}-2`, 'DBIT', 'B3');
    await bank.says(`${CYCLE}-2`, 'CRDT', 'B4');
    expect(await bank.states()).toEqual([`${CYCLE}-2 CONFIRMED`, `${CYCLE}-3 RETURNED`]);
    await bank.orderAgain();
    await bank.round();
    await bank.says(`${CYCLE}-3`, 'DBIT', 'B5');
    expect(await bank.states()).toEqual([`${CYCLE}-2 CONFIRMED`, `${CYCLE}-3 CONFIRMED`]);
    expect(bank.orders()).toEqual(['', '-2', '-3'].map((again) => `${OUR_BANK}/${CYCLE}${again}.xml`));
    expect(await bank.balance('partner_payable:amurbank')).toBe(0n);
    expect(await bank.open()).toEqual([]);
  });

  test('is not ordered again before our bank has shown that it left', async () => {
    const bank = new Returning();
    await bank.sent();
    await bank.says(CYCLE, 'CRDT', 'B0');
    const [{ exceptionId } = { exceptionId: '' }] = await bank.open();
    await bank.run(proposeResolution(bank.resolving, exceptionId, 'anna', 'Счёт исправлен'));
    const approve = () => bank.run(approveResolution(bank.resolving, exceptionId, 'boris'));
    await expect(approve()).rejects.toMatchObject({ code: 'PAYOUT_NOT_SHOWN' });
    await bank.says(CYCLE, 'DBIT', 'B1');
    await approve();
    await bank.round();
    expect(await bank.states()).toEqual([`${CYCLE}-2 SENT`]);
  });

  test('twice under one name, or in another sum, is for a person to look into and orders nothing', async () => {
    const bank = new Returning();
    await bank.sent();
    await bank.says(CYCLE, 'CRDT', 'B0');
    expect(await bank.states()).toEqual([]);
    await bank.says(CYCLE, 'DBIT', 'B1');
    expect(await bank.states()).toEqual([`${CYCLE}-2 RETURNED`]);
    await bank.says(CYCLE, 'CRDT', 'B2');
    await bank.says(CYCLE, 'CRDT', 'B3', 5n);
    expect(await bank.states()).toEqual([`${CYCLE}-2 RETURNED`]);
    expect(await bank.open()).toHaveLength(3);
    await bank.orderAgain();
    for (const { exceptionId } of await bank.open()) await bank.end(exceptionId);
    await bank.round();
    expect(await bank.states()).toEqual([`${CYCLE}-2 SENT`]);
    expect(bank.orders()).toHaveLength(2);
  });

  test('is shown by the command line with its cycle and by itself', async () => {
    const bank = new Returning();
    await bank.sent();
    await bank.says(CYCLE, 'DBIT', 'B1');
    await bank.says(CYCLE, 'CRDT', 'B2');
    const ask = { subject: null, by: null, at: null, family: null, partner: null, state: null };
    const context = bank.context as BankContext;
    const shown = await COMMANDS.returns?.(context, ask);
    expect(shown?.rows[0]?.slice(0, 3)).toEqual([`${CYCLE}-2`, 'RETURNED', '9820.00 RUB']);
    const cycle = await COMMANDS.cycle?.(context, { ...ask, subject: CYCLE });
    expect(cycle?.facts).toMatchObject({ returns: [{ orderId: `${CYCLE}-2`, state: 'RETURNED' }] });
  });
});

describe('Killed between any two things it writes', () => {
  test('a return and its second order end as they would have, and the bank gets each order once', async () => {
    const whole = await played(null);
    expect(whole.end).toMatchObject({ states: [`${CYCLE}-2 CONFIRMED`], owed: 0n, transit: 0n, open: 0 });
    expect(whole.end.orders).toHaveLength(2);
    for (let at = 0; at < whole.calls; at += 1)
      expect({ at, ...(await played(at)).end }).toEqual({ at, ...whole.end });
  });
});

/** From the return on every write counts; before write number `dies` the process is gone, and another does what is left. */
async function played(dies: number | null) {
  const bank = new Returning();
  await bank.sent();
  await bank.says(CYCLE, 'DBIT', 'B1');
  const life = new Life(bank.context, dies);
  const act = async (work: (context: DayContext) => Promise<unknown>) => {
    await bank.run(work(life.context)).catch((error: unknown) => {
      if (!life.dead) throw error;
    });
    if (life.dead) await bank.run(work(bank.context));
  };
  const round = () => act((context) => dayRound(context, NONE));
  const decide = (name: 'propose' | 'approve') =>
    act(async (context) => {
      const [open] = await bank.open();
      if (open === undefined) return;
      const own = { ...context, recon: openReconStore(bank.world.db), payers: [] };
      if (name === 'approve') await approveResolution(own, open.exceptionId, 'boris');
      else await proposeResolution(own, open.exceptionId, 'anna', 'Счёт исправлен');
    });
  const states = (id: string, reference: string, side: 'DBIT' | 'CRDT') =>
    bank.world.inbox.put(
      `${OUR_BANK}/${reference}.xml`,
      statement('RUB', '2026-11-18', [{ id, amount: rub(NET), reference, side }]),
    );
  states(CYCLE, 'B2', 'CRDT');
  await round();
  await decide('propose');
  await decide('approve');
  await round();
  states(`${CYCLE}-2`, 'B3', 'DBIT');
  await round();
  await bank.round();
  return {
    calls: life.calls,
    end: {
      states: await bank.states(),
      orders: bank.orders(),
      owed: await bank.balance('partner_payable:amurbank'),
      transit: await bank.balance('payout_in_transit:amurbank'),
      open: (await bank.open()).length,
    },
  };
}

const WRITES: readonly (string | symbol)[] = ['commit', 'foldEntries', 'stage', 'sync', 'publish', 'discard'];

class Life {
  calls = 0;
  dead = false;
  readonly context: DayContext;
  readonly #dies: number | null;

  constructor(context: DayContext, dies: number | null) {
    this.#dies = dies;
    this.context = {
      ...context,
      ...{ store: this.#mortal(context.store), outbox: this.#mortal(context.outbox) },
    };
  }

  #mortal<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const writes = WRITES.includes(name);
          if ((this.dead && name !== 'now') || (writes && this.calls === this.#dies)) {
            this.dead = true;
            throw new Error('killed');
          }
          if (writes) this.calls += 1;
          return Reflect.apply(value, target, args);
        };
      },
    });
  }
}
