import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aesInitialKey } from '../../../gateway/keys/aes-dukpt.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { keyCheckValue } from '../../../gateway/keys/kcv.ts';
import type { KeyBlockHeader } from '../../../gateway/keys/key-block-header.ts';
import { parseKsn } from '../../../gateway/keys/ksn.ts';
import { cmac, retailMac } from '../../../gateway/keys/mac.ts';
import { wrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import { fileStorage } from '../../../simulators/pinpad/file-storage.ts';
import type { PadStorage } from '../../../simulators/pinpad/pad-storage.ts';
import { PinPadDevice } from '../../../simulators/pinpad/pin-pad-device.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';
import { BDK, counter, padOf, readCard, settled, TRANSPORT_KEY, workingKeyOf } from './pad-fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-pad-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MESSAGE = Buffer.from('0200 and what follows');
const OTHER = Buffer.from('0200 and something else');
const counterOf = (ksn: Uint8Array): number => Buffer.from(ksn).readUInt32BE(8);

const NEW_KSN = '00000000FEED000200000000';
function newKeyBlock(transportKey = TRANSPORT_KEY, newKsn = NEW_KSN): { block: string; checkValue: string } {
  const key = aesInitialKey(BDK, parseKsn(newKsn));
  const header: KeyBlockHeader = {
    version: 'D',
    usage: 'B1',
    algorithm: 'A',
    modeOfUse: 'X',
    keyVersion: '00',
    exportability: 'E',
    optional: [{ id: 'IK', data: newKsn.slice(0, 16) }],
  };
  const block = wrapKeyBlock(Buffer.from(transportKey, 'hex'), header, key, new VirtualWorld().random);
  return { block, checkValue: keyCheckValue(new BlockCipher('aes', key)) };
}

describe('the PIN pad’s keys', () => {
  test.each(['aes', 'tdes'] as const)(
    'under %s MAC a message and verify its answer as the gateway does',
    async (scheme) => {
      const { world, pinPad } = await counter(scheme);
      const ksn = await settled(world, pinPad.nextMacKsn());
      const mac = await settled(world, pinPad.mac(ksn, MESSAGE));
      const right = (usage: 'macRequest' | 'macResponse'): Buffer => {
        const key = workingKeyOf(ksn, usage);
        const whole =
          scheme === 'aes' ? cmac(new BlockCipher('aes', key), MESSAGE) : retailMac(key, MESSAGE, 1);
        return Buffer.from(whole.subarray(0, 8));
      };
      expect(Buffer.from(mac)).toEqual(right('macRequest'));
      expect(await settled(world, pinPad.verifyMac(ksn, MESSAGE, right('macResponse')))).toBe(true);
      expect(await settled(world, pinPad.verifyMac(ksn, MESSAGE, mac))).toBe(false);
      expect(await settled(world, pinPad.verifyMac(ksn, OTHER, right('macResponse')))).toBe(false);
    },
  );

  test('make one message’s MAC each: the same again is the same, another is refused', async () => {
    const { world, pinPad } = await counter();
    const ksn = await settled(world, pinPad.nextMacKsn());
    const first = await settled(world, pinPad.mac(ksn, MESSAGE));
    expect(await settled(world, pinPad.mac(ksn, MESSAGE))).toEqual(first);
    await expect(settled(world, pinPad.mac(ksn, OTHER))).rejects.toMatchObject({
      facts: { reason: 'ksn_used' },
    });
    const never = Uint8Array.from(ksn);
    never[11] = 0x60;
    await expect(settled(world, pinPad.mac(never, MESSAGE))).rejects.toMatchObject({
      facts: { reason: 'ksn_not_issued' },
    });
  });

  test('never count back: the counter is on the disk before it is used', async () => {
    const path = join(folder, 'pad.json');
    const seen: number[] = [];
    for (let life = 0; life < 3; life += 1) {
      const { world, pinPad } = await counter('aes', { storage: fileStorage(path) });
      seen.push(counterOf(await settled(world, pinPad.nextMacKsn())));
      seen.push(counterOf(await settled(world, pinPad.nextMacKsn())));
      // Killed: nothing is closed.
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toContain(padOf('aes').secrets.initialKey.key);
  });

  test('are not used when they cannot be counted', async () => {
    const broken: PadStorage = {
      load: () => null,
      save: () => {
        throw new Error('The disk is full.');
      },
    };
    const at = await counter('aes', { storage: broken });
    await expect(settled(at.world, at.pinPad.nextMacKsn())).rejects.toMatchObject({
      code: 'PINPAD_REFUSED',
      facts: { reason: 'storage_failed' },
    });
    await expect(readCard(at, 'mir-rub')).rejects.toMatchObject({ facts: { reason: 'storage_failed' } });
  });

  test('are replaced by a key block whose check value fits, and the new counter survives a restart', async () => {
    const storage = fileStorage(join(folder, 'pad.json'));
    const { world, pinPad, device } = await counter('aes', { storage });
    const { block, checkValue } = newKeyBlock();
    await expect(settled(world, pinPad.loadKey(block, 'ABCDEF'))).rejects.toMatchObject({
      facts: { reason: 'check_value_differs' },
    });
    await settled(world, pinPad.loadKey(block, checkValue));
    const ksn = await settled(world, pinPad.nextMacKsn());
    expect(Buffer.from(ksn).toString('hex').toUpperCase()).toBe('00000000FEED000200000001');
    await expect(settled(world, pinPad.loadKey(block, checkValue))).rejects.toMatchObject({
      facts: { reason: 'key_block_refused' },
    });
    device.reboot();
    await world.advance(8_000);
    expect(counterOf(await settled(world, pinPad.nextMacKsn()))).toBe(2);
  });

  test('are loaded once: no block of before turns the counter back, the injected key’s neither, nor after a restart', async () => {
    const storage = fileStorage(join(folder, 'pad.json'));
    const { world, pinPad, device } = await counter('aes', { storage });
    const injected = newKeyBlock(TRANSPORT_KEY, padOf('aes').secrets.initialKey.ksn);
    const blocks = [newKeyBlock(), newKeyBlock(TRANSPORT_KEY, '00000000FEED000300000000')];
    for (const { block, checkValue } of blocks) await settled(world, pinPad.loadKey(block, checkValue));
    const last = await settled(world, pinPad.nextMacKsn());
    for (const life of ['this', 'the next']) {
      for (const { block, checkValue } of [injected, ...blocks])
        await expect(settled(world, pinPad.loadKey(block, checkValue)), life).rejects.toMatchObject({
          facts: { reason: 'key_block_refused' },
        });
      device.reboot();
      await world.advance(8_000);
    }
    expect(counterOf(await settled(world, pinPad.nextMacKsn()))).toBe(counterOf(last) + 1);
  });

  test('of a memory from before they were remembered count on, and what it has is not loaded again', async () => {
    const path = join(folder, 'pad.json');
    const { world, pinPad } = await counter('aes', { storage: fileStorage(path) });
    const { block, checkValue } = newKeyBlock();
    await settled(world, pinPad.loadKey(block, checkValue));
    const { had: _had, ...before } = JSON.parse(readFileSync(path, 'utf8')) as { had: unknown };
    writeFileSync(path, JSON.stringify(before));
    const next = await counter('aes', { storage: fileStorage(path) });
    expect(counterOf(await settled(next.world, next.pinPad.nextMacKsn()))).toBe(1);
    await expect(settled(next.world, next.pinPad.loadKey(block, checkValue))).rejects.toMatchObject({
      facts: { reason: 'key_block_refused' },
    });
  });

  test('come to an end: then neither a card is read nor a message made, and both say why', async () => {
    const ksn = `${padOf('aes').secrets.initialKey.ksn.slice(0, 16)}FFFF0000`;
    const at = await counter('aes', { storage: lastsWith(null, ksn) });
    await expect(settled(at.world, at.pinPad.nextMacKsn())).rejects.toMatchObject({
      code: 'PINPAD_REFUSED',
      facts: { reason: 'keys_exhausted' },
    });
    expect(await readCard(at, 'mir-rub')).toEqual({ kind: 'ended', why: 'keys_exhausted' });
  });

  test('under another transport key, or none, are refused', async () => {
    const { world, pinPad } = await counter();
    const { block, checkValue } = newKeyBlock('FFEEDDCCBBAA99887766554433221100');
    await expect(settled(world, pinPad.loadKey(block, checkValue))).rejects.toMatchObject({
      facts: { reason: 'key_block_refused' },
    });
    const pad = padOf('aes');
    const locked = { ...pad, secrets: { ...pad.secrets, transportKey: null } };
    expect(() => new PinPadDevice(locked, { storage: lastsWith(block), runtime: world })).toThrow();
  });
});

/** A memory with that key, whether the device can open it or not. */
function lastsWith(keyBlock: string | null, ksn = NEW_KSN): PadStorage {
  const record = {
    version: 1,
    ksn,
    had: [],
    macKsns: [],
    last: null,
    transactions: 0,
    cards: {},
  } as const;
  return { load: () => ({ ...record, keyBlock }), save: () => undefined };
}
