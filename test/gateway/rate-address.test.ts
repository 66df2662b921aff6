import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createRateFetch } from '../../gateway/rate-address.ts';
import { VirtualWorld } from '../sim/virtual-runtime.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(answer: RequestListener) {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has a port.');
  const world = new VirtualWorld();
  const url = `http://127.0.0.1:${address.port}/XML_daily.asp`;
  return {
    world,
    fetch: createRateFetch({ url, caPem: null, timeoutMs: 1_000, timers: world.process().timers }),
  };
}
const code = (name: string) => expect.objectContaining({ code: name });

describe('Fetching rates', () => {
  test('gives the bytes as they came', async () => {
    const { fetch } = await serving((_request, reply) => reply.end(Buffer.from([0x3c, 0xe4, 0xff])));
    expect([...(await fetch())]).toEqual([0x3c, 0xe4, 0xff]);
  });

  test('follows no redirect and takes no other status', async () => {
    const { fetch } = await serving((_request, reply) => reply.writeHead(302, { location: '/x' }).end());
    await expect(fetch()).rejects.toThrow(code('RATE_FILE_INVALID'));
  });

  test('gives up what is too long, cut off, or nobody answers', async () => {
    const long = await serving((_request, reply) => reply.end(Buffer.alloc(262_145)));
    await expect(long.fetch()).rejects.toThrow(code('MESSAGE_TOO_LARGE'));
    const cut = await serving((_request, reply) => {
      reply.writeHead(200, { 'content-length': '100' });
      reply.write('half');
      setImmediate(() => reply.destroy());
    });
    await expect(cut.fetch()).rejects.toThrow(code('LINK_DOWN'));
    const gone = await serving((request) => request.socket.destroy());
    await expect(gone.fetch()).rejects.toThrow(code('LINK_DOWN'));
  });

  test('waits so long and no longer', async () => {
    const asked = Promise.withResolvers<void>();
    const { fetch, world } = await serving(() => asked.resolve());
    const fetched = fetch();
    const refused = expect(fetched).rejects.toThrow(code('REPLY_TIMEOUT'));
    await asked.promise;
    await world.advance(1_000);
    await refused;
  });
});
