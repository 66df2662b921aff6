import { beforeEach, describe, expect, test } from 'vitest';
import { parseMid } from '../../../../gateway/kernel/identifiers.ts';
import { MERCHANT, TID, ulid } from '../../payments/samples.ts';
import { CARD_LINK, CardRig, type Sent } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const refusals = () => rig.store.cards.matters.refusals(TID, 99);
const saleOf = (n: number) => ({ sale: { saleId: ulid(`S${n}`), attemptId: ulid(`A${n}`) } });

async function refusedWith(sent: Sent, code: string, reason: string): Promise<void> {
  expect(await rig.code(sent)).toBe(code);
  const stan = String(sent.fields[11]);
  expect((await refusals()).filter((row) => row.stan === stan)).toMatchObject([
    { tid: TID, stan, transmittedAt: sent.fields[7], responseCode: code, reason },
  ]);
}

describe('why a message was refused', () => {
  test('is kept of a second card for a sale that has one, with its amount', async () => {
    await rig.ask(rig.sale());
    await refusedWith(rig.sale(), '12', 'live_attempt');
    expect((await refusals())[0]).toMatchObject({
      ...{ mti: '0200', mid: MERCHANT.mid, processingCode: '000000' },
      amount: { amountMinor: 150_000n, currency: 'RUB' },
    });
  });

  test('is kept of a terminal that was revoked or belongs to another merchant', async () => {
    const other = { ...MERCHANT, mid: parseMid('100000000000002') };
    const put = (mid: typeof MERCHANT.mid, revokedAt: number | null) =>
      rig.store.commit([
        { kind: 'merchant.put', row: other },
        { kind: 'terminal.put', row: { tid: TID, mid, publicKey: null, revokedAt } },
      ]);
    await put(other.mid, null);
    await rig.world.advance(2_000);
    await refusedWith(rig.sale(), '03', 'merchant_of_another_terminal');
    await put(MERCHANT.mid, 5);
    await rig.world.advance(2_000);
    await refusedWith(rig.sale(), '58', 'terminal_revoked');
  });

  test('is kept where the message is wrong', async () => {
    await refusedWith(rig.sale({ 3: '990000' }), '12', 'kind_unknown');
    await refusedWith(rig.sale({ 49: undefined }), '30', 'facts_de49');
    await refusedWith(rig.sale({}, { bin: '999999' }), '88', 'account_data');
    await refusedWith(rig.sale({ 49: '156' }, saleOf(2)), '12', 'currency_not_offered');
    await refusedWith(rig.sale({ 3: '200000', 37: '632606000999' }), '25', 'rule');
    const ksn = rig.nextKsn();
    await rig.ask(rig.sale({}, { ...saleOf(3), pin: '1234', pinKsn: ksn }));
    await refusedWith(rig.sale({}, { ...saleOf(4), pin: '1234', pinKsn: ksn }), '88', 'pin_block_used');
  });

  test('is kept once however often the message comes, and by its reason', async () => {
    const refused = rig.sale({ 49: undefined });
    await refusedWith(refused, '30', 'facts_de49');
    await refusedWith(refused, '30', 'facts_de49');
  });

  test('is kept of another message under a number that was used, and of one that was reversed before it came', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    await refusedWith(rig.sale({ 4: '000000150001', 11: sale.fields[11] }), '94', 'content_differs');
    const parked = rig.sale({}, saleOf(2));
    await rig.ask(rig.reversal(parked));
    await refusedWith(parked, '21', 'reversed');
  });

  test('is the bank’s where the bank refused, and nothing is kept of what was approved', async () => {
    rig.bank.request1 = () => answered('51');
    await refusedWith(rig.sale(), '51', 'bank');
    rig.bank.request1 = () => answered('00');
    await rig.ask(rig.sale({}, saleOf(2)));
    expect(await refusals()).toHaveLength(1);
  });

  test('is not kept of a message that nobody vouches for', async () => {
    expect(await rig.code(rig.sale({}, { mac: 'wrong' }), CARD_LINK)).toBe('88');
    expect(await refusals()).toEqual([]);
  });

  test('is told to the terminal even when it cannot be kept', async () => {
    await rig.seeStoreThrough(
      (store) =>
        new Proxy(store, {
          get: (target, name) => {
            if (name === 'commit') return () => Promise.reject(new Error('disk full'));
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        }),
    );
    expect(await rig.code(rig.sale({ 3: '990000' }))).toBe('12');
    expect(rig.logged('card_refusal_not_kept')).toBe(true);
  });
});
