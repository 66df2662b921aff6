import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Timers } from '../../../gateway/kernel/time.ts';
import { chooseFault, type LinkFault } from '../../../simulators/network/faults.ts';
import { type FaultyProxy, openProxy } from '../../../simulators/network/proxy.ts';
import { SeededRandom } from '../../../simulators/network/seeded-random.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Waits are counted, and over at once. */
function countingTimers() {
  const waits: number[] = [];
  const timers: Timers = {
    after: (delayMs, run) => {
      waits.push(delayMs);
      queueMicrotask(run);
      return () => {};
    },
  };
  return { waits, timers };
}

async function echoThrough(fault: LinkFault) {
  const served: Socket[] = [];
  const server: Server = createServer((socket) => {
    served.push(socket);
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of served) socket.destroy();
      }),
  );
  const { waits, timers } = countingTimers();
  const proxy: FaultyProxy = await openProxy({
    listenHost: '127.0.0.1',
    listenPort: 0,
    targetHost: '127.0.0.1',
    targetPort: (server.address() as AddressInfo).port,
    timers,
    faultFor: () => fault,
  });
  closers.push(() => proxy.close());
  const client = connect(proxy.port, '127.0.0.1');
  closers.push(async () => client.destroy());
  const seen = { text: '', end: '' };
  client.on('data', (chunk) => {
    seen.text += chunk.toString('latin1');
  });
  client.on('end', () => {
    seen.end = 'end';
  });
  client.on('error', (error: NodeJS.ErrnoException) => {
    seen.end = error.code ?? 'error';
  });
  await new Promise((resolve) => client.once('connect', resolve));
  return { client, proxy, seen, waits, served };
}

describe('the bad network', () => {
  test('passes everything, ends included, when nothing is wrong', async () => {
    const { client, seen } = await echoThrough({ kind: 'none' });
    client.end('hello');
    await expect.poll(() => seen, { timeout: 15_000 }).toEqual({ text: 'hello', end: 'end' });
  });

  test('delays each chunk and keeps the order', async () => {
    const { client, seen, waits } = await echoThrough({ kind: 'delay', delayMs: 700 });
    client.end('hello');
    await expect.poll(() => seen.text, { timeout: 15_000 }).toBe('hello');
    expect(waits).toEqual([700, 700]);
  });

  test('throttles by the size of what passes', async () => {
    const { client, seen, waits } = await echoThrough({ kind: 'throttle', bytesPerSecond: 100 });
    client.end('hello');
    await expect.poll(() => seen.text, { timeout: 15_000 }).toBe('hello');
    expect(waits).toEqual([50, 50]);
  });

  test('drops after a number of bytes, and both ends see an end', async () => {
    const { client, seen, served } = await echoThrough({ kind: 'drop', afterBytes: 8 });
    client.write('hello');
    await expect.poll(() => seen, { timeout: 15_000 }).toEqual({ text: 'hel', end: 'end' });
    expect(served).toHaveLength(1);
  });

  test('resets after a number of bytes', async () => {
    const { client, seen } = await echoThrough({ kind: 'reset', afterBytes: 2 });
    client.write('hello');
    await expect.poll(() => seen.end, { timeout: 15_000 }).toBe('ECONNRESET');
  });

  test('half open passes some bytes and then nothing, while both ends believe in the link', async () => {
    const { client, seen, proxy } = await echoThrough({ kind: 'none' });
    client.write('one');
    await expect.poll(() => seen.text, { timeout: 15_000 }).toBe('one');
    proxy.setFault({ kind: 'half_open', afterBytes: 0 });
    client.write('two');
    await new Promise<void>((resolve) => client.write('three', () => resolve()));
    proxy.setFault({ kind: 'none' });
    client.write('four');
    await expect.poll(() => seen.text, { timeout: 15_000 }).toContain('four');
    expect(seen).toEqual({ text: expect.not.stringContaining('two3'), end: '' });
  });

  test('a black hole one way lets the other way pass', async () => {
    const { client, seen, served } = await echoThrough({ kind: 'blackhole', direction: 'up' });
    client.write('lost');
    await expect.poll(() => served.length, { timeout: 15_000 }).toBe(1);
    served[0]?.write('pushed');
    await expect.poll(() => seen.text, { timeout: 15_000 }).toBe('pushed');
  });
});

test('the same seed gives the same faults in the same order, and every kind comes up', () => {
  const plan = { faultPercent: 50, delayMostMs: 9_000, bytesMost: 4_000 };
  const run = (seed: number) => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 300 }, () => chooseFault(random, plan));
  };
  expect(run(7)).toEqual(run(7));
  expect(run(7)).not.toEqual(run(8));
  expect(new Set(run(7).map((fault) => fault.kind)).size).toBe(7);
});
