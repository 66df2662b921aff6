/** Two engines of other hands read a QR from a picture: zbar and zxing. Neither may look for inverted codes, because a
 *  customer's wallet does not either. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const WASM = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');

export interface ReadQr {
  readonly zbar: readonly string[];
  readonly zxing: readonly string[];
}

export async function readQr(png: Buffer): Promise<ReadQr> {
  const zbar = spawnSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', 'PNG:-'], { input: png });
  const wasmBinary = new Uint8Array(readFileSync(WASM)).buffer;
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const found = await readBarcodes(new Uint8Array(png), { formats: ['QRCode'], tryInvert: false });
  return {
    zbar: zbar.stdout.toString('utf8').split('\n').filter(Boolean),
    zxing: found.filter((code) => code.isValid).map((code) => code.text),
  };
}

/** What both engines read when each found that one code and no other. */
export function both(content: string): ReadQr {
  return { zbar: [content], zxing: [content] };
}
