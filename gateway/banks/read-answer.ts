/** What an answer of the bank says, after it was matched and its MAC verified. It must repeat what was asked; one that does
 *  not is no answer to it, and the outcome stays unknown. */
import { bytesOf, textOf } from '../iso8583/message.ts';
import { firstMti, type Mti, responseMti } from '../iso8583/mti.ts';
import type { UnpackedMessage } from '../iso8583/unpacked-message.ts';
import { type CurrencyCode, currencyOf } from '../kernel/currency.ts';
import type { Money } from '../kernel/money.ts';
import type { BankFigures } from '../payments/card/bank-totals.ts';
import type { BankAnswered } from '../payments/card/ports.ts';
import { parsePrivateText } from './private-text.ts';
import type { Draft } from './seal.ts';

/** What is kept of a message while its answer is awaited; nothing of the card. */
export interface Asked {
  readonly mti: Mti;
  readonly tid: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly rrn: string;
  /** Null in totals, whose amounts are their own. */
  readonly amount: Money | null;
  /** Data elements the answer repeats, with their values. */
  readonly echoes: readonly (readonly [number, string])[];
}

/** The number of the data element that is wrong. */
export type Mismatch = { readonly kind: 'mismatch'; readonly de: number };

const ECHOED = [3, 7, 11, 15, 37, 41, 42, 49, 50];
const PARTIAL = '10';
const REVERSAL_CLASS = '4';

export function asked(message: Draft, amount: Money | null): Asked {
  const text = (de: number): string => {
    const value = message.fields[de];
    return typeof value === 'string' ? value : '';
  };
  const echoes = ECHOED.filter((de) => text(de) !== '').map((de) => [de, text(de)] as const);
  const { mti } = message;
  return { mti, tid: text(41), stan: text(11), transmittedAt: text(7), rrn: text(37), amount, echoes };
}

/** Errors  CodecError FIELD_TYPE for a profile whose rows are of another kind */
export function readAnswer(question: Asked, message: UnpackedMessage): BankAnswered | Mismatch {
  if (message.mti !== responseMti(firstMti(question.mti))) return { kind: 'mismatch', de: 0 };
  for (const [de, value] of question.echoes)
    if (textOf(message, de) !== value) return { kind: 'mismatch', de };
  const responseCode = textOf(message, 39);
  if (responseCode === undefined) return { kind: 'mismatch', de: 39 };
  const approved = question.amount === null ? null : approvedAmount(question.amount, message, responseCode);
  if (approved !== null && 'kind' in approved) return approved;
  const billing = billingOf(message);
  if (billing !== null && 'kind' in billing) return billing;
  const undone = question.mti[1] === REVERSAL_CLASS ? undoneAmount(question.amount, message) : null;
  if (undone !== null && 'kind' in undone) return undone;
  const answer = answered(message, responseCode, approved, billing);
  return undone === null ? answer : { ...answer, undone };
}

/** What a reversal has undone, where that is less than it names; more than that was never approved. */
function undoneAmount(amount: Money | null, message: UnpackedMessage): Money | Mismatch | null {
  const digits = parsePrivateText(textOf(message, 48) ?? '')?.get('UA');
  if (amount === null || digits === undefined) return null;
  const amountMinor = /^[0-9]{12}$/.test(digits) ? BigInt(digits) : 0n;
  const fits = amountMinor > 0n && amountMinor <= amount.amountMinor;
  return fits ? { amountMinor, currency: amount.currency } : { kind: 'mismatch', de: 48 };
}

/** As much as can be read without knowing what was asked: for an answer to a process that is no more. */
export function readStrayAnswer(message: UnpackedMessage): BankAnswered | Mismatch {
  const responseCode = textOf(message, 39);
  if (responseCode === undefined) return { kind: 'mismatch', de: 39 };
  const billing = billingOf(message);
  if (billing !== null && 'kind' in billing) return billing;
  return answered(message, responseCode, amountIn(message), billing);
}

function answered(
  message: UnpackedMessage,
  responseCode: string,
  approved: Money | null,
  billing: BankAnswered['billing'],
): BankAnswered {
  const issuerData = bytesOf(message, 55);
  return {
    kind: 'answered',
    responseCode,
    authCode: textOf(message, 38) ?? null,
    rrn: textOf(message, 37) ?? null,
    // A copy: the message's bytes are a view of what else was read.
    issuerData: issuerData === undefined ? null : Uint8Array.from(issuerData),
    approved,
    billing,
    balances: textOf(message, 54) ?? null,
  };
}

/** The whole amount, or with code 10 a smaller one; anything else was not asked. */
function approvedAmount(amount: Money, message: UnpackedMessage, responseCode: string): Money | Mismatch {
  const answeredAmount = textOf(message, 4);
  if (answeredAmount === undefined) return { kind: 'mismatch', de: 4 };
  const amountMinor = BigInt(answeredAmount);
  if (amountMinor === amount.amountMinor && responseCode !== PARTIAL) return amount;
  const partial = responseCode === PARTIAL && amountMinor > 0n && amountMinor <= amount.amountMinor;
  return partial ? { amountMinor, currency: amount.currency } : { kind: 'mismatch', de: 4 };
}

function amountIn(message: UnpackedMessage): Money | null {
  const amount = textOf(message, 4);
  const currency = currencyIn(message, 49);
  return amount === undefined || currency === null ? null : { amountMinor: BigInt(amount), currency };
}

function billingOf(message: UnpackedMessage): BankAnswered['billing'] | Mismatch {
  const amount = textOf(message, 6);
  const rate = textOf(message, 10);
  if (amount === undefined && rate === undefined && message.fields[51] === undefined) return null;
  const currency = currencyIn(message, 51);
  if (currency === null) return { kind: 'mismatch', de: 51 };
  if (amount === undefined) return { kind: 'mismatch', de: 6 };
  // A rate of nothing converts nothing.
  if (rate === undefined || /^[0-9]0{7}$/.test(rate)) return { kind: 'mismatch', de: 10 };
  return { amount: { amountMinor: BigInt(amount), currency }, rate };
}

function currencyIn(message: UnpackedMessage, de: number): CurrencyCode | null {
  const digits = textOf(message, de);
  if (digits === undefined || !/^[0-9]{3}$/.test(digits)) return null;
  try {
    return currencyOf(digits).code;
  } catch {
    // The kernel says so by throwing; here it is the bank's mistake, reported as the data element it stands in.
    return null;
  }
}

/** The bank's own figures of a period; null where one is missing. */
export function readFigures(message: UnpackedMessage): BankFigures | null {
  const [credits, creditReversals, debits, debitReversals] = [74, 75, 76, 77].map((de) =>
    textOf(message, de),
  );
  const [ofCredits, ofCreditReversals, ofDebits, ofDebitReversals] = [86, 87, 88, 89].map((de) =>
    textOf(message, de),
  );
  if (credits === undefined || creditReversals === undefined || ofCredits === undefined) return null;
  if (debits === undefined || debitReversals === undefined || ofDebits === undefined) return null;
  if (ofCreditReversals === undefined || ofDebitReversals === undefined) return null;
  return {
    debits: Number(debits),
    debitsMinor: BigInt(ofDebits),
    credits: Number(credits),
    creditsMinor: BigInt(ofCredits),
    debitReversals: Number(debitReversals),
    debitReversalsMinor: BigInt(ofDebitReversals),
    creditReversals: Number(creditReversals),
    creditReversalsMinor: BigInt(ofCreditReversals),
  };
}
