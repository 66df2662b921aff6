import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../gateway/banks/connection.ts';
import { Mux, matchKey } from '../../../gateway/banks/mux.ts';
import { isoMessage } from '../../../gateway/iso8583/message.ts';
import type { UnpackedMessage } from '../../../gateway/iso8583/unpacked-message.ts';
import { Deadlines } from '../../../gateway/kernel/deadlines.ts';

const key = (index: number): string =>
  matchKey('0200', String(index).padStart(6, '0'), '1122100000', '10000001');
const answer = (code: string): UnpackedMessage => isoMessage('0210', { 39: code }) as UnpackedMessage;
const over = {} as Connection;

function muxThatRemembers(rememberedMost: number) {
  const timers = { after: () => () => undefined };
  const mux = new Mux(new Deadlines(timers), { outstandingMost: 10, rememberedMost });
  return {
    mux,
    answered: (index: number, code = '00') => {
      mux.expect(key(index), 1_000, over, () => undefined);
      mux.answer(key(index), answer(code), over);
    },
  };
}

describe('What was answered', () => {
  test('is remembered at least for the next half of what may be, and never for more than all of it', () => {
    const { mux, answered } = muxThatRemembers(100);
    answered(0);
    for (let index = 1; index <= 49; index += 1) answered(index);
    expect(mux.arrival(key(0), answer('00'))).toBe('duplicate');
    expect(mux.arrival(key(0), answer('05'))).toBe('late');
    for (let index = 50; index <= 200; index += 1) answered(index);
    expect(mux.arrival(key(0), answer('00'))).toBe('strange');
    expect(mux.arrival(key(160), answer('00'))).toBe('duplicate');
  });

  test('or given up is told from what nobody asked for, and an answer to it is late', () => {
    const { mux, answered } = muxThatRemembers(100);
    mux.expect(key(1), 1_000, over, () => undefined);
    mux.giveUp(key(1), 'reply_timeout');
    expect(mux.arrival(key(1), answer('00'))).toBe('late');
    mux.expect(key(2), 1_000, over, () => undefined);
    mux.giveUp(key(2), 'reply_timeout');
    for (let index = 10; index < 60; index += 1) answered(index);
    expect(mux.arrival(key(2), answer('00'))).toBe('late');
    expect(mux.arrival(key(2), answer('00'))).toBe('duplicate');
    expect(mux.arrival(key(9), answer('00'))).toBe('strange');
  });

  test('is awaited anew when it is asked again', () => {
    const { mux, answered } = muxThatRemembers(4);
    answered(1);
    answered(2);
    mux.expect(key(1), 1_000, over, () => undefined);
    expect(mux.arrival(key(1), answer('00'))).toBe('awaited');
    mux.withdraw(key(1));
    expect(mux.arrival(key(1), answer('00'))).toBe('strange');
  });
});
