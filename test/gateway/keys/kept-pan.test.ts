import { describe, expect, test } from 'vitest';
import { Secret } from '../../../gateway/kernel/secret.ts';
import { hsmWorld, PAN } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const world = hsmWorld();
const { hsm } = world;

describe('card numbers at rest', () => {
  const account = new Secret({ pan: PAN, expiryYymm: '3012' });
  const stored = hsm.encryptPan({ key: 'pan.key', account, context: 'payment-1' });
  const open = (text: string, context = 'payment-1', key = 'pan.key') =>
    refusal(() => hsm.decryptPan({ key, stored: text, context }));

  test('open under their own key and context only', () => {
    expect(open(stored)).toBe('nothing was refused');
    expect(open(stored, 'payment-2')).toBe('STORED_PAN_INVALID');
    expect(open(stored, 'payment-1', 'pan.other')).toBe('STORED_PAN_INVALID');
    expect(open(stored, 'payment-1', 'bank.zpk')).toBe('KEY_USE_FORBIDDEN');
  });

  test('do not open after any character was changed', () => {
    for (let at = 0; at < stored.length; at += 1) {
      const other = stored.charAt(at) === 'A' ? 'B' : 'A';
      expect(open(`${stored.slice(0, at)}${other}${stored.slice(at + 1)}`)).toBe('STORED_PAN_INVALID');
    }
    for (let length = 0; length < stored.length; length += 1)
      expect(open(stored.slice(0, length))).toBe('STORED_PAN_INVALID');
  });

  test('are never the same twice, while their hash always is', () => {
    expect(hsm.encryptPan({ key: 'pan.key', account, context: 'payment-1' })).not.toBe(stored);
    const hash = () => hsm.panHash({ key: 'pan.hash', pan: new Secret(PAN) });
    expect(hash()).toBe(hash());
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
  });
});
