import { describe, expect, test } from 'vitest';
import { CardKeys } from '../../../gateway/keys/card-keys.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { iccMasterKeyA, iccMasterKeyB } from '../../../gateway/keys/emv-keys.ts';

const ISSUER = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex');
const PAN = '2200000100000008';
const LONG = '2200000100000000005';
const keys = () => new CardKeys(ISSUER, new BlockCipher('tdes', ISSUER));

describe('The keys of an issuer’s cards', () => {
  test('are those that the issuer’s key leads to, by either option', () => {
    expect(keys().of('A', PAN, '01').key).toEqual(iccMasterKeyA(ISSUER, PAN, '01'));
    expect(keys().of('B', LONG, '01').key).toEqual(iccMasterKeyB(ISSUER, LONG, '01'));
  });

  test('are made once for a card, its sequence number and its option', () => {
    const made = keys();
    const first = made.of('A', LONG, '01');
    expect(made.of('A', LONG, '01')).toBe(first);
    expect(made.of('A', LONG, '02').key).not.toEqual(first.key);
    expect(made.of('B', LONG, '01').key).not.toEqual(first.key);
    expect(made.of('A', PAN, '01').key).not.toEqual(first.key);
  });

  test('of more cards than are remembered are made again, the same', () => {
    const made = keys();
    const first = made.of('A', PAN, '01').key;
    for (let card = 0; card < 4_200; card += 1) made.of('A', String(4_000_000_000_000_000 + card), '00');
    expect(made.of('A', PAN, '01').key).toEqual(first);
  });

  test('are refused where the card’s number or the issuer’s key is none', () => {
    const refused = (code: string) => expect.objectContaining({ code });
    expect(() => keys().of('A', '12', '01')).toThrow(refused('PAN_MALFORMED'));
    const short = new CardKeys(ISSUER.subarray(0, 8), undefined);
    expect(() => short.of('A', PAN, '01')).toThrow(refused('KEY_MALFORMED'));
  });
});
