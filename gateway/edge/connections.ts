/** How many connections there may be, in all and from one party, counted before TLS so that a refusal costs nothing. */
import type { Server, Socket } from 'node:net';
import type { Log } from '../kernel/log.ts';
import { addressKey } from './address.ts';
import type { EdgeLimits } from './limits.ts';

export function limitConnections(
  server: Server,
  limits: Pick<EdgeLimits, 'connections' | 'connectionsPerAddress'>,
  log: Log,
): void {
  const perAddress = new Map<string, number>();
  server.maxConnections = limits.connections;
  server.on('connection', (socket: Socket) => {
    const address = addressKey(socket.remoteAddress);
    const open = (perAddress.get(address) ?? 0) + 1;
    perAddress.set(address, open);
    socket.once('close', () => {
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    if (open <= limits.connectionsPerAddress) return;
    log.warn('connections_exceeded', { count: open, address });
    socket.destroy();
  });
  server.on('drop', () => log.warn('connections_exceeded', { count: limits.connections }));
}
