import { beforeEach, describe, expect, test } from 'vitest';
import { type Ksn, nextKsn } from '../../../../gateway/keys/ksn.ts';
import { MacKeys } from '../../../../gateway/run/card/mac-keys.ts';
import { AES_KSN, TDES_KSN } from '../../keys/hsm-world.ts';
import { MERCHANT, TID, ulid } from '../../payments/samples.ts';
import { CardRig } from './card-rig.ts';

function keys(count: number, from: Ksn = AES_KSN): readonly Ksn[] {
  const made: Ksn[] = [];
  for (let ksn = nextKsn(from); made.length < count; ksn = nextKsn(ksn)) made.push(ksn);
  return made;
}

describe('the keys of MACs', () => {
  test('serve one message each, as often as it comes, in whatever order they come', () => {
    const used = new MacKeys();
    const [a, b, c] = keys(3) as [Ksn, Ksn, Ksn];
    expect([used.take(b, 'two'), used.take(a, 'one'), used.take(c, 'three')]).toEqual(['new', 'new', 'new']);
    expect([used.take(a, 'one'), used.take(b, 'two')]).toEqual(['same', 'same']);
    expect([used.take(a, 'two'), used.take(c, 'one')]).toEqual(['another', 'another']);
  });

  test('of one device say nothing of another, nor of the same counter in the other scheme', () => {
    const used = new MacKeys();
    const [aes] = keys(1) as [Ksn];
    const [tdes] = keys(1, TDES_KSN) as [Ksn];
    const other = `9${aes.slice(1)}` as Ksn;
    for (const [at, ksn] of [aes, tdes, other].entries()) expect(used.take(ksn, `${at}`)).toBe('new');
    expect(used.take(other, '0')).toBe('another');
  });

  test('are remembered for the latest; what lies before is known to lie before', () => {
    const used = new MacKeys();
    const many = keys(40);
    for (const ksn of many) expect(used.take(ksn, `of ${ksn}`)).toBe('new');
    const [first, last] = [many[0], many.at(-1)] as [Ksn, Ksn];
    expect(used.take(first, `of ${first}`)).toBe('before');
    expect(used.take(last, `of ${last}`)).toBe('same');
  });
});

describe('a message under the key of another message’s MAC', () => {
  let rig: CardRig;
  beforeEach(async () => {
    rig = await CardRig.open();
  });
  const saleOf = (n: number) => ({ sale: { saleId: ulid(`S${n}`), attemptId: ulid(`A${n}`) } });

  test('is refused with 88, alarmed and kept with its reason, and the bank is not asked', async () => {
    const first = rig.sale();
    expect(await rig.code(first)).toBe('00');
    const other = rig.sale({}, { ...saleOf(2), ksn: first.ksn });
    expect(await rig.code(other)).toBe('88');
    expect(await rig.code(other)).toBe('88');
    expect(rig.bank.requests).toHaveLength(1);
    expect(rig.logged('card_mac_key_used')).toBe(true);
    expect(await rig.card(other)).toBeNull();
    const [refusal] = await rig.store.cards.matters.refusals(TID, 5);
    expect(refusal).toMatchObject({ responseCode: '88', reason: 'mac_key_used', mid: MERCHANT.mid });
  });

  test('is refused whatever it is: a reversal under it undoes nothing, and under its own key it does', async () => {
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(rig.reversal(sale, {}, { ksn: sale.ksn }))).toBe('88');
    expect((await rig.card(sale))?.state).toBe('approved');
    expect(await rig.code(rig.reversal(sale))).toBe('00');
  });

  test('is no concern of a repeat, under the same key or a new one', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(sale)).toBe('00');
    const undo = rig.reversal(sale);
    expect(await rig.code(undo)).toBe('00');
    const { 59: _under, ...said } = undo.fields;
    for (const ksn of [undo.ksn, rig.nextKsn()]) {
      expect(await rig.code(rig.build('0421', said, { account: null, ksn }))).toBe('00');
    }
  });

  test('does not use the key up where its MAC is wrong', async () => {
    const ksn = rig.nextKsn();
    expect(await rig.code(rig.sale({}, { ...saleOf(2), ksn, mac: 'wrong' }))).toBe('88');
    expect(await rig.code(rig.sale({}, { ksn }))).toBe('00');
  });

  test('is refused as one from before when a request comes that nobody knows; what is known is answered again', async () => {
    const early = rig.sale({}, { ...saleOf(2), ksn: rig.nextKsn() });
    const known = rig.sale();
    expect(await rig.code(known)).toBe('00');
    const undo = rig.reversal(known);
    for (let n = 0; n < 40; n += 1) await rig.ask(rig.build('0800', { 70: '301' }, { account: null }));
    expect(await rig.code(early)).toBe('88');
    expect(rig.bank.requests).toHaveLength(1);
    expect(await rig.code(known)).toBe('00');
    expect(await rig.code(undo)).toBe('00');
  });
});
