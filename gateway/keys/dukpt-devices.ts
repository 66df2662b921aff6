/** The host's side of DUKPT for one base key: transaction keys, with the last path of each device remembered.
 *
 *  A device counts upwards, so its next key shares all but the last steps with the one before; remembering those saves most
 *  derivations. It gives nothing away that the base key beside it does not: that a past key cannot be found from a later one is a
 *  promise of the device, which holds no base key. */
import {
  aesInitialKey,
  aesStep,
  aesWorkingKey,
  type DukptKeyType,
  type WorkingKeyUsage,
} from './aes-dukpt.ts';
import { KeysError } from './keys-error.ts';
import { counterPrefixes, initialKsn, type Ksn, ksnCounter, ksnScheme } from './ksn.ts';
import { type TdesUsage, tdesInitialKey, tdesStep, tdesWorkingKey } from './tdes-dukpt.ts';

interface Step {
  readonly prefix: number;
  readonly key: Uint8Array;
}

interface DevicePath {
  readonly initialKey: Uint8Array;
  steps: readonly Step[];
}

/** Both schemes have these uses. */
export type DukptUse = TdesUsage & WorkingKeyUsage;

const DEVICES_MAX = 4096;

export class DukptDevices {
  readonly #bdk: Uint8Array;
  readonly #scheme: 'tdes' | 'aes';
  readonly #devices = new Map<Ksn, DevicePath>();

  constructor(scheme: 'tdes' | 'aes', bdk: Uint8Array) {
    this.#scheme = scheme;
    this.#bdk = bdk;
  }

  /** Errors  KSN_MALFORMED for the other scheme's KSN or a counter of zero. */
  workingKey(ksn: Ksn, use: DukptUse, type: DukptKeyType): Uint8Array {
    const key = this.#transactionKey(ksn);
    return this.#scheme === 'aes' ? aesWorkingKey(key, ksn, use, type) : tdesWorkingKey(key, use);
  }

  initialKey(ksn: Ksn): Uint8Array {
    return this.#device(ksn).initialKey;
  }

  #transactionKey(ksn: Ksn): Uint8Array {
    const counter = ksnCounter(ksn);
    if (counter === 0) throw new KeysError('KSN_MALFORMED', { counter });
    const device = this.#device(ksn);
    const steps: Step[] = [];
    let key = device.initialKey;
    counterPrefixes(counter).forEach((prefix, depth) => {
      const known = device.steps[depth];
      const shared = known?.prefix === prefix && steps.length === depth;
      const step = shared ? known : { prefix, key: this.#step(key, ksn, prefix) };
      steps.push(step);
      key = step.key;
    });
    device.steps = steps;
    return key;
  }

  #step(key: Uint8Array, ksn: Ksn, prefix: number): Uint8Array {
    return this.#scheme === 'aes' ? aesStep(key, ksn, prefix) : tdesStep(key, ksn, prefix);
  }

  #device(ksn: Ksn): DevicePath {
    if (ksnScheme(ksn) !== this.#scheme) throw new KeysError('KSN_MALFORMED', { length: ksn.length });
    const identity = initialKsn(ksn);
    const known = this.#devices.get(identity);
    if (known !== undefined) return known;
    const derive = this.#scheme === 'aes' ? aesInitialKey : tdesInitialKey;
    const device: DevicePath = { initialKey: derive(this.#bdk, ksn), steps: [] };
    this.#forgetOldest();
    this.#devices.set(identity, device);
    return device;
  }

  #forgetOldest(): void {
    if (this.#devices.size < DEVICES_MAX) return;
    for (const oldest of this.#devices.keys()) {
      this.#devices.delete(oldest);
      return;
    }
  }
}
