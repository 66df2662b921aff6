/** What is remembered of each PIN pad while the gateway runs, by the identity in its key serial numbers. */
import { initialKsn, type Ksn } from '../../keys/ksn.ts';

const DEVICES_MOST = 20_000;

export class DeviceMemory<T> {
  readonly #devices = new Map<Ksn, T>();
  readonly #unknown: () => T;

  /** `unknown`: of a device that nothing is known of. */
  constructor(unknown: () => T) {
    this.#unknown = unknown;
  }

  /** A full memory begins with the oldest device anew. */
  of(ksn: Ksn): T {
    const identity = initialKsn(ksn);
    const known = this.#devices.get(identity);
    if (known !== undefined) return known;
    if (this.#devices.size >= DEVICES_MOST) {
      const [oldest] = this.#devices.keys();
      if (oldest !== undefined) this.#devices.delete(oldest);
    }
    const device = this.#unknown();
    this.#devices.set(identity, device);
    return device;
  }
}
