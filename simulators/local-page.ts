/** A device's page over HTTP: what it shows, what may be done to it, and a line to every open page when something changed.
 *  Loopback only in use; a foreign Host or Origin is refused, so that no web page elsewhere can drive the device. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { HttpRefusal, isLocal, type JsonBody, readJson, sendJson } from './http-exchange.ts';
import { type ListenAddress, listening } from './tcp-port.ts';

export interface LocalPageParts {
  /** GET /state. */
  state(): object;
  /** Any other GET; false where there is nothing of that name. */
  serve(path: string, response: ServerResponse): boolean;
  /** POST: what is answered. Errors  HttpRefusal */
  act(path: string, body: JsonBody): object;
  /** Told of an error that is a bug, for the log. */
  failed(error: unknown): void;
}

export interface LocalPage {
  readonly port: number;
  /** Tells open pages that something changed. */
  refresh(): void;
  close(): Promise<void>;
}

const WATCHERS_MOST = 16;

export async function openLocalPage(parts: LocalPageParts, address: ListenAddress): Promise<LocalPage> {
  const watchers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    answer(parts, watchers, request, response).catch((error: unknown) => {
      const refusal = error instanceof HttpRefusal ? error : null;
      if (refusal === null) parts.failed(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, refusal?.status ?? 500, { error: refusal?.message ?? 'Internal error.' });
    });
  });
  return {
    port: await listening(server, address),
    refresh: () => {
      for (const watcher of watchers) watcher.write('data: changed\n\n');
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  parts: LocalPageParts,
  watchers: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLocal(request)) throw new HttpRefusal(403, 'Only a page of this address may ask.');
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'POST') {
    sendJson(response, 200, parts.act(path, await readJson(request)));
    return;
  }
  if (request.method !== 'GET') throw new HttpRefusal(405, 'This address takes GET and POST.');
  if (path === '/state') sendJson(response, 200, parts.state());
  else if (path === '/events') watch(watchers, response);
  else if (!parts.serve(path, response)) throw new HttpRefusal(404, 'There is no such page.');
}

function watch(watchers: Set<ServerResponse>, response: ServerResponse): void {
  if (watchers.size >= WATCHERS_MOST) throw new HttpRefusal(503, 'Too many pages are open.');
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  watchers.add(response);
  response.on('close', () => watchers.delete(response));
}
