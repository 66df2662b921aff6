/** A transport a test plays the device of. */
import { type DeviceState, DriverError, type Transport } from '../../drivers/contract/device.ts';

export interface DoubleTransport extends Transport {
  readonly written: Uint8Array[];
  receive(bytes: Uint8Array): void;
  become(state: DeviceState): void;
  /** Called with every write, as the device would be. */
  device: (bytes: Uint8Array) => void;
}

export function doubleTransport(initial: DeviceState = 'ready'): DoubleTransport {
  let state = initial;
  const states = new Set<(state: DeviceState) => void>();
  const data = new Set<(bytes: Uint8Array) => void>();
  const written: Uint8Array[] = [];
  const transport: DoubleTransport = {
    get state() {
      return state;
    },
    onState(listener) {
      states.add(listener);
      return () => {
        states.delete(listener);
      };
    },
    onData(listener) {
      data.add(listener);
      return () => {
        data.delete(listener);
      };
    },
    async write(bytes) {
      if (state !== 'ready')
        throw new DriverError('TRANSPORT_LOST', 'The device is not connected.', { state });
      written.push(bytes);
      transport.device(bytes);
    },
    async close() {
      state = 'absent';
    },
    written,
    receive(bytes) {
      for (const listener of [...data]) listener(bytes);
    },
    become(next) {
      state = next;
      for (const listener of [...states]) listener(next);
    },
    device: () => undefined,
  };
  return transport;
}
