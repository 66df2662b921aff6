/** The terminal for any browser of this machine: pages over HTTP, screens over WebSocket, on loopback only.
 *
 *  Any page a browser has open can reach a loopback port, so three things are checked: the Host header (a foreign name
 *  that resolves to loopback), the Origin (a foreign page), and a token made anew at every start, one a role, sent as
 *  the WebSocket's first message. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { TerminalLog } from '../terminal-log.ts';
import type { Till } from '../till/till.ts';
import { type ScreenFile, screenFiles } from './screen-files.ts';
import { screenHeaders } from './screen-headers.ts';
import { openScreenPort, type ScreenRole } from './screen-port.ts';

export interface ScreenServerOptions {
  readonly till: Till;
  readonly runtime: Runtime;
  readonly log: TerminalLog;
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
  readonly rendererDir: string;
}

export interface ScreenServer {
  readonly addresses: { readonly cashier: string; readonly customer: string };
  close(): Promise<void>;
}

const TOKEN_BYTES = 24;
const TOKEN_WITHIN_MS = 5_000;
const MOST_FRAME_BYTES = 64 * 1024;
const MOST_SCREENS = 16;
/** A screen with more than this on its way gets nothing new until it has taken it. */
const BEHIND_BYTES = 64 * 1024;
const CLOSE_TOKEN_WRONG = 4401;
const CLOSE_TOO_MANY = 4429;

export async function openScreenServer(options: ScreenServerOptions): Promise<ScreenServer> {
  const http = createServer({ requestTimeout: 10_000, maxHeaderSize: 16 * 1024 });
  const port = await listen(http, options.host, options.port);
  const host = `${options.host === '::1' ? '[::1]' : options.host}:${port}`;
  const allowedHosts = new Set([host, `localhost:${port}`]);
  const files = screenFiles(options.rendererDir);
  const tokens: Record<ScreenRole, string> = { cashier: newToken(options), customer: newToken(options) };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
  });
  http.on('request', (request, response) => answer(request, response, files, allowedHosts));
  http.on('upgrade', (request, socket, head) => {
    const role = admittedRole(request, allowedHosts);
    if (role === null) {
      refuseUpgrade(socket, options.log);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (screen) => {
      if (sockets.clients.size > MOST_SCREENS) {
        screen.close(CLOSE_TOO_MANY);
        return;
      }
      admit(screen, role, tokens[role], options);
    });
  });
  const address = (role: ScreenRole): string => `http://${host}/${role}?token=${tokens[role]}`;
  return {
    addresses: { cashier: address('cashier'), customer: address('customer') },
    close: () => close(http, sockets),
  };
}

function listen(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

function newToken(options: ScreenServerOptions): string {
  return Buffer.from(options.runtime.random.bytes(TOKEN_BYTES)).toString('base64url');
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, ScreenFile>,
  allowedHosts: ReadonlySet<string>,
): void {
  const host = request.headers.host ?? '';
  if (!allowedHosts.has(host)) {
    plain(response, 403, 'This address is not served here.');
    return;
  }
  for (const [name, value] of Object.entries(screenHeaders(`'self' ws://${host}`))) {
    response.setHeader(name, value);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    plain(response, 405, 'Only GET.');
    return;
  }
  if (files.size === 0) {
    plain(response, 503, 'The screens are not built.');
    return;
  }
  const file = files.get((request.url ?? '').replace(/[?#].*$/s, ''));
  if (file === undefined) {
    plain(response, 404, 'There is no such file.');
    return;
  }
  response.writeHead(200, { 'content-type': file.type, 'cache-control': file.cache });
  response.end(request.method === 'HEAD' ? undefined : file.read());
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(text);
}

/** Null for a wrong path, a foreign host or a foreign page. */
function admittedRole(request: IncomingMessage, allowedHosts: ReadonlySet<string>): ScreenRole | null {
  const host = request.headers.host ?? '';
  if (!allowedHosts.has(host) || request.headers.origin !== `http://${host}`) return null;
  const path = (request.url ?? '').replace(/\?.*$/s, '');
  if (path === '/cashier') return 'cashier';
  return path === '/customer' ? 'customer' : null;
}

function refuseUpgrade(socket: Duplex, log: TerminalLog): void {
  log('screen_refused', { cause: 'host_origin_or_path' });
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function admit(screen: WebSocket, role: ScreenRole, token: string, options: ScreenServerOptions): void {
  const cancelWait = options.runtime.timers.after(TOKEN_WITHIN_MS, () => screen.close(CLOSE_TOKEN_WRONG));
  // The close that follows tells the same; without a listener an error would end the process.
  screen.on('error', (error) => options.log('screen_error', { role, cause: error.name }));
  screen.once('close', cancelWait);
  screen.once('message', (data) => {
    cancelWait();
    if (sameToken(readToken(parse(data.toString())), token)) {
      serve(screen, role, options);
      return;
    }
    options.log('screen_refused', { role, cause: 'token' });
    screen.close(CLOSE_TOKEN_WRONG);
  });
}

function serve(screen: WebSocket, role: ScreenRole, options: ScreenServerOptions): void {
  const isBehind = (): boolean => screen.bufferedAmount > BEHIND_BYTES;
  const port = openScreenPort(options.till, role, {
    isBehind,
    post: (frame) => {
      if (screen.readyState !== screen.OPEN) return;
      screen.send(JSON.stringify(frame), () => {
        if (!isBehind()) port.caughtUp();
      });
    },
  });
  screen.on('message', (data) => port.receive(parse(data.toString())));
  screen.once('close', () => {
    port.detach();
    if (port.refused > 0) options.log('screen_sent_refused', { role, count: port.refused });
  });
}

/** Null for what is not JSON, which is then refused like any other malformed frame. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function readToken(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('token' in message)) return '';
  return typeof message.token === 'string' ? message.token : '';
}

function sameToken(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function close(http: Server, sockets: WebSocketServer): Promise<void> {
  for (const screen of sockets.clients) screen.terminate();
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
