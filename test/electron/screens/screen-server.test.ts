import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openScreenServer, type ScreenServer } from '../../../electron/screens/screen-server.ts';
import { realRuntime, until } from '../../drivers/real-runtime.ts';
import { type DoubleTill, doubleTill, replies, revisions } from './double-till.ts';

let folder: string;
let till: DoubleTill;
let server: ScreenServer;
const logged: string[] = [];
const sockets: WebSocket[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'amur-screens-'));
  for (const name of ['cashier', 'customer', 'assets']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'cashier/index.html'), '<!doctype html><title>cashier</title>');
  writeFileSync(join(folder, 'customer/index.html'), '<!doctype html><title>customer</title>');
  writeFileSync(join(folder, 'assets/a.js'), 'export {};');
  writeFileSync(join(folder, 'assets/a.js.map'), 'private');
  till = doubleTill();
  logged.length = 0;
  server = await openScreenServer({
    till,
    runtime: realRuntime,
    log: (event, facts) => logged.push(`${event} ${facts?.role ?? ''} ${facts?.cause ?? ''}`.trim()),
    host: '127.0.0.1',
    port: 0,
    rendererDir: folder,
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const page = (role: 'cashier' | 'customer' = 'cashier') => new URL(server.addresses[role]);

function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: object; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = page();
    request({ host: hostname, port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

interface Screen {
  socket: WebSocket;
  frames: unknown[];
  closed: () => number | null;
}

function open(role: 'cashier' | 'customer', first?: unknown, origin = page(role).origin): Screen {
  const socket = new WebSocket(`ws://${page(role).host}/${role}`, { origin });
  sockets.push(socket);
  const frames: unknown[] = [];
  let code: number | null = null;
  socket.on('message', (data) => frames.push(JSON.parse(data.toString())));
  socket.on('close', (closeCode) => {
    code = closeCode;
  });
  socket.on('error', () => {
    code ??= 0;
  });
  socket.on('open', () => {
    if (first !== undefined) socket.send(typeof first === 'string' ? first : JSON.stringify(first));
  });
  return { socket, frames, closed: () => code };
}

const token = (role: 'cashier' | 'customer') => ({ token: page(role).searchParams.get('token') });

describe('pages', () => {
  test('are served with a policy that lets them load nothing foreign', async () => {
    const answer = await get('/cashier?token=any');
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('<title>cashier') });
    expect(answer.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self';/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(await get('/assets/a.js')).toMatchObject({
      status: 200,
      headers: { 'cache-control': expect.stringContaining('immutable') },
    });
  });

  test('exist only as they were built: nothing beside the folder, no maps', async () => {
    for (const path of [
      '/../package.json',
      '/assets/../../x',
      '/assets/a.js.map',
      '/assets%2fa.js',
      '/',
      '//x',
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  test('are refused under a name that is not this machine’s own', async () => {
    expect((await get('/cashier', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/cashier', { host: `localhost:${page().port}` })).status).toBe(200);
  });
});

describe('screens', () => {
  test('with the token get views and answers', async () => {
    const screen = open('cashier', token('cashier'));
    await until(() => screen.frames.length === 1, 'the first view');
    screen.socket.send(JSON.stringify({ id: 1, command: 'next' }));
    await until(() => replies(screen.frames).length === 1, 'the reply');
    till.change();
    await until(() => revisions(screen.frames).includes(2), 'the change');
    expect(till.commands).toEqual([{ command: 'next' }]);
  });

  test.each([
    ['a wrong token', { token: 'x' }],
    ['no token', { id: 1, command: 'next' }],
    ['no JSON', 'hello'],
  ])('with %s are closed and see nothing', async (_case, first) => {
    const screen = open('cashier', first);
    await until(() => screen.closed() !== null, 'closed');
    expect([screen.closed(), screen.frames, till.commands]).toEqual([4401, [], []]);
  });

  test('the customer’s token does not open the cashier’s screen', async () => {
    const screen = open('cashier', token('customer'));
    await until(() => screen.closed() !== null, 'closed');
    expect(screen.closed()).toBe(4401);
  });

  test('of a foreign page, a foreign host or another path are refused before they open', async () => {
    const foreign = open('cashier', token('cashier'), 'http://evil.example');
    const host = new WebSocket(`ws://${page().host}/cashier`, {
      origin: 'http://evil.example',
      headers: { host: 'evil.example' },
    });
    const path = new WebSocket(`ws://${page().host}/admin`, { origin: page().origin });
    const refused = [host, path].map((socket) => new Promise((resolve) => socket.once('error', resolve)));
    await until(() => foreign.closed() !== null, 'refused');
    expect(foreign.frames).toEqual([]);
    await Promise.all(refused);
    expect(logged.filter((line) => line.startsWith('screen_refused')).length).toBe(3);
  });

  test('of the customer may say nothing after the token; it is refused, counted and logged', async () => {
    const screen = open('customer', token('customer'));
    await until(() => screen.frames.length === 1, 'the first view');
    screen.socket.send(JSON.stringify({ id: 1, command: 'sale_clear' }));
    await until(() => replies(screen.frames).length === 1, 'the refusal');
    expect(replies(screen.frames)).toMatchObject([
      { ok: false, error: { code: 'COMMAND_NOT_ALLOWED_HERE' } },
    ]);
    expect(till.commands).toEqual([]);
    screen.socket.close();
    await until(() => logged.includes('screen_sent_refused customer'), 'logged');
  });

  test('a malformed message gets a refusal and the screen stays', async () => {
    const screen = open('cashier', token('cashier'));
    await until(() => screen.frames.length === 1, 'the first view');
    screen.socket.send('{"id":');
    screen.socket.send(JSON.stringify({ id: 2, command: 'next' }));
    await until(() => replies(screen.frames).length === 2, 'both answers');
    expect(replies(screen.frames)).toMatchObject([
      { ok: false, error: { code: 'COMMAND_MALFORMED' } },
      { re: 2, ok: true },
    ]);
  });

  test('that stop reading are not queued for: afterwards they get the newest view', async () => {
    const screen = open('cashier', token('cashier'));
    await until(() => screen.frames.length === 1, 'the first view');
    const big = 'x'.repeat(100_000);
    till.cashierView = () => ({ revision: till.revision, big }) as never;
    screen.socket.pause();
    for (let change = 0; change < 500; change += 1) {
      till.change();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const last = till.revision;
    screen.socket.resume();
    await until(() => revisions(screen.frames).at(-1) === last, 'the newest view');
    expect(revisions(screen.frames).length).toBeLessThan(400);
  });
});

test('every start has its own tokens', async () => {
  const other = await openScreenServer({
    till,
    runtime: realRuntime,
    log: () => undefined,
    host: '127.0.0.1',
    port: 0,
    rendererDir: join(folder, 'none'),
  });
  const tokens = [server, other].flatMap(({ addresses }) =>
    [addresses.cashier, addresses.customer].map((address) => new URL(address).searchParams.get('token')),
  );
  expect(new Set(tokens).size).toBe(4);
  expect((await fetch(other.addresses.cashier)).status).toBe(503);
  await other.close();
});
