/** A driver and a device on one virtual clock, with keys made for the test, and the gateway's end of them. */

import type {
  CardAuthorisation,
  CardOperation,
  CardRead,
  Done,
  EncryptedPin,
  Ended,
  PinPad,
} from '../../../drivers/contract/pin-pad.ts';
import { openPinPad, type PinPadOptions } from '../../../drivers/pinpad/serial-pin-pad.ts';
import type { MoneyJson } from '../../../gateway/kernel/money.ts';
import { type AccountData, decodeAccountData } from '../../../gateway/keys/account-data.ts';
import { aesInitialKey, aesTransactionKey, aesWorkingKey } from '../../../gateway/keys/aes-dukpt.ts';
import { arpcMethod1, arpcMethod2 } from '../../../gateway/keys/arpc.ts';
import { arqcMatches, cryptogramData, cryptogramKey } from '../../../gateway/keys/arqc.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { iccMasterKeyA } from '../../../gateway/keys/emv-keys.ts';
import { ksnFromBytes, ksnScheme, parseKsn } from '../../../gateway/keys/ksn.ts';
import { decryptPinBlock } from '../../../gateway/keys/pin-block.ts';
import { tdesInitialKey, tdesTransactionKey, tdesWorkingKey } from '../../../gateway/keys/tdes-dukpt.ts';
import { listIn, tlv } from '../../../simulators/pinpad/ber.ts';
import { sampleCards, type VirtualCard } from '../../../simulators/pinpad/card-deck.ts';
import { memoryTransport } from '../../../simulators/pinpad/memory-link.ts';
import { memoryStorage, type PadStorage } from '../../../simulators/pinpad/pad-storage.ts';
import { PinPadDevice } from '../../../simulators/pinpad/pin-pad-device.ts';
import { PAD_DEFAULTS, type Pad } from '../../../simulators/pinpad/settings.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';

export const BDK = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex');
export const AES_KSN = '00000000A1B2C3D400000000';
export const TDES_KSN = 'FFFF00000000A1E00000';
export const IMK = '0123456789ABCDEFFEDCBA9876543210';
export const TRANSPORT_KEY = '00112233445566778899AABBCCDDEEFF';
export const RUB_1500 = { amountMinor: '150000', currency: 'RUB' } as const;
export const DATE = '261122';
export const TIME = '142705';

export function padOf(scheme: 'aes' | 'tdes', cards: readonly VirtualCard[] = sampleCards()): Pad {
  const ksn = scheme === 'aes' ? AES_KSN : TDES_KSN;
  const key = scheme === 'aes' ? aesInitialKey(BDK, parseKsn(ksn)) : tdesInitialKey(BDK, parseKsn(ksn));
  return {
    settings: PAD_DEFAULTS,
    secrets: {
      initialKey: { ksn, key: key.toString('hex') },
      transportKey: TRANSPORT_KEY,
      issuerKeys: { 'mir-test': IMK, 'unionpay-test': IMK },
    },
    cards,
  };
}

export interface Counter {
  readonly world: VirtualWorld;
  readonly storage: PadStorage;
  readonly device: PinPadDevice;
  readonly pinPad: PinPad;
  /** Everything that crossed the cable, both ways. */
  readonly traffic: Buffer[];
}

interface CounterOptions {
  readonly options?: Partial<PinPadOptions>;
  readonly storage?: PadStorage;
  readonly pad?: Pad;
}

export async function counter(
  scheme: 'aes' | 'tdes' = 'aes',
  { options = {}, storage = memoryStorage(), pad = padOf(scheme) }: CounterOptions = {},
): Promise<Counter> {
  const world = new VirtualWorld({ seed: 7 });
  const device = new PinPadDevice(pad, { storage, runtime: world.process() });
  const traffic: Buffer[] = [];
  const transport = memoryTransport(device, world.timers, {
    tap: (_direction, bytes) => traffic.push(Buffer.from(bytes)),
  });
  const pinPad = openPinPad({ transport, runtime: world.process(), options });
  await world.advance(100);
  return { world, storage, device, pinPad, traffic };
}

/** Lets the world go on until the promise is settled. */
export async function settled<T>(world: VirtualWorld, promise: Promise<T>, withinMs = 300_000): Promise<T> {
  let over = false;
  const seen = promise.finally(() => {
    over = true;
  });
  seen.catch(() => undefined);
  const end = world.now() + withinMs;
  while (!over && world.now() < end) await world.advance(50);
  if (!over) throw new Error('The step was not answered in time.');
  return seen;
}

