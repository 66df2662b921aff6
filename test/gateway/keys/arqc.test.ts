import { describe, expect, test } from 'vitest';
import { openSecret, Secret } from '../../../gateway/kernel/secret.ts';
import { arpcMethod1, arpcMethod2 } from '../../../gateway/keys/arpc.ts';
import { cryptogramKey, makeArqc } from '../../../gateway/keys/arqc.ts';
import { iccMasterKeyA } from '../../../gateway/keys/emv-keys.ts';
import { toHex } from '../../../gateway/keys/octets.ts';
import { AES_KSN, clearKey, hsmWorld, PAN, pinPad } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const world = hsmWorld();
const { hsm } = world;
const fixed = (key: string) => ({ kind: 'fixed', key }) as const;

describe('the issuer', () => {
  const pan = new Secret(PAN);
  const pin = (digits: string) => {
    const pad = pinPad(world, AES_KSN);
    const block = openSecret(
      hsm.translatePin({
        from: { key: pad.use, format: 4, block: pad.pinBlock(digits) },
        to: { key: fixed('bank.zpk'), format: 0 },
        pan: { pan },
      }),
    );
    return { key: fixed('bank.zpk'), format: 0, block } as const;
  };
  const check = { pvk: 'issuer.pvk', pvki: 1, pan };

  test('knows the right PIN by its verification value, and no other', () => {
    const pvv = hsm.makePvv({ ...check, pin: pin('1234') });
    expect(hsm.verifyPinByPvv({ ...check, pin: pin('1234'), pvv })).toBe(true);
    expect(hsm.verifyPinByPvv({ ...check, pin: pin('1235'), pvv })).toBe(false);
    expect(hsm.verifyPinByPvv({ ...check, pin: pin('1234'), pvv: '' })).toBe(false);
  });

  test.each([10, 18] as const)(
    'checks and answers a cryptogram of version %s, and refuses any other card, counter or data',
    (version) => {
      const atc = Uint8Array.of(0, 7);
      const data = Buffer.from('amounts and the rest');
      const cardKey = iccMasterKeyA(clearKey(world, 'issuer.ac'), PAN, '01');
      const key = cryptogramKey(version, cardKey, atc);
      const arqc = makeArqc(version, key, data);
      const card = { issuerKey: 'issuer.ac', version, pan, panSequence: '01', atc } as const;
      const asked = { ...card, data, arqc };
      expect(hsm.verifyArqc(asked)).toBe(true);
      expect(hsm.verifyArqc({ ...asked, data: Buffer.from('amounts and the rest!') })).toBe(false);
      expect(hsm.verifyArqc({ ...asked, panSequence: '02' })).toBe(false);
      expect(hsm.verifyArqc({ ...asked, pan: new Secret('2200701234567899') })).toBe(false);
      expect(hsm.verifyArqc({ ...asked, arqc: new Uint8Array(0) })).toBe(false);
      if (version === 18) expect(hsm.verifyArqc({ ...asked, atc: Uint8Array.of(0, 8) })).toBe(false);
      expect(refusal(() => hsm.verifyArqc({ ...asked, issuerKey: 'issuer.pvk' }))).toBe('KEY_USE_FORBIDDEN');
      const csu = Uint8Array.of(3, 0x82, 0, 0);
      expect(toHex(hsm.makeArpc({ ...card, arqc, answer: { method: 1, responseCode: '00' } }))).toBe(
        toHex(arpcMethod1(key, arqc, '00')),
      );
      expect(toHex(hsm.makeArpc({ ...card, arqc, answer: { method: 2, cardStatusUpdate: csu } }))).toBe(
        toHex(arpcMethod2(key, arqc, csu)),
      );
    },
  );

  test('a card counter of a wrong length is refused', () => {
    const call = () =>
      hsm.verifyArqc({
        issuerKey: 'issuer.ac',
        version: 18,
        pan,
        panSequence: '01',
        atc: Uint8Array.of(7),
        data: new Uint8Array(0),
        arqc: new Uint8Array(8),
      });
    expect(refusal(call)).toBe('CRYPTOGRAM_DATA_MALFORMED');
  });
});
