/** The simulator's listener: /gateway.do, /bill/…, /control/…, /phone and its API. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { HttpRefusal, readJson, send, sendJson } from '../http-exchange.ts';
import { control } from './control-route.ts';
import { serveGateway } from './gateway-route.ts';
import { phoneApi } from './phone-api.ts';
import { phoneFile } from './phone-files.ts';
import type { AlipayWallet } from './wallet.ts';

export interface ServerOptions {
  readonly wallet: AlipayWallet;
  readonly runtime: Runtime;
  /** PEM texts; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly log: (event: Readonly<Record<string, string | number>>) => void;
}

export function createSimulatorServer(options: ServerOptions): Server {
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
  { wallet, runtime }: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const verb = request.method ?? 'GET';
  const target = new URL(request.url ?? '/', 'http://wallet.invalid');
  const path = target.pathname;
  if (path === '/gateway.do') {
    if (verb !== 'POST') throw new HttpRefusal(405, 'The gateway takes POST.');
    return serveGateway(wallet, runtime, request, response, target.searchParams);
  }
  if (path.startsWith('/control/')) {
    const body = verb === 'POST' ? await readJson(request) : {};
    return sendJson(response, 200, control(wallet, verb, path.slice('/control/'.length), body));
  }
  if (path.startsWith('/phone/api/')) {
    if (verb !== 'POST') throw new HttpRefusal(405, 'The phone takes POST.');
    const body = await readJson(request);
    return sendJson(response, 200, phoneApi(wallet, path.slice('/phone/api/'.length), body));
  }
  if (verb !== 'GET') throw new HttpRefusal(405, 'This address takes GET.');
  if (path.startsWith('/bill/')) return serveBill(wallet, response, path);
  return phoneFile(response, path);
}

function serveBill(wallet: AlipayWallet, response: ServerResponse, path: string): void {
  const token = /^\/bill\/([0-9a-f]{48})\.csv\.zip$/.exec(path)?.[1];
  const bytes = token === undefined ? null : wallet.bill(token);
  if (bytes === null) throw new HttpRefusal(403, 'The address of this bill has expired.');
  send(response, 200, 'application/zip', bytes);
}

function fail(options: ServerOptions, response: ServerResponse, error: unknown): void {
  const refusal = error instanceof HttpRefusal ? error : null;
  const status = refusal?.status ?? (error instanceof AmurError ? 400 : 500);
  if (status === 500) options.log({ level: 'error', event: 'request_failed', error: String(error) });
  if (response.headersSent) {
    response.socket?.destroy();
    return;
  }
  sendJson(response, status, {
    error: refusal?.message ?? (status === 400 ? String(error) : 'Internal error.'),
  });
}