export function cardNamed(name: string): VirtualCard {
  const card = sampleCards().find((each) => each.name === name);
  if (card === undefined) throw new Error(`No card ${name} in the drawer.`);
  return card;
}

/** What the gateway's security module would make of it: the BDK's key of that serial number. */
export function workingKeyOf(
  ksn: Uint8Array,
  usage: 'pin' | 'dataRequest' | 'macRequest' | 'macResponse',
): Buffer {
  const name = ksnFromBytes(ksn);
  if (ksnScheme(name) === 'tdes')
    return tdesWorkingKey(tdesTransactionKey(tdesInitialKey(BDK, name), name), usage);
  return aesWorkingKey(aesTransactionKey(aesInitialKey(BDK, name), name), name, usage, 'AES128');
}

export function openedAccount({ account }: CardRead): AccountData {
  const cipher = new BlockCipher(account.algorithm, workingKeyOf(account.ksn, 'dataRequest'));
  const padded = cipher.decryptCbc(account.bytes);
  return decodeAccountData(padded.subarray(0, padded.lastIndexOf(0x80)));
}

export function openedPin(pin: EncryptedPin, card: VirtualCard): string {
  const cipher = new BlockCipher(pin.algorithm, workingKeyOf(pin.ksn, 'pin'));
  return decryptPinBlock({ format: pin.format, cipher, block: pin.bytes, pan: card.pan });
}

/** Objects of DE55 by tag. */
export function objectsOf(emv: Uint8Array | null): Readonly<Record<string, Uint8Array>> {
  const rows = emv === null ? null : listIn(emv);
  if (rows === null) throw new Error('There is no chip data to read.');
  return Object.fromEntries(rows.map(([tag, value]) => [tag, Uint8Array.from(value)]));
}

/** The key the issuer verifies this transaction's cryptograms with. */
export function issuerKeyFor(card: VirtualCard, tags: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const iccKey = iccMasterKeyA(Buffer.from(IMK, 'hex'), card.pan, card.psn);
  return cryptogramKey(card.cvn, iccKey, tags['9F36'] ?? new Uint8Array(2));
}

export function cryptogramIsRight(card: VirtualCard, tags: Readonly<Record<string, Uint8Array>>): boolean {
  const data = cryptogramData(card.cvn, tags);
  return arqcMatches(card.cvn, issuerKeyFor(card, tags), data, tags['9F26'] ?? new Uint8Array(8));
}

/** Tag 91 as the issuer answers it. */
export function issuerAnswer(
  card: VirtualCard,
  tags: Readonly<Record<string, Uint8Array>>,
  responseCode: string,
): Uint8Array {
  const key = issuerKeyFor(card, tags);
  const arqc = tags['9F26'] ?? new Uint8Array(8);
  const update = Buffer.alloc(4);
  const proof =
    card.cvn === 10
      ? Buffer.concat([arpcMethod1(key, arqc, responseCode), Buffer.from(responseCode, 'latin1')])
      : Buffer.concat([arpcMethod2(key, arqc, update), update]);
  return tlv('91', proof);
}

/** Presents the card once the device asks for one, and hands back what was read. */
export async function readCard(
  { world, device, pinPad }: Counter,
  card: string,
  { how = 'insert', id = 'T1', operation = 'sale', amount = RUB_1500 }: ReadOptions = {},
): Promise<Done<CardRead> | Ended> {
  const reading = pinPad.read({ transactionId: id, operation, amount, language: 'ru' });
  // It may be refused before anybody listens.
  reading.catch(() => undefined);
  await world.advance(20);
  device[how](card);
  return settled(world, reading);
}

interface ReadOptions {
  readonly how?: 'insert' | 'tap' | 'swipe';
  readonly id?: string;
  readonly operation?: CardOperation;
  readonly amount?: MoneyJson;
}

/** Signs, with the PIN pressed where one is asked for. */
export async function authorise(
  { world, device, pinPad }: Counter,
  { pin, id = 'T1', amount = RUB_1500 }: { pin?: string; id?: string; amount?: MoneyJson } = {},
): Promise<Done<CardAuthorisation> | Ended> {
  const signing = pinPad.authorise({ transactionId: id, amount, date: DATE, time: TIME });
  await world.advance(20);
  if (pin !== undefined) device.pressPin(pin);
  return settled(world, signing);
}

export function done<T>(result: Done<T> | Ended): T {
  if (result.kind === 'ended') throw new Error(`The step ended: ${result.why}.`);
  return result.value;
}
