import { expect, test } from 'vitest';
import { openSecret } from '../../../gateway/kernel/secret.ts';
import { ksnFromBytes, parseKsn } from '../../../gateway/keys/ksn.ts';
import { clearKey, hsmWorld } from '../../gateway/keys/hsm-world.ts';
import { authorise, cardNamed, counter, done, padOf, readCard, settled } from './pad-fixture.ts';

test.each([
  ['aes', '00000000AB120001'.padEnd(24, '0')],
  ['tdes', 'FFFF00000AB120000000'],
] as const)(
  'a PIN pad loaded by the gateway’s security module under %s is understood by it, and it by the pad',
  async (scheme, serial) => {
    const keys = hsmWorld('pin pad');
    const { hsm } = keys;
    const bdk = `terminal.bdk.${scheme}`;
    const transportKey = Buffer.from(clearKey(keys, 'terminal.tmk')).toString('hex');
    const pad = padOf(scheme);
    const at = await counter(scheme, { pad: { ...pad, secrets: { ...pad.secrets, transportKey } } });
    const exported = hsm.deriveInitialKey({ bdk, ksn: parseKsn(serial), under: 'terminal.tmk' });
    await settled(at.world, at.pinPad.loadKey(exported.block, exported.kcv));

    const card = cardNamed('unionpay-cny');
    const read = done(await readCard(at, card.name));
    const { pin } = done(await authorise(at, { pin: card.pin }));
    if (pin === null) throw new Error('No PIN came.');
    const keyOf = (ksn: Uint8Array) => ({ kind: 'dukpt', bdk, ksn: ksnFromBytes(ksn) }) as const;
    const account = { key: keyOf(read.account.ksn), ciphertext: read.account.bytes };
    expect(openSecret(hsm.openAccountData(account))).toMatchObject({ pan: card.pan, panSequence: card.psn });
    const forBank = hsm.translateForBank({
      account,
      pin: {
        from: { key: keyOf(pin.ksn), format: pin.format, block: pin.bytes },
        to: { key: { kind: 'fixed', key: 'bank.zpk' }, format: 0 },
      },
      keeping: { panKey: 'pan.key', hashKey: 'pan.hash', context: 'T1' },
      binPrefix: read.bin,
    });
    expect(forBank.pinBlock).not.toBeNull();

    const ksn = await settled(at.world, at.pinPad.nextMacKsn());
    const request = Buffer.from('the request');
    const mac = await settled(at.world, at.pinPad.mac(ksn, request));
    expect(hsm.verifyMac({ key: keyOf(ksn), direction: 'request', data: request, mac })).toBe(true);
    const answer = Buffer.from('the answer');
    const answered = hsm.generateMac({ key: keyOf(ksn), direction: 'response', data: answer });
    expect(await settled(at.world, at.pinPad.verifyMac(ksn, answer, answered))).toBe(true);
  },
);
