/** A QR code on paper: drawn by the printer (`GS ( k`) or, where its firmware cannot, sent as a raster (`GS v 0`).
 *
 *  Units   module size in whole dots, so that every module is equally wide; quiet zone 4 modules on every side.
 *  Errors  DriverError QR_TOO_LONG when the code does not fit the paper at 2 dots a module, the smallest size that
 *          scans reliably; VALUE_OUT_OF_RANGE for an empty one.
 *  Source  ISO/IEC 18004 (error correction M); ESC/POS functions 165, 167, 169, 180, 181 of `GS ( k`. */
import QRCode from 'qrcode';
import { DriverError } from '../contract/device.ts';
import type { PrinterProfile } from '../contract/printer.ts';

const QUIET_MODULES = 4;
const SMALLEST_MODULE_DOTS = 2;
const MOST_QR_BYTES = 1024;
const LINE_DOTS = 30;
const GS = 0x1d;
const ESC = 0x1b;

export function qrBytes(content: string, profile: PrinterProfile): Uint8Array {
  const data = Buffer.from(content, 'utf8');
  if (data.length === 0) throw new DriverError('VALUE_OUT_OF_RANGE', 'A QR code has content.', { bytes: 0 });
  if (data.length > MOST_QR_BYTES) throw tooLong(data.length, profile);
  // Byte mode needs the most modules, so whatever mode the printer chooses fits where this one does.
  const { modules } = QRCode.create([{ data, mode: 'byte' }], { errorCorrectionLevel: 'M' });
  const moduleDots = Math.min(
    profile.qrModuleDots,
    Math.floor(profile.widthDots / (modules.size + 2 * QUIET_MODULES)),
  );
  if (moduleDots < SMALLEST_MODULE_DOTS) throw tooLong(data.length, profile);
  const body =
    profile.qr === 'native'
      ? nativeQr(data, moduleDots)
      : rasterQr((row, column) => modules.get(row, column) === 1, modules.size, moduleDots);
  return Buffer.concat([Buffer.from([ESC, 0x61, 1]), body, Buffer.from([ESC, 0x61, 0])]);
}

function nativeQr(data: Uint8Array, moduleDots: number): Uint8Array {
  const quietLines = Math.ceil((QUIET_MODULES * moduleDots) / LINE_DOTS);
  const feed = [ESC, 0x64, quietLines];
  const stored = data.length + 3;
  return Buffer.concat([
    Buffer.from([
      ...feed,
      ...[GS, 0x28, 0x6b, 4, 0, 49, 65, 50, 0],
      ...[GS, 0x28, 0x6b, 3, 0, 49, 67, moduleDots],
      ...[GS, 0x28, 0x6b, 3, 0, 49, 69, 49],
      ...[GS, 0x28, 0x6b, stored & 0xff, stored >> 8, 49, 80, 48],
    ]),
    data,
    Buffer.from([...[GS, 0x28, 0x6b, 3, 0, 49, 81, 48], ...feed]),
  ]);
}

function rasterQr(
  dark: (row: number, column: number) => boolean,
  size: number,
  moduleDots: number,
): Uint8Array {
  const sideDots = (size + 2 * QUIET_MODULES) * moduleDots;
  const bytesAcross = Math.ceil(sideDots / 8);
  const image = Buffer.alloc(bytesAcross * sideDots);
  for (let y = 0; y < sideDots; y += 1) {
    const row = Math.floor(y / moduleDots) - QUIET_MODULES;
    if (row < 0 || row >= size) continue;
    for (let x = 0; x < sideDots; x += 1) {
      const column = Math.floor(x / moduleDots) - QUIET_MODULES;
      if (column < 0 || column >= size || !dark(row, column)) continue;
      const at = y * bytesAcross + (x >> 3);
      image[at] = (image[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const header = [GS, 0x76, 0x30, 0, bytesAcross & 0xff, bytesAcross >> 8, sideDots & 0xff, sideDots >> 8];
  return Buffer.concat([Buffer.from(header), image]);
}

function tooLong(bytes: number, profile: PrinterProfile): DriverError {
  return new DriverError('QR_TOO_LONG', 'The QR code does not fit the paper at a size that can be read.', {
    bytes,
    widthDots: profile.widthDots,
  });
}
