/** Dials a bank's host over TLS 1.3, or over plain TCP where the partner's terms say that the line itself is private.
 *  Whatever is written in one turn of the event loop leaves in one write. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Dial, DialHandlers, DialledSocket } from './dial.ts';

export interface BankTls {
  /** The authority the bank's certificate must chain to. */
  readonly caPem: string;
  /** The name the certificate must carry. */
  readonly serverName: string;
  /** Ours, where the bank wants to know who calls; PEM. */
  readonly client: { readonly certPem: string; readonly keyPem: string } | null;
}

export interface BankAddress {
  readonly host: string;
  readonly port: number;
}

/** `tls` null is plain TCP. The host's certificate is always checked, and no session is resumed. */
export function dialTcp(address: BankAddress, tls: BankTls | null): Dial {
  return (handlers) => {
    const socket = tls === null ? connectTcp(address) : connectTls(tlsOptions(address, tls));
    listen(socket, tls === null ? 'connect' : 'secureConnect', handlers);
    return () => socket.destroy();
  };
}

function tlsOptions(address: BankAddress, tls: BankTls) {
  const own = tls.client === null ? {} : { cert: tls.client.certPem, key: tls.client.keyPem };
  return {
    ...address,
    ...own,
    ca: tls.caPem,
    servername: tls.serverName,
    minVersion: 'TLSv1.3' as const,
    rejectUnauthorized: true,
  };
}

function listen(socket: Socket, openedBy: 'connect' | 'secureConnect', handlers: DialHandlers): void {
  let cause: string | null = null;
  socket.setNoDelay(true);
  socket.on(openedBy, () => handlers.onOpen(new BatchingSocket(socket)));
  socket.on('data', (bytes: Uint8Array) => handlers.onBytes(bytes));
  socket.on('error', (error) => {
    cause = 'code' in error ? String(error.code) : error.name;
  });
  // A half-closed bank cannot answer any more: the whole connection goes.
  socket.on('end', () => socket.destroy());
  socket.on('close', () => handlers.onClosed(cause));
}

class BatchingSocket implements DialledSocket {
  readonly #socket: Socket;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength + this.#batchBytes;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#socket.writable) return false;
    // After every promise that settles in this turn, so that they all share the write.
    if (this.#batch.length === 0) process.nextTick(() => this.#flush());
    this.#batch.push(bytes);
    this.#batchBytes += bytes.length;
    return true;
  }

  /** What was written before still goes: the answer to a bank that signs off is written in the turn in which this is called. */
  terminate(): void {
    this.#flush();
    this.#socket.destroy();
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    const [only] = batch;
    const whole = batch.length === 1 && only !== undefined ? only : Buffer.concat(batch, this.#batchBytes);
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.length > 1) for (const each of batch) each.fill(0);
    // The callback comes in every case, with an error where the socket has gone.
    this.#socket.write(whole, () => whole.fill(0));
  }
}
