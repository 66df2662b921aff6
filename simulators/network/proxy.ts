/** A TCP proxy in user space with a fault per connection, so that both ends meet a bad network without knowing it. */
import { createServer, connect as dial, type Socket } from 'node:net';
import type { Timers } from '../../gateway/kernel/time.ts';
import { listening } from '../tcp-port.ts';
import type { Direction, LinkFault } from './faults.ts';

export interface ProxyOptions {
  readonly listenHost: string;
  readonly listenPort: number;
  readonly targetHost: string;
  readonly targetPort: number;
  readonly timers: Timers;
  /** Asked once for each new connection. */
  readonly faultFor: (connection: number) => LinkFault;
}

export interface FaultyProxy {
  readonly port: number;
  /** Replaces the fault of every connection that is open. */
  setFault(fault: LinkFault): void;
  close(): Promise<void>;
}

export async function openProxy(options: ProxyOptions): Promise<FaultyProxy> {
  const pairs = new Set<LinkedPair>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const fault = options.faultFor(connections);
    connections += 1;
    const target = dial({ host: options.targetHost, port: options.targetPort, allowHalfOpen: true });
    const pair = new LinkedPair(client, target, fault, options.timers, () => pairs.delete(pair));
    pairs.add(pair);
  });
  const port = await listening(server, { host: options.listenHost, port: options.listenPort });
  return {
    port,
    setFault: (fault) => {
      for (const pair of pairs) pair.setFault(fault);
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const pair of pairs) pair.destroy();
      }),
  };
}

const OTHER: Readonly<Record<Direction, Direction>> = { up: 'down', down: 'up' };

class LinkedPair {
  /** Bytes of a direction are written to the socket of that name. */
  readonly #sinks: Readonly<Record<Direction, Socket>>;
  readonly #timers: Timers;
  readonly #whenOver: () => void;
  readonly #lines: Record<Direction, Promise<void>> = { up: Promise.resolve(), down: Promise.resolve() };
  #fault: LinkFault;
  #passedBytes = 0;

  constructor(client: Socket, target: Socket, fault: LinkFault, timers: Timers, whenOver: () => void) {
    this.#sinks = { up: target, down: client };
    this.#timers = timers;
    this.#whenOver = whenOver;
    this.#fault = fault;
    this.#carry('up');
    this.#carry('down');
  }

  setFault(fault: LinkFault): void {
    this.#fault = fault;
    this.#passedBytes = 0;
    if ('afterBytes' in fault && fault.afterBytes === 0) this.#strike(fault);
  }

  destroy(): void {
    for (const socket of Object.values(this.#sinks)) socket.destroy();
    this.#whenOver();
  }

  #carry(direction: Direction): void {
    const source = this.#sinks[OTHER[direction]];
    source.on('data', (chunk) => {
      source.pause();
      this.#lines[direction] = this.#lines[direction]
        .then(() => this.#pass(direction, chunk))
        .then(() => {
          source.resume();
        });
    });
    source.on('end', () => {
      this.#lines[direction] = this.#lines[direction].then(() => {
        if (!this.#silent(direction)) this.#sinks[direction].end();
      });
    });
    source.on('error', () => this.#hangUp());
    source.on('close', () => this.#hangUp());
  }

  /** A silent link does not tell one end that the other has gone. */
  #hangUp(): void {
    if (this.#fault.kind === 'half_open' || this.#fault.kind === 'blackhole') return;
    this.destroy();
  }

  async #pass(direction: Direction, chunk: Uint8Array): Promise<void> {
    const fault = this.#fault;
    if (fault.kind === 'delay') await this.#wait(fault.delayMs);
    if (fault.kind === 'throttle') await this.#wait(Math.ceil((chunk.length * 1_000) / fault.bytesPerSecond));
    if (this.#silent(direction)) return;
    const room = 'afterBytes' in this.#fault ? this.#fault.afterBytes - this.#passedBytes : chunk.length;
    const passing = chunk.subarray(0, Math.max(0, Math.min(room, chunk.length)));
    this.#passedBytes += passing.length;
    await this.#write(this.#sinks[direction], passing);
    if (passing.length < chunk.length) this.#strike(this.#fault);
  }

  #silent(direction: Direction): boolean {
    if (this.#fault.kind === 'half_open') return this.#passedBytes >= this.#fault.afterBytes;
    return this.#fault.kind === 'blackhole' && this.#fault.direction === direction;
  }

  #strike(fault: LinkFault): void {
    if (fault.kind === 'drop') for (const socket of Object.values(this.#sinks)) socket.end();
    if (fault.kind === 'reset') for (const socket of Object.values(this.#sinks)) socket.resetAndDestroy();
  }

  #write(sink: Socket, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || !sink.writable) return Promise.resolve();
    return new Promise((resolve) => {
      sink.write(bytes, () => resolve());
    });
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.after(delayMs, resolve);
    });
  }
}
