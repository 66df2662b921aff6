/** The commands by prefix and letter: how many bytes follow, and what they mean. */
import type { Command, ReadCommand } from './commands.ts';

/** Null: not whole yet. Lengths count from the letter behind the prefix. */
export type Found = ReadCommand | 'unknown' | 'too_long' | null;
type Make = (args: Uint8Array) => Command;
interface Fixed {
  readonly args: number;
  readonly make: Make;
}

/** A command that declares more is not waited for. */
const LIMIT_BYTES = 1_048_576;
const NO_EFFECT: Command = { kind: 'noEffect' };

const at = (args: Uint8Array, index: number): number => args[index] ?? 0;
const word = (args: Uint8Array, index: number): number => at(args, index) + at(args, index + 1) * 256;
const fixed = (args: number, make: Make): Fixed => ({ args, make });
const ignored = (args: number): Fixed => fixed(args, () => NO_EFFECT);
const unknownValue = (letter: string, args: Uint8Array): Command => ({
  kind: 'unknown',
  bytes: Buffer.concat([Buffer.from(letter), args]),
  reason: 'argument out of range',
});

const ESC: Readonly<Record<string, Fixed>> = {
  '@': fixed(0, () => ({ kind: 'reset' })),
  t: fixed(1, (a) => ({ kind: 'codePage', page: at(a, 0) })),
  a: fixed(1, (a) => {
    const align = (['left', 'center', 'right'] as const)[at(a, 0) % 48];
    return align === undefined ? unknownValue('a', a) : { kind: 'align', align };
  }),
  E: fixed(1, (a) => ({ kind: 'bold', on: (at(a, 0) & 1) === 1 })),
  G: fixed(1, (a) => ({ kind: 'bold', on: (at(a, 0) & 1) === 1 })),
  '-': fixed(1, (a) => ({ kind: 'underline', on: at(a, 0) % 48 !== 0 })),
  '!': fixed(1, (a) => ({ kind: 'printMode', mode: at(a, 0) })),
  M: fixed(1, (a) => ({ kind: 'font', font: at(a, 0) % 48 === 0 ? 'A' : 'B' })),
  d: fixed(1, (a) => ({ kind: 'feedLines', lines: at(a, 0) })),
  J: fixed(1, (a) => ({ kind: 'feedDots', dots: at(a, 0) })),
  '3': fixed(1, (a) => ({ kind: 'lineSpacing', dots: at(a, 0) })),
  '2': fixed(0, () => ({ kind: 'lineSpacing', dots: null })),
  $: fixed(2, (a) => ({ kind: 'moveTo', dots: word(a, 0) })),
  p: fixed(3, (a) => {
    const pin = at(a, 0) % 48;
    if (pin !== 0 && pin !== 1) return unknownValue('p', a);
    return { kind: 'drawer', pin, onMs: at(a, 1) * 2, offMs: at(a, 2) * 2 };
  }),
  i: fixed(0, () => ({ kind: 'cut', cut: 'full', feedDots: 0 })),
  m: fixed(0, () => ({ kind: 'cut', cut: 'partial', feedDots: 0 })),
  R: ignored(1),
  ' ': ignored(1),
  V: ignored(1),
  '{': ignored(1),
  c: ignored(2),
  '=': ignored(1),
  r: ignored(1),
};

const GS: Readonly<Record<string, Fixed>> = {
  '!': fixed(1, (a) => ({ kind: 'size', width: ((at(a, 0) >> 4) & 7) + 1, height: (at(a, 0) & 7) + 1 })),
  B: fixed(1, (a) => ({ kind: 'invert', on: (at(a, 0) & 1) === 1 })),
  L: fixed(2, (a) => ({ kind: 'leftMargin', dots: word(a, 0) })),
  W: fixed(2, (a) => ({ kind: 'printWidth', dots: word(a, 0) })),
  a: fixed(1, (a) => ({ kind: 'statusBack', classes: at(a, 0) })),
  r: fixed(1, (a) => ({ kind: 'statusInTurn', which: at(a, 0) % 48 })),
  I: fixed(1, (a) => ({ kind: 'identify', which: at(a, 0) })),
  h: fixed(1, (a) => ({ kind: 'barcodeHeight', dots: at(a, 0) })),
  w: ignored(1),
  H: ignored(1),
  f: ignored(1),
  P: ignored(2),
  b: ignored(1),
};

const FS: Readonly<Record<string, Fixed>> = {
  '&': fixed(0, () => ({ kind: 'hanMode', on: true })),
  '.': fixed(0, () => ({ kind: 'hanMode', on: false })),
  S: ignored(2),
  '!': ignored(1),
  '-': ignored(1),
  C: ignored(1),
};

export function readEsc(bytes: Uint8Array): Found {
  const letter = String.fromCharCode(at(bytes, 0));
  if (letter !== 'D') return readFixed(ESC, letter, bytes);
  const end = bytes.indexOf(0, 1);
  if (end >= 0) return { command: NO_EFFECT, length: end + 1 };
  return bytes.length > 33 ? 'unknown' : null;
}

export function readGs(bytes: Uint8Array): Found {
  const letter = String.fromCharCode(at(bytes, 0));
  switch (letter) {
    case 'V':
      return readCut(bytes);
    case 'v':
      return readRaster(bytes);
    case 'k':
      return readBarcode(bytes);
    case '(':
      return readExtended(bytes, (name, data) => (name === 'k' ? qrCommand(data) : NO_EFFECT));
    default:
      return readFixed(GS, letter, bytes);
  }
}

