import { beforeEach, describe, expect, test } from 'vitest';
import { ulid } from '../../payments/samples.ts';
import { CardRig } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const saleOf = (n: number) => ({ saleId: ulid(`S${n}`), attemptId: ulid(`A${n}`) });

describe('a PIN block under a key that was used before', () => {
  test('is refused with 88 and alarmed, and the bank is not asked', async () => {
    const ksn = rig.nextKsn();
    expect(await rig.code(rig.sale({}, { pin: '1234', pinKsn: ksn, sale: saleOf(1) }))).toBe('00');
    const other = rig.sale({}, { pin: '1234', pinKsn: ksn, sale: saleOf(2) });
    expect(await rig.code(other)).toBe('88');
    expect(rig.bank.requests).toHaveLength(1);
    expect(rig.logged('card_pin_block_used')).toBe(true);
    expect(await rig.card(other)).toMatchObject({ state: 'declined', responseCode: '88', pinKsn: null });
    expect(await rig.code(other)).toBe('88');
    expect(await rig.code(rig.reversal(other))).toBe('00');
  });

  test('is refused after the first was declined, reversed, or forgotten by a restart', async () => {
    const ksn = rig.nextKsn();
    rig.bank.request1 = () => answered('55');
    expect(await rig.code(rig.sale({}, { pin: '1234', pinKsn: ksn }))).toBe('55');
    await rig.restart();
    expect(await rig.code(rig.sale({}, { pin: '4321', pinKsn: ksn, sale: saleOf(2) }))).toBe('88');
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('is refused in a refund and in a balance as well', async () => {
    const ksn = rig.nextKsn();
    const sale = rig.sale({}, { pin: '1234', pinKsn: ksn });
    const rrn = String((await rig.ask(sale)).fields[37]);
    const again = { pin: '1234', pinKsn: ksn, sale: null };
    expect(await rig.code(rig.sale({ 3: '200000', 37: rrn }, again))).toBe('88');
    expect(await rig.code(rig.sale({ 3: '310000', 4: '000000000000' }, again))).toBe('88');
    expect((await rig.card(sale))?.refunded.amountMinor).toBe(0n);
  });

  test('is no concern of the same message that comes again', async () => {
    const sale = rig.sale({}, { pin: '1234' });
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(sale)).toBe('00');
    expect(rig.bank.requests).toHaveLength(1);
    expect(rig.logged('card_pin_block_used')).toBe(false);
  });
});

test('a PIN that is entered again under the next key goes to the bank', async () => {
  rig.bank.request1 = () => answered(rig.bank.requests.length === 1 ? '55' : '00');
  expect(await rig.code(rig.sale({}, { pin: '1111' }))).toBe('55');
  expect(await rig.code(rig.sale({}, { pin: '1234' }))).toBe('00');
});
