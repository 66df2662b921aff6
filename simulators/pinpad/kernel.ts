/** The terminal's part of an EMV transaction: which proof of the holder is asked for, what the terminal found, and the objects
 *  that go to the issuer. All as functions of values.
 *
 *  Source  EMV 4.3 Book 3, 10.5 (holder verification), C5 (TVR); Book 4, A (terminal data) */
import type { CardEntry, CardOperation, Cvm } from '../../drivers/contract/pin-pad.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { tlv, tlvs } from './ber.ts';
import { serviceCodeOf, type VirtualCard } from './card-deck.ts';
import type { TagValues } from './chip.ts';
import type { PadSettings } from './settings.ts';

/** Attended, online only. */
const TERMINAL_TYPE = '22';
/** Manual entry, stripe, chip; plain and online PIN, signature, no CVM. */
const CAPABILITIES = 'E0F8C8';

const TYPES: Readonly<Record<CardOperation, string>> = {
  sale: '00',
  preauthorisation: '00',
  completion: '00',
  refund: '20',
  void: '02',
  balance: '31',
};

/** Money that comes back, or was signed for before, asks for no proof of the holder. */
const ASKS_HOLDER: readonly CardOperation[] = ['sale', 'preauthorisation', 'balance'];

/** The first method of the card's list that this entry can carry out; `null` where none can. */
export function chooseCvm(
  card: VirtualCard,
  entry: CardEntry,
  operation: CardOperation,
  amount: MoneyJson,
  settings: PadSettings,
): Cvm | null {
  if (!ASKS_HOLDER.includes(operation)) return 'none';
  if (entry === 'magstripe' || entry === 'fallback')
    return serviceCodeOf(card.serviceCode).asksPin ? 'online_pin' : 'signature';
  if (entry === 'chip') return card.cvms.find((cvm) => cvm !== 'device') ?? null;
  if (card.cvms.includes('device')) return 'device';
  const limit = settings.noCvmLimits[amount.currency];
  const small = limit !== undefined && BigInt(amount.amountMinor) <= BigInt(limit);
  if (small && operation !== 'balance') return 'none';
  return card.cvms.find((cvm) => cvm === 'online_pin' || cvm === 'signature') ?? null;
}

/** Tag 9F34 for a method that was carried out. */
function cvmResults(cvm: Cvm | null): string {
  switch (cvm) {
    case 'online_pin':
      return '420300';
    case 'offline_pin':
      return '410302';
    case 'signature':
      return '5E0300';
    case 'device':
    case 'none':
      return '1F0302';
    default:
      return '3F0001';
  }
}

export interface Found {
  readonly expired: boolean;
  readonly cvm: Cvm | null;
}

/** Tag 95. No data authentication is done and every amount is over the floor, because all goes online. */
function terminalResults({ expired, cvm }: Found): Uint8Array {
  return Uint8Array.of(
    0x80,
    expired ? 0x40 : 0,
    (cvm === null ? 0x80 : 0) | (cvm === 'online_pin' ? 0x04 : 0),
    0x80,
    0,
  );
}

export interface Circumstances {
  readonly settings: PadSettings;
  readonly card: VirtualCard;
  readonly operation: CardOperation;
  readonly amount: MoneyJson;
  /** YYMMDD. */
  readonly date: string;
  readonly unpredictable: Uint8Array;
  readonly transactions: number;
}

/** Everything the card is shown and the issuer is told of the terminal. */
export function terminalTags(at: Circumstances, found: Found): TagValues {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  return {
    '82': hex('1800'),
    '84': hex(at.card.aid),
    '95': terminalResults(found),
    '9A': hex(at.date),
    '9C': hex(TYPES[at.operation]),
    '5F2A': hex(`0${currencyOf(at.amount.currency).numeric}`),
    '9F02': hex(at.amount.amountMinor.padStart(12, '0')),
    '9F03': hex('000000000000'),
    '9F09': hex('0001'),
    '9F1A': hex(at.settings.country),
    '9F1E': Buffer.from(at.settings.serial.slice(-8).padStart(8, '0'), 'ascii'),
    '9F33': hex(CAPABILITIES),
    '9F34': hex(cvmResults(found.cvm)),
    '9F35': hex(TERMINAL_TYPE),
    '9F37': at.unpredictable,
    '9F41': hex(String(at.transactions).padStart(8, '0')),
  };
}

/** In the order the tags are written here and nothing but them: no number, track, name, expiry or PIN can slip in. */
const ONLINE_TAGS =
  '82 84 95 9A 9C 5F2A 9F02 9F03 9F09 9F10 9F1A 9F1E 9F26 9F27 9F33 9F34 9F35 9F36 9F37 9F41'.split(' ');
const CLOSING_TAGS = '95 9F10 9F26 9F27 9F36 9F5B'.split(' ');

export function onlineObjects(tags: TagValues): Uint8Array {
  return objects(ONLINE_TAGS, tags);
}

export function closingObjects(tags: TagValues): Uint8Array {
  return objects(CLOSING_TAGS, tags);
}

function objects(order: readonly string[], tags: TagValues): Uint8Array {
  return Uint8Array.from(
    tlvs(...order.map((tag) => (tags[tag] === undefined ? null : tlv(tag, tags[tag] ?? new Uint8Array(0))))),
  );
}

/** `date` YYMMDD; a card is good through the last day of its month. */
export function isExpired(card: VirtualCard, date: string): boolean {
  return date.slice(0, 4) > card.expiryYymm;
}

/** Approved, wholly or in part: what DE39 says so. */
export function isApproval(responseCode: string): boolean {
  return ['00', '08', '10', '11', '16'].includes(responseCode);
}
