/** Foreign card terminals: ISO 8583 over TCP, one profile to a port. Many messages of a connection may be under way, and
 *  each is answered when its answer is there, in any order. What is not a message costs its sender an answer or nothing;
 *  only a stream that cannot be followed any further, or that nobody reads, is ended. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { failureName } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { type CancelTimer, type EpochMs, type Runtime, sleep } from '../kernel/time.ts';
import type { CardService } from '../payments/card/ports.ts';
import { addressKey } from './address.ts';
import { type CardFrame, CardFrameReader, cardReplyFrame } from './card-frames.ts';
import { limitConnections } from './connections.ts';
import type { BucketLimit } from './limits.ts';
import { TokenBucket } from './token-bucket.ts';

export interface CardTcpLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly messageBytes: number;
  /** Of one connection. Beyond them the connection is not read until an answer has gone out or a token has come. */
  readonly messagesInFlight: number;
  readonly messages: BucketLimit;
  /** A connection from which nothing came for this long is ended. */
  readonly idleTimeoutMs: number;
  /** Unsent bytes above which a terminal that does not read loses its connection. */
  readonly sendBufferBytes: number;
  /** How long a closing port lets messages under way answer. */
  readonly drainMs: number;
}

export const DEFAULT_CARD_TCP_LIMITS: CardTcpLimits = {
  connections: 2_000,
  connectionsPerAddress: 256,
  messageBytes: 4_096,
  messagesInFlight: 512,
  messages: { burst: 4_000, perMinute: 240_000 },
  idleTimeoutMs: 300_000,
  sendBufferBytes: 1_048_576,
  drainMs: 2_000,
};

export interface CardTcpOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly profile: 'ascii' | 'bcd';
  readonly tpdu: boolean;
  readonly cards: Pick<CardService, 'message'>;
  readonly limits: CardTcpLimits;
  readonly runtime: Runtime;
  readonly log: Log;
}

export interface CardTcpPort {
  readonly port: number;
  /** Takes nothing more, lets what is under way answer within `drainMs`, then ends every connection. */
  close(): Promise<void>;
}

export async function openCardTcp(options: CardTcpOptions): Promise<CardTcpPort> {
  const { limits, log, runtime, listen } = options;
  const connections = new Set<CardConnection>();
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new CardConnection(socket, options);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  limitConnections(server, limits, log);
  await listening(server, listen);
  const stopSweeping = sweep(connections, limits.idleTimeoutMs, runtime);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      stopSweeping();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.stopReading();
      await drained(connections, options);
      for (const connection of connections) connection.end();
      await closed;
    },
  };
}

class CardConnection {
  readonly #socket: Socket;
  readonly #options: CardTcpOptions;
  readonly #reader: CardFrameReader;
  readonly #bucket: TokenBucket;
  readonly #peer: string;
  readonly #waiting: CardFrame[] = [];
  #inFlight = 0;
  #heardAt: EpochMs;
  #stopped = false;
  #cancelRetry: CancelTimer | null = null;

