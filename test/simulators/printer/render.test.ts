import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fonts } from '../../../simulators/printer/fonts.ts';
import type { Receipt } from '../../../simulators/printer/paper.ts';
import { receiptText } from '../../../simulators/printer/paper-text.ts';
import { ReceiptFiles } from '../../../simulators/printer/receipt-files.ts';
import { renderReceipt } from '../../../simulators/printer/render.ts';
import { bench, bytes, CUT, cp866, han, SHOP_JOB, START } from './escpos-jobs.ts';

const fonts = new Fonts();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-paper-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function printed(job: Uint8Array, widthDots = 576): Receipt {
  const { receipts, receive } = bench({ widthDots });
  receive(job);
  const [receipt] = receipts;
  if (receipt === undefined) throw new Error('The job cut no receipt.');
  return receipt;
}

function decodeQr(png: Buffer): string {
  const path = join(folder, 'decode.png');
  writeFileSync(path, png);
  return execFileSync('zbarimg', ['-q', '--raw', path], { stdio: ['ignore', 'pipe', 'ignore'] })
    .toString('utf8')
    .trim();
}

function inkIn(png: PNG, left: number, top: number, width: number, height: number): number {
  let dark = 0;
  for (let y = top; y < top + height; y += 1)
    for (let x = left; x < left + width; x += 1)
      if ((png.data[(y * png.width + x) * 4] ?? 255) < 128) dark += 1;
  return dark;
}

describe('the picture of the paper', () => {
  test('has one pixel a dot and a QR code that another program reads', () => {
    const png = renderReceipt(printed(SHOP_JOB), fonts);
    expect(PNG.sync.read(png).width).toBe(576 + 64);
    expect(decodeQr(png)).toBe('https://qr.nspk.ru/AD10004F7SM1QOR38T1RNP592HT1U2MC');
  });

  test('draws Latin, Cyrillic and Han letters with fonts that have them, each in its own cell', () => {
    const png = PNG.sync.read(renderReceipt(printed(bytes(START, cp866('WЖё№'), han('阿'), 10, CUT)), fonts));
    for (const x of [0, 12, 24, 36]) expect(inkIn(png, 32 + x, 48, 12, 24)).toBeGreaterThan(15);
    expect(inkIn(png, 32 + 48, 48, 24, 24)).toBeGreaterThan(60);
    expect(inkIn(png, 32 + 72, 48, 400, 24)).toBe(0);
    for (const letter of ['W', 'Ж', 'ё', '№', '阿', '¥']) {
      expect(fonts.familyOf(letter, false)).not.toBeNull();
      expect(fonts.familyOf(letter, true)).not.toBeNull();
    }
  });

  test('draws a raster dot for dot', () => {
    const raster = bytes(0x1d, 'v0', 0, 1, 0, 2, 0, 0b10000001, 0xff);
    const png = PNG.sync.read(renderReceipt(printed(bytes(START, raster, CUT)), fonts));
    expect([inkIn(png, 32, 48, 8, 1), inkIn(png, 32, 49, 8, 1), inkIn(png, 0, 50, png.width, 40)]).toEqual([
      2, 8, 0,
    ]);
  });

  test('of a rule is one unbroken line across the paper', () => {
    const png = PNG.sync.read(renderReceipt(printed(bytes(START, cp866('─'.repeat(48)), 10, CUT)), fonts));
    expect(inkIn(png, 32, 48 + 11, 576, 2)).toBe(576 * 2);
  });
});

describe('bytes of another hand', () => {
  const encoder = () =>
    new ReceiptPrinterEncoder({
      language: 'esc-pos',
      columns: 48,
      codepageMapping: 'epson',
      codepageCandidates: ['cp866'],
    });
  const job = encoder()
    .initialize()
    .codepage('auto')
    .align('center')
    .bold(true)
    .size(2, 2)
    .line('Магазин')
    .size(1, 1)
    .bold(false)
    .align('left')
    .underline(true)
    .line('подчёркнуто')
    .underline(false)
    .rule()
    .table(
      [
        { width: 38, align: 'left' },
        { width: 10, align: 'right' },
      ],
      [['Хлеб бородинский №1', '45.00']],
    )
    .align('center')
    .qrcode('https://a.example/receipt?n=1', { model: 2, size: 6, errorlevel: 'm' })
    .pulse(0, 100, 500)
    .cut('partial')
    .encode();

  test('print without an error: Cyrillic, table, rule, QR, drawer and cut', () => {
    const receipt = printed(job);
    expect(receipt.errors).toEqual([]);
    expect(receiptText(receipt)).toContain('подчёркнуто\n');
    expect(receiptText(receipt)).toContain(`${'Хлеб бородинский №1'.padEnd(43)}45.00`);
    expect(receiptText(receipt)).toContain('─'.repeat(48));
    expect(receipt.drawerKicks).toEqual([{ pin: 0, onMs: 100, offMs: 500 }]);
    expect(receipt.end).toBe('partial');
    expect(decodeQr(renderReceipt(receipt, fonts))).toBe('https://a.example/receipt?n=1');
  });
});

test('receipts are kept as picture, text and data, and numbered on after a second start', () => {
  const receipts = join(folder, 'receipts');
  new ReceiptFiles(receipts, fonts).store(printed(SHOP_JOB), 0);
  const files = new ReceiptFiles(receipts, fonts);
  expect(files.store(printed(SHOP_JOB), 1_000)).toMatchObject({
    number: 2,
    printedAt: '1970-01-01T00:00:01.000Z',
  });
  expect(files.newest(10).map((receipt) => [receipt.number, receipt.qr.length])).toEqual([
    [2, 1],
    [1, 1],
  ]);
  expect(readFileSync(join(receipts, '000002.txt'), 'utf8')).toContain('Магазин Амур');
  expect([files.read(2, 'png')?.subarray(1, 4).toString(), files.read(3, 'png')]).toEqual(['PNG', null]);
});
