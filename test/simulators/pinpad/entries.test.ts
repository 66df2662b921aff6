import { describe, expect, test } from 'vitest';
import {
  authorise,
  cardNamed,
  counter,
  done,
  openedAccount,
  openedPin,
  RUB_1500,
  readCard,
  settled,
} from './pad-fixture.ts';

describe('how a card is read', () => {
  test('the stripe of a card with a chip is refused until its chip has failed in this transaction', async () => {
    const at = await counter();
    const reading = at.pinPad.read({
      transactionId: 'T1',
      operation: 'sale',
      amount: RUB_1500,
      language: 'en',
    });
    await at.world.advance(20);
    at.device.swipe('mir-worn-chip');
    await at.world.advance(20);
    expect(at.pinPad.prompt).toEqual({ kind: 'insert_chip' });
    at.device.insert('mir-worn-chip');
    await at.world.advance(20);
    expect(at.pinPad.prompt).toMatchObject({ kind: 'present_card', entries: ['magstripe'] });
    expect(at.device.tap('mir-rub')).toBe(false);
    at.device.swipe('mir-worn-chip');
    const read = done(await settled(at.world, reading));
    expect(read).toMatchObject({ entry: 'fallback', psn: null, aid: null, cardCurrency: null });
    expect(openedAccount(read)).toMatchObject({ serviceCode: '221' });
    const { cvm, emv } = done(await authorise(at));
    expect([cvm, emv]).toEqual(['signature', null]);
    const completing = at.pinPad.complete({ transactionId: 'T1', responseCode: '00', issuerData: null });
    expect(await settled(at.world, completing)).toMatchObject({
      value: { cryptogram: 'not_applicable', signatureNeeded: true },
    });
  });

  test('the failure of one transaction’s chip opens no stripe in the next', async () => {
    const at = await counter();
    expect(done(await readFallback('T1')).entry).toBe('fallback');
    await settled(at.world, at.pinPad.abort());
    at.device.remove();
    const reading = at.pinPad.read({
      transactionId: 'T2',
      operation: 'sale',
      amount: RUB_1500,
      language: 'en',
    });
    await at.world.advance(20);
    at.device.swipe('mir-worn-chip');
    await at.world.advance(20);
    expect(at.pinPad.prompt).toEqual({ kind: 'insert_chip' });
    at.device.cancel();
    expect(await settled(at.world, reading)).toEqual({ kind: 'ended', why: 'cancelled_by_customer' });

    async function readFallback(id: string) {
      const first = at.pinPad.read({
        transactionId: id,
        operation: 'sale',
        amount: RUB_1500,
        language: 'en',
      });
      await at.world.advance(20);
      at.device.insert('mir-worn-chip');
      at.device.swipe('mir-worn-chip');
      return settled(at.world, first);
    }
  });

  test('a stripe that asks for a PIN gets one, encrypted for the gateway alone', async () => {
    const at = await counter('tdes');
    done(await readCard(at, 'unionpay-stripe', { how: 'swipe' }));
    const { cvm, pin } = done(await authorise(at, { pin: '314159' }));
    expect([cvm, pin?.format]).toEqual(['online_pin', 0]);
    expect(pin === null ? null : openedPin(pin, cardNamed('unionpay-stripe'))).toBe('314159');
  });

  test.each([
    ['300000', 'RUB', 'none'],
    ['300001', 'RUB', 'online_pin'],
    ['100000', 'CNY', 'none'],
    ['100001', 'CNY', 'online_pin'],
    ['1', 'USD', 'online_pin'],
  ])('a tap for %s %s asks for %s', async (amountMinor, currency, expected) => {
    const at = await counter();
    const amount = { amountMinor, currency };
    const { entry } = done(await readCard(at, 'unionpay-cny', { how: 'tap', amount }));
    const asked = expected === 'online_pin' ? { pin: '246810' } : {};
    const { cvm, pin } = done(await authorise(at, { amount, ...asked }));
    expect([entry, cvm, pin !== null]).toEqual(['contactless', expected, expected === 'online_pin']);
  });

  test('a phone proves its holder itself, whatever the amount', async () => {
    const at = await counter();
    const amount = { amountMinor: '9000000', currency: 'RUB' };
    done(await readCard(at, 'unionpay-phone', { how: 'tap', amount }));
    expect(done(await authorise(at, { amount })).cvm).toBe('device');
  });

  test('money that goes back asks for no PIN', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-rub', { operation: 'refund' }));
    expect(done(await authorise(at))).toMatchObject({ cvm: 'none', pin: null });
  });

  test.each([
    ['unsupported', 'insert', 'card_unsupported'],
    ['unreadable', 'swipe', 'card_unreadable'],
  ] as const)('a card that is %s ends the step', async (name, how, why) => {
    const at = await counter();
    expect(await readCard(at, name, { how })).toEqual({ kind: 'ended', why });
  });

  test('nobody’s card, no card in time, and a second step meanwhile have their own ends', async () => {
    const at = await counter();
    expect(at.device.insert('nobody')).toBe(false);
    const first = at.pinPad.read({
      transactionId: 'T1',
      operation: 'sale',
      amount: RUB_1500,
      language: 'ru',
    });
    const second = at.pinPad.read({
      transactionId: 'T2',
      operation: 'sale',
      amount: RUB_1500,
      language: 'ru',
    });
    expect(await settled(at.world, second)).toEqual({ kind: 'ended', why: 'busy' });
    expect(await settled(at.world, first)).toEqual({ kind: 'ended', why: 'timeout' });
  });

  test('a card left in the slot must come out before the next sale, and a new one may be there before', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-rub'));
    await settled(at.world, at.pinPad.abort());
    const next = at.pinPad.read({ transactionId: 'T2', operation: 'sale', amount: RUB_1500, language: 'ru' });
    await at.world.advance(20);
    expect(at.pinPad.prompt.kind).toBe('remove_card');
    at.device.remove();
    await at.world.advance(20);
    at.device.insert('mir-signature');
    expect(await settled(at.world, next)).toMatchObject({ value: { maskedPan: '220000******0029' } });
  });

  test('a card of a sale that nobody ended is not read for the next one: it must come out first', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-signature'));
    done(await authorise(at));
    const next = at.pinPad.read({ transactionId: 'T2', operation: 'sale', amount: RUB_1500, language: 'ru' });
    await at.world.advance(20);
    expect(at.pinPad.prompt.kind).toBe('remove_card');
    expect(at.device.tap('mir-rub')).toBe(false);
    at.device.remove();
    await at.world.advance(20);
    at.device.tap('mir-rub');
    expect(await settled(at.world, next)).toMatchObject({ value: { entry: 'contactless' } });
  });

  test('a chip pulled out ends what it was needed for', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-rub'));
    const signing = at.pinPad.authorise({
      transactionId: 'T1',
      amount: RUB_1500,
      date: '261122',
      time: '120000',
    });
    await at.world.advance(20);
    at.device.remove();
    expect(await settled(at.world, signing)).toEqual({ kind: 'ended', why: 'card_removed' });
  });

  test('a chip pulled out after it signed cannot complete', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-signature'));
    done(await authorise(at));
    at.device.remove();
    const completing = at.pinPad.complete({ transactionId: 'T1', responseCode: '00', issuerData: null });
    expect(await settled(at.world, completing)).toEqual({ kind: 'ended', why: 'card_removed' });
  });
});
