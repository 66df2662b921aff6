/** A driver and a device on one virtual clock, with keys made for the test, and the gateway's end of them. */

import type { PinPad } from '../../../drivers/contract/pin-pad.ts';
import { openPinPad, type PinPadOptions } from '../../../drivers/pinpad/serial-pin-pad.ts';
import { aesInitialKey } from '../../../gateway/keys/aes-dukpt.ts';
import { parseKsn } from '../../../gateway/keys/ksn.ts';
import { tdesInitialKey } from '../../../gateway/keys/tdes-dukpt.ts';
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

export async function counter(
  scheme: 'aes' | 'tdes' = 'aes',
  {
    options = {},
    storage = memoryStorage(),
  }: { options?: Partial<PinPadOptions>; storage?: PadStorage } = {},
): Promise<Counter> {
  const world = new VirtualWorld({ seed: 7 });
  const device = new PinPadDevice(padOf(scheme), { storage, runtime: world.process() });
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
