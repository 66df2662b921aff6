/** The printer's connectors: raw TCP, as on port 9100, and a serial line. */

import type { Socket } from 'node:net';
import type { Pty } from '../pty.ts';
import { openTcpPort, type TcpPort } from '../tcp-port.ts';
import type { PrinterSimulator } from './printer.ts';

const CONNECTION_LIMIT = 8;

export function listenForJobs(printer: PrinterSimulator, host: string, port: number): Promise<TcpPort> {
  return openTcpPort({ host, port }, CONNECTION_LIMIT, (socket) => attach(printer, socket));
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
