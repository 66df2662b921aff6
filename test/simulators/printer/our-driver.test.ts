import { describe, expect, test } from 'vitest';
import type { PrintResult, ReceiptDoc } from '../../../drivers/contract/printer.ts';
import { encodeReceipt } from '../../../drivers/printer/encode.ts';
import { openEscposPrinter } from '../../../drivers/printer/escpos-printer.ts';
import { shippedPrinterProfiles } from '../../../drivers/printer/profile.ts';
import type { CodePages } from '../../../simulators/printer/code-pages.ts';
import { receiptText } from '../../../simulators/printer/paper-text.ts';
import { doubleTransport } from '../../drivers/double-transport.ts';
import { virtualRuntime } from '../../drivers/virtual-runtime.ts';
import { bench } from './escpos-jobs.ts';

const text = (line: string, align: 'left' | 'center' = 'left', size: 'normal' | 'double' = 'normal') =>
  ({ kind: 'text', text: line, align, size, bold: size === 'double' }) as const;
const doc = (chinese: boolean): ReceiptDoc => ({
  openDrawer: true,
  cut: true,
  blocks: [
    text('Магазин', 'center', 'double'),
    ...(chinese ? [text('阿穆尔商店', 'center')] : []),
    { kind: 'rule', weight: 'light' },
    { kind: 'pair', left: 'Чай зелёный', right: '1 250.00', size: 'normal', bold: false },
    { kind: 'pair', left: 'ИТОГО', right: '1 250.00', size: 'double', bold: true },
    { kind: 'qr', content: 'https://qr.nspk.ru/AD10004F7SM1QOR38T1RNP592HT1U2MC' },
    { kind: 'feed', lines: 1 },
  ],
});

describe('the driver and this interpreter, written by different hands from one specification', () => {
  test.each(shippedPrinterProfiles())('agree on every letter of a receipt for $model', (profile) => {
    const codePages: CodePages = new Map([
      [0, 'cp437'],
      [profile.cp866Page, 'cp866'],
    ]);
    const { receipts, receive, fire } = bench({
      widthDots: profile.widthDots,
      codePages,
      // The worst case: a ROM that starts in Han mode, where Cyrillic sent unguarded comes out as Chinese.
      hanModeAtReset: profile.hanRom,
      cutter: profile.cutter !== 'none',
    });
    receive(encodeReceipt(doc(profile.hanRom), profile));
    // Without a cutter the receipt ends when the paper is torn.
    fire();
    const lines = receiptText(
      receipts[0] ?? { widthDots: 0, items: [], end: 'torn', drawerKicks: [], errors: [] },
    );
    expect(receipts[0]?.errors).toEqual([]);
    expect(lines).toContain('Магазин');
    if (profile.hanRom) expect(lines).toContain('阿穆尔商店');
    expect(lines).toContain(`Чай зелёный${' '.repeat(profile.columns - 19)}1 250.00\n`);
    expect(lines).toMatch(/^ИТОГО +1 250\.00$/m);
    if (profile.qr === 'native') expect(lines).toContain('[QR https://qr.nspk.ru/');
    expect(receipts[0]?.drawerKicks.length).toBe(profile.drawer === null ? 0 : 1);
  });

  test.each(shippedPrinterProfiles())(
    'open the drawer of $model without paper, once for one cash sale',
    async (profile) => {
      const runtime = virtualRuntime();
      const transport = doubleTransport();
      const { printer: hardware } = bench({ widthDots: profile.widthDots });
      const link = hardware.connect((sent) => transport.receive(sent));
      transport.device = (sent) => link.receive(sent);
      const printer = openEscposPrinter(transport, profile, runtime);
      await runtime.advance(0);
      let kicks = 0;
      hardware.onDrawer(() => {
        kicks += 1;
      });
      const run = async (job: Promise<PrintResult>): Promise<PrintResult> => {
        await runtime.advance(1_000);
        return job;
      };
      hardware.setFault('paper_end', true);
      expect(await run(printer.print(doc(false)))).toMatchObject({ kind: 'failed', fault: 'paper_end' });
      expect([hardware.drawerOpen, kicks]).toEqual([true, 1]);
      hardware.shutDrawer();
      hardware.setFault('paper_end', false);
      expect(await run(printer.print(doc(false)))).toEqual({ kind: 'printed' });
      expect([hardware.drawerOpen, kicks]).toEqual([false, 1]);
      hardware.setFault('cover_open', true);
      expect(await run(printer.openDrawer())).toEqual({ kind: 'printed' });
      expect([hardware.drawerOpen, kicks]).toEqual([true, 2]);
      await printer.close();
    },
  );
});
