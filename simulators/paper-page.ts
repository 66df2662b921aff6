/** The counter's page: receipts as they come, buttons for faults, and a scan by hand. */
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { HttpRefusal, type JsonBody } from './http-exchange.ts';
import { type LocalPage, openLocalPage } from './local-page.ts';
import { PRINTER_FAULTS, type PrinterFaultName, type PrinterSimulator } from './printer/printer.ts';
import type { ReceiptFiles } from './printer/receipt-files.ts';
import { SCAN_LIMIT_CHARACTERS, type ScannerSimulator } from './scanner/scanner.ts';

export interface PaperPageParts {
  readonly printer: PrinterSimulator;
  readonly receipts: ReceiptFiles;
  /** Null when there is no serial port to scan into. */
  readonly scanner: ScannerSimulator | null;
}

const LISTED = 30;
const PAGE = new URL('./paper-page.html', import.meta.url);
const TYPES = { png: 'image/png', txt: 'text/plain; charset=utf-8', json: 'application/json' } as const;

/** `failed` is told of an error that is a bug, for the log. */
export function openPaperPage(
  parts: PaperPageParts,
  host: string,
  port: number,
  failed: (error: unknown) => void,
): Promise<LocalPage> {
  return openLocalPage(
    {
      state: () => stateOf(parts),
      serve: (path, response) => serve(parts, path, response),
      act: (path, body) => act(parts, path, body),
      failed,
    },
    { host, port },
  );
}

function serve({ receipts }: PaperPageParts, path: string, response: ServerResponse): boolean {
  if (path === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    createReadStream(PAGE).pipe(response);
    return true;
  }
  const match = /^\/receipts\/([0-9]{1,6})\.(png|txt|json)$/.exec(path);
  const extension = match?.[2] as keyof typeof TYPES | undefined;
  const content = extension === undefined ? null : receipts.read(Number(match?.[1]), extension);
  if (extension === undefined || content === null) return false;
  response.writeHead(200, { 'content-type': TYPES[extension] }).end(content);
  return true;
}

function stateOf(parts: PaperPageParts): object {
  return {
    receipts: parts.receipts.newest(LISTED),
    faults: Object.fromEntries(PRINTER_FAULTS.map((name) => [name, parts.printer.faults.includes(name)])),
    drawerOpen: parts.printer.drawerOpen,
    canScan: parts.scanner !== null,
  };
}

/** POST /fault {name, on}, /drawer/shut, /scan {text}. */
function act({ printer, scanner }: PaperPageParts, path: string, body: JsonBody): object {
  if (path === '/drawer/shut') {
    printer.shutDrawer();
  } else if (path === '/fault') {
    const name = PRINTER_FAULTS.find((known): known is PrinterFaultName => known === body.name);
    if (name === undefined || typeof body.on !== 'boolean') {
      throw new HttpRefusal(400, `A fault is one of ${PRINTER_FAULTS.join(' ')}, on or not.`);
    }
    printer.setFault(name, body.on);
  } else if (path === '/scan') {
    const { text } = body;
    if (typeof text !== 'string' || text === '' || text.length > SCAN_LIMIT_CHARACTERS)
      throw new HttpRefusal(400, `A scan is a text of at most ${SCAN_LIMIT_CHARACTERS} characters.`);
    if (scanner === null) throw new HttpRefusal(409, 'There is no serial port to scan into.');
    scanner.send(text);
  } else throw new HttpRefusal(404, 'There is no such action.');
  return { ok: true };
}
