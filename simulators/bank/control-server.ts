/** The bank's HTTP side: /control/… for programs, and the page of its books for people. A foreign Host or Origin is refused, so that
 *  no web page elsewhere can drive it. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HttpRefusal, isLocal, readJson, send, sendJson } from '../http-exchange.ts';
import type { PartnerBank } from './bank.ts';
import { control } from './control-route.ts';

export interface ControlOptions {
  readonly bank: PartnerBank;
  /** PEM texts; null for plain HTTP on loopback. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly log: (event: Readonly<Record<string, string | number>>) => void;
}

const PAGE: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/bank.css': ['bank.css', 'text/css; charset=utf-8'],
  '/bank.js': ['bank.js', 'text/javascript; charset=utf-8'],
  '/words.js': ['words.js', 'text/javascript; charset=utf-8'],
};
const FONTS: Readonly<Record<string, string>> = {
  '/fonts/latin-400.woff2': 'noto-sans-latin-400-normal.woff2',
  '/fonts/latin-700.woff2': 'noto-sans-latin-700-normal.woff2',
  '/fonts/cyrillic-400.woff2': 'noto-sans-cyrillic-400-normal.woff2',
  '/fonts/cyrillic-700.woff2': 'noto-sans-cyrillic-700-normal.woff2',
};
const packages = createRequire(import.meta.url);

export function createControlServer(options: ControlOptions): Server {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    route(options, request, response).catch((error: unknown) => fail(options, response, error));
  };
  const server =
    options.tls === null
      ? createServer(onRequest)
      : createSecureServer({ ...options.tls, minVersion: 'TLSv1.3' }, onRequest);
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  return server;
}

async function route(
  { bank }: ControlOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const verb = request.method ?? 'GET';
  if (!isLocal(request)) throw new HttpRefusal(403, 'Only a page of this address may ask.');
  const path = new URL(request.url ?? '/', 'http://bank.invalid').pathname;
  if (path === '/changes') {
    watch(bank, response);
    return;
  }
  if (path.startsWith('/control/')) {
    const body = verb === 'POST' ? await readJson(request) : {};
    sendJson(response, 200, control(bank, verb, path.slice('/control/'.length), body));
    return;
  }
  if (verb !== 'GET') throw new HttpRefusal(405, 'This address takes GET.');
  pageFile(response, path);
}

/** One line whenever something was committed. The page asks for the books itself. */
function watch(bank: PartnerBank, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  let full = false;
  response.on('drain', () => {
    full = false;
  });
  const stop = bank.onChange(() => {
    if (!full) full = !response.write('data: changed\n\n');
  });
  response.on('close', stop);
}

function pageFile(response: ServerResponse, path: string): void {
  const page = Object.hasOwn(PAGE, path) ? PAGE[path] : undefined;
  if (page !== undefined) {
    send(response, 200, page[1], readFileSync(join(import.meta.dirname, 'page', page[0])));
    return;
  }
  const font = Object.hasOwn(FONTS, path) ? FONTS[path] : undefined;
  if (font === undefined) throw new HttpRefusal(404, 'There is no such page.');
  const root = dirname(packages.resolve('@fontsource/noto-sans/package.json'));
  send(response, 200, 'font/woff2', readFileSync(join(root, 'files', font)));
}

function fail({ log }: ControlOptions, response: ServerResponse, error: unknown): void {
  const refusal = error instanceof HttpRefusal ? error : null;
  if (refusal === null) log({ level: 'error', event: 'request_failed', error: String(error).slice(0, 200) });
  if (response.headersSent) response.destroy();
  else sendJson(response, refusal?.status ?? 500, { error: refusal?.message ?? 'Internal error.' });
}
