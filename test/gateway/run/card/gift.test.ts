import { beforeEach, describe, expect, test } from 'vitest';
import { packBatchData } from '../../../../gateway/iso8583/private-data.ts';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { parseSaleId } from '../../../../gateway/kernel/identifiers.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { newSale } from '../../../../gateway/payments/payment-opening.ts';
import { MERCHANT, TID, ulid } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';
import { answered, never } from './scripted-bank.ts';

const GIFT = { charity: 'tiger', amount: money(10_000n, RUB) };
/** 1,400.00 of goods at 1.8 %. */
const MDR = 2_520n;
const batch = packBatchData({ batch: '000007', original: null });
const common = { 22: '051', 49: '643', 60: batch };

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
  await tell('S1');
});

/** As `sale.gift` leaves it. */
async function tell(sale: string): Promise<void> {
  const row = newSale({ saleId: parseSaleId(ulid(sale)), tid: TID, mid: MERCHANT.mid }, null);
  await rig.store.commit([{ kind: 'sale.insert', row: { ...row, gift: GIFT, giftRevision: 1 } }]);
}

async function approvedSale(): Promise<{ readonly sale: Sent; readonly rrn: string }> {
  const sale = rig.sale();
  return { sale, rrn: String((await rig.ask(sale)).fields[37]) };
}

async function templatesOf(sent: Sent): Promise<readonly string[]> {
  const card = await rig.card(sent);
  return (await rig.store.transfersOf(card?.cardId ?? '')).map(({ template }) => template);
}

async function balances(): Promise<{
  readonly charity: bigint;
  readonly merchant: bigint;
  readonly mdr: bigint;
}> {
  await rig.world.advance(1_000);
  const of = (account: string): bigint => {
    const found = rig.store.balances().find((one) => one.account === account && one.currency === 'RUB');
    return found === undefined ? 0n : found.credit - found.debit;
  };
  return {
    charity: of('charity_payable:tiger'),
    merchant: of(`merchant_payable:${MERCHANT.mid}`),
    mdr: of('mdr_income:acquirer'),
  };
}

const NOTHING = { charity: 0n, merchant: 0n, mdr: 0n };
const refund = (rrn: string, minor: number): Sent =>
  rig.build('0200', { ...common, 3: '200000', 4: String(minor).padStart(12, '0'), 25: '00', 37: rrn });

describe('A card sale with a gift in it', () => {
  test('gives it whole in the commit of the sale, and takes its discount of the goods alone', async () => {
    const { sale } = await approvedSale();
    expect(await templatesOf(sale)).toEqual(['card_sale', 'donation']);
    expect(await balances()).toEqual({ charity: 10_000n, merchant: 140_000n - MDR, mdr: MDR });
  });

  test('sent again is answered again and gives nothing more', async () => {
    const { sale } = await approvedSale();
    expect(await rig.code(sale)).toBe('00');
    await rig.restart();
    expect(await rig.code(sale)).toBe('00');
    expect((await balances()).charity).toBe(10_000n);
  });

  test('that exceeds what is asked of the card is declined before the bank hears of it', async () => {
    expect(await rig.code(rig.sale({ 4: '000000010000' }))).toBe('13');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('is not approved in part', async () => {
    rig.bank.request1 = () => ({ ...answered('10'), approved: money(100_000n, RUB) });
    expect(await rig.code(rig.sale())).not.toBe('10');
    expect(await balances()).toEqual(NOTHING);
  });

  test('that nobody answered gives nothing; reversed after its approval it gives all back', async () => {
    rig.bank.request1 = never;
    const lost = rig.sale();
    void rig.send(lost);
    await rig.world.advance(60_000);
    expect(await templatesOf(lost)).toEqual([]);
    rig.bank.request1 = () => answered('00');
    const again = rig.sale();
    await rig.ask(again);
    expect((await balances()).charity).toBe(10_000n);
    expect(await rig.code(rig.reversal(again))).toBe('00');
    expect(await templatesOf(again)).toEqual([
      'card_sale',
      'donation',
      'card_sale_reversal',
      'donation_returned',
    ]);
    expect(await balances()).toEqual(NOTHING);
  });

  test('voided in its batch gives all back', async () => {
    const { rrn } = await approvedSale();
    const undo = { ...common, 3: '020000', 4: '000000150000', 25: '00', 37: rrn };
    expect(await rig.code(rig.build('0200', undo, { account: null }))).toBe('00');
    expect(await balances()).toEqual(NOTHING);
  });

  test('closed at the till gives all back by itself', async () => {
    await approvedSale();
    const close = {
      saleId: ulid('S1'),
      disposition: 'set_aside',
      operator: 'Ольга',
      reason: 'нет',
      closedAt: 1,
    } as const;
    await rig.world.complete(rig.gateway.handle(TID, 'sale.close', close));
    expect(await balances()).toEqual(NOTHING);
  });

  test('keeps its gift when its goods go back, and gives it back with the whole of it on its day only', async () => {
    const { rrn } = await approvedSale();
    expect(await rig.code(refund(rrn, 40_000))).toBe('00');
    expect(await rig.code(refund(rrn, 100_001))).toBe('61');
    expect(await rig.code(refund(rrn, 100_000))).toBe('00');
    expect(await balances()).toEqual({ charity: 10_000n, merchant: 0n, mdr: 0n });
  });

  test('refunded whole on its day takes the gift back; that refund undone, gives it again', async () => {
    const { rrn } = await approvedSale();
    const whole = refund(rrn, 150_000);
    expect(await rig.code(whole)).toBe('00');
    expect(await balances()).toEqual(NOTHING);
    expect(await rig.code(rig.reversal(whole))).toBe('00');
    expect(await balances()).toEqual({ charity: 10_000n, merchant: 140_000n - MDR, mdr: MDR });
  });

  test('refunded whole on a later day is over the limit', async () => {
    const { rrn } = await approvedSale();
    await rig.world.advance(24 * 3_600_000);
    expect(await rig.code(refund(rrn, 150_000))).toBe('61');
    expect(await rig.code(refund(rrn, 140_000))).toBe('00');
  });

  test('paid from a hold gives what the sale gives that the completion is for', async () => {
    await tell('S2');
    const hold = rig.build('0100', { ...common, 3: '030000', 4: '000000200000', 25: '06' }, { pin: '1234' });
    const rrn = String((await rig.ask(hold)).fields[37]);
    const completion = rig.build(
      '0220',
      { ...common, 3: '000000', 4: '000000150000', 25: '06', 37: rrn, 38: '654321' },
      { account: null, sale: { saleId: ulid('S2'), attemptId: ulid('A2') } },
    );
    expect(await rig.code(completion)).toBe('00');
    expect(await templatesOf(completion)).toEqual(['card_sale', 'donation']);
    expect(await balances()).toEqual({ charity: 10_000n, merchant: 140_000n - MDR, mdr: MDR });
  });
});
