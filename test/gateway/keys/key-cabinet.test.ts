import { describe, expect, test } from 'vitest';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { keyCheckValue } from '../../../gateway/keys/kcv.ts';
import { toHex } from '../../../gateway/keys/octets.ts';
import { SoftwareHsm } from '../../../gateway/keys/software-hsm.ts';
import { unwrapKeyBlock, wrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import { AES_KSN, clearKey, headerFor, hsmWorld, seededRandom, TDES_KSN } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const world = hsmWorld();
const { hsm } = world;
const fixed = (key: string) => ({ kind: 'fixed', key }) as const;

describe('keys in and out', () => {
  const partner = new SoftwareHsm({
    masterKey: seededRandom('partner').bytes(32),
    random: seededRandom('partner keys'),
    keys: {
      'gateway.zmk': wrapKeyBlock(
        seededRandom('partner').bytes(32),
        headerFor('K0', 'T', 'B'),
        clearKey(world, 'bank.zmk'),
        seededRandom('zmk'),
      ),
    },
  });

  test('a zone key goes to the partner with its check value, and both then make the same MAC', () => {
    const made = hsm.generateKey({
      usage: 'M3',
      algorithm: 'T',
      modeOfUse: 'C',
      bytes: 16,
      exportability: 'E',
    });
    const sent = hsm.exportKey({ key: made.key, under: 'bank.zmk' });
    expect(sent.block.charAt(0)).toBe('B');
    const taken = partner.importKey({
      block: sent.block,
      under: 'gateway.zmk',
      expect: { usage: 'M3', algorithm: 'T' },
      kcv: sent.kcv,
    });
    expect(taken.kcv).toBe(made.kcv);
    const request = { direction: 'request', data: Buffer.from('0800') } as const;
    expect(toHex(partner.generateMac({ ...request, key: fixed(taken.key) }))).toBe(
      toHex(hsm.generateMac({ ...request, key: fixed(made.key) })),
    );
  });

  test('a key for something else, with another check value, or altered on the way, is not taken', () => {
    const sent = partner.exportKey({
      key: partner.generateKey({ usage: 'P0', algorithm: 'T', modeOfUse: 'B', bytes: 16, exportability: 'E' })
        .key,
      under: 'gateway.zmk',
    });
    const take = (block: string, usage: string, kcv = sent.kcv) =>
      refusal(() => hsm.importKey({ block, under: 'bank.zmk', expect: { usage }, kcv }));
    expect(take(sent.block, 'M3')).toBe('KEY_USE_FORBIDDEN');
    expect(take(sent.block, 'P0', '000000')).toBe('KEY_CHECK_MISMATCH');
    expect(take(`${sent.block.slice(0, 7)}D${sent.block.slice(8)}`, 'P0')).toBe('KEY_BLOCK_MAC_WRONG');
    expect(take(sent.block, 'P0')).toBe('nothing was refused');
  });

  test('a block of the other cipher’s version is not opened, though the key would fit', () => {
    const block = wrapKeyBlock(
      clearKey(world, 'bank.zmk'),
      headerFor('P0', 'T', 'B'),
      clearKey(world, 'bank.zpk'),
      seededRandom('other version'),
    );
    const call = () => hsm.importKey({ block, under: 'bank.zmk', expect: { usage: 'P0' } });
    expect(refusal(call)).toBe('KEY_USE_FORBIDDEN');
  });

  test('a key that may not leave stays, and none leaves under a weaker one', () => {
    const leave = (key: string, under: string) => refusal(() => hsm.exportKey({ key, under }));
    expect(leave('bank.kept', 'bank.zmk.aes')).toBe('KEY_NOT_EXPORTABLE');
    expect(leave('bank.zpk.aes', 'bank.zmk')).toBe('KEY_NOT_EXPORTABLE');
    expect(leave('bank.zmk.aes', 'terminal.tmk')).toBe('KEY_NOT_EXPORTABLE');
    expect(leave('bank.zpk', 'bank.zpk.aes')).toBe('KEY_USE_FORBIDDEN');
    expect(leave('bank.zpk', 'bank.zmk.aes')).toBe('nothing was refused');
  });

  test('a PIN pad’s initial key leaves with its identity and check value', () => {
    const sent = hsm.deriveInitialKey({ bdk: 'terminal.bdk.aes', ksn: AES_KSN, under: 'terminal.tmk' });
    const { header, key } = unwrapKeyBlock(clearKey(world, 'terminal.tmk'), sent.block);
    expect(header.usage).toBe('B1');
    expect(header.optional).toContainEqual({ id: 'IK', data: '1234567890123456' });
    expect(keyCheckValue(new BlockCipher('aes', key))).toBe(sent.kcv);
    const tdes = hsm.deriveInitialKey({ bdk: 'terminal.bdk.tdes', ksn: TDES_KSN, under: 'terminal.tmk' });
    expect(unwrapKeyBlock(clearKey(world, 'terminal.tmk'), tdes.block).header.optional).toContainEqual({
      id: 'KS',
      data: 'FFFF9876543210E00000',
    });
  });

  test('an old and a new key serve side by side, by name or as blocks', () => {
    const fresh = hsm.generateKey({
      usage: 'M3',
      algorithm: 'T',
      modeOfUse: 'C',
      bytes: 16,
      exportability: 'E',
    });
    const request = { direction: 'request', data: Buffer.from('roll-over') } as const;
    const old = hsm.generateMac({ ...request, key: fixed('bank.zak') });
    const young = hsm.generateMac({ ...request, key: fixed(fresh.key) });
    expect(hsm.verifyMac({ ...request, key: fixed('bank.zak'), mac: old })).toBe(true);
    expect(hsm.verifyMac({ ...request, key: fixed(fresh.key), mac: young })).toBe(true);
    expect(hsm.verifyMac({ ...request, key: fixed(fresh.key), mac: old })).toBe(false);
  });

  test('a name nobody installed, and a block under another master key, are refused', () => {
    expect(refusal(() => hsm.keyCheckValue('bank.nobody'))).toBe('KEY_UNKNOWN');
    expect(refusal(() => partner.keyCheckValue(world.blocks['bank.zpk'] ?? ''))).toBe('KEY_BLOCK_MAC_WRONG');
    expect(refusal(() => hsm.keyCheckValue('D0000'))).toBe('KEY_BLOCK_MALFORMED');
  });

  test('a key is described by its header and check value', () => {
    const { header, kcv } = hsm.describeKey('bank.zpk');
    expect([header.usage, header.algorithm, kcv]).toEqual(['P0', 'T', hsm.keyCheckValue('bank.zpk')]);
  });
});
