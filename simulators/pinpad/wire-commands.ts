/** What a host's command asks for, read from its payload. Null for a payload that is malformed.
 *  Source  docs/pinpad-protocol.md, Commands */
import type { CardOperation } from '../../drivers/contract/pin-pad.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { listIn, type Objects, objectsIn } from './ber.ts';
import type { Language } from './face.ts';

export type HostCommand =
  | { readonly kind: 'open' | 'identify' | 'last' | 'abort' | 'nextMacKsn' }
  | {
      readonly kind: 'read';
      readonly transactionId: string;
      readonly operation: CardOperation;
      readonly amount: MoneyJson;
      readonly language: Language;
    }
  | {
      readonly kind: 'authorise';
      readonly transactionId: string;
      readonly amount: MoneyJson;
      readonly date: string;
    }
  | { readonly kind: 'reenterPin' | 'reversal'; readonly transactionId: string }
  | {
      readonly kind: 'complete';
      readonly transactionId: string;
      readonly responseCode: string | null;
      readonly issuerData: Uint8Array | null;
    }
  | { readonly kind: 'display'; readonly text: string }
  | { readonly kind: 'mac'; readonly ksn: Uint8Array; readonly message: Uint8Array }
  | {
      readonly kind: 'verifyMac';
      readonly ksn: Uint8Array;
      readonly message: Uint8Array;
      readonly mac: Uint8Array;
    }
  | { readonly kind: 'loadKey'; readonly keyBlock: string; readonly checkValue: string };

export const OPEN = 0x01;

export function readCommand(code: number, payload: Uint8Array): HostCommand | 'unknown' | null {
  const read = READERS[code];
  if (read === undefined) return 'unknown';
  const objects = objectsIn(payload);
  if (objects === null || namesCard(payload)) return null;
  try {
    return read(objects);
  } catch (error) {
    if (error instanceof Malformed || error instanceof AmurError) return null;
    throw error;
  }
}

/** What is of the card or its holder has no place on this cable, at any depth. */
const OF_CARD = new Set('56 57 5A 5F20 5F24 99 9F0B 9F1F 9F20 9F6B'.split(' '));

function namesCard(payload: Uint8Array): boolean {
  const rows = listIn(payload) ?? [];
  return rows.some(([tag, value]) => OF_CARD.has(tag) || (isConstructed(tag) && namesCard(value)));
}

function isConstructed(tag: string): boolean {
  return (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
}

class Malformed extends Error {
  override readonly name = 'Malformed';
}

const OPERATIONS: readonly CardOperation[] = [
  'sale',
  'preauthorisation',
  'completion',
  'refund',
  'void',
  'balance',
];
const LANGUAGES: readonly Language[] = ['ru', 'zh', 'en'];

const READERS: Readonly<Record<number, (objects: Objects) => HostCommand>> = {
  [OPEN]: (objects) => {
    if (bytes(objects, 'DF01')[0] !== 1) throw new Malformed('version');
    return { kind: 'open' };
  },
  2: () => ({ kind: 'identify' }),
  16: (objects) => ({
    kind: 'read',
    transactionId: text(objects, 'DF02', /^[\x21-\x7e]{1,36}$/),
    operation: chosen(OPERATIONS, (bytes(objects, 'DF03')[0] ?? 0) - 1),
    amount: amount(objects),
    language: chosen(LANGUAGES, LANGUAGES.indexOf(text(objects, 'DF06', /^../) as Language)),
  }),
  17: (objects) => {
    digits(objects, '9F21', 3, TIME);
    return {
      kind: 'authorise',
      transactionId: text(objects, 'DF02', /^[\x21-\x7e]{1,36}$/),
      amount: amount(objects),
      date: digits(objects, '9A', 3, DATE),
    };
  },
  18: (objects) => ({ kind: 'reenterPin', transactionId: text(objects, 'DF02', /^[\x21-\x7e]{1,36}$/) }),
  19: (objects) => ({
    kind: 'complete',
    transactionId: text(objects, 'DF02', /^[\x21-\x7e]{1,36}$/),
    responseCode: objects.has('DF07') ? text(objects, 'DF07', /^[0-9A-Z]{2}$/) : null,
    issuerData: objects.has('DF08') ? sized(objects, 'DF08', 0, 255) : null,
  }),
  20: (objects) => ({ kind: 'reversal', transactionId: text(objects, 'DF02', /^[\x21-\x7e]{1,36}$/) }),
  21: () => ({ kind: 'last' }),
  22: () => ({ kind: 'abort' }),
  23: (objects) => ({ kind: 'display', text: text(objects, 'DF09', /^[^\p{Cc}]{0,200}$/u) }),
  32: () => ({ kind: 'nextMacKsn' }),
  33: (objects) => ({ kind: 'mac', ksn: ksn(objects), message: message(objects) }),
  34: (objects) => ({
    kind: 'verifyMac',
    ksn: ksn(objects),
    message: message(objects),
    mac: sized(objects, 'DF0B', 8, 8),
  }),
  35: (objects) => ({
    kind: 'loadKey',
    keyBlock: text(objects, 'DF0D', /^[0-9A-Z]{16,512}$/),
    checkValue: text(objects, 'DF0E', /^[0-9A-F]{4,10}$/),
  }),
};

const DATE = /^[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/;
const TIME = /^([01][0-9]|2[0-3])([0-5][0-9]){2}$/;

/** Ten bytes of TDES, twelve of AES. */
function ksn(objects: Objects): Buffer {
  const serial = sized(objects, 'DF41', 10, 12);
  if (serial.length === 11) throw new Malformed('DF41');
  return serial;
}

const message = (objects: Objects): Buffer => sized(objects, 'DF0A', 1, 4_000);

function amount(objects: Objects): MoneyJson {
  const numeric = digits(objects, 'DF05', 2).slice(1);
  return { amountMinor: BigInt(digits(objects, 'DF04', 6)).toString(), currency: currencyOf(numeric).code };
}

function bytes(objects: Objects, tag: string): Buffer {
  const value = objects.get(tag);
  if (value === undefined) throw new Malformed(tag);
  return value;
}

function sized(objects: Objects, tag: string, least: number, most: number): Buffer {
  const value = bytes(objects, tag);
  if (value.length < least || value.length > most) throw new Malformed(tag);
  return value;
}

function text(objects: Objects, tag: string, shape: RegExp): string {
  const value = bytes(objects, tag).toString('utf8');
  if (!shape.test(value)) throw new Malformed(tag);
  return value;
}

function digits(objects: Objects, tag: string, length: number, shape = /^[0-9]+$/): string {
  const value = bytes(objects, tag);
  const hex = value.toString('hex');
  if (value.length !== length || !shape.test(hex)) throw new Malformed(tag);
  return hex;
}

function chosen<T>(words: readonly T[], index: number): T {
  const word = words[index];
  if (word === undefined) throw new Malformed('word');
  return word;
}
