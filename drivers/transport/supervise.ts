/** Keeps one byte link open: opens it, reopens it after a loss with backoff, and shows its state. The drivers above see
 *  one `Transport` for the life of the device. */
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import { type DeviceState, DriverError, type Transport } from '../contract/device.ts';

/** One opened (or opening) link. `write` rejects once the link is lost; `destroy` resolves when it is released. */
export interface RawLink {
  write(bytes: Uint8Array): Promise<void>;
  destroy(): Promise<void>;
}

/** What a raw link reports. `lost` may be called any number of times; the first counts. */
export interface RawLinkEvents {
  opened(): void;
  data(bytes: Uint8Array): void;
  /** `absent`: nothing there to open. `faulted`: there, and it cannot be used (taken, forbidden). */
  lost(why: 'absent' | 'faulted'): void;
}

export type OpenRawLink = (events: RawLinkEvents) => RawLink;

export const FIRST_BACKOFF_MS = 500;
export const LONGEST_BACKOFF_MS = 5_000;

export function superviseTransport(open: OpenRawLink, runtime: Runtime): Transport {
  return new SupervisedTransport(open, runtime);
}

class SupervisedTransport implements Transport {
  readonly #open: OpenRawLink;
  readonly #runtime: Runtime;
  readonly #stateListeners = new Set<(state: DeviceState) => void>();
  readonly #dataListeners = new Set<(bytes: Uint8Array) => void>();
  #state: DeviceState = 'opening';
  #link: RawLink | null = null;
  #backoffMs = FIRST_BACKOFF_MS;
  #cancelRetry: CancelTimer = () => undefined;
  #releasing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(open: OpenRawLink, runtime: Runtime) {
    this.#open = open;
    this.#runtime = runtime;
    this.#attempt();
  }

  get state(): DeviceState {
    return this.#state;
  }

  onState(listener: (state: DeviceState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => {
      this.#stateListeners.delete(listener);
    };
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    this.#dataListeners.add(listener);
    return () => {
      this.#dataListeners.delete(listener);
    };
  }

  async write(bytes: Uint8Array): Promise<void> {
    const link = this.#link;
    if (link === null || this.#state !== 'ready') {
      throw new DriverError('TRANSPORT_LOST', 'The device is not connected.', { state: this.#state });
    }
    await link.write(bytes);
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#cancelRetry();
      this.#stateListeners.clear();
      this.#dataListeners.clear();
      this.#state = 'absent';
      this.#release();
    }
    await this.#releasing;
  }

  #attempt(): void {
    let over = false;
    // A link that fails inside `open` reports before its handle exists; it is released once it does.
    let link: RawLink | null = null;
    const lost = (why: 'absent' | 'faulted'): void => {
      if (over) return;
      over = true;
      if (this.#closed) return;
      if (link !== null && this.#link === link) this.#release();
      this.#setState(why);
      this.#cancelRetry = this.#runtime.timers.after(this.#backoffMs, () => {
        void this.#releasing.then(() => {
          if (!this.#closed) this.#attempt();
        });
      });
      this.#backoffMs = Math.min(this.#backoffMs * 2, LONGEST_BACKOFF_MS);
    };
    link = this.#open({
      opened: () => {
        if (over || this.#closed) return;
        this.#backoffMs = FIRST_BACKOFF_MS;
        this.#setState('ready');
      },
      data: (bytes) => {
        if (over || this.#closed) return;
        for (const listener of [...this.#dataListeners]) listener(bytes);
      },
      lost,
    });
    this.#link = link;
    if (over) this.#release();
  }

  #release(): void {
    const link = this.#link;
    this.#link = null;
    if (link !== null) this.#releasing = link.destroy();
  }

  #setState(state: DeviceState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#stateListeners]) listener(state);
  }
}
