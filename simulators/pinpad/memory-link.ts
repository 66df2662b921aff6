/** A cable between a driver and the device inside one process, on the clock of the world they are in. */
import { type DeviceState, DriverError, type Transport } from '../../drivers/contract/device.ts';
import type { Timers } from '../../gateway/kernel/time.ts';
import type { PadLink, PinPadDevice } from './pin-pad-device.ts';

export interface MemoryLinkOptions {
  readonly latencyMs: number;
  /** How soon a cut cable is tried again. */
  readonly retryMs: number;
  /** Sees every byte that crosses, in both directions. */
  readonly tap?: (direction: 'to_device' | 'to_host', bytes: Uint8Array) => void;
}

const DEFAULTS: MemoryLinkOptions = { latencyMs: 1, retryMs: 500 };

/** The driver's end. Its state follows the device's plug. */
export function memoryTransport(
  device: PinPadDevice,
  timers: Timers,
  options: Partial<MemoryLinkOptions> = {},
): Transport {
  return new MemoryTransport(device, timers, { ...DEFAULTS, ...options });
}

class MemoryTransport implements Transport {
  readonly #device: PinPadDevice;
  readonly #timers: Timers;
  readonly #options: MemoryLinkOptions;
  readonly #states = new Set<(state: DeviceState) => void>();
  readonly #data = new Set<(bytes: Uint8Array) => void>();
  readonly #stopPlug: () => void;
  #link: PadLink | null = null;
  #cancelRetry: () => void = () => undefined;
  #closed = false;

  constructor(device: PinPadDevice, timers: Timers, options: MemoryLinkOptions) {
    this.#device = device;
    this.#timers = timers;
    this.#options = options;
    this.#stopPlug = device.onPlug((plugged) => {
      if (plugged) this.#connect();
    });
    this.#connect();
  }

  get state(): DeviceState {
    return this.#link === null ? 'absent' : 'ready';
  }

  onState(listener: (state: DeviceState) => void): () => void {
    this.#states.add(listener);
    return () => {
      this.#states.delete(listener);
    };
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    this.#data.add(listener);
    return () => {
      this.#data.delete(listener);
    };
  }

  async write(bytes: Uint8Array): Promise<void> {
    const link = this.#link;
    if (link === null) throw new DriverError('TRANSPORT_LOST', 'The device is not connected.', {});
    this.#options.tap?.('to_device', bytes);
    const sent = Uint8Array.from(bytes);
    this.#timers.after(this.#options.latencyMs, () => link.receive(sent));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelRetry();
    this.#stopPlug();
    this.#states.clear();
    this.#data.clear();
    const link = this.#link;
    this.#link = null;
    link?.close();
  }

  #connect(): void {
    if (this.#closed || this.#link !== null) return;
    this.#cancelRetry();
    let cut = false;
    const link = this.#device.connect({
      send: (bytes) => {
        this.#options.tap?.('to_host', bytes);
        const sent = Uint8Array.from(bytes);
        this.#timers.after(this.#options.latencyMs, () => {
          if (!cut) for (const listener of [...this.#data]) listener(sent);
        });
      },
      cut: () => {
        cut = true;
        this.#lost();
      },
    });
    if (link === null) return;
    this.#link = link;
    this.#tell();
  }

  #lost(): void {
    if (this.#link === null || this.#closed) return;
    this.#link = null;
    this.#tell();
    this.#cancelRetry = this.#timers.after(this.#options.retryMs, () => this.#connect());
  }

  #tell(): void {
    for (const listener of [...this.#states]) listener(this.state);
  }
}
