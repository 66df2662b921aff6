/** A contactless card signs at the tap: for another sum than it was tapped for it must be tapped again. */
import { expect, test } from 'vitest';
import {
  authorise,
  type Counter,
  cardNamed,
  counter,
  cryptogramIsRight,
  DATE,
  done,
  objectsOf,
  openedPin,
  readCard,
  settled,
  TIME,
} from './pad-fixture.ts';

const CARD = 'unionpay-choice';
/** Over what a tap may be without a PIN; the roubles of the first tap are under it. */
const CNY = { amountMinor: '120000', currency: 'CNY' } as const;
const PIN = '271828';

async function tapped(): Promise<Counter> {
  const at = await counter();
  expect(done(await readCard(at, CARD, { how: 'tap' })).entry).toBe('contactless');
  return at;
}

/** Signing for the yuan has begun, and the device has had time to say what it wants. */
async function askedForYuan(at: Counter) {
  const signing = at.pinPad.authorise({ transactionId: 'T1', amount: CNY, date: DATE, time: TIME });
  await at.world.advance(20);
  return { signing };
}

const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

test('a tap for roubles signs for no yuan: the card is asked for again with the new sum, and signs for that', async () => {
  const at = await tapped();
  const { signing } = await askedForYuan(at);
  expect(at.pinPad.prompt).toEqual({ kind: 'present_card', amount: CNY, entries: ['contactless'] });
  expect(at.device.tap(CARD)).toBe(true);
  await at.world.advance(20);
  expect(at.pinPad.prompt.kind).toBe('enter_pin');
  at.device.pressPin(PIN);
  const { cvm, pin, emv } = done(await settled(at.world, signing));
  const card = cardNamed(CARD);
  expect([cvm, pin === null ? null : openedPin(pin, card)]).toEqual(['online_pin', PIN]);
  const tags = objectsOf(emv);
  expect([hexOf(tags['9F02']), hexOf(tags['5F2A'])]).toEqual(['000000120000', '0156']);
  expect(cryptogramIsRight(card, tags)).toBe(true);
});

test('another card, and the same card in another way, is passed over', async () => {
  const at = await tapped();
  const { signing } = await askedForYuan(at);
  expect(at.device.tap('unionpay-cny')).toBe(false);
  expect(at.device.swipe(CARD)).toBe(false);
  expect(at.device.insert(CARD)).toBe(false);
  await at.world.advance(20);
  expect(at.pinPad.prompt.kind).toBe('present_card');
  at.device.tap(CARD);
  await at.world.advance(20);
  at.device.pressPin(PIN);
  expect(done(await settled(at.world, signing)).cvm).toBe('online_pin');
});

test('a card that does not come again, a customer and a till that give up end the step', async () => {
  const late = await tapped();
  const waiting = await askedForYuan(late);
  expect(await settled(late.world, waiting.signing)).toEqual({ kind: 'ended', why: 'timeout' });
  const refused = await tapped();
  const asked = await askedForYuan(refused);
  refused.device.cancel();
  expect(await settled(refused.world, asked.signing)).toEqual({
    kind: 'ended',
    why: 'cancelled_by_customer',
  });
  const aborted = await tapped();
  const stopped = await askedForYuan(aborted);
  await settled(aborted.world, aborted.pinPad.abort());
  expect(await settled(aborted.world, stopped.signing)).toEqual({ kind: 'ended', why: 'aborted_by_till' });
});

test('a tap for the sum that is signed, and a chip in the slot for any, are asked for once', async () => {
  const at = await tapped();
  expect(done(await authorise(at)).cvm).toBe('none');
  const chip = await counter();
  done(await readCard(chip, CARD));
  expect(done(await authorise(chip, { amount: CNY, pin: PIN })).cvm).toBe('online_pin');
});
