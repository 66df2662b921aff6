import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createHttpsPost, type HttpsPost } from '../../../../gateway/wallets/alipay/https-post.ts';
import { selfSigned } from './self-signed.ts';
import { manualRuntime } from './wallet-double.ts';

let server: Server;
let url: string;
let caPem: string;
const clients: HttpsPost[] = [];

beforeAll(async () => {
  const identity = selfSigned();
  caPem = identity.cert;
  server = createServer(identity, (request, response) => {
    if (request.url === '/silent') return;
    if (request.url === '/large') return void response.end(Buffer.alloc(5_000));
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":', () => response.destroy());
      return;
    }
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () =>
      response.writeHead(request.url === '/bad' ? 500 : 200).end(Buffer.concat(chunks)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  for (const client of clients) client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function client(trusted: string | null = caPem) {
  const runtime = manualRuntime();
  const made = createHttpsPost({
    caPem: trusted,
    timers: runtime.timers,
    replyLimitBytes: 4_096,
    connectionLimit: 4,
  });
  clients.push(made);
  const send = (path: string) => made.post(`${url}${path}`, {}, Buffer.from('茶'), 1_000);
  return { send, runtime };
}

describe('a real POST', () => {
  test('brings back status and bytes, whatever the status', async () => {
    const { send } = client();
    expect(Buffer.from((await send('/')).bodyBytes).toString()).toBe('茶');
    expect((await send('/bad')).status).toBe(500);
  });

  test('refuses a server that the given authority did not sign', async () => {
    await expect(client(null).send('/')).rejects.toMatchObject({ code: 'LINK_DOWN' });
  });

  test('checks the authority even where the environment tells Node not to', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    try {
      await expect(client(null).send('/')).rejects.toMatchObject({ code: 'LINK_DOWN' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('refuses a reply over the limit and a reply cut short', async () => {
    const { send } = client();
    await expect(send('/large')).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    await expect(send('/cut')).rejects.toMatchObject({ code: 'LINK_DOWN' });
  });

  test('gives up when its time is over', async () => {
    const { send, runtime } = client();
    const answer = send('/silent');
    runtime.fireTimers();
    await expect(answer).rejects.toMatchObject({ code: 'REPLY_TIMEOUT' });
  });
});
