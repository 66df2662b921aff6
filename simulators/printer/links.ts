/** The printer's connectors: raw TCP, as on port 9100, and a serial line. */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { Pty } from '../pty.ts';
import type { PrinterSimulator } from './printer.ts';

export interface PrinterPort {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

const CONNECTION_LIMIT = 8;

export function listenForJobs(printer: PrinterSimulator, host: string, port: number): Promise<PrinterPort> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const stop = attach(printer, socket);
    // A host that goes away in the middle of a job is everyday life for a printer.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      stop();
    });
  });
  server.maxConnections = CONNECTION_LIMIT;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      resolve({
        host,
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

/** Reads only while the printer can take it, so that the host's writes come to a stand as with real hardware. */
function attach(printer: PrinterSimulator, socket: Socket): () => void {
  const link = printer.connect((bytes) => {
    if (socket.writable) socket.write(bytes);
  });
  socket.on('data', (chunk) => {
    link.receive(chunk);
    if (printer.full) socket.pause();
  });
  const stopWatching = printer.onChange(() => {
    if (!printer.full && socket.isPaused()) socket.resume();
  });
  return () => {
    stopWatching();
    link.close();
  };
}

export function attachSerial(printer: PrinterSimulator, pty: Pty): () => void {
  const link = printer.connect((bytes) => pty.write(bytes));
  const stop = pty.onData((bytes) => link.receive(bytes));
  return () => {
    stop();
    link.close();
  };
}
