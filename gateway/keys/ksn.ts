/** The key serial number that names a DUKPT transaction key: who derived it and which counter value it stands at.
 *
 *  Shape   TDES: 10 bytes, 59 bits of identity and 21 bits of counter, at most 10 of them set (ANSI X9.24-1:2009, A).
 *          AES: 12 bytes, 8 of identity and 4 of counter, at most 16 bits set (ANSI X9.24-3:2017, 6).
 *          As text: 20 or 24 upper-case hexadecimal digits. */
import { KeysError } from './keys-error.ts';

declare const brand: unique symbol;
export type Ksn = string & { readonly [brand]: 'Ksn' };

export type DukptScheme = 'tdes' | 'aes';

interface SchemeShape {
  readonly scheme: DukptScheme;
  readonly counterBits: number;
  readonly onesMax: number;
  readonly digits: number;
}

const TDES: SchemeShape = { scheme: 'tdes', counterBits: 21, onesMax: 10, digits: 20 };
const AES: SchemeShape = { scheme: 'aes', counterBits: 32, onesMax: 16, digits: 24 };

/** Errors  KSN_MALFORMED for a wrong shape or a counter no device may reach. Counter zero is the initial key's own number. */
export function parseKsn(text: string): Ksn {
  const shape = text.length === TDES.digits ? TDES : text.length === AES.digits ? AES : undefined;
  if (shape === undefined || !/^[0-9A-F]+$/.test(text))
    throw new KeysError('KSN_MALFORMED', { length: text.length });
  const ksn = text as Ksn;
  if (ones(ksnCounter(ksn)) > shape.onesMax)
    throw new KeysError('KSN_MALFORMED', { length: text.length, counter: ksnCounter(ksn) });
  return ksn;
}

export function ksnFromBytes(bytes: Uint8Array): Ksn {
  return parseKsn(Buffer.from(bytes).toString('hex').toUpperCase());
}

export function ksnBytes(ksn: Ksn): Uint8Array {
  return Buffer.from(ksn, 'hex');
}

export function ksnScheme(ksn: Ksn): DukptScheme {
  return shapeOf(ksn).scheme;
}

export function ksnCounter(ksn: Ksn): number {
  const low = Number.parseInt(ksn.slice(-8), 16);
  return shapeOf(ksn).scheme === 'aes' ? low : low & 0x1fffff;
}

/** The same device at counter zero: the number its initial key was derived under. */
export function initialKsn(ksn: Ksn): Ksn {
  return withCounter(ksn, 0);
}

/** The next counter value a device may use: one more, skipping those with too many bits set.
 *  Errors  KSN_EXHAUSTED where the device has used its last key and needs a new initial key. */
export function nextKsn(ksn: Ksn): Ksn {
  const { counterBits, onesMax } = shapeOf(ksn);
  let counter = ksnCounter(ksn) + 1;
  // Adding the lowest set bit carries past every value that still has too many bits.
  while (ones(counter) > onesMax) counter += lowestBit(counter);
  if (counter >= 2 ** counterBits) throw new KeysError('KSN_EXHAUSTED', { counter: ksnCounter(ksn) });
  return withCounter(ksn, counter);
}

/** The counter's leading parts, each one set bit longer: 0b1011 gives 0b1000, 0b1010, 0b1011. */
export function counterPrefixes(counter: number): number[] {
  const prefixes: number[] = [];
  let prefix = 0;
  for (let bit = 31; bit >= 0; bit -= 1) {
    const mask = (1 << bit) >>> 0;
    if ((counter & mask) >>> 0 === 0) continue;
    prefix = (prefix | mask) >>> 0;
    prefixes.push(prefix);
  }
  return prefixes;
}

function shapeOf(ksn: Ksn): SchemeShape {
  return ksn.length === AES.digits ? AES : TDES;
}

function withCounter(ksn: Ksn, counter: number): Ksn {
  const identity =
    shapeOf(ksn).scheme === 'aes' ? 0 : (Number.parseInt(ksn.slice(-8), 16) & 0xffe00000) >>> 0;
  const low = (identity + counter).toString(16).toUpperCase().padStart(8, '0');
  return `${ksn.slice(0, -8)}${low}` as Ksn;
}

/** Counters reach 2^32 while carrying, one bit beyond what bitwise operators hold. */
function ones(value: number): number {
  let count = value >= 2 ** 32 ? 1 : 0;
  for (let rest = value >>> 0; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

function lowestBit(value: number): number {
  let bit = 1;
  while (value % (bit * 2) === 0) bit *= 2;
  return bit;
}
