/** The real driver prints on the simulated printer, which was written from the specification by another hand; a third
 *  program reads the QR from the picture of the paper. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningProcess, startProcess } from '../../build/process.ts';
import type { ReceiptDoc } from '../../drivers/contract/printer.ts';
import { openEscposPrinter } from '../../drivers/printer/escpos-printer.ts';
import { layoutReceipt } from '../../drivers/printer/layout.ts';
import { printerProfile } from '../../drivers/printer/profile.ts';
import { openTcpTransport } from '../../drivers/transport/tcp.ts';
import { realRuntime } from '../drivers/real-runtime.ts';

const LINK = 'https://qr.alipay.com/bax01234567890123456789';
const receipt: ReceiptDoc = {
  blocks: [
    { kind: 'text', text: 'Магазин «Амур» 阿穆尔', align: 'center', size: 'double', bold: true },
    { kind: 'pair', left: 'Чай чёрный 红茶 №5', right: '89,90', size: 'normal', bold: false },
    { kind: 'rule', weight: 'light' },
    { kind: 'pair', left: 'ИТОГО 合计', right: '89,90 ₽', size: 'double', bold: true },
    { kind: 'qr', content: LINK },
  ],
  cut: true,
  openDrawer: true,
};

let folder: string;
let counter: RunningProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'amur-paper-'));
  const config = join(folder, 'counter.json');
  const printer = { port: 0, paperPort: 0, paperWidthMm: 80 };
  writeFileSync(config, JSON.stringify({ data: join(folder, 'data'), printer, scanner: null }));
  counter = await startProcess({
    entry: 'simulators/counter.ts',
    args: ['--config', config],
    logFile: join(folder, 'counter.log'),
    readyWithinMs: 20_000,
  });
});

afterAll(async () => {
  await counter.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a Russian and Chinese receipt is on the paper as laid out, and its QR is read from the picture', async () => {
  const [host = '', port = ''] = counter.address('printer').split(':');
  const transport = openTcpTransport({ host, port: Number(port) }, realRuntime);
  const printer = openEscposPrinter(transport, printerProfile('epson-tm-t20'), realRuntime);
  expect(await printer.print(receipt)).toEqual({ kind: 'printed' });
  await printer.close();

  const papers = join(folder, 'data', 'receipts');
  const named = (end: string): string =>
    join(papers, readdirSync(papers).find((name) => name.endsWith(end)) ?? '');
  // In the simulator's text a letter of double size keeps the place of two.
  const words = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');
  const lines = readFileSync(named('.txt'), 'utf8').split('\n').map(words);
  for (const line of layoutReceipt(receipt, 48)) expect(lines).toContain(words(line));
  const read = spawnSync('zbarimg', ['-q', '--raw', named('.png')], { encoding: 'utf8' });
  expect(read.stdout.trim()).toBe(LINK);
});
