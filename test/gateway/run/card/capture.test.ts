import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../../gateway/kernel/log.ts';
import { openSecret, Secret } from '../../../../gateway/kernel/secret.ts';
import type { EncryptedPin, PinTarget } from '../../../../gateway/keys/hsm.ts';
import { type Ksn, ksnBytes, nextKsn } from '../../../../gateway/keys/ksn.ts';
import { BinTable } from '../../../../gateway/run/card/bin-table.ts';
import { type CardPurpose, cardRequest, takenCard } from '../../../../gateway/run/card/capture.ts';
import { TerminalKeys } from '../../../../gateway/run/card/terminal-keys.ts';
import { ACCOUNT, AES_KSN, hsmWorld, PAN, pinPad } from '../../keys/hsm-world.ts';

const keys = hsmWorld('capture');
const TARGET: PinTarget = { key: { kind: 'fixed', key: 'bank.zpk.aes' }, format: 4 };
const ROUTE = { prefix: '2200', scheme: 'mir', bank: 'a', currency: 'RUB', converter: 'issuer' } as const;

type SentCard = Pick<CardPurpose, 'account' | 'pin'>;

let logged: string[];

beforeEach(() => {
  logged = [];
});

const context = {
  keys: new TerminalKeys([{ ksnPrefix: '1234567890', bdk: 'terminal.bdk.aes', renewal: null }]),
  panKey: 'pan.key',
  hashKey: 'pan.hash',
  bins: new BinTable([ROUTE]),
  log: createLog('gateway', { now: () => 0 }, (line) => void logged.push(line)),
};

/** As a message brings it, with a MAC that is right. */
function take(data: SentCard, pinTarget: PinTarget | null) {
  const purpose = { ...data, cardId: 'card 1', pinTarget };
  const pad = pinPad(keys, AES_KSN);
  const body = Buffer.from('a message');
  const request = cardRequest(context, purpose);
  const mac = { key: pad.use, direction: 'request', data: body, mac: pad.mac(body, 'macRequest') } as const;
  const { right, card: opened } = keys.hsm.takeMessage({ mac, card: request });
  expect(right).toBe(true);
  return { request, taken: takenCard(context, purpose, opened) };
}

function card(options: { pinOf?: string; pinKsn?: Ksn; bin?: string } = {}): SentCard {
  const pad = pinPad(keys, AES_KSN);
  const { pinOf, pinKsn = AES_KSN, bin = PAN.slice(0, 6) } = options;
  const named = { algorithm: 'aes', ksn: ksnBytes(AES_KSN) } as const;
  const account = { ...named, bytes: pad.account(), bin, maskedPan: '220070******7891' };
  if (pinOf === undefined) return { account, pin: null };
  const bytes = pad.pinBlock('4729', pinOf);
  return { account, pin: { ...named, ksn: ksnBytes(pinKsn), bytes, format: 4 } };
}

describe('the card of a request', () => {
  test('is opened once, with its PIN translated for the key that its bank has', () => {
    const { taken } = take(card({ pinOf: PAN }), TARGET);
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

  test('keeps its PIN as it came where its bank has no key for it yet', () => {
    const data = card({ pinOf: PAN });
    const { request, taken } = take(data, null);
    expect(request).not.toHaveProperty('pin');
    expect(taken?.captured).toMatchObject({ pin: data.pin, bankPin: null });
  });

  test.each([
    ['of another card', card({ pinOf: '2200701234567883' }), true],
    ['under a serial number of nobody', card({ pinOf: PAN, pinKsn: nobody() }), false],
  ])('is taken with a PIN %s: its bank’s link says what is wrong with it', (_, data, asked) => {
    const { request, taken } = take(data, TARGET);
    expect(request?.pin !== undefined).toBe(asked);
    expect(taken?.captured).toMatchObject({ pin: data.pin, bankPin: null });
    expect(logged).toEqual([]);
  });

  test('is refused when it is not the card that its terminal named', () => {
    expect(take(card({ bin: '220071' }), TARGET).taken).toBeNull();
    expect(logged.join()).toContain('PAN_PREFIX_MISMATCH');
    expect(logged.join()).not.toContain(PAN.slice(6));
  });

  test('is refused when its key serial number is nobody’s', () => {
    const data = card();
    const ksn = ksnBytes(nobody());
    const { request, taken } = take({ ...data, account: { ...data.account, ksn } }, TARGET);
    expect([request, taken]).toEqual([null, null]);
  });

  test('stays closed where the MAC is wrong', () => {
    const purpose = { ...card(), route: ROUTE, cardId: 'card 1', pinTarget: null };
    const { use } = pinPad(keys, AES_KSN);
    const mac = { key: use, direction: 'request', data: Buffer.from('x'), mac: new Uint8Array(8) } as const;
    const request = { mac, card: cardRequest(context, purpose) };
    expect(keys.hsm.takeMessage(request)).toEqual({ right: false, card: null });
  });
});

/** Of a pad whose keys are not here. */
function nobody(): Ksn {
  return nextKsn(`99${AES_KSN.slice(2)}` as Ksn);
}
