import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { QR_CONTENT } from '../../fixtures/views/cashier-views.ts';
import { CUSTOMER_VIEWS } from '../../fixtures/views/customer-views.ts';
import { type ScreenHarness, screenHarness } from '../harness.ts';

let harness: ScreenHarness;
const folder = mkdtempSync(join(tmpdir(), 'amur-qr-'));

beforeAll(async () => {
  const wasm = readFileSync(new URL(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(wasm).buffer } });
  harness = await screenHarness();
});
afterAll(async () => {
  await harness.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Exactly what a provider may ask to be shown: up to its documented limit for a link. */
const CONTENTS = [
  QR_CONTENT,
  `https://qr.alipay.com/${'a1B2'.repeat(16)}`,
  `https://qr.nspk.ru/${'A0'.repeat(42)}`,
];

describe('the QR on the display', () => {
  for (const content of CONTENTS) {
    test(`of ${content.length} characters is read by two engines, is 7 cm wide and dark on white`, async () => {
      const view = CUSTOMER_VIEWS.qr;
      if (view?.qr == null) throw new Error('The fixture has no QR.');
      const shown = { ...view, qr: { ...view.qr, content } };
      const screen = await harness.open('customer', shown, { width: 1024, height: 600 });
      await screen.page.getByTestId('qr').waitFor();
      const shot = await screen.page.screenshot();
      const file = join(folder, 'shot.png');
      writeFileSync(file, shot);
      expect(execFileSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' }).trim()).toBe(content);
      const [read] = await readBarcodes(new Uint8Array(shot), { formats: ['QRCode'], tryInvert: false });
      expect(read?.text).toBe(content);
      const box = (await screen.page.evaluate(`(() => {
        const e = document.querySelector('[data-testid="qr"]');
        const symbol = e.querySelector('path').getBoundingClientRect();
        const plate = e.getBoundingClientRect();
        const side = Number(e.getAttribute('viewBox').split(' ')[2]);
        return { symbol: symbol.width, module: plate.width / side, bottom: plate.bottom, right: plate.right };
      })()`)) as { symbol: number; module: number; bottom: number; right: number };
      // 7 cm at 96 px to the inch.
      expect(box.symbol).toBeGreaterThanOrEqual(264);
      expect(Number.isInteger(box.module)).toBe(true);
      expect(box.bottom).toBeLessThanOrEqual(600);
      expect(box.right).toBeLessThanOrEqual(1024);
      expect(screen.complaints).toEqual([]);
      await screen.page.close();
    });
  }

  test('goes away when its time is over', async () => {
    const view = CUSTOMER_VIEWS.qr;
    if (view?.qr == null) throw new Error('The fixture has no QR.');
    const screen = await harness.open(
      'customer',
      { ...view, at: view.qr.expiresAt },
      { width: 1024, height: 600 },
    );
    expect(await screen.page.getByTestId('qr').count()).toBe(0);
    await screen.page.close();
  });
});