export function readFs(bytes: Uint8Array): Found {
  const letter = String.fromCharCode(at(bytes, 0));
  return letter === '(' ? readExtended(bytes, () => NO_EFFECT) : readFixed(FS, letter, bytes);
}

export function readDle(bytes: Uint8Array): Found {
  const letter = at(bytes, 0);
  if (letter !== 0x04 && letter !== 0x05 && letter !== 0x14) return 'unknown';
  if (bytes.length < 2) return null;
  const which = at(bytes, 1);
  if (letter === 0x14) return which === 1 ? readPulseNow(bytes) : 'unknown';
  if (letter === 0x04)
    return which >= 1 && which <= 4 ? { command: { kind: 'statusNow', which }, length: 2 } : 'unknown';
  return which === 1 || which === 2
    ? { command: { kind: 'recover', clear: which === 2 }, length: 2 }
    : 'unknown';
}

/** `DLE DC4 1 m t`: on and off for t times 100 ms, t from 1 to 8. */
function readPulseNow(bytes: Uint8Array): Found {
  if (bytes.length < 4) return null;
  const [pin, ms] = [at(bytes, 2), at(bytes, 3) * 100];
  if ((pin !== 0 && pin !== 1) || ms < 100 || ms > 800)
    return { command: unknownValue('\x14', bytes.slice(1, 4)), length: 4 };
  return { command: { kind: 'drawerNow', pin, onMs: ms, offMs: ms }, length: 4 };
}

function readFixed(table: Readonly<Record<string, Fixed>>, letter: string, bytes: Uint8Array): Found {
  const entry = Object.hasOwn(table, letter) ? table[letter] : undefined;
  if (entry === undefined) return 'unknown';
  if (bytes.length < 1 + entry.args) return null;
  return { command: entry.make(bytes.slice(1, 1 + entry.args)), length: 1 + entry.args };
}

function readCut(bytes: Uint8Array): Found {
  if (bytes.length < 2) return null;
  const mode = at(bytes, 1);
  const cut = mode % 2 === 0 ? ('full' as const) : ('partial' as const);
  if (mode === 0 || mode === 1 || mode === 48 || mode === 49)
    return { command: { kind: 'cut', cut, feedDots: 0 }, length: 2 };
  if (mode !== 65 && mode !== 66) return 'unknown';
  if (bytes.length < 3) return null;
  // 65 cuts fully and 66 partially, the other way round from the short forms' parity.
  return {
    command: { kind: 'cut', cut: mode === 65 ? 'full' : 'partial', feedDots: at(bytes, 2) },
    length: 3,
  };
}

function readRaster(bytes: Uint8Array): Found {
  if (bytes.length < 7) return null;
  const mode = at(bytes, 2) % 48;
  if (at(bytes, 1) !== 0x30 || mode > 3) return 'unknown';
  const widthBytes = word(bytes, 3);
  const heightDots = word(bytes, 5);
  const size = widthBytes * heightDots;
  if (size > LIMIT_BYTES) return 'too_long';
  if (bytes.length < 7 + size) return null;
  const [scaleX, scaleY] = [1 + (mode & 1), 1 + (mode >> 1)];
  const data = bytes.slice(7, 7 + size);
  return { command: { kind: 'raster', scaleX, scaleY, widthBytes, heightDots, data }, length: 7 + size };
}

/** Symbologies 0 to 6 end at a NUL; from 65 on a length stands before the data. */
function readBarcode(bytes: Uint8Array): Found {
  if (bytes.length < 3) return null;
  const symbology = at(bytes, 1);
  if (symbology >= 65 && symbology <= 79) {
    const length = at(bytes, 2);
    if (bytes.length < 3 + length) return null;
    return { command: { kind: 'barcode', symbology, data: bytes.slice(3, 3 + length) }, length: 3 + length };
  }
  if (symbology > 6) return 'unknown';
  const end = bytes.indexOf(0, 2);
  if (end < 0) return bytes.length > 258 ? 'too_long' : null;
  return { command: { kind: 'barcode', symbology, data: bytes.slice(2, end) }, length: end + 1 };
}

/** `( name pL pH data`: the length says where it ends even when the function is not known. */
function readExtended(bytes: Uint8Array, make: (name: string, data: Uint8Array) => Command): Found {
  if (bytes.length < 4) return null;
  const length = word(bytes, 2);
  if (bytes.length < 4 + length) return null;
  return {
    command: make(String.fromCharCode(at(bytes, 1)), bytes.slice(4, 4 + length)),
    length: 4 + length,
  };
}

/** `GS ( k` with cn = 49: functions 165, 167, 169, 180, 181. */
function qrCommand(data: Uint8Array): Command {
  const value = at(data, 2);
  if (at(data, 0) !== 49) return unknownValue('(k', data.slice(0, 3));
  switch (at(data, 1)) {
    case 65:
      return { kind: 'qrModel', model: value - 48 };
    case 67:
      return { kind: 'qrModuleDots', dots: value };
    case 69:
      return { kind: 'qrCorrection', level: value - 48 };
    case 80:
      return { kind: 'qrStore', data: data.slice(3) };
    case 81:
      return { kind: 'qrPrint' };
    default:
      return unknownValue('(k', data.slice(0, 3));
  }
}
