import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openSecret, Secret } from '../../../gateway/kernel/secret.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import type { PinTarget } from '../../../gateway/keys/hsm.ts';
import { parseKsn } from '../../../gateway/keys/ksn.ts';
import { toHex } from '../../../gateway/keys/octets.ts';
import { decryptPinBlock } from '../../../gateway/keys/pin-block.ts';
import { ACCOUNT, AES_KSN, clearKey, hsmWorld, PAN, pinPad, TDES_KSN } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const world = hsmWorld();
const { hsm } = world;
const fixed = (key: string) => ({ kind: 'fixed', key }) as const;
const KEEPING = { panKey: 'pan.key', hashKey: 'pan.hash', context: 'payment-1' };

describe('translation for a bank', () => {
  const targets: readonly (readonly [string, PinTarget, 'tdes' | 'aes'])[] = [
    ['bank.zpk', { key: fixed('bank.zpk'), format: 0 }, 'tdes'],
    ['bank.zpk', { key: fixed('bank.zpk'), format: 3 }, 'tdes'],
    ['bank.zpk.aes', { key: fixed('bank.zpk.aes'), format: 4 }, 'aes'],
  ];
  for (const ksn of [TDES_KSN, AES_KSN])
    test.each(targets)(
      `a ${ksn.length === 20 ? 'TDES' : 'AES'} terminal's PIN reaches %s with the PAN of its own account data`,
      (zone, to, algorithm) => {
        const pad = pinPad(world, ksn);
        const made = hsm.translateForBank({
          account: { key: pad.use, ciphertext: pad.account() },
          pin: { from: { key: pad.use, format: pad.format, block: pad.pinBlock('123456') }, to },
          keeping: KEEPING,
          binPrefix: '220070',
        });
        expect(openSecret(made.account)).toEqual(ACCOUNT);
        const block = openSecret(made.pinBlock ?? new Secret(new Uint8Array(0)));
        const cipher = new BlockCipher(algorithm, clearKey(world, zone));
        expect(decryptPinBlock({ format: to.format, cipher, block, pan: PAN })).toBe('123456');
        expect(made.panHash).toBe(hsm.panHash({ key: 'pan.hash', pan: new Secret(PAN) }));
        const kept = hsm.decryptPan({ key: 'pan.key', stored: made.storedPan, context: 'payment-1' });
        expect(openSecret(kept)).toEqual({ pan: PAN, expiryYymm: '3012', panSequence: '01' });
      },
    );

  test('a PIN bound to another card than the one that was read is refused', () => {
    const pad = pinPad(world, AES_KSN);
    const block = pad.pinBlock('1234', '2200701234567899');
    const request = {
      account: { key: pad.use, ciphertext: pad.account() },
      pin: { from: { key: pad.use, format: pad.format, block }, to: { key: fixed('bank.zpk'), format: 0 } },
      keeping: KEEPING,
    } as const;
    expect(refusal(() => hsm.translateForBank(request))).toBe('PIN_BLOCK_MALFORMED');
  });

  test('a prefix that is not the card’s is refused, so that nobody routes one card and charges another', () => {
    const pad = pinPad(world, TDES_KSN);
    const account = { key: pad.use, ciphertext: pad.account() };
    const call = () => hsm.translateForBank({ account, keeping: KEEPING, binPrefix: '620000' });
    expect(refusal(call)).toBe('PAN_PREFIX_MISMATCH');
  });

  test('a card without PIN has no PIN block', () => {
    const pad = pinPad(world, TDES_KSN);
    const account = { key: pad.use, ciphertext: pad.account() };
    expect(hsm.translateForBank({ account, keeping: KEEPING }).pinBlock).toBeNull();
  });

  test('the PIN pad may count one key for the PIN and another for the card', () => {
    const [read, pin] = [pinPad(world, AES_KSN), pinPad(world, parseKsn('12345678901234560000002D'))];
    const block = hsm.translatePin({
      from: { key: pin.use, format: 4, block: pin.pinBlock('4321') },
      to: { key: fixed('bank.zpk'), format: 0 },
      pan: { account: { key: read.use, ciphertext: read.account() } },
    });
    const cipher = new BlockCipher('tdes', clearKey(world, 'bank.zpk'));
    expect(decryptPinBlock({ format: 0, cipher, block: openSecret(block), pan: PAN })).toBe('4321');
  });
});

