/** A raw TCP link to a device, as printers speak on port 9100. */
import { connect, type Socket } from 'node:net';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { DriverError, type Transport } from '../contract/device.ts';
import { type OpenRawLink, superviseTransport } from './supervise.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

const CONNECT_TIMEOUT_MS = 3_000;

export function openTcpTransport(address: TcpAddress, runtime: Runtime): Transport {
  return superviseTransport(tcpLink(address, runtime), runtime);
}

function tcpLink(address: TcpAddress, runtime: Runtime): OpenRawLink {
  return (events) => {
    const socket = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
    const cancelTimeout = runtime.timers.after(CONNECT_TIMEOUT_MS, () => socket.destroy());
    socket.on('connect', () => {
      cancelTimeout();
      events.opened();
    });
    socket.on('data', (bytes) => events.data(bytes));
    // Every end of a socket, graceful or not, closes it; the error itself adds nothing a cashier could use.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      cancelTimeout();
      events.lost('absent');
    });
    return {
      write: (bytes) => writeTo(socket, address, bytes),
      destroy: async () => {
        cancelTimeout();
        socket.destroy();
      },
    };
  };
}

function writeTo(socket: Socket, address: TcpAddress, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = (cause: unknown): void =>
      reject(
        new DriverError(
          'TRANSPORT_LOST',
          'The device closed the connection.',
          { host: address.host, port: address.port },
          { cause },
        ),
      );
    if (socket.destroyed) return lost(undefined);
    const onClose = (): void => lost(undefined);
    socket.once('close', onClose);
    socket.write(bytes, (error) => {
      socket.off('close', onClose);
      if (error) lost(error);
      else resolve();
    });
  });
}
