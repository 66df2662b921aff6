import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Transport } from '../../../drivers/contract/device.ts';
import { openTcpTransport } from '../../../drivers/transport/tcp.ts';
import { realRuntime, until } from '../real-runtime.ts';

const open: { transport?: Transport; server?: Server; sockets: Set<Socket> } = { sockets: new Set() };

function listen(port = 0): Promise<number> {
  const server = createServer((socket) => {
    open.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => socket.write(bytes));
  });
  open.server = server;
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(): Promise<void> {
  for (const socket of open.sockets) socket.destroy();
  open.sockets.clear();
  const { server } = open;
  return new Promise((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
}

afterEach(async () => {
  await open.transport?.close();
  await stop();
});

test('every byte value crosses unchanged both ways', async () => {
  const port = await listen();
  const transport = openTcpTransport({ host: '127.0.0.1', port }, realRuntime);
  open.transport = transport;
  const seen: number[] = [];
  transport.onData((bytes) => seen.push(...bytes));
  await until(() => transport.state === 'ready', 'connected');
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  await transport.write(all);
  await until(() => seen.length === 256, 'echoed');
  expect(seen).toEqual([...all]);
});

test('a peer that goes away and comes back is found again by itself', async () => {
  const port = await listen();
  const transport = openTcpTransport({ host: '127.0.0.1', port }, realRuntime);
  open.transport = transport;
  await until(() => transport.state === 'ready', 'connected');
  await stop();
  await until(() => transport.state === 'absent', 'lost');
  await expect(transport.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
  await listen(port);
  await until(() => transport.state === 'ready', 'connected again');
});

test('nobody listening is absent, not an exception', async () => {
  const port = await listen();
  await stop();
  const transport = openTcpTransport({ host: '127.0.0.1', port }, realRuntime);
  open.transport = transport;
  await until(() => transport.state === 'absent', 'absent');
});
