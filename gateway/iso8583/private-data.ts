/** Amur's private data elements, 59 to 63: what the 1987 edition has no place for. Described in docs/cards-iso8583.md. */
import { currencyOf } from '../kernel/currency.ts';
import { type Money, money } from '../kernel/money.ts';
import { type ExactRate, rateFromJson } from '../kernel/rate.ts';
import { CodecError } from './codec-error.ts';
import {
  amountDigits,
  compositeLength,
  countDigits,
  type PartRow,
  packComposite,
  parseComposite,
  part,
} from './composite.ts';
import { type Mti, parseMti } from './mti.ts';
import { buildTlv, parseTlv, requireTag, type Tlv, tagValue } from './tlv.ts';

// ---------------------------------------------------------------- DE59: encrypted account data, PIN, MAC key

/** Ciphertext under DUKPT and the serial number that names its key (10 bytes TDES, 12 bytes AES). */
export interface DukptCiphertext {
  readonly algorithm: 'tdes' | 'aes';
  readonly ksn: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface CardData {
  /** BER-TLV 57, 5A, 5F24, 5F34, padded and encrypted: only the HSM opens it. */
  readonly account:
    | (DukptCiphertext & {
        /** Leading 6 or 8 digits, for routing. */
        readonly bin: string;
        /** First six and last four digits at most, e.g. `220070******1234`. */
        readonly maskedPan: string;
      })
    | null;
  /** 8 bytes in formats 0 and 3, 16 in format 4. */
  readonly pin: (DukptCiphertext & { readonly format: 0 | 3 | 4 }) | null;
  /** Under which key the message's MAC was made. */
  readonly mac: Pick<DukptCiphertext, 'algorithm' | 'ksn'> | null;
  /** What the message belongs to at an own till: 26 characters each, as the till makes them. Absent from foreign terminals. */
  readonly sale?: SaleReference | null;
}

export interface SaleReference {
  readonly saleId: string;
  readonly attemptId: string;
}

const ACCOUNT = 'E1';
const PIN = 'E2';
const MAC = 'E3';
const SALE = 'E4';
const ALGORITHM = 'DF01';
const KSN = 'DF02';
const DATA = 'DF03';
const BIN = 'DF04';
const MASKED = 'DF05';
const FORMAT = 'DF06';
const SALE_ID = 'DF07';
const ATTEMPT_ID = 'DF08';

const MASKED_PAN = /^[0-9]{0,6}\*{2,15}[0-9]{0,4}$/;

/** Errors  CodecError TLV_MALFORMED */
export function packCardData(data: CardData): Uint8Array {
  const parts: Tlv[] = [];
  const { account, pin, mac, sale } = data;
  if (account !== null) {
    const named = [
      { tag: BIN, value: Buffer.from(account.bin, 'latin1') },
      { tag: MASKED, value: Buffer.from(account.maskedPan, 'latin1') },
    ];
    parts.push({ tag: ACCOUNT, value: buildTlv([...ciphertextTags(account), ...named], 59) });
  }
  if (pin !== null) {
    const format = { tag: FORMAT, value: Uint8Array.of(pin.format) };
    parts.push({ tag: PIN, value: buildTlv([...ciphertextTags(pin), format], 59) });
  }
  if (mac !== null) parts.push({ tag: MAC, value: buildTlv(keyTags(mac), 59) });
  if (sale != null) parts.push({ tag: SALE, value: buildTlv(saleTags(sale), 59) });
  const packed = buildTlv(parts, 59);
  // What would not be read back is not written.
  unpackCardData(packed);
  return packed;
}

/** Errors  CodecError TLV_MALFORMED | TLV_TAG_MISSING */
export function unpackCardData(bytes: Uint8Array): CardData {
  const parts = parseTlv(bytes, 59);
  for (const { tag } of parts) if (parts.filter((other) => other.tag === tag).length > 1) throw malformed();
  const account = tagValue(parts, ACCOUNT);
  const pin = tagValue(parts, PIN);
  const mac = tagValue(parts, MAC);
  const sale = tagValue(parts, SALE);
  return {
    account: account === undefined ? null : readAccount(parseTlv(account, 59)),
    pin: pin === undefined ? null : readPin(parseTlv(pin, 59)),
    mac: mac === undefined ? null : readKey(parseTlv(mac, 59)),
    ...(sale === undefined ? {} : { sale: readSale(parseTlv(sale, 59)) }),
  };
}

function readAccount(tags: readonly Tlv[]): CardData['account'] {
  const bytes = requireTag(tags, DATA, 59);
  const bin = textIn(tags, BIN, /^(?:[0-9]{6}|[0-9]{8})$/);
  const maskedPan = textIn(tags, MASKED, MASKED_PAN);
  if (bytes.length < 16 || bytes.length > 256 || bytes.length % 8 !== 0) throw malformed();
  if (maskedPan.length < 12 || maskedPan.length > 19) throw malformed();
  return { ...readKey(tags), bytes, bin, maskedPan };
}

function readPin(tags: readonly Tlv[]): CardData['pin'] {
  const bytes = requireTag(tags, DATA, 59);
  const [format, ...rest] = requireTag(tags, FORMAT, 59);
  if (rest.length > 0 || (format !== 0 && format !== 3 && format !== 4)) throw malformed();
  if (bytes.length !== (format === 4 ? 16 : 8)) throw malformed();
  return { ...readKey(tags), bytes, format };
}

function readKey(tags: readonly Tlv[]): Pick<DukptCiphertext, 'algorithm' | 'ksn'> {
  const [code, ...rest] = requireTag(tags, ALGORITHM, 59);
  const ksn = requireTag(tags, KSN, 59);
  if (rest.length > 0 || (code !== 1 && code !== 2) || ksn.length !== (code === 1 ? 10 : 12))
    throw malformed();
  return { algorithm: code === 1 ? 'tdes' : 'aes', ksn };
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

function readSale(tags: readonly Tlv[]): SaleReference {
  return { saleId: textIn(tags, SALE_ID, ULID), attemptId: textIn(tags, ATTEMPT_ID, ULID) };
}

function saleTags({ saleId, attemptId }: SaleReference): Tlv[] {
  return [
    { tag: SALE_ID, value: Buffer.from(saleId, 'latin1') },
    { tag: ATTEMPT_ID, value: Buffer.from(attemptId, 'latin1') },
  ];
}

function keyTags(data: Pick<DukptCiphertext, 'algorithm' | 'ksn'>): Tlv[] {
  return [
    { tag: ALGORITHM, value: Uint8Array.of(data.algorithm === 'tdes' ? 1 : 2) },
    { tag: KSN, value: data.ksn },
  ];
}

function ciphertextTags(data: DukptCiphertext): Tlv[] {
  return [...keyTags(data), { tag: DATA, value: data.bytes }];
}

function textIn(tags: readonly Tlv[], tag: string, shape: RegExp): string {
  const text = Buffer.from(requireTag(tags, tag, 59)).toString('latin1');
  if (!shape.test(text)) throw malformed();
  return text;
}

function malformed(): CodecError {
  return new CodecError('TLV_MALFORMED', 59, 0);
}

// ---------------------------------------------------------------- DE60: batch and original message

/** `original`: the message a void, refund, completion or upload is about, as the terminal knows it. */
export interface BatchData {
  /** Six digits. */
  readonly batch: string;
  readonly original: { readonly mti: Mti; readonly stan: string; readonly rrn: string } | null;
}

const BATCH = [part('batch', 'n', 6)] as const;
const BATCH_ORIGINAL = [...BATCH, part('mti', 'n', 4), part('stan', 'n', 6), part('rrn', 'an', 12)] as const;

/** Errors  CodecError COMPOSITE_MALFORMED */
export function packBatchData({ batch, original }: BatchData): string {
  if (original === null) return packComposite(60, BATCH, { batch });
  return packComposite(60, BATCH_ORIGINAL, { batch, ...original });
}

/** Errors  CodecError COMPOSITE_MALFORMED | MTI_MALFORMED */
export function parseBatchData(text: string): BatchData {
  if (text.length === compositeLength(BATCH)) return { ...parseComposite(60, BATCH, text), original: null };
  const { batch, mti, stan, rrn } = parseComposite(60, BATCH_ORIGINAL, text);
  return { batch, original: { mti: parseMti(mti), stan, rrn } };
}

// ---------------------------------------------------------------- DE61: conversion at the till

/** What was offered to the customer, and what was chosen. When `converted`, DE4 and DE49 are in the card's currency and the
 *  price stands here; when `declined`, DE4 and DE49 are the price itself. */
export interface DccData {
  readonly choice: 'converted' | 'declined';
  readonly price: Money;
  readonly rate: ExactRate;
  /** Basis points, 0 to 9999. */
  readonly markupBp: number;
  /** 26 characters, or null where the terminal had no quote of the gateway's. */
  readonly quoteId: string | null;
}

const DCC = [
  part('choice', 'n', 1),
  part('currency', 'n', 3),
  part('amount', 'n', 12),
  part('base', 'n', 3),
  part('quote', 'n', 3),
  part('scale', 'n', 2),
  part('rate', 'n', 18),
  part('markup', 'n', 4),
] as const;
const DCC_QUOTED = [...DCC, part('quoteId', 'an', 26)] as const;
type DccPart = (typeof DCC)[number]['name'];

/** Errors  CodecError COMPOSITE_MALFORMED */
export function packDccData(data: DccData): string {
  const { price, rate, quoteId } = data;
  const parts = {
    choice: data.choice === 'converted' ? '1' : '0',
    currency: currencyOf(price.currency).numeric,
    amount: amountDigits(61, price.amountMinor, 12),
    base: currencyOf(rate.base).numeric,
    quote: currencyOf(rate.quote).numeric,
    scale: countDigits(61, rate.scale, 2),
    rate: amountDigits(61, rate.value, 18),
    markup: countDigits(61, data.markupBp, 4),
  };
  return quoteId === null
    ? packComposite(61, DCC, parts)
    : packComposite(61, DCC_QUOTED, { ...parts, quoteId });
}

/** Errors  CodecError COMPOSITE_MALFORMED, also for a currency or rate that cannot be */
export function parseDccData(text: string): DccData {
  const quoted = text.length !== compositeLength(DCC);
  const rows: readonly PartRow<DccPart | 'quoteId'>[] = quoted ? DCC_QUOTED : DCC;
  const parts = parseComposite(61, rows, text);
  if (parts.choice !== '0' && parts.choice !== '1') throw new CodecError('COMPOSITE_MALFORMED', 61, 0);
  try {
    return {
      choice: parts.choice === '1' ? 'converted' : 'declined',
      price: money(BigInt(parts.amount), currencyOf(parts.currency).code),
      rate: rateFromJson({
        base: currencyOf(parts.base).code,
        quote: currencyOf(parts.quote).code,
        value: BigInt(parts.rate).toString(),
        scale: Number(parts.scale),
      }),
      markupBp: Number(parts.markup),
      quoteId: quoted ? parts.quoteId : null,
    };
  } catch {
    // The kernel's error would name the value; here the place is what helps.
    throw new CodecError('COMPOSITE_MALFORMED', 61, 1);
  }
}

// ---------------------------------------------------------------- DE63: batch totals

export interface CountAndSum {
  readonly count: number;
  readonly amountMinor: bigint;
}

/** Terminal totals of one batch in the currency of DE50, as terminals of the Hypercom and POSLine families send them. */
export interface BatchTotalsData {
  readonly sales: CountAndSum;
  readonly refunds: CountAndSum;
  readonly debitSales: CountAndSum;
  readonly debitRefunds: CountAndSum;
  readonly authorisedSales: CountAndSum;
  readonly authorisedRefunds: CountAndSum;
}

const PAIRS = [
  'sales',
  'refunds',
  'debitSales',
  'debitRefunds',
  'authorisedSales',
  'authorisedRefunds',
] as const;
const PAIR = [part('count', 'n', 3), part('amount', 'n', 12)] as const;

/** Six pairs of count n3 and amount n12: 90 characters. Errors  CodecError COMPOSITE_MALFORMED */
export function packBatchTotals(totals: BatchTotalsData): string {
  return PAIRS.map((name) => {
    const { count, amountMinor } = totals[name];
    return packComposite(63, PAIR, {
      count: countDigits(63, count, 3),
      amount: amountDigits(63, amountMinor, 12),
    });
  }).join('');
}

/** Errors  CodecError COMPOSITE_MALFORMED */
export function parseBatchTotals(text: string): BatchTotalsData {
  const length = compositeLength(PAIR);
  if (text.length !== length * PAIRS.length) throw new CodecError('COMPOSITE_MALFORMED', 63, text.length);
  const pair = (index: number): CountAndSum => {
    const { count, amount } = parseComposite(63, PAIR, text.slice(index * length, (index + 1) * length));
    return { count: Number(count), amountMinor: BigInt(amount) };
  };
  return {
    sales: pair(0),
    refunds: pair(1),
    debitSales: pair(2),
    debitRefunds: pair(3),
    authorisedSales: pair(4),
    authorisedRefunds: pair(5),
  };
}