  constructor(socket: Socket, options: CardTcpOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#reader = new CardFrameReader({ messageBytes: options.limits.messageBytes, tpdu: options.tpdu });
    this.#heardAt = options.runtime.clock.now();
    this.#bucket = new TokenBucket(options.limits.messages, this.#heardAt);
    this.#peer = addressKey(socket.remoteAddress);
    socket.on('data', (chunk) => this.#take(chunk));
    // `close` follows by itself.
    socket.on('error', (error) => options.log.info('card_socket_error', { error: failureName(error) }));
    socket.on('close', () => this.#cancelRetry?.());
  }

  get busy(): boolean {
    return this.#inFlight > 0;
  }

  get heardAt(): EpochMs {
    return this.#heardAt;
  }

  stopReading(): void {
    this.#stopped = true;
    this.#socket.pause();
    // They were read, so each is answered, if only that it is not taken any more.
    for (const frame of this.#waiting.splice(0)) void this.#answer(frame);
  }

  end(): void {
    this.#stopped = true;
    this.#socket.destroySoon();
    this.#socket.unref();
    this.#options.runtime.timers.after(CLOSE_GRACE_MS, () => this.#socket.destroy());
  }

  #take(chunk: Uint8Array): void {
    if (this.#stopped) return;
    this.#heardAt = this.#options.runtime.clock.now();
    const { frames, fault } = this.#reader.push(chunk);
    this.#waiting.push(...frames);
    this.#serveWaiting();
    if (fault === null) return;
    // Where the next message begins cannot be known any more. What came before it is answered.
    this.#options.log.warn('card_stream_refused', { reason: fault, address: this.#peer });
    this.#stopped = true;
    this.#socket.pause();
    if (!this.busy && this.#waiting.length === 0) this.#socket.destroySoon();
  }

  /** Starts what the limits let start; a sender that is faster than them is not read meanwhile. */
  #serveWaiting(): void {
    const { limits, runtime } = this.#options;
    while (this.#waiting.length > 0 && this.#inFlight < limits.messagesInFlight) {
      if (!this.#bucket.take(runtime.clock.now())) {
        this.#retryLater();
        return;
      }
      const frame = this.#waiting.shift();
      if (frame !== undefined) void this.#answer(frame);
    }
    if (this.#waiting.length > 0) this.#socket.pause();
    else if (!this.#stopped) this.#socket.resume();
  }

  #retryLater(): void {
    this.#socket.pause();
    if (this.#cancelRetry !== null) return;
    this.#cancelRetry = this.#options.runtime.timers.after(RETRY_MS, () => {
      this.#cancelRetry = null;
      this.#serveWaiting();
    });
  }

  /** Never rejects. */
  async #answer(frame: CardFrame): Promise<void> {
    const { cards, profile, log } = this.#options;
    this.#inFlight += 1;
    try {
      const answer = await cards.message({ kind: 'tcp', profile, peer: this.#peer }, frame.packed);
      if (answer !== null) this.#send(cardReplyFrame(frame.tpdu, answer));
    } catch (error) {
      // Unknown stays unknown: the terminal hears nothing and reverses.
      log.alarm('card_message_failed', { address: this.#peer, error: failureName(error) });
    } finally {
      this.#inFlight -= 1;
      this.#serveWaiting();
      if (this.#stopped && !this.busy && this.#waiting.length === 0) this.#socket.destroySoon();
    }
  }

  #send(frame: Uint8Array): void {
    if (!this.#socket.writable) return;
    if (this.#socket.writableLength > this.#options.limits.sendBufferBytes) {
      this.#options.log.warn('card_terminal_not_reading', { address: this.#peer });
      this.#socket.destroy();
    } else {
      this.#socket.write(frame);
    }
  }
}

const RETRY_MS = 20;
const DRAIN_STEP_MS = 20;
const CLOSE_GRACE_MS = 500;

/** One timer for all connections of the port. */
function sweep(connections: ReadonlySet<CardConnection>, idleMs: number, runtime: Runtime): CancelTimer {
  let cancel: CancelTimer = () => undefined;
  const look = () => {
    const oldest = runtime.clock.now() - idleMs;
    for (const connection of connections) {
      if (connection.heardAt <= oldest && !connection.busy) connection.end();
    }
    cancel = runtime.timers.after(Math.ceil(idleMs / 4), look);
  };
  cancel = runtime.timers.after(Math.ceil(idleMs / 4), look);
  return () => cancel();
}

async function drained(connections: ReadonlySet<CardConnection>, options: CardTcpOptions): Promise<void> {
  const { runtime, limits } = options;
  for (let leftMs = limits.drainMs; leftMs > 0; leftMs -= DRAIN_STEP_MS) {
    if (![...connections].some((connection) => connection.busy)) return;
    await sleep(runtime.timers, DRAIN_STEP_MS);
  }
}

function listening(server: Server, listen: CardTcpOptions['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
