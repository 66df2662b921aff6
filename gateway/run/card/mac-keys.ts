/** Which key of a PIN pad made the MAC of which message. A device uses each DUKPT key for one message, as often as that is said
 *  again; another message under the same key comes from a device that is broken, or from somebody who has the key.
 *
 *  Kept in memory alone, so that it costs a message nothing but two looks: of each device the latest keys with what they were
 *  used for, and the counter below which that is no longer known. */
import { type Ksn, ksnCounter } from '../../keys/ksn.ts';
import { DeviceMemory } from './device-memory.ts';

/** `new`: not used before, as far as is known. `same`: by this very message. `another`: by another message. `before`: its counter
 *  lies before all that is known of the device. */
export type MacKeyUse = 'new' | 'same' | 'another' | 'before';

interface Device {
  /** Counters up to here are no longer told apart. */
  floor: number;
  /** Hash of the message by counter, in the order in which they came. */
  readonly latest: Map<number, string>;
}

/** As many as a PIN pad itself remembers. */
const LATEST_MOST = 32;

export class MacKeys {
  readonly #devices = new DeviceMemory<Device>(() => ({ floor: 0, latest: new Map() }));

  /** Of a message whose MAC is right. `bodyHash`: of all that it has in common with its repeats. */
  take(ksn: Ksn, bodyHash: string): MacKeyUse {
    const device = this.#devices.of(ksn);
    const counter = ksnCounter(ksn);
    const used = device.latest.get(counter);
    if (used !== undefined) return used === bodyHash ? 'same' : 'another';
    if (counter <= device.floor) return 'before';
    device.latest.set(counter, bodyHash);
    if (device.latest.size > LATEST_MOST) forget(device);
    return 'new';
  }
}

function forget(device: Device): void {
  const [oldest] = device.latest.keys();
  if (oldest === undefined) return;
  device.latest.delete(oldest);
  device.floor = Math.max(device.floor, oldest);
}
