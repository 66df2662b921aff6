import { beforeEach, describe, expect, test } from 'vitest';
import { packBatchData, packBatchTotals } from '../../../../gateway/iso8583/private-data.ts';
import { ulid } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';
import { answered, never } from './scripted-bank.ts';

const BATCH = packBatchData({ batch: '000007', original: null });
const saleOf = (n: number) => ({ sale: { saleId: ulid(`S${n}`), attemptId: ulid(`A${n}`) } });

let rig: CardRig;
let waiting: Promise<Uint8Array | null> | null = null;

/** The one place there is, taken by a sale at a bank that does not answer. */
async function fill(): Promise<Sent> {
  const first = rig.sale();
  rig.bank.request1 = never;
  waiting = rig.send(first);
  await rig.world.settle();
  return first;
}

/** The bank's silence ends, and with it the sale that took the place. */
async function makeRoom(): Promise<void> {
  await rig.world.advance(40_000);
  await waiting;
  rig.bank.request1 = () => answered('00');
}

describe('a service that is full', () => {
  beforeEach(async () => {
    rig = await CardRig.open({ policy: { underWayMost: 1 } });
  });

  test('answers a new request with 91 at once, keeps nothing of it and asks no bank', async () => {
    await fill();
    const before = rig.world.now();
    const second = rig.sale({}, saleOf(2));
    expect(await rig.code(second)).toBe('91');
    expect(rig.world.now() - before).toBeLessThan(100);
    expect(await rig.card(second)).toBeNull();
    expect(rig.bank.requests).toHaveLength(1);
    expect(rig.logged('card_message_not_taken')).toBe(true);
  });

  test('never carries out later what it answered so; another request goes on when there is room', async () => {
    await fill();
    const second = rig.sale({}, saleOf(2));
    expect(await rig.code(second)).toBe('91');
    await makeRoom();
    expect(await rig.code(second)).toBe('91');
    expect(await rig.card(second)).toBeNull();
    expect(await rig.code(rig.reversal(second))).toBe('00');
    expect(await rig.code(rig.sale({}, saleOf(3)))).toBe('00');
  });

  test('lets a copy of what is under way wait for its answer', async () => {
    const first = await fill();
    const copy = rig.send(first);
    await makeRoom();
    expect(rig.read(first, await copy).fields[39]).toBe('91');
    expect((await rig.card(first))?.state).toMatch(/^revers/);
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('answers what it did before as it did before', async () => {
    const known = rig.sale({}, saleOf(2));
    expect(await rig.code(known)).toBe('00');
    await fill();
    expect(await rig.code(known)).toBe('00');
    await makeRoom();
    expect(await rig.code(known)).toBe('00');
  });

  test('says 88 to a wrong MAC, and no word of 91', async () => {
    await fill();
    expect(await rig.code(rig.sale({}, { ...saleOf(2), mac: 'wrong' }))).toBe('88');
  });

  test('puts off what is asked until it is answered: void, completion, reversal, totals', async () => {
    const sale = rig.sale({}, saleOf(2));
    const rrn = String((await rig.ask(sale)).fields[37]);
    const common = { 22: '051', 49: '643', 60: BATCH };
    const hold = rig.build('0100', { ...common, 3: '030000', 4: '000000200000', 25: '06' }, { pin: '1234' });
    const held = String((await rig.ask(hold)).fields[37]);
    const undone = rig.sale({}, saleOf(3));
    await rig.ask(undone);
    await fill();
    const none = { count: 0, amountMinor: 0n };
    const messages = [
      rig.build('0200', { ...common, 3: '020000', 4: '000000150000', 25: '00', 37: rrn }, { account: null }),
      rig.build('0220', { ...common, 3: '000000', 4: '000000180000', 25: '06', 37: held }, { account: null }),
      rig.reversal(undone),
      rig.build(
        '0500',
        {
          ...{ 3: '920000', 50: '643', 60: BATCH },
          63: packBatchTotals({
            ...{ sales: { count: 1, amountMinor: 180_000n }, refunds: none, debitSales: none },
            ...{ debitRefunds: none, authorisedSales: none, authorisedRefunds: none },
          }),
        },
        { account: null },
      ),
    ];
    for (const message of messages) expect(await rig.code(message)).toBe('91');
    await makeRoom();
    for (const message of messages) expect(await rig.code(message)).toBe('00');
  });
});

describe('a service that is closed', () => {
  beforeEach(async () => {
    rig = await CardRig.open();
  });

  test('takes nothing new, says so at once, and brings what is under way to its end', async () => {
    const first = rig.sale();
    const answer = rig.send(first);
    await rig.world.settle();
    rig.cards.close();
    expect(await rig.code(rig.sale({}, saleOf(2)))).toBe('91');
    await rig.world.advance(1_000);
    expect(rig.read(first, await answer).fields[39]).toBe('00');
    expect(await rig.code(first)).toBe('00');
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('answers after its stop too', async () => {
    await rig.world.complete(rig.cards.stop());
    expect(await rig.code(rig.sale())).toBe('91');
    expect(rig.bank.requests).toHaveLength(0);
  });
});
