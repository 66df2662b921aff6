/** The PIN pad's page over HTTP: its screen, keys and slots, and the drawer of cards. Loopback only in use; a foreign Host or
 *  Origin is refused, so that no web page elsewhere can press its keys. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { controlPad, padState } from './control.ts';
import type { PinPadDevice } from './pin-pad-device.ts';

export interface PadPage {
  readonly port: number;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 4_096;
const WATCHERS_MAX = 16;

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/pad.css': ['pad.css', 'text/css; charset=utf-8'],
  '/cards.css': ['cards.css', 'text/css; charset=utf-8'],
  '/fonts.css': ['fonts.css', 'text/css; charset=utf-8'],
  '/pad.js': ['pad.js', 'text/javascript; charset=utf-8'],
  '/cards.js': ['cards.js', 'text/javascript; charset=utf-8'],
  '/words.js': ['words.js', 'text/javascript; charset=utf-8'],
};

const FONTS: Readonly<Record<string, readonly [family: string, file: string]>> = Object.fromEntries(
  ([400, 700] as const).flatMap((weight) => [
    [`/fonts/sc-${weight}.woff2`, ['noto-sans-sc', `noto-sans-sc-chinese-simplified-${weight}-normal.woff2`]],
    ...['latin', 'latin-ext', 'cyrillic'].map((part) => [
      `/fonts/${part}-${weight}.woff2`,
      ['noto-sans', `noto-sans-${part}-${weight}-normal.woff2`],
    ]),
  ]),
);

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const packages = createRequire(import.meta.url);

/** `failed` is told of an error that is a bug, for the log. */
export function openPadPage(
  device: PinPadDevice,
  host: string,
  port: number,
  failed: (error: unknown) => void,
): Promise<PadPage> {
  const watchers = new Set<ServerResponse>();
  const stopFace = device.onFace(() => {
    for (const watcher of watchers) watcher.write('data: changed\n\n');
  });
  const server = createServer((request, response) => {
    answer(device, watchers, request, response).catch((error: unknown) => {
      failed(error);
      if (!response.headersSent) sendJson(response, 500, { error: 'internal' });
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            stopFace();
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
}

async function answer(
  device: PinPadDevice,
  watchers: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLocal(request)) return sendJson(response, 403, { error: 'foreign_origin' });
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'POST') return act(device, path, request, response);
  if (request.method !== 'GET') return sendJson(response, 405, { error: 'method' });
  if (path === '/state') return sendJson(response, 200, padState(device));
  if (path === '/events') return watch(watchers, response);
  const file = fileOf(path);
  if (file === null) return sendJson(response, 404, { error: 'not_found' });
  response.writeHead(200, {
    'content-type': file.type,
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(readFileSync(file.path));
}

/** Files from a fixed list: nothing else on the disk can be asked for. */
function fileOf(path: string): { readonly path: string; readonly type: string } | null {
  const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  if (file !== undefined) return { path: join(import.meta.dirname, 'page', file[0]), type: file[1] };
  const font = Object.hasOwn(FONTS, path) ? FONTS[path] : undefined;
  if (font === undefined) return null;
  const root = dirname(packages.resolve(`@fontsource/${font[0]}/package.json`));
  return { path: join(root, 'files', font[1]), type: 'font/woff2' };
}

function watch(watchers: Set<ServerResponse>, response: ServerResponse): void {
  if (watchers.size >= WATCHERS_MAX) {
    sendJson(response, 503, { error: 'too_many_pages' });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  watchers.add(response);
  response.on('close', () => watchers.delete(response));
}

async function act(
  device: PinPadDevice,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return sendJson(response, 400, { error: 'malformed' });
  const result = controlPad(device, path, body);
  if (result === 'unknown') return sendJson(response, 404, { error: 'not_found' });
  if (result === 'malformed') return sendJson(response, 400, { error: 'malformed' });
  sendJson(response, 200, result);
}

/** Null when it is too large or not a JSON object. */
async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Uint8Array).length;
    if (length > BODY_LIMIT_BYTES) return null;
    chunks.push(chunk as Uint8Array);
  }
  try {
    const value: unknown = length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function isLocal(request: IncomingMessage): boolean {
  const host = request.headers.host ?? '';
  const { origin } = request.headers;
  return (
    /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?$/.test(host) &&
    (origin === undefined || origin === `http://${host}`)
  );
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
