/** ESC/POS: a receipt as the bytes a printer takes. Pure; every refusal comes before any byte leaves.
 *
 *  Shape   ESC @ | FS . | drawer | rows | cut.  Cyrillic and Latin runs: ESC t n + code page 866. Han runs:
 *          FS & + GB18030 + FS . — the printer leaves Kanji mode before anything that is not Han.
 *  Units   drawer pulses in 2 ms steps, in real time in 100 ms steps; feeds in lines of 30 dots.
 *  Errors  DriverError TEXT_UNMAPPABLE | RECEIPT_TOO_LONG | QR_TOO_LONG | VALUE_OUT_OF_RANGE | PROFILE_INVALID
 *  Source  Epson ESC/POS command reference: ESC @, ESC t, FS &, FS ., GS !, ESC E, ESC d, GS V, ESC p,
 *          DLE DC4 (fn = 1). */
import { unreachable } from '../../gateway/kernel/errors.ts';
import { DriverError } from '../contract/device.ts';
import type { PrinterProfile, ReceiptDoc } from '../contract/printer.ts';
import type { Glyph } from './glyphs.ts';
import { layoutRows, type Row } from './layout.ts';
import type { EscposProfile } from './profile.ts';
import { qrBytes } from './qr.ts';

const DLE = 0x10;
const DC4 = 0x14;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;
const MOST_RECEIPT_BYTES = 512 * 1024;
/** Without a cutter the last line must pass the tear bar by hand. */
const TEAR_OFF_LINES = 4;

const INITIALISE = [ESC, 0x40];
const HAN_ON = [FS, 0x26];
const HAN_OFF = [FS, 0x2e];

export function encodeReceipt(doc: ReceiptDoc, profile: PrinterProfile): Uint8Array {
  const parts: Uint8Array[] = [start(profile)];
  if (doc.openDrawer && profile.drawer !== null) parts.push(drawerPulse(profile));
  let size = 0;
  for (const row of layoutRows(doc, profile.columns, profile.hanRom)) {
    const bytes = rowBytes(row, profile);
    size += bytes.length;
    if (size > MOST_RECEIPT_BYTES) {
      throw new DriverError('RECEIPT_TOO_LONG', 'The receipt exceeds its size limit.', {
        what: 'bytes',
        length: size,
        most: MOST_RECEIPT_BYTES,
      });
    }
    parts.push(bytes);
  }
  if (doc.cut) parts.push(cutBytes(profile));
  return Buffer.concat(parts);
}

/** Opens the drawer and moves no paper. Errors  DriverError PROFILE_INVALID where the profile has no drawer. */
export function encodeDrawer(profile: PrinterProfile): Uint8Array {
  if (profile.drawer === null) {
    throw new DriverError('PROFILE_INVALID', 'This printer profile has no drawer.', { model: profile.model });
  }
  return Buffer.concat([Buffer.from(INITIALISE), drawerPulse(profile)]);
}

/** Opens the drawer at once, even of a printer without paper, which keeps `ESC p` until it goes on. Null where the model
 *  has no such pulse. The profile is one that `encodeDrawer` accepts. */
export function encodeDrawerNow(profile: EscposProfile): Uint8Array | null {
  if (profile.drawer === null || !profile.drawer.realTimePulse) return null;
  const { pin, pulseOnMs } = profile.drawer;
  return Buffer.from([DLE, DC4, 1, pin, Math.ceil(pulseOnMs / 100)]);
}

/** Printers made for China start in Kanji mode, so leaving it is part of the beginning. */
function start(profile: PrinterProfile): Uint8Array {
  return Buffer.from([...INITIALISE, ...HAN_OFF, ESC, 0x74, profile.cp866Page]);
}

function drawerPulse(profile: PrinterProfile): Uint8Array {
  if (profile.drawer === null) return Buffer.alloc(0);
  const { pin, pulseOnMs, pulseOffMs } = profile.drawer;
  const on = pulseUnits('pulseOnMs', pulseOnMs);
  const off = pulseUnits('pulseOffMs', pulseOffMs);
  if (pin !== 0 && pin !== 1) {
    throw new DriverError('VALUE_OUT_OF_RANGE', 'The drawer pin is 0 or 1.', { pin });
  }
  if (off < on) {
    throw new DriverError('VALUE_OUT_OF_RANGE', 'The drawer rests at least as long as it is driven.', {
      pulseOnMs,
      pulseOffMs,
    });
  }
  return Buffer.from([ESC, 0x70, pin, on, off]);
}

function pulseUnits(name: string, pulseMs: number): number {
  const units = pulseMs / 2;
  if (Number.isInteger(units) && units >= 1 && units <= 255) return units;
  throw new DriverError('VALUE_OUT_OF_RANGE', 'A drawer pulse is an even number of ms from 2 to 510.', {
    field: name,
    value: pulseMs,
  });
}

function rowBytes(row: Row, profile: PrinterProfile): Uint8Array {
  switch (row.kind) {
    case 'line':
      return lineBytes(row, profile);
    case 'qr':
      return qrBytes(row.content, profile);
    case 'feed':
      return row.lines === 0 ? Buffer.alloc(0) : Buffer.from([ESC, 0x64, row.lines]);
    default:
      return unreachable(row);
  }
}

function lineBytes(row: Extract<Row, { kind: 'line' }>, profile: PrinterProfile): Uint8Array {
  const bytes: number[] = [];
  if (row.double) bytes.push(GS, 0x21, 0x11);
  if (row.bold) bytes.push(ESC, 0x45, 1);
  pushRuns(bytes, row.glyphs, profile);
  bytes.push(LF);
  if (row.bold) bytes.push(ESC, 0x45, 0);
  if (row.double) bytes.push(GS, 0x21, 0);
  return Buffer.from(bytes);
}

function pushRuns(bytes: number[], glyphs: readonly Glyph[], profile: PrinterProfile): void {
  let mode: 1 | 2 | null = null;
  for (const glyph of glyphs) {
    if (glyph.columns !== mode) {
      if (mode === 2) bytes.push(...HAN_OFF);
      if (glyph.columns === 2) bytes.push(...HAN_ON);
      else bytes.push(ESC, 0x74, profile.cp866Page);
      mode = glyph.columns;
    }
    bytes.push(...glyph.bytes);
  }
  if (mode === 2) bytes.push(...HAN_OFF);
}

function cutBytes(profile: PrinterProfile): Uint8Array {
  switch (profile.cutter) {
    case 'partial':
      return Buffer.from([GS, 0x56, 66, 0]);
    case 'full':
      return Buffer.from([GS, 0x56, 65, 0]);
    case 'none':
      return Buffer.from([ESC, 0x64, TEAR_OFF_LINES]);
    default:
      return unreachable(profile.cutter);
  }
}
