/** `sale`: what a cashier and a customer wait for, on the whole estate with the wallet answering at once, headless
 *  Chromium on the served terminal; beside it what the machine can do at best, measured in the same run. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { CASHIER_SCREEN } from '../../build/browser.ts';
import { Counter } from '../../build/counter.ts';
import { barcodeOf } from '../../build/demo-steps.ts';
import type { ProcessName } from '../../build/estate.ts';
import { BUYER, SHIPPED_TERMINAL } from '../../build/estate-config.ts';
import { ensureBundles } from '../../build/fresh-bundle.ts';
import { startProcess } from '../../build/process.ts';
import { TillClient } from '../../build/till-client.ts';
import { nowMs, rounded, spread } from './figures.ts';
import { roundTrip, syncLatency } from './limits.ts';
import type { BenchOptions, BenchResult } from './main.ts';
import { painted } from './painted.ts';
import { PrinterTap } from './printer-tap.ts';
import { SyncCount } from './sync-count.ts';

const SALES = 200;
const STARTS = 10;
const WARM_UP = 10;
const SHOWN_QR = 40;
const TRACED = 20;
/** Till to gateway and back, gateway to wallet and back. */
const ROUND_TRIPS_A_SALE = 2;

const TARGETS = {
  codeScanToReceiptByteP95Ms: 400,
  payKeyToQrPaintedP95Ms: 500,
  goodsScanToLinePaintedP95Ms: 50,
  coldStartToPaintedP95Ms: 2_000,
} as const;

const BREAD = barcodeOf('Хлеб бородинский');

export async function saleBench({ sales = SALES, starts = STARTS, say }: BenchOptions): Promise<BenchResult> {
  const loadBefore = loadavg();
  ensureBundles(say);
  const tap = await PrinterTap.open();
  const counter = await Counter.open({ printerVia: tap.port, terminalProgram: SHIPPED_TERMINAL });
  try {
    tap.leadTo(Number(counter.estate.address('counter', 'printer').split(':').at(-1)));
    await counter.signIn();
    await counter.cashier.locator('[data-testid="lamp-printer"][data-health="well"]').waitFor();
    say(`warming up: ${WARM_UP} sales`);
    for (let at = 0; at < WARM_UP; at += 1) await oneSale(counter, tap);

    const sync = syncLatency(counter.estate.directory);
    const trip = await roundTrip(counter.estate.certificates);
    const sold: SaleTimes[] = [];
    while (sold.length < sales) {
      sold.push(await oneSale(counter, tap));
      if (sold.length % 20 === 0) say(`${sold.length} of ${sales} sales`);
    }
    const qr: number[] = [];
    while (qr.length < Math.min(SHOWN_QR, sales)) qr.push(await oneShownQr(counter));
    say(`${qr.length} QR codes shown`);
    const memory = residentMemory(counter);
    const syncsASale = await countSyncs(counter, tap);
    say(`${starts} cold starts`);
    const cold = await coldStarts(counter, starts);

    const codeScan = spread(sold.map((sale) => sale.receiptByteMs));
    const figures = {
      codeScanToReceiptByte: codeScan,
      codeScanToPaidPainted: spread(sold.map((sale) => sale.paidPaintedMs)),
      payKeyToQrPainted: spread(qr),
      goodsScanToLinePainted: spread(sold.map((sale) => sale.linePaintedMs)),
      coldStartToReady: spread(cold.map((start) => start.readyMs)),
      coldStartToPainted: spread(cold.map((start) => start.paintedMs)),
    };
    const limitMs = syncsASale === null ? null : syncsASale * sync.p50Ms + ROUND_TRIPS_A_SALE * trip.p50Ms;
    const met = {
      codeScanToReceiptByteP95Ms: codeScan.p95Ms,
      payKeyToQrPaintedP95Ms: figures.payKeyToQrPainted.p95Ms,
      goodsScanToLinePaintedP95Ms: figures.goodsScanToLinePainted.p95Ms,
      coldStartToPaintedP95Ms: figures.coldStartToPainted.p95Ms,
    };
    return {
      ok: Object.entries(TARGETS).every(([name, target]) => met[name as keyof typeof met] <= target),
      bench: 'sale',
      targets: TARGETS,
      met,
      figures,
      physicalLimit: {
        appendAndFdatasync: sync,
        tlsWebSocketRoundTrip: trip,
        syncsFromScanToReceiptByte: syncsASale,
        roundTripsFromScanToReceiptByte: ROUND_TRIPS_A_SALE,
        atBestMs: limitMs === null ? null : rounded(limitMs),
        measuredToAtBest: limitMs === null ? null : rounded(codeScan.p50Ms / limitMs),
      },
      residentMemoryMiB: memory,
      conditions: {
        node: process.version,
        chromium: counter.browser.version(),
        cpu: cpus()[0]?.model ?? '',
        cores: cpus().length,
        loadBefore: loadBefore.map(rounded),
        loadAfter: loadavg().map(rounded),
        terminalProgram: SHIPPED_TERMINAL,
        walletDelayMs: 0,
        betweenKeysOfScannerMs: 2,
        alsoRunning:
          'gateway, wallet simulator, counter simulator (draws every receipt), headless Chromium with both screens',
      },
    };
  } finally {
    await counter.close();
    tap.close();
  }
}

