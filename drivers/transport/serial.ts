/** A serial port as a byte link. Modem lines are best effort (a pty and some USB adapters have none), a port taken by
 *  another program is `faulted`, and closing twice is one close. */
import { SerialPort } from 'serialport';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { DriverError, type Transport } from '../contract/device.ts';
import { type OpenRawLink, superviseTransport } from './supervise.ts';

/** By path, or by what the adapter says of itself, which stays the same when the path does not. */
export type SerialAddress =
  | { readonly path: string }
  | { readonly vendorId: string; readonly productId: string; readonly serialNumber?: string };

export interface SerialPortEntry {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
}

export interface SerialOptions {
  readonly address: SerialAddress;
  readonly baudRate: number;
  /** Injectable, because listing needs the machine's device manager. */
  readonly list?: () => Promise<readonly SerialPortEntry[]>;
}

export function openSerialTransport(options: SerialOptions, runtime: Runtime): Transport {
  return superviseTransport(serialLink(options), runtime);
}

function serialLink(options: SerialOptions): OpenRawLink {
  return (events) => {
    let port: SerialPort | null = null;
    let destroyed = false;
    const opening = findPath(options).then(
      (path) => {
        if (destroyed) return;
        if (path === null) return events.lost('absent');
        port = openPort(path, options.baudRate, events);
      },
      () => events.lost('absent'),
    );
    return {
      write: (bytes) => (port === null ? Promise.reject(lostError(undefined)) : writeTo(port, bytes)),
      destroy: async () => {
        destroyed = true;
        await opening;
        if (port !== null) await closePort(port);
      },
    };
  };
}

async function findPath(options: SerialOptions): Promise<string | null> {
  const { address } = options;
  if ('path' in address) return address.path;
  const entries = await (options.list ?? SerialPort.list)();
  const found = entries.find(
    (entry) =>
      entry.vendorId?.toLowerCase() === address.vendorId.toLowerCase() &&
      entry.productId?.toLowerCase() === address.productId.toLowerCase() &&
      (address.serialNumber === undefined || entry.serialNumber === address.serialNumber),
  );
  return found?.path ?? null;
}

function openPort(path: string, baudRate: number, events: Parameters<OpenRawLink>[0]): SerialPort {
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  port.on('data', (bytes: Uint8Array) => events.data(bytes));
  // A failing write reports both `error` and, twice, `close`; the supervisor counts only the first.
  port.on('error', () => events.lost('absent'));
  port.on('close', () => events.lost('absent'));
  port.open((error) => {
    if (error) return events.lost(isMissing(error) ? 'absent' : 'faulted');
    // Not every port has modem lines, and a device that needs none works without them.
    port.set({ dtr: true, rts: true }, () => undefined);
    watchForHangUp(port, () => events.lost('absent'));
    events.opened();
  });
  return port;
}

/** A Unix port that is gone reads as empty, and serialport reads it again for ever where a read was due when the cable was
 *  pulled (serialport/bindings-cpp, issue 162). The system says so to whoever waits on the port, so somebody always does. */
function watchForHangUp(port: SerialPort, gone: () => void): void {
  const binding = port.port;
  if (binding !== undefined && 'poller' in binding) binding.poller.once('disconnect', gone);
}

/** serialport reports the system's words only; a missing node is told from one that is taken by its fixed text. */
function isMissing(error: Error): boolean {
  return /no such file|cannot find|file not found|no such device/i.test(error.message);
}

function writeTo(port: SerialPort, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!port.isOpen) return reject(lostError(undefined));
    const onClose = (): void => reject(lostError(undefined));
    port.once('close', onClose);
    port.write(Buffer.from(bytes), undefined, (error) => {
      port.off('close', onClose);
      if (error) reject(lostError(error));
      else resolve();
    });
  });
}

function closePort(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) return resolve();
    port.close(() => resolve());
  });
}

function lostError(cause: unknown): DriverError {
  return new DriverError('TRANSPORT_LOST', 'The serial port was lost.', {}, { cause });
}
