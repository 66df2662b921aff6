import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openSecret, Secret } from '../../../gateway/kernel/secret.ts';
import { arpcMethod1, arpcMethod2 } from '../../../gateway/keys/arpc.ts';
import { cryptogramKey, makeArqc } from '../../../gateway/keys/arqc.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { iccMasterKeyA } from '../../../gateway/keys/emv-keys.ts';
import type { PinTarget } from '../../../gateway/keys/hsm.ts';
import { keyCheckValue } from '../../../gateway/keys/kcv.ts';
import { parseKsn } from '../../../gateway/keys/ksn.ts';
import { toHex } from '../../../gateway/keys/octets.ts';
import { decryptPinBlock } from '../../../gateway/keys/pin-block.ts';
import { SoftwareHsm } from '../../../gateway/keys/software-hsm.ts';
import { unwrapKeyBlock, wrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import {
  ACCOUNT,
  AES_KSN,
  clearKey,
  headerFor,
  hsmWorld,
  PAN,
  pinPad,
  seededRandom,
  TDES_KSN,
} from './hsm-world.ts';
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
