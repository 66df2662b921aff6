/** The counter's devices as one process: receipt printer, scanner, PIN pad and the pages that show them.
 *  `node simulators/counter.ts --config file.json` */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requireNode } from '../gateway/kernel/node-version.ts';
import type { Runtime, Timers } from '../gateway/kernel/time.ts';
import { type CounterConfig, readCounterConfig } from './counter-config.ts';
import { openPaperPage } from './paper-page.ts';
import { startPinPad } from './pinpad/counter-part.ts';
import { Fonts } from './printer/fonts.ts';
import { attachSerial, listenForJobs } from './printer/links.ts';
import type { Receipt } from './printer/paper.ts';
import { PrinterSimulator } from './printer/printer.ts';
import { ReceiptFiles } from './printer/receipt-files.ts';
import { openPty, type Pty } from './pty.ts';
import { createScanner } from './scanner/scanner.ts';

requireNode();

const timers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const runtime: Runtime = {
  clock: { now: () => Date.now() },
  timers,
  random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
};

function log(entry: Readonly<Record<string, string | number>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), process: 'counter', ...entry })}\n`);
}

/** Without socat (Windows) the counter still prints over TCP; only its serial ports are missing. */
async function openSerial(path: string | null, device: string): Promise<Pty | null> {
  if (path === null) return null;
  try {
    return await openPty(path);
  } catch (error) {
    log({ level: 'warn', event: 'serial_unavailable', device, error: String(error).slice(0, 200) });
    return null;
  }
}

async function start(config: CounterConfig): Promise<() => Promise<void>> {
  const { printer: settings } = config;
  const widthDots = settings.paperWidthMm === 80 ? 576 : 384;
  const printer = new PrinterSimulator({ widthDots, cutter: settings.cutter }, timers);
  const receipts = new ReceiptFiles(join(config.data, 'receipts'), new Fonts());
  const printerPty = await openSerial(settings.pty, 'printer');
  const scannerPty = await openSerial(config.scanner?.pty ?? null, 'scanner');
  const scanner =
    scannerPty === null || config.scanner === null
      ? null
      : createScanner((bytes) => scannerPty.write(bytes), config.scanner);
  const jobs = await listenForJobs(printer, settings.host, settings.port);
  if (printerPty !== null) attachSerial(printer, printerPty);
  const page = await openPaperPage(
    { printer, receipts, scanner },
    settings.paperHost,
    settings.paperPort,
    (error) => log({ level: 'error', event: 'page_failed', error: String(error) }),
  );
  const drying: Receipt[] = [];
  const storeAll = (): void => {
    for (const receipt of drying.splice(0)) {
      const stored = receipts.store(receipt, Date.now());
      log({ level: 'info', event: 'receipt_printed', number: stored.number, errors: stored.errors.length });
    }
    page.refresh();
  };
  // Drawing takes a while; the printer's answers to its host must not wait for it.
  printer.onReceipt((receipt) => {
    drying.push(receipt);
    timers.after(0, storeAll);
  });
  printer.onChange(() => page.refresh());
  const pinPad =
    config.pinPad === null ? null : await startPinPad(config.pinPad, config.data, { runtime, openPty, log });
  const addresses = {
    printer: `${jobs.host}:${jobs.port}`,
    paper: `http://${settings.paperHost}:${page.port}/`,
    scan: `http://${settings.paperHost}:${page.port}/scan`,
    ...(printerPty === null ? {} : { printerPty: printerPty.path }),
    ...(scannerPty === null ? {} : { scannerPty: scannerPty.path }),
    ...pinPad?.addresses,
  };
  process.stdout.write(`${JSON.stringify({ ready: true, name: 'counter', addresses })}\n`);
  return async () => {
    printer.close();
    storeAll();
    await Promise.all([
      jobs.close(),
      page.close(),
      printerPty?.close(),
      scannerPty?.close(),
      pinPad?.close(),
    ]);
  };
}

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) throw new Error('Say where the configuration is: --config <file.json>');
const stop = await start(readCounterConfig(values.config));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
