/** Branded identifiers: strings of a stated shape, with a parser as the only way in. */
import { AmurError } from './errors.ts';
import type { Clock, Random } from './time.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Eight digits: the terminal, as the acquirer numbers it (ISO 8583 DE41). */
export type Tid = Branded<'Tid'>;
/** Fifteen digits: the merchant, as the acquirer numbers it (ISO 8583 DE42). */
export type Mid = Branded<'Mid'>;
/** A sale at one till: one basket, one total. Made by the terminal. */
export type SaleId = Branded<'SaleId'>;
/** A part of a sale's total that one means of payment is to cover. Made by the terminal. */
export type TenderId = Branded<'TenderId'>;
/** One try to collect a tender. Made by the terminal; it is the idempotency key all the way, and Alipay's `out_trade_no`. */
export type AttemptId = Branded<'AttemptId'>;
/** One refund. Made by the terminal (or by the gateway for money it returns by itself); Alipay's `out_request_no`. */
export type RefundId = Branded<'RefundId'>;
export type QuoteId = Branded<'QuoteId'>;
/** Six digits from 000001: a message of one terminal, day and class (ISO 8583 DE11). It alone names nothing. */
export type Stan = Branded<'Stan'>;
/** Twelve letters and digits: a transaction, as the acquirer numbers it (ISO 8583 DE37). */
export type Rrn = Branded<'Rrn'>;
/** Six letters and digits: an approval, as the issuer names it (ISO 8583 DE38). */
export type AuthCode = Branded<'AuthCode'>;
/** The first six or eight digits of a card number: who issued it. */
export type Bin = Branded<'Bin'>;
/** A card number of which at most the first six and the last four digits are shown: `220070******1234`. */
export type MaskedPan = Branded<'MaskedPan'>;

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

function parser<T extends string>(name: string, pattern: RegExp): (text: string) => T {
  return (text) => {
    if (!pattern.test(text))
      throw new AmurError('IDENTIFIER_MALFORMED', { identifier: name, length: text.length });
    return text as T;
  };
}

/** All of these throw IDENTIFIER_MALFORMED. */
export const parseTid = parser<Tid>('tid', /^[0-9]{8}$/);
export const parseMid = parser<Mid>('mid', /^[0-9]{15}$/);
export const parseSaleId = parser<SaleId>('saleId', ULID);
export const parseTenderId = parser<TenderId>('tenderId', ULID);
export const parseAttemptId = parser<AttemptId>('attemptId', ULID);
export const parseRefundId = parser<RefundId>('refundId', ULID);
export const parseQuoteId = parser<QuoteId>('quoteId', ULID);
export const parseStan = parser<Stan>('stan', /^(?!000000)[0-9]{6}$/);
export const parseRrn = parser<Rrn>('rrn', /^[0-9A-Za-z]{12}$/);
export const parseAuthCode = parser<AuthCode>('authCode', /^[0-9A-Za-z]{6}$/);
export const parseBin = parser<Bin>('bin', /^(?:[0-9]{6}|[0-9]{8})$/);
export const parseMaskedPan = parser<MaskedPan>('maskedPan', /^(?=.{12,19}$)[0-9]{0,6}\*{2,19}[0-9]{0,4}$/);

/** The one after: 999999 is followed by 000001. Make it durable before it is sent. */
export function nextStan(stan: Stan): Stan {
  const next = stan === '999999' ? 1 : Number.parseInt(stan, 10) + 1;
  return parseStan(String(next).padStart(6, '0'));
}

const CROCKFORD = Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (digit) => digit.charCodeAt(0));
const ULID_TIME_DIGITS = 10;
const ULID_RANDOM_DIGITS = 16;

/** A ULID: 48 bits of milliseconds, 80 random bits, 26 Crockford characters. Sorts by time; letters and digits only. */
export function newUlid(clock: Clock, random: Random): string {
  const codes: number[] = new Array(ULID_TIME_DIGITS).fill(0);
  let time = clock.now();
  for (let at = ULID_TIME_DIGITS - 1; at >= 0; at -= 1) {
    codes[at] = CROCKFORD[time % 32] ?? 0;
    time = Math.floor(time / 32);
  }
  for (const byte of random.bytes(ULID_RANDOM_DIGITS)) codes.push(CROCKFORD[byte & 31] ?? 0);
  // At once: a text that grows by a letter is a chain of as many parts to the engine.
  return String.fromCharCode(...codes);
}

/** What a person reads out to support: the last ten characters of an attempt or refund, `A7K2-0087-Q1` style. */
export function supportNumber(id: AttemptId | RefundId): string {
  const tail = id.slice(-10);
  return `${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`;
}
