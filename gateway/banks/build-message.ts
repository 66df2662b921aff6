/** Requests, advices and totals as messages of the bank link (docs/bank-link.md, 2.1 to 2.3), without their MAC. */
import { packAmount, packSigned } from '../iso8583/amounts.ts';
import { amountDigits, countDigits } from '../iso8583/composite.ts';
import type { FieldValue } from '../iso8583/message.ts';
import { parseMti } from '../iso8583/mti.ts';
import { packOriginalData } from '../iso8583/original-data.ts';
import { packDccData } from '../iso8583/private-data.ts';
import { REVERSAL_REASONS } from '../iso8583/reasons.ts';
import { currencyOf } from '../kernel/currency.ts';
import type { AccountData } from '../keys/account-data.ts';
import type { BankAdvice, BankRequest, BankTotals } from '../payments/card/ports.ts';
import type { ReversalCause } from '../payments/card/records.ts';
import { acceptorName } from './acceptor-name.ts';
import { packPrivateText } from './private-text.ts';
import { type Draft, draft } from './seal.ts';
import type { BankTerms } from './terms.ts';

type Fields = (FieldValue | undefined)[];

/** A PIN block under the bank's key, and which key that is. */
export interface BankPin {
  readonly block: Uint8Array;
  readonly zpkKcv: string;
}

const PROCESSING: Readonly<Record<BankRequest['kind'], string>> = {
  sale: '000000',
  preauthorisation: '030000',
  refund: '200000',
  balance: '310000',
};

const REASONS: Readonly<Record<ReversalCause, string>> = {
  till_timeout: REVERSAL_REASONS.timeout.code,
  bank_timeout: REVERSAL_REASONS.timeout.code,
  restart: REVERSAL_REASONS.timeout.code,
  customer_cancelled: REVERSAL_REASONS.customer_cancelled.code,
  void: REVERSAL_REASONS.customer_cancelled.code,
  sale_closed: REVERSAL_REASONS.customer_cancelled.code,
  card_declined_after_approval: REVERSAL_REASONS.signature_refused.code,
  signature_refused: REVERSAL_REASONS.signature_refused.code,
  answer_invalid: REVERSAL_REASONS.answer_invalid.code,
};

/** 0100 or 0200. Errors  CodecError for what does not fit its data element */
export function requestMessage(
  terms: BankTerms,
  request: BankRequest,
  account: AccountData,
  pin: BankPin | null,
): Draft {
  const message = draft(parseMti(request.reference.mti), 64);
  const { fields } = message;
  common(fields, terms, request, account.pan);
  fields[3] = PROCESSING[request.kind];
  fields[14] = account.expiryYymm;
  fields[23] = sequenceNumber(request.psn ?? account.panSequence ?? null);
  fields[35] = account.track2;
  fields[38] = request.original?.authCode ?? undefined;
  fields[48] = privateText(pin?.zpkKcv ?? '', request.original?.rrn ?? '');
  if (pin !== null) fields[terms.pinBlock === 'format4' ? 59 : 52] = pin.block;
  if (request.dcc !== null) fields[61] = packDccData({ choice: 'converted', ...request.dcc });
  return message;
}

/** 0220 or 0420; repeats as 0221 or 0421. Errors  CodecError for what does not fit its data element */
export function adviceMessage(terms: BankTerms, advice: BankAdvice, account: AccountData): Draft {
  const first = advice.kind === 'reversal' ? '042' : '022';
  const message = draft(parseMti(`${first}${advice.repeat ? '1' : '0'}`), 128);
  const { fields } = message;
  common(fields, terms, advice, account.pan);
  fields[3] = advice.kind === 'reversal' ? processingOf(advice) : PROCESSING.sale;
  fields[14] = account.expiryYymm;
  fields[23] = sequenceNumber(advice.psn ?? account.panSequence ?? null);
  fields[38] = advice.authCode ?? undefined;
  fields[39] = advice.responseCode ?? undefined;
  fields[56] = advice.cause === null ? undefined : REASONS[advice.cause];
  fields[90] = packOriginalData({
    mti: parseMti(advice.original.mti),
    stan: advice.original.stan,
    transmissionDateTime: advice.original.transmittedAt,
    acquirer: terms.acquirerId,
    forwarder: terms.forwarderId ?? '',
  });
  return message;
}

/** 0500. Errors  CodecError for a count or a sum beyond its digits */
export function totalsMessage(terms: BankTerms, totals: BankTotals): Draft {
  const message = draft('0500', 128);
  const { fields } = message;
  fields[7] = totals.transmittedAt;
  fields[11] = totals.stan;
  fields[15] = monthAndDay(totals.settlementDate);
  fields[32] = terms.acquirerId;
  fields[50] = currencyOf(totals.currency).numeric;
  fields[74] = countDigits(74, totals.credits, 10);
  fields[75] = countDigits(75, totals.creditReversals, 10);
  fields[76] = countDigits(76, totals.debits, 10);
  fields[77] = countDigits(77, totals.debitReversals, 10);
  fields[86] = amountDigits(86, totals.creditsMinor, 16);
  fields[87] = amountDigits(87, totals.creditReversalsMinor, 16);
  fields[88] = amountDigits(88, totals.debitsMinor, 16);
  fields[89] = amountDigits(89, totals.debitReversalsMinor, 16);
  const net =
    totals.debitsMinor - totals.debitReversalsMinor - totals.creditsMinor + totals.creditReversalsMinor;
  fields[97] = packSigned(97, net, 16);
  return message;
}

function common(fields: Fields, terms: BankTerms, about: BankRequest | BankAdvice, pan: string): void {
  const local = new Date(about.at + terms.localOffsetMinutes * 60_000).toISOString();
  fields[2] = pan;
  fields[4] = packAmount(4, about.amount.amountMinor);
  fields[7] = about.reference.transmittedAt;
  fields[11] = about.reference.stan;
  fields[12] = `${local.slice(11, 13)}${local.slice(14, 16)}${local.slice(17, 19)}`;
  fields[13] = `${local.slice(5, 7)}${local.slice(8, 10)}`;
  fields[18] = about.categoryCode;
  fields[22] = about.entryMode;
  fields[25] = about.conditionCode;
  fields[32] = terms.acquirerId;
  fields[33] = terms.forwarderId ?? undefined;
  fields[37] = about.reference.rrn;
  fields[41] = about.tid;
  fields[42] = about.mid;
  fields[43] = acceptorName(about.merchantName, about.merchantTown ?? terms.town, terms.country);
  fields[49] = currencyOf(about.amount.currency).numeric;
  fields[55] = about.emv ?? undefined;
}

/** A reversal has its original's processing code. */
function processingOf({ originalKind, original }: BankAdvice): string {
  if (originalKind === 'refund') return PROCESSING.refund;
  return original.mti.startsWith('01') ? PROCESSING.preauthorisation : PROCESSING.sale;
}

function privateText(zpkKcv: string, originalRrn: string): string | undefined {
  const text = packPrivateText([
    ['ZP', zpkKcv],
    ['OR', originalRrn],
  ]);
  return text === null || text === '' ? undefined : text;
}

function sequenceNumber(psn: string | null): string | undefined {
  return psn === null ? undefined : psn.padStart(3, '0');
}

/** `2026-11-22` or `1122`. */
function monthAndDay(date: string): string {
  return date.length === 10 ? `${date.slice(5, 7)}${date.slice(8, 10)}` : date;
}
