/** The bank's listener: each socket of the acquirer is one connection of the bank. TLS 1.3 or, on a private line, plain TCP. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import type { PartnerBank } from './bank.ts';

export interface LinkTls {
  readonly cert: string;
  readonly key: string;
  /** Authorities of the client's certificate, which must be shown then. */
  readonly clientCa: string | null;
}

const CONNECTIONS_MOST = 64;
/** What a peer that does not read may leave unsent before its connection ends. */
const UNSENT_BYTES_MOST = 4 * 1024 * 1024;

export function createLinkServer(bank: PartnerBank, tls: LinkTls | null): Server {
  const onSocket = (socket: Socket): void => serve(bank, socket);
  const server =
    tls === null
      ? createServer(onSocket)
      : createSecureServer(
          {
            cert: tls.cert,
            key: tls.key,
            minVersion: 'TLSv1.3',
            ...(tls.clientCa === null
              ? {}
              : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
          },
          onSocket,
        );
  server.maxConnections = CONNECTIONS_MOST;
  return server;
}

function serve(bank: PartnerBank, socket: Socket): void {
  socket.setNoDelay(true);
  const sending = new Sending(socket);
  const connection = bank.connect({
    send: (bytes) => sending.add(bytes),
    close: () => sending.end(),
  });
  socket.on('data', (bytes) => connection.receive(bytes));
  socket.on('end', () => connection.gone());
  socket.on('close', () => connection.gone());
  socket.on('error', () => socket.destroy());
}

/** The answers of one commit leave in one write, and so in one TLS record: each record costs both ends more than a message. */
class Sending {
  readonly #socket: Socket;
  #batch: Uint8Array[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  add(bytes: Uint8Array): void {
    if (this.#batch.length === 0) process.nextTick(() => this.#flush());
    this.#batch.push(bytes);
  }

  end(): void {
    this.#flush();
    this.#socket.end();
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    if (this.#socket.writable) this.#socket.write(Buffer.concat(batch));
    if (this.#socket.writableLength > UNSENT_BYTES_MOST) this.#socket.destroy();
  }
}
