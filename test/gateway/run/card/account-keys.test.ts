import { beforeEach, describe, expect, test } from 'vitest';
import { type Ksn, nextKsn, parseKsn } from '../../../../gateway/keys/ksn.ts';
import { TID, ulid } from '../../payments/samples.ts';
import { CardRig, type SendOptions } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

/** Of the same base key as the rig's own pad. */
const OTHER_PAD = parseKsn('FFFF987654ABCDE00009');

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const of = (n: number) => ({ sale: { saleId: ulid(`S${n}`), attemptId: ulid(`A${n}`) } });
const reasons = async () => (await rig.store.cards.matters.refusals(TID, 9)).map(({ reason }) => reason);

describe('a card read by another PIN pad than the one that made the MAC', () => {
  test.each([
    ['its account data', { accountKsn: OTHER_PAD }],
    ['its PIN block', { pinKsn: OTHER_PAD, pin: '1234' }],
    ['both', { accountKsn: OTHER_PAD, pinKsn: OTHER_PAD, pin: '1234' }],
  ] satisfies readonly (readonly [string, SendOptions])[])(
    'is refused with 88 and alarmed: %s',
    async (_, options) => {
      const sale = rig.sale({}, options);
      expect(await rig.code(sale)).toBe('88');
      expect(await rig.card(sale)).toBeNull();
      expect(rig.bank.requests).toHaveLength(0);
      expect(rig.logged('card_misused')).toBe(true);
      expect(await reasons()).toEqual(['card_of_another_device']);
      expect(await rig.code(rig.sale({}, { pin: '1234' }))).toBe('00');
    },
  );

  test('is refused in a void too, so that it takes no PIN block’s number from its owner', async () => {
    const sale = rig.sale();
    const rrn = String((await rig.ask(sale)).fields[37]);
    const values = { 3: '020000', 37: rrn };
    expect(await rig.code(rig.sale(values, { pinKsn: OTHER_PAD, pin: '1234', sale: null }))).toBe('88');
    expect(await rig.code(rig.sale(values, { sale: null }))).toBe('00');
  });
});

describe('account data', () => {
  test('of one attempt are refused in another, of whatever kind and amount', async () => {
    const sale = rig.sale({}, of(1));
    const rrn = String((await rig.ask(sale)).fields[37]);
    const again = { ...of(2), accountKsn: sale.ksn };
    expect(await rig.code(rig.sale({ 4: '000000000001' }, again))).toBe('88');
    expect(await rig.code(rig.sale({ 3: '200000', 37: rrn }, { ...again, sale: null }))).toBe('88');
    expect(await rig.code(rig.sale({ 3: '310000', 4: '000000000000' }, again))).toBe('88');
    expect(rig.bank.requests).toHaveLength(1);
    expect(new Set(await reasons())).toEqual(new Set(['account_key_used']));
    expect(await rig.code(rig.sale({}, of(2)))).toBe('00');
  });

  test('that were read before those of an attempt and never sent are refused after it', async () => {
    const kept: Ksn = rig.nextKsn();
    expect(await rig.code(rig.sale({}, of(1)))).toBe('00');
    expect(await rig.code(rig.sale({}, { ...of(2), accountKsn: kept }))).toBe('88');
  });

  test('serve their attempt when its PIN is entered again', async () => {
    rig.bank.request1 = () => answered(rig.bank.requests.length === 1 ? '55' : '00');
    const first = rig.sale({}, { ...of(1), pin: '1111' });
    expect(await rig.code(first)).toBe('55');
    const pinKsn = rig.nextKsn();
    expect(await rig.code(rig.sale({}, { ...of(1), accountKsn: first.ksn, pinKsn, pin: '1234' }))).toBe('00');
  });

  test('of a message that is known are no concern of its repeats, whatever came since', async () => {
    const sale = rig.sale({}, of(1));
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(rig.sale({}, of(2)))).toBe('00');
    expect(await rig.code(sale)).toBe('00');
    expect(rig.bank.requests).toHaveLength(2);
    expect(rig.logged('card_misused')).toBe(false);
  });

  test('are used up neither by a wrong MAC nor by a terminal that may not ask', async () => {
    const accountKsn = rig.nextKsn();
    expect(await rig.code(rig.sale({}, { ...of(1), accountKsn, mac: 'wrong' }))).toBe('88');
    const unknown = rig.sale({ 41: '10000099' }, { ...of(1), accountKsn });
    expect(await rig.code(unknown)).not.toBe('00');
    expect(await rig.code(rig.sale({}, { ...of(2), accountKsn }))).toBe('00');
  });

  test('of a terminal that names no attempt serve one message', async () => {
    const sale = rig.sale({}, { sale: null });
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(rig.sale({}, { sale: null, accountKsn: sale.ksn }))).toBe('88');
    expect(await rig.code(rig.sale({}, { sale: null }))).toBe('00');
  });

  test('are read anew, or not at all, for what follows: void, refund, completion', async () => {
    const following = [
      { 3: '020000', mti: '0200' },
      { 3: '200000', mti: '0200' },
    ] as const;
    for (const { 3: code, mti } of following) {
      const sale = rig.sale({}, of(Number(code)));
      const rrn = String((await rig.ask(sale)).fields[37]);
      const { 59: _data, ...said } = sale.fields;
      const values = { ...said, 3: code, 11: rig.nextStan(), 37: rrn };
      expect(await rig.code(rig.build(mti, values, { sale: null }))).toBe('00');
    }
    const hold = rig.sale({ 3: '030000', 25: '06' }, of(3));
    const { 59: _data, ...said } = hold.fields;
    const held = rig.build('0100', said, of(3));
    const rrn = String((await rig.ask(held)).fields[37]);
    const completion = { ...said, 3: '000000', 11: rig.nextStan(), 37: rrn };
    expect(await rig.code(rig.build('0220', completion, { sale: null, account: null }))).toBe('00');
  });
});

test('the counter of one device says nothing of another', async () => {
  expect(await rig.code(rig.sale({}, of(1)))).toBe('00');
  const aes = rig.nextKsn('aes');
  expect(await rig.code(rig.sale({}, { ...of(2), ksn: aes }))).toBe('00');
  expect(await rig.code(rig.sale({}, { ...of(3), ksn: nextKsn(OTHER_PAD) }))).toBe('00');
});
