import { beforeEach, describe, expect, test } from 'vitest';
import type { CardData } from '../../../../gateway/iso8583/private-data.ts';
import { createLog } from '../../../../gateway/kernel/log.ts';
import { openSecret, Secret } from '../../../../gateway/kernel/secret.ts';
import type { EncryptedPin, PinTarget, TerminalHsm } from '../../../../gateway/keys/hsm.ts';
import { type Ksn, ksnBytes, nextKsn } from '../../../../gateway/keys/ksn.ts';
import { takeCard } from '../../../../gateway/run/card/capture.ts';
import { TerminalKeys } from '../../../../gateway/run/card/terminal-keys.ts';
import { ACCOUNT, AES_KSN, hsmWorld, PAN, pinPad } from '../../keys/hsm-world.ts';
import { promisedHsm } from '../../keys/promised-hsm.ts';

const keys = hsmWorld('capture');
const TARGET: PinTarget = { key: { kind: 'fixed', key: 'bank.zpk.aes' }, format: 4 };
const ROUTE = { prefix: '2200', scheme: 'mir', bank: 'a', currency: 'RUB', converter: 'issuer' } as const;

let logged: string[];
let asked: string[];

beforeEach(() => {
  logged = [];
  asked = [];
});

/** A module that says what it was asked for the bank. */
function context(hsm: TerminalHsm = promisedHsm(keys.hsm)) {
  return {
    hsm: {
      ...hsm,
      translateForBank: (request: Parameters<TerminalHsm['translateForBank']>[0]) => {
        asked.push(request.pin === undefined ? 'card' : 'card and PIN');
        return hsm.translateForBank(request);
      },
    },
    keys: new TerminalKeys([{ ksnPrefix: '1234567890', bdk: 'terminal.bdk.aes', renewal: null }]),
    panKey: 'pan.key',
    hashKey: 'pan.hash',
    log: createLog('gateway', { now: () => 0 }, (line) => void logged.push(line)),
  };
}

function card(
  options: { pinOf?: string; pinKsn?: Ksn; bin?: string } = {},
): Pick<CardData, 'account' | 'pin'> {
  const pad = pinPad(keys, AES_KSN);
  const { pinOf, pinKsn = AES_KSN, bin = PAN.slice(0, 6) } = options;
  const named = { algorithm: 'aes', ksn: ksnBytes(AES_KSN) } as const;
  const account = { ...named, bytes: pad.account(), bin, maskedPan: '220070******7891' };
  if (pinOf === undefined) return { account, pin: null };
  const bytes = pad.pinBlock('4729', pinOf);
  return { account, pin: { ...named, ksn: ksnBytes(pinKsn), bytes, format: 4 } };
}

const purpose = (pinTarget: PinTarget | null) => ({ route: ROUTE, cardId: 'card 1', pinTarget });

describe('the card of a request', () => {
  test('is opened once, with its PIN translated for the key that its bank has', async () => {
    const taken = await takeCard(context(), card({ pinOf: PAN }), purpose(TARGET));
    expect(asked).toEqual(['card and PIN']);
    expect(taken?.stored).toMatchObject({ masked: '220070******7891', bin: '220070', scheme: 'mir' });
    expect(openSecret(taken?.captured.account ?? new Secret(null))).toEqual(ACCOUNT);
    const { bankPin } = taken?.captured ?? {};
    expect(bankPin?.to).toBe(TARGET);
    const pan = new Secret(PAN);
    const pvv = (pin: EncryptedPin) => keys.hsm.makePvv({ pvk: 'issuer.pvk', pvki: 1, pan, pin });
    const pad = pinPad(keys, AES_KSN);
    const block = openSecret(bankPin?.block ?? new Secret(new Uint8Array(0)));
    expect(pvv({ key: TARGET.key, format: 4, block })).toBe(
      pvv({ key: pad.use, format: 4, block: pad.pinBlock('4729') }),
    );
  });

  test('keeps its PIN as it came where its bank has no key for it yet', async () => {
    const data = card({ pinOf: PAN });
    const taken = await takeCard(context(), data, purpose(null));
    expect(asked).toEqual(['card']);
    expect(taken?.captured).toMatchObject({ pin: data.pin, bankPin: null });
  });

  test.each([
    ['of another card', card({ pinOf: '2200701234567883' }), ['card and PIN', 'card']],
    ['under a serial number of nobody', card({ pinOf: PAN, pinKsn: nobody() }), ['card']],
  ])('is taken with a PIN %s: its bank’s link says what is wrong with it', async (_, data, calls) => {
    const taken = await takeCard(context(), data, purpose(TARGET));
    expect(asked).toEqual(calls);
    expect(taken?.captured).toMatchObject({ pin: data.pin, bankPin: null });
    expect(logged).toEqual([]);
  });

  test('is refused when it is not the card that its terminal named', async () => {
    expect(await takeCard(context(), card({ bin: '220071' }), purpose(TARGET))).toBeNull();
    expect(logged.join()).toContain('PAN_PREFIX_MISMATCH');
    expect(logged.join()).not.toContain(PAN.slice(6));
  });

  test('is not refused when the module gives no answer: that is an error', async () => {
    const gone = new Error('gone');
    const silent = { ...promisedHsm(keys.hsm), translateForBank: () => Promise.reject(gone) };
    await expect(takeCard(context(silent), card({ pinOf: PAN }), purpose(TARGET))).rejects.toBe(gone);
    expect(asked).toEqual(['card and PIN']);
  });
});

/** Of a pad whose keys are not here. */
function nobody(): Ksn {
  return nextKsn(`99${AES_KSN.slice(2)}` as Ksn);
}