describe('MACs', () => {
  const data = Buffer.from('a message of the terminal', 'ascii');

  test.each([
    ['TDES', TDES_KSN],
    ['AES', AES_KSN],
  ])('the host verifies what a %s PIN pad made, and the PIN pad what the host answers', (_, ksn) => {
    const pad = pinPad(world, ksn);
    const mac = pad.mac(data, 'macRequest');
    expect(hsm.verifyMac({ key: pad.use, direction: 'request', data, mac })).toBe(true);
    const answer = hsm.generateMac({ key: pad.use, direction: 'response', data });
    expect(toHex(answer)).toBe(toHex(pad.mac(data, 'macResponse')));
  });

  test.each(['bank.zak', 'bank.zak.cbc', 'bank.zak.aes'])(
    '%s makes 8 bytes and knows each changed bit',
    (name) => {
      const key = fixed(name);
      const mac = hsm.generateMac({ key, direction: 'request', data });
      expect(mac.length).toBe(8);
      expect(hsm.verifyMac({ key, direction: 'request', data, mac })).toBe(true);
      for (let bit = 0; bit < 64; bit += 1) {
        const wrong = Uint8Array.from(mac);
        wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(hsm.verifyMac({ key, direction: 'request', data, mac: wrong })).toBe(false);
      }
    },
  );

  test('the host neither makes a terminal’s MAC nor checks its own', () => {
    const { use: key } = pinPad(world, AES_KSN);
    const mac = new Uint8Array(8);
    expect(refusal(() => hsm.generateMac({ key, direction: 'request', data }))).toBe('KEY_USE_FORBIDDEN');
    expect(refusal(() => hsm.verifyMac({ key, direction: 'response', data, mac }))).toBe('KEY_USE_FORBIDDEN');
  });

  test('a MAC of any other length is wrong, an empty one too', () => {
    const key = fixed('bank.zak');
    const mac = hsm.generateMac({ key, direction: 'request', data });
    for (const other of [
      new Uint8Array(0),
      mac.subarray(0, 4),
      mac.subarray(0, 7),
      Buffer.concat([mac, mac]),
    ])
      expect(hsm.verifyMac({ key, direction: 'request', data, mac: other })).toBe(false);
  });

  test('a key that only checks does not make, and a PIN key does neither', () => {
    const request = { direction: 'request', data } as const;
    expect(refusal(() => hsm.generateMac({ ...request, key: fixed('bank.zak.check') }))).toBe(
      'KEY_USE_FORBIDDEN',
    );
    expect(refusal(() => hsm.generateMac({ ...request, key: fixed('bank.zpk') }))).toBe('KEY_USE_FORBIDDEN');
  });
});

test('nothing it prints shows a key', () => {
  const keys = [world.masterKey, ...world.clear.values()];
  const pad = pinPad(world, TDES_KSN);
  hsm.openAccountData({ key: pad.use, ciphertext: pad.account() });
  const printed = [
    String(hsm),
    `${hsm}`,
    JSON.stringify(hsm),
    JSON.stringify({ hsm }),
    inspect(hsm, { depth: null, showHidden: true }),
    inspect({ hsm }, { customInspect: false, depth: null, showHidden: true }),
    String(refusal(() => hsm.keyCheckValue('bank.nobody'))),
  ].join('\n');
  for (const key of keys) {
    expect(printed.toUpperCase()).not.toContain(toHex(key));
    expect(printed).not.toContain(Buffer.from(key).toString('base64'));
    expect(printed).not.toContain([...key].join(', '));
    expect(printed.toLowerCase()).not.toContain(
      [...key].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    );
  }
  expect(printed).toContain('[SoftwareHsm, for tests and development]');
});

test('what it hands out of a card prints masked', () => {
  const pad = pinPad(world, AES_KSN);
  const made = hsm.translateForBank({
    account: { key: pad.use, ciphertext: pad.account() },
    pin: {
      from: { key: pad.use, format: 4, block: pad.pinBlock('1234') },
      to: { key: fixed('bank.zpk'), format: 0 },
    },
    keeping: KEEPING,
  });
  const printed = inspect(made, { depth: null, showHidden: true }) + JSON.stringify(made);
  expect(printed).not.toContain(PAN);
  expect(printed).not.toContain(PAN.slice(0, 12));
  expect(printed).toContain('[secret …7891]');
});
