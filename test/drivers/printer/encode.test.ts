import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { DriverError } from '../../../drivers/contract/device.ts';
import type { ReceiptBlock, ReceiptDoc } from '../../../drivers/contract/printer.ts';
import { encodeDrawer, encodeDrawerNow, encodeReceipt } from '../../../drivers/printer/encode.ts';
import { layoutReceipt } from '../../../drivers/printer/layout.ts';
import { printerProfile, shippedPrinterProfiles } from '../../../drivers/printer/profile.ts';
import { readBack } from './read-back.ts';

const epson = printerProfile('epson-tm-t20');
const narrow = printerProfile('xprinter-xp-58');
const noHan = printerProfile('epson-tm-t20-no-han');
const raster = printerProfile('xprinter-xp-80-raster');

const text = (
  content: string,
  over: Partial<Extract<ReceiptBlock, { kind: 'text' }>> = {},
): ReceiptBlock => ({
  kind: 'text',
  text: content,
  align: 'left',
  size: 'normal',
  bold: false,
  ...over,
});
const pair = (left: string, right: string): ReceiptBlock => ({
  kind: 'pair',
  left,
  right,
  size: 'normal',
  bold: false,
});
const doc = (blocks: readonly ReceiptBlock[], over: Partial<ReceiptDoc> = {}): ReceiptDoc => ({
  blocks,
  cut: false,
  openDrawer: false,
  ...over,
});
const refusal = (run: () => unknown): DriverError => {
  try {
    run();
  } catch (error) {
    if (error instanceof DriverError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};
const columnsOf = (line: string): number =>
  [...line].reduce(
    (sum, char) => sum + (iconv.decode(iconv.encode(char, 'cp866'), 'cp866') === char ? 1 : 2),
    0,
  );

describe('text on paper', () => {
  test('the bytes of one mixed line are exactly the commands of the reference', () => {
    const bytes = encodeReceipt(doc([text('Чай 茶 5')]), epson);
    expect(Buffer.from(bytes).toString('hex')).toBe(
      ['1b40', '1c2e', '1b7411', '1b7411', '97a0a920', '1c26', 'b2e8', '1c2e', '1b7411', '2035', '0a'].join(
        '',
      ),
    );
  });

  test('quotation marks, dashes, the rouble and odd spaces are substituted by the table', () => {
    const bytes = encodeReceipt(doc([text('«Амур» — 5\u00a0₽… 2×3')]), noHan);
    expect(readBack(bytes, 17).lines).toEqual(['"Амур" - 5 руб.... 2x3']);
  });

  test('the yuan sign comes from the Chinese ROM, or is spelt where there is none', () => {
    expect(readBack(encodeReceipt(doc([text('¥8')]), epson), 17).lines).toEqual(['￥8']);
    expect(readBack(encodeReceipt(doc([text('¥8')]), noHan), 17).lines).toEqual(['CNY8']);
  });

  test('a character that cannot be printed is named with its place, before any byte', () => {
    const error = refusal(() => encodeReceipt(doc([text('Хлеб'), pair('Чай😀', '1,00')]), epson));
    expect([error.code, error.facts]).toEqual([
      'TEXT_UNMAPPABLE',
      { character: '😀', codePoint: 'U+1F600', position: 3, block: 1, part: 'left' },
    ]);
  });

  test('a Chinese character is refused by a printer without a Chinese ROM', () => {
    expect(refusal(() => encodeReceipt(doc([text('茶')]), noHan)).code).toBe('TEXT_UNMAPPABLE');
  });

  test('control characters in a name cannot reach the printer as commands', () => {
    for (const char of ['\x1b', '\x1d', '\x10', '\x00', '\x7f']) {
      expect(refusal(() => encodeReceipt(doc([text(`Хлеб${char}p`)]), epson)).code).toBe('TEXT_UNMAPPABLE');
    }
  });

  test('a letter written as two code points prints as the one it is', () => {
    expect(readBack(encodeReceipt(doc([text('И\u0306од е\u0308ж')]), noHan), 17).lines).toEqual(['Йод ёж']);
  });

  const printable = fc.string({
    unit: fc.constantFrom(...'абвёЯЖ№ abcZ09%-.,()«»—₽¥茶黑龙江，。（）牛奶鏈㐀', '\u00a0'),
    maxLength: 300,
  });

  test('no character is lost between the receipt and the paper, on any width', () => {
    fc.assert(
      fc.property(printable, fc.constantFrom(epson, narrow), (content, profile) => {
        const paper = readBack(encodeReceipt(doc([text(content)]), profile), profile.cp866Page).lines;
        const expected = content
          .replaceAll(/[«»]/g, '"')
          .replaceAll('—', '-')
          .replaceAll('₽', 'руб.')
          .replaceAll('¥', '￥')
          .replaceAll('\u00a0', ' ');
        expect(paper.join('').replaceAll(' ', '')).toBe(expected.replaceAll(' ', ''));
      }),
      { numRuns: 300 },
    );
  });

  test('no line is wider than the paper, whatever stands in it', () => {
    const block = fc.oneof(
      fc
        .tuple(printable, fc.constantFrom('left', 'center', 'right'), fc.constantFrom('normal', 'double'))
        .map(([content, align, size]) => text(content, { align, size } as never)),
      fc.tuple(printable, fc.constantFrom('1,00', '12 345,67', '')).map(([left, right]) => pair(left, right)),
    );
    fc.assert(
      fc.property(block, fc.constantFrom(32, 48), (one, columns) => {
        const width = 'size' in one && one.size === 'double' ? columns / 2 : columns;
        for (const line of layoutReceipt(doc([one]), columns))
          expect(columnsOf(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 300 },
    );
  });

  test('the encoded lines are the lines that the layout shows', () => {
    const receipt = doc([
      text('Магазин «Амур» 阿穆尔商店', { align: 'center', size: 'double', bold: true }),
      pair('Молоко 牛奶', '89,90'),
      { kind: 'rule', weight: 'heavy' },
      { kind: 'feed', lines: 2 },
    ]);
    for (const profile of [epson, narrow]) {
      expect(readBack(encodeReceipt(receipt, profile), 17).lines).toEqual(
        layoutReceipt(receipt, profile.columns),
      );
    }
  });
});

describe('layout', () => {
  test('a pair keeps its right side at the right edge of its last line', () => {
    const lines = layoutReceipt(doc([pair('Молоко «Простоквашино» 3,2% 930 мл', '1 234,00')]), 32);
    expect(lines).toEqual(['Молоко "Простоквашино" 3,2% 930', `мл${' '.repeat(22)}1 234,00`]);
  });

  test('a right side that would touch the left one takes a line of its own', () => {
    expect(layoutReceipt(doc([pair('x'.repeat(30), '10')]), 32)).toEqual([
      'x'.repeat(30),
      `${' '.repeat(30)}10`,
    ]);
  });

  test('a Chinese line never begins with a closing mark', () => {
    const lines = layoutReceipt(doc([text(`${'茶'.repeat(16)}，好`)]), 32);
    expect(lines).toEqual(['茶'.repeat(15), '茶，好']);
  });

  test('a right side wider than the paper is refused', () => {
    expect(refusal(() => layoutReceipt(doc([pair('a', '1'.repeat(33))]), 32)).code).toBe(
      'VALUE_OUT_OF_RANGE',
    );
  });

  test('receipts beyond the limits are refused, not cut short', () => {
    const long = Array.from({ length: 1999 }, () => text('a\nb\nc'));
    expect(refusal(() => layoutReceipt(doc(long), 32)).code).toBe('RECEIPT_TOO_LONG');
    expect(refusal(() => layoutReceipt(doc([text('a'.repeat(9000))]), 32)).code).toBe('RECEIPT_TOO_LONG');
    const many = Array.from({ length: 2001 }, () => text('a'));
    expect(refusal(() => layoutReceipt(doc(many), 32)).code).toBe('RECEIPT_TOO_LONG');
    const feeds = refusal(() => layoutReceipt(doc([{ kind: 'feed', lines: 101 }]), 32));
    expect(feeds.code).toBe('VALUE_OUT_OF_RANGE');
  });

  test('any receipt of any blocks is either set or refused with a code', () => {
    const block: fc.Arbitrary<ReceiptBlock> = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }).map((content) => text(content)),
      fc.tuple(fc.string(), fc.string()).map(([left, right]) => pair(left, right)),
      fc.string({ maxLength: 1500 }).map((content) => ({ kind: 'qr', content }) as const),
      fc.integer({ min: -5, max: 300 }).map((lines) => ({ kind: 'feed', lines }) as const),
    );
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 6 }),
        fc.constantFrom(...shippedPrinterProfiles()),
        (blocks, profile) => {
          try {
            encodeReceipt(doc(blocks, { cut: true, openDrawer: true }), profile);
          } catch (error) {
            expect(error).toBeInstanceOf(DriverError);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('QR, cut and drawer', () => {
  const link = 'https://qr.alipay.com/bax01234567890123456789';

  test('another encoder writes the same code page, Cyrillic, QR store and print, drawer and cut functions', () => {
    const other = new ReceiptPrinterEncoder({
      printerModel: 'epson-tm-t20iii',
      codepageCandidates: ['cp866'],
      errors: 'strict',
    });
    const theirs = Buffer.from(
      other
        .initialize()
        .codepage('cp866')
        .line('Привет, №5 ёж')
        .qrcode(link, { model: 2, size: 6, errorlevel: 'm' })
        .pulse(0, 120, 240)
        .encode(),
    ).toString('hex');
    const ours = Buffer.from(
      encodeReceipt(doc([text('Привет, №5 ёж'), { kind: 'qr', content: link }], { openDrawer: true }), epson),
    ).toString('hex');
    const qrStart = theirs.indexOf('1d286b04');
    const qrEnd = theirs.indexOf('1d286b0300315130') + 16;
    for (const part of [
      '1b7411',
      iconv.encode('Привет, №5 ёж', 'cp866').toString('hex'),
      theirs.slice(qrStart, qrEnd),
      '1b70003c78',
    ]) {
      expect(theirs).toContain(part);
      expect(ours).toContain(part);
    }
  });

  test('a QR is stored whole and drawn with a module size that leaves its quiet zone on the paper', () => {
    for (const profile of [epson, narrow]) {
      const paper = readBack(encodeReceipt(doc([{ kind: 'qr', content: link }]), profile), 17);
      expect(paper.qr).toEqual([link]);
      expect(paper.moduleDots).toEqual([6]);
    }
    const long = readBack(encodeReceipt(doc([{ kind: 'qr', content: 'x'.repeat(400) }]), narrow), 17);
    const modules = 17 + 4 * 15;
    expect(long.moduleDots[0]).toBe(Math.floor(narrow.widthDots / (modules + 8)));
  });

  test('a QR that cannot be read at the paper’s width is refused', () => {
    expect(refusal(() => encodeReceipt(doc([{ kind: 'qr', content: 'x'.repeat(1025) }]), narrow)).code).toBe(
      'QR_TOO_LONG',
    );
    expect(refusal(() => encodeReceipt(doc([{ kind: 'qr', content: '' }]), narrow)).code).toBe(
      'VALUE_OUT_OF_RANGE',
    );
  });

  test('a raster QR is read by an independent decoder', async () => {
    const [image] = readBack(encodeReceipt(doc([{ kind: 'qr', content: link }]), raster), 17).rasters;
    if (image === undefined) throw new Error('There is no raster.');
    const width = image.bytesAcross * 8;
    const png = new PNG({ width, height: image.rows });
    for (let index = 0; index < width * image.rows; index += 1) {
      const byte = image.data[Math.floor(index / width) * image.bytesAcross + ((index % width) >> 3)] ?? 0;
      png.data.fill((byte & (0x80 >> (index % 8))) === 0 ? 255 : 0, index * 4, index * 4 + 3);
      png.data[index * 4 + 3] = 255;
    }
    // The decoder would fetch its code from the network; the installed copy is the same.
    const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
    const found = await readBarcodes(new Blob([new Uint8Array(PNG.sync.write(png))]), { tryInvert: false });
    expect(found.map((one) => one.text)).toEqual([link]);
  });

  test('the drawer opens before the first line, with both pulse lengths', () => {
    const bytes = Buffer.from(encodeReceipt(doc([text('a')], { openDrawer: true }), epson));
    expect(readBack(bytes, 17).pulses).toEqual([[0, 60, 120]]);
    expect(bytes.indexOf(Buffer.from([0x1b, 0x70]))).toBeLessThan(bytes.indexOf('a'));
    expect([...encodeDrawer(epson)]).toEqual([0x1b, 0x40, 0x1b, 0x70, 0, 60, 120]);
  });

  test('the pulse in real time is at least as long as the drawer needs, in steps of 100 ms', () => {
    const pulse = (pulseOnMs: number, realTimePulse = true) =>
      encodeDrawerNow({ ...epson, drawer: { pin: 1, pulseOnMs, pulseOffMs: 510, realTimePulse } });
    expect([pulse(100), pulse(102), pulse(510)].map((bytes) => [...(bytes ?? [])])).toEqual([
      [0x10, 0x14, 1, 1, 1],
      [0x10, 0x14, 1, 1, 2],
      [0x10, 0x14, 1, 1, 6],
    ]);
    expect([pulse(100, false), encodeDrawerNow({ ...epson, drawer: null })]).toEqual([null, null]);
  });

  test('a drawer pulse out of range is refused', () => {
    for (const drawer of [
      { pin: 0, pulseOnMs: 0, pulseOffMs: 100 },
      { pin: 0, pulseOnMs: 101, pulseOffMs: 200 },
      { pin: 0, pulseOnMs: 100, pulseOffMs: 512 },
      { pin: 0, pulseOnMs: 200, pulseOffMs: 100 },
    ] as const) {
      expect(refusal(() => encodeDrawer({ ...epson, drawer })).code).toBe('VALUE_OUT_OF_RANGE');
    }
    expect(refusal(() => encodeDrawer({ ...epson, drawer: null })).code).toBe('PROFILE_INVALID');
  });

  test('the cut is the one the model has; without a cutter the paper is fed past the tear bar', () => {
    const cuts = (profile: typeof epson) => readBack(encodeReceipt(doc([], { cut: true }), profile), 17);
    expect(cuts(epson).cuts).toEqual(['66 0']);
    expect(cuts(raster).cuts).toEqual(['65 0']);
    expect(cuts(narrow)).toMatchObject({ cuts: [], lines: ['', '', '', ''] });
  });
});
