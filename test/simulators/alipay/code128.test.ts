import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { code128Widths } from '../../../simulators/alipay/code128.ts';

const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });

/** Draws bars three pixels a module, as a screen would. */
function picture(widths: readonly number[]) {
  const scale = 3;
  const width = (widths.reduce((sum, each) => sum + each, 0) + 40) * scale;
  const height = 120;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  let x = 20 * scale;
  for (const [index, each] of widths.entries()) {
    const end = x + each * scale;
    for (; x < end; x += 1) {
      for (let y = 10; index % 2 === 0 && y < height - 10; y += 1)
        data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { data, width, height, colorSpace: 'srgb' as const };
}

test.each(['281234567890123456', '2567912615041493', '30123456789012345', '300000000000000000000009'])(
  'another hand reads %s back from the bars',
  async (digits) => {
    const [found] = await readBarcodes(picture(code128Widths(digits)) as ImageDataLike, {
      formats: ['Code128'],
    });
    expect(found?.text).toBe(digits);
  },
);

type ImageDataLike = Parameters<typeof readBarcodes>[0];
