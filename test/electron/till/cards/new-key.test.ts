import { describe, expect, test } from 'vitest';
import { DEFAULT_CARD_POLICY } from '../../../../electron/card/card-policy.ts';
import { unpack } from '../../../../gateway/iso8583/codec.ts';
import { bcdProfile } from '../../../../gateway/iso8583/profile-bcd.ts';
import { CardCounter } from './card-counter.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Three quarters of what 21 bits count. */
const MARK = 1_572_864;

async function counter(used = 0): Promise<CardCounter> {
  const till = new CardCounter();
  till.pad.counter = used;
  await till.open();
  await till.world.advance(0);
  return till;
}

/** From now on the host gives keys, each of them another. */
function givesKeys(till: CardCounter): void {
  const { cardHost } = till.link;
  let given = 0;
  till.link.cardHost = (packed) => {
    if (unpack(bcdProfile, packed).fields[70] === '101') {
      given += 1;
      till.host.extra = { 48: `KB008D0112P0${given}KC006A1B2C3` };
    }
    cardHost?.(packed);
  };
}

const asked = (till: CardCounter) => till.host.of('0800').filter(({ fields }) => fields[70] === '101').length;

describe('a new key for the PIN pad', () => {
  test('is asked for when its counter passes the mark, and again when that of the next does', async () => {
    const till = await counter(MARK - 2);
    givesKeys(till);
    await till.runFor(6 * MINUTE_MS);
    expect(till.pad.keys).toEqual(['D0112P01']);
    expect(till.notice()).toBe('CARD_KEY_CHANGED');
    await till.runFor(HOUR_MS);
    expect(asked(till)).toBe(1);
    till.pad.counter = MARK;
    await till.runFor(20 * MINUTE_MS);
    expect(till.pad.keys).toEqual(['D0112P01', 'D0112P02']);
    await till.payByCard();
    expect(till.on('paid').basket).toBeDefined();
  });

  test('is not asked for before', async () => {
    const till = await counter(MARK - 100);
    await till.runFor(HOUR_MS);
    expect(asked(till)).toBe(0);
  });

  test('that is refused is told and asked for again later, not at once, and cards go on', async () => {
    const till = await counter(MARK);
    till.host.otherCodes.set('8', ['12', '12']);
    await till.runFor(MINUTE_MS);
    expect([asked(till), till.notice()]).toEqual([1, 'CARD_KEY_NOT_CHANGED']);
    await till.payByCard();
    expect(till.on('paid').basket).toBeDefined();
    await till.ok({ command: 'next' });
    givesKeys(till);
    await till.runFor(DEFAULT_CARD_POLICY.newKeyRetryMs * 3);
    expect(till.pad.keys).toHaveLength(1);
    expect(till.notice()).toBe('CARD_KEY_CHANGED');
  });

  test('after a doubt is told when it is refused, and a doubt that stays does not use up the keys there are', async () => {
    const till = await counter();
    till.host.otherCodes.set('8', ['97']);
    till.host.codes.push('88');
    await till.payByCard();
    await till.runFor(MINUTE_MS);
    expect([asked(till), till.notice()]).toEqual([1, 'CARD_KEY_NOT_CHANGED']);
    givesKeys(till);
    till.host.otherCodes.set(
      '4',
      Array.from({ length: 40 }, () => '88'),
    );
    till.host.next('2', 'lose_answer');
    await till.ok({ command: 'card_begin' });
    await till.runFor(HOUR_MS);
    expect(till.pad.keys.length).toBeGreaterThan(1);
    expect(till.pad.keys.length).toBeLessThanOrEqual(HOUR_MS / DEFAULT_CARD_POLICY.newKeyRetryMs);
    expect(till.host.standing()).toHaveLength(0);
  });

  test('that the pad does not take, or that is not in the answer, is told', async () => {
    for (const takes of [true, false]) {
      const till = await counter(MARK);
      till.pad.refusesKeys = !takes;
      if (!takes) givesKeys(till);
      await till.runFor(MINUTE_MS);
      expect([till.pad.keys, till.notice()]).toEqual([[], 'CARD_KEY_NOT_CHANGED']);
    }
  });

  test('that the pad took, though its reply was lost, is not asked for again', async () => {
    const till = await counter(MARK);
    givesKeys(till);
    const load = till.pad.loadKey.bind(till.pad);
    till.pad.loadKey = (block) => load(block).then(() => Promise.reject(new Error('the reply was lost')));
    await till.runFor(HOUR_MS);
    expect(till.pad.keys).toHaveLength(1);
  });

  test('that is refused again and again does not keep the till from its echoes', async () => {
    const till = new CardCounter({ card: { echoEveryMs: DEFAULT_CARD_POLICY.newKeyRetryMs + 5_000 } });
    till.pad.counter = MARK;
    till.host.otherCodes.set('8', ['00', '12']);
    await till.open();
    await till.runFor(DEFAULT_CARD_POLICY.newKeyRetryMs - 1_000);
    expect(asked(till)).toBe(1);
    // The second is under way, unanswered, when the echo is due.
    till.host.next('8', 'lose_request');
    till.host.otherCodes.set('8', ['12', '00']);
    await till.runFor(HOUR_MS / 2);
    expect(till.host.of('0800').filter(({ fields }) => fields[70] === '301').length).toBeGreaterThan(0);
  });

  test('waits while a card is read: its account data and its MAC are under one key', async () => {
    const till = await counter(MARK - 20);
    givesKeys(till);
    till.pad.ends.authorise = ['hang'];
    await till.payByCard();
    till.pad.counter = MARK;
    await till.runFor(20 * MINUTE_MS);
    expect(till.pad.keys).toEqual([]);
    await till.ok({ command: 'card_cancel' });
    await till.runFor(10 * MINUTE_MS);
    expect(till.pad.keys).toHaveLength(1);
  });

  test('does not wait for a reversal that nobody takes', async () => {
    const till = await counter(MARK - 2);
    givesKeys(till);
    till.host.next('2', 'lose_answer');
    till.host.otherCodes.set('4', ['58']);
    await till.payByCard();
    await till.runFor(2 * MINUTE_MS);
    expect(till.host.standing()).toHaveLength(1);
    expect(asked(till)).toBe(0);
    await till.runFor(10 * MINUTE_MS);
    expect(till.pad.keys).toHaveLength(1);
  });
});
