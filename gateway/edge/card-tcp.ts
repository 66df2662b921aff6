/** Foreign card terminals: ISO 8583 over TCP, one profile to a port. Many messages of a connection may be under way, and
 *  each is answered when its answer is there, in any order. What is not a message costs its sender an answer or nothing;
 *  only a stream that cannot be followed any further, or that nobody reads, is ended. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Log } from '../kernel/log.ts';
import { type CancelTimer, type Runtime, sleep } from '../kernel/time.ts';
import { addressKey } from './address.ts';
import { CardConnection, type CardConnectionOptions, type CardPortShare } from './card-connection.ts';
import type { CardTcpLimits } from './card-tcp-limits.ts';
import { limitConnections } from './connections.ts';
import { ModuleGate } from './module-gate.ts';
import { ShutOut } from './shut-out.ts';

export interface CardTcpOptions extends CardConnectionOptions {
  readonly listen: { readonly host: string; readonly port: number };
}

export interface CardTcpPort {
  readonly port: number;
  /** Takes nothing more, lets what is under way answer within `drainMs`, then ends every connection. */
  close(): Promise<void>;
}

export async function openCardTcp(options: CardTcpOptions): Promise<CardTcpPort> {
  const { limits, log, runtime, listen } = options;
  const connections = new Set<CardConnection>();
  const shutOut = new ShutOut(limits);
  const share: CardPortShare = {
    gate: new ModuleGate(limits.unknownAtModule),
    refused: (by) => {
      if (!shutOut.refused(by.peer, runtime.clock.now())) return;
      log.warn('card_address_shut_out', { address: by.peer, inMs: limits.shutOutMs });
      for (const each of connections) if (each === by || (each.peer === by.peer && !each.proven)) each.shut();
    },
  };
  const server = createServer({ noDelay: true });
  limitConnections(server, limits, log);
  server.on('connection', (socket: Socket) => {
    if (socket.destroyed) return;
    if (shutOut.has(addressKey(socket.remoteAddress), runtime.clock.now())) {
      socket.destroy();
      return;
    }
    if (connections.size >= limits.connections - 1) makeRoom(connections, log);
    const connection = new CardConnection(socket, options, share);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  server.on('drop', () => makeRoom(connections, log));
  await listening(server, listen);
  const stopSweeping = sweep(connections, limits, runtime);
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

const DRAIN_STEP_MS = 20;

/** The oldest that has not proven itself goes, for one that may. A message of it that is being checked may be a right one. */
function makeRoom(connections: ReadonlySet<CardConnection>, log: Log): void {
  for (const connection of connections) {
    if (connection.proven || connection.busy) continue;
    log.warn('connections_exceeded', { count: connections.size });
    connection.shut();
    return;
  }
}

/** One timer for all connections of the port. */
function sweep(
  connections: ReadonlySet<CardConnection>,
  limits: CardTcpLimits,
  runtime: Runtime,
): CancelTimer {
  const { idleTimeoutMs, frameTimeoutMs, provenWithinMs } = limits;
  const everyMs = Math.ceil(Math.min(idleTimeoutMs, frameTimeoutMs, provenWithinMs) / 4);
  let cancel: CancelTimer = () => undefined;
  const look = () => {
    const now = runtime.clock.now();
    for (const connection of connections) connection.look(now);
    cancel = runtime.timers.after(everyMs, look);
  };
  cancel = runtime.timers.after(everyMs, look);
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
