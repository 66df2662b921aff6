/** The counter's page over HTTP: receipts as they come, buttons for faults, and a scan by hand. Loopback only in use;
 *  a foreign Host or Origin is refused so that no web page elsewhere can drive the devices. */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PRINTER_FAULTS, type PrinterFaultName, type PrinterSimulator } from './printer/printer.ts';
import type { ReceiptFiles } from './printer/receipt-files.ts';
import { SCAN_LIMIT_CHARACTERS, type ScannerSimulator } from './scanner/scanner.ts';

export interface PaperPageParts {
  readonly printer: PrinterSimulator;
  readonly receipts: ReceiptFiles;
  /** Null when there is no serial port to scan into. */
  readonly scanner: ScannerSimulator | null;
}

export interface PaperPage {
  readonly port: number;
  /** Tells open pages that something changed. */
  refresh(): void;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 16_384;
const LISTED = 30;
const PAGE = new URL('./paper-page.html', import.meta.url);
const TYPES = { png: 'image/png', txt: 'text/plain; charset=utf-8', json: 'application/json' } as const;

export function openPaperPage(parts: PaperPageParts, host: string, port: number): Promise<PaperPage> {
  const watchers = new Set<ServerResponse>();
  const server: Server = createServer((request, response) => {
    answer(parts, watchers, request, response).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 500, { error: 'internal' });
      process.stderr.write(
        `${JSON.stringify({ level: 'error', event: 'page_failed', error: String(error) })}\n`,
      );
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        refresh: () => {
          for (const watcher of watchers) watcher.write('data: changed\n\n');
        },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
}

async function answer(
  parts: PaperPageParts,
  watchers: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLocal(request)) return sendJson(response, 403, { error: 'foreign_origin' });
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'POST') return act(parts, path, request, response);
  if (request.method !== 'GET') return sendJson(response, 405, { error: 'method' });
  if (path === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    createReadStream(PAGE).pipe(response);
    return;
  }
  if (path === '/state') return sendJson(response, 200, stateOf(parts));
  if (path === '/events') return watch(watchers, response);
  const match = /^\/receipts\/([0-9]{1,6})\.(png|txt|json)$/.exec(path);
  const extension = match?.[2] as keyof typeof TYPES | undefined;
  const content = extension === undefined ? null : parts.receipts.read(Number(match?.[1]), extension);
  if (extension === undefined || content === null) return sendJson(response, 404, { error: 'not_found' });
  response.writeHead(200, { 'content-type': TYPES[extension] }).end(content);
}

function stateOf(parts: PaperPageParts): object {
  return {
    receipts: parts.receipts.newest(LISTED),
    faults: Object.fromEntries(PRINTER_FAULTS.map((name) => [name, parts.printer.faults.includes(name)])),
    drawerOpen: parts.printer.drawerOpen,
    canScan: parts.scanner !== null,
  };
}

function watch(watchers: Set<ServerResponse>, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  watchers.add(response);
  response.on('close', () => watchers.delete(response));
}

/** POST /fault {name, on}, /drawer/shut, /scan {text}. */
async function act(
  parts: PaperPageParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return sendJson(response, 400, { error: 'malformed' });
  if (path === '/drawer/shut') {
    parts.printer.shutDrawer();
  } else if (path === '/fault') {
    const name = PRINTER_FAULTS.find((known): known is PrinterFaultName => known === body.name);
    if (name === undefined || typeof body.on !== 'boolean') {
      return sendJson(response, 400, { error: 'unknown_fault', known: PRINTER_FAULTS });
    }
    parts.printer.setFault(name, body.on);
  } else if (path === '/scan') {
    const { text } = body;
    if (typeof text !== 'string' || text === '' || text.length > SCAN_LIMIT_CHARACTERS)
      return sendJson(response, 400, { error: 'malformed' });
    if (parts.scanner === null) return sendJson(response, 409, { error: 'no_serial_port' });
    parts.scanner.send(text);
  } else return sendJson(response, 404, { error: 'not_found' });
  sendJson(response, 200, { ok: true });
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
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
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
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