interface SaleTimes {
  readonly scannedAt: number;
  readonly receiptAt: number;
  readonly linePaintedMs: number;
  readonly receiptByteMs: number;
  readonly paidPaintedMs: number;
}

async function oneSale(counter: Counter, tap: PrinterTap): Promise<SaleTimes> {
  const { cashier, wedge, paper } = counter;
  const papers = await paper.count();
  const linePainted = painted(cashier, '.line.selected');
  const goodsAt = await wedge.scan(BREAD);
  const linePaintedMs = (await linePainted) - goodsAt;
  await cashier.locator('[data-testid="pay-alipay"]:enabled').waitFor();
  await cashier.keyboard.press('F10');
  await counter.sees('wallet');
  const code = await counter.wallet.paymentCode(BUYER.buyerId);
  const paidPainted = painted(cashier, '[data-testid="paid"]');
  const scannedAt = await wedge.scan(code);
  const paidPaintedMs = (await paidPainted) - scannedAt;
  await paper.after(papers);
  const receiptAt = tap.beganAfter(scannedAt) ?? Number.NaN;
  await counter.next();
  return { scannedAt, receiptAt, linePaintedMs, receiptByteMs: receiptAt - scannedAt, paidPaintedMs };
}

/** From the second press of the pay key to the QR on the customer's display; the phone then pays by it. */
async function oneShownQr(counter: Counter): Promise<number> {
  const { cashier, customer, paper } = counter;
  const papers = await paper.count();
  await counter.ringUp(BREAD);
  await cashier.keyboard.press('F10');
  await counter.sees('wallet');
  const shown = painted(customer, '[data-testid="qr"]');
  const pressedAt = nowMs();
  await cashier.keyboard.press('F10');
  const tookMs = (await shown) - pressedAt;
  const till = await TillClient.connect(counter.estate.address('terminal', 'cashier'));
  const { payment } = await till.screen('wallet_qr');
  till.close();
  await counter.wallet.payQr(BUYER, payment.qr?.content ?? '');
  await counter.sees('paid');
  await paper.after(papers);
  await counter.next();
  return tookMs;
}

/** The middle of how often terminal, gateway and wallet wait for the disk from the scan to the first receipt byte. */
async function countSyncs(counter: Counter, tap: PrinterTap): Promise<number | null> {
  const { estate } = counter;
  const pids = (['terminal', 'gateway', 'alipay'] as const).map((name) => estate.process(name).pid);
  const count = await SyncCount.attach(pids, estate.directory);
  if (count === null) return null;
  const stretches: [number, number][] = [];
  while (stretches.length < TRACED) {
    const { scannedAt, receiptAt } = await oneSale(counter, tap);
    stretches.push([scannedAt, receiptAt]);
  }
  const counts = [...(await count.stop(stretches))].sort((left, right) => left - right);
  return counts[Math.floor(counts.length / 2)] ?? null;
}

interface ColdStart {
  readonly readyMs: number;
  readonly paintedMs: number;
}

/** From the process's start to its ready line, and on to the first screen in a page that has loaded nothing yet: an empty
 *  profile whose blank page was open before, as opening it is the browser's start and not the terminal's. */
async function coldStarts(counter: Counter, starts: number): Promise<readonly ColdStart[]> {
  const { estate, browser } = counter;
  await estate.stop('terminal');
  const took: ColdStart[] = [];
  while (took.length < starts) {
    const page = await (await browser.newContext({ viewport: CASHIER_SCREEN })).newPage();
    const from = nowMs();
    const terminal = await startProcess({
      entry: SHIPPED_TERMINAL,
      args: ['--config', join(estate.directory, 'terminal.json')],
      logFile: join(estate.directory, 'logs', 'terminal-cold.log'),
      readyWithinMs: 30_000,
    });
    const readyMs = nowMs() - from;
    await page.goto(terminal.address('cashier'), { waitUntil: 'commit' });
    const paintedMs = (await painted(page, '[data-testid^="screen-"]')) - from;
    await page.context().close();
    await terminal.stop();
    took.push({ readyMs, paintedMs });
  }
  return took;
}

function residentMemory({ estate }: Counter): Readonly<Record<string, number>> {
  const names: readonly ProcessName[] = ['terminal', 'gateway', 'alipay', 'counter'];
  return Object.fromEntries(
    names.map((name) => {
      const status = readFileSync(`/proc/${estate.process(name).pid}/status`, 'utf8');
      const kiB = Number(/VmRSS:\s+([0-9]+) kB/.exec(status)?.[1] ?? Number.NaN);
      return [name, Math.round(kiB / 1_024)];
    }),
  );
}
