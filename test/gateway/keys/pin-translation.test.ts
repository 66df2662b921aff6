import { describe, expect, test } from 'vitest';
import { Secret } from '../../../gateway/kernel/secret.ts';
import type { PinTarget } from '../../../gateway/keys/hsm.ts';
import { parseKsn } from '../../../gateway/keys/ksn.ts';
import { hsmWorld, PAN, pinPad, TDES_KSN } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const world = hsmWorld();
const { hsm } = world;
const fixed = (key: string) => ({ kind: 'fixed', key }) as const;

describe('refused translations', () => {
  const pad = pinPad(world, TDES_KSN);
  const from = { key: pad.use, format: 0, block: pad.pinBlock('1234') } as const;
  const pan = { pan: new Secret(PAN) };
  const to = (format: number, key: PinTarget['key'] = fixed('bank.zpk')) => ({ key, format: format as 0 });

  test.each([1, 2, 5, 8, -1, Number.NaN])(
    'format %s, which binds no PAN, is neither made nor read',
    (format) => {
      expect(refusal(() => hsm.translatePin({ from, to: to(format), pan }))).toBe(
        'PIN_TRANSLATION_FORBIDDEN',
      );
      const other = { ...from, format: format as 0 };
      expect(refusal(() => hsm.translatePin({ from: other, to: to(0), pan }))).toBe(
        'PIN_TRANSLATION_FORBIDDEN',
      );
    },
  );

  test.each([
    ['a MAC key', fixed('bank.zak')],
    ['a key encryption key', fixed('bank.zmk')],
    ['a PIN verification key', fixed('issuer.pvk')],
    ['a base key itself', fixed('terminal.bdk.tdes')],
    ['a data key', fixed('pan.key')],
  ])('%s takes no PIN', (_, key) => {
    expect(refusal(() => hsm.translatePin({ from, to: to(0, key), pan }))).toBe('KEY_USE_FORBIDDEN');
  });

  test('a key that only seals PINs does not open them', () => {
    const call = () => hsm.translatePin({ from: { ...from, key: fixed('bank.zpk.seal') }, to: to(0), pan });
    expect(refusal(call)).toBe('KEY_USE_FORBIDDEN');
    expect(refusal(() => hsm.translatePin({ from, to: to(0, fixed('bank.zpk.seal')), pan }))).not.toBe(
      'KEY_USE_FORBIDDEN',
    );
  });

  test('no PIN is translated to a terminal’s key, whose holder could read it', () => {
    const key = pinPad(world, parseKsn('FFFF9876543210E00009')).use as unknown as PinTarget['key'];
    expect(refusal(() => hsm.translatePin({ from, to: to(0, key), pan }))).toBe('KEY_USE_FORBIDDEN');
  });

  test('format 4 needs AES and the others TDES', () => {
    expect(refusal(() => hsm.translatePin({ from, to: to(4), pan }))).toBe('KEY_USE_FORBIDDEN');
    const call = () => hsm.translatePin({ from, to: to(0, fixed('bank.zpk.aes')), pan });
    expect(refusal(call)).toBe('KEY_USE_FORBIDDEN');
  });

  test('a KSN of the other scheme, or at the initial key, derives nothing', () => {
    const at = (ksn: string, bdk: string) => ({ kind: 'dukpt', bdk, ksn: parseKsn(ksn) }) as const;
    for (const key of [
      at('123456789012345600000001', 'terminal.bdk.tdes'),
      at('FFFF9876543210E00001', 'terminal.bdk.aes'),
      at('FFFF9876543210E00000', 'terminal.bdk.tdes'),
    ])
      expect(refusal(() => hsm.translatePin({ from: { ...from, key }, to: to(0), pan }))).toBe(
        'KSN_MALFORMED',
      );
  });
});
