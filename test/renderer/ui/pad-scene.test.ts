import { expect, test } from 'vitest';
import { padMoment, waitingScene } from '../../../renderer/ui/pad-scene.ts';
import { rub } from '../../fixtures/views/goods.ts';

const amount = rub(100);
const word = (entries: readonly ('chip' | 'contactless' | 'magstripe' | 'fallback')[]): string =>
  padMoment({ kind: 'present_card', amount, entries }, false).word;

test('the easiest way the pad takes leads', () => {
  expect(word(['contactless', 'chip', 'magstripe'])).toBe('present');
  expect(word(['contactless'])).toBe('tap');
  expect(word(['chip', 'magstripe'])).toBe('insert');
  expect(word(['fallback'])).toBe('swipe');
  expect(word([])).toBe('insert');
});

test('a card that was tapped for another sum is asked for again', () => {
  const prompt = { kind: 'present_card', amount, entries: ['contactless'] } as const;
  expect(padMoment(prompt, true)).toEqual({ scene: 'present', word: 'tap_again' });
});

test('a PIN asked for after a refusal says so', () => {
  const prompt = { kind: 'enter_pin', digits: 0, triesLeft: 2 } as const;
  expect(padMoment(prompt, false)).toEqual({ scene: 'pin', word: 'enter_pin' });
  expect(padMoment(prompt, true)).toEqual({ scene: 'pin', word: 'pin_again' });
});

test('only a chip is drawn in the pad while the bank has the request', () => {
  expect(waitingScene('chip')).toBe('work');
  for (const entry of ['contactless', 'magstripe', 'fallback', null] as const) {
    expect(waitingScene(entry)).toBe('wait');
  }
});
