/** The till's card messages as values: BCD profile, one message to a frame. What they hold is docs/cards-iso8583.md's.
 *  A repeat is made from the same facts and so differs in the last digit of its type and in its MAC only. */
import type { CardAuthorisation, CardRead, EncryptedPin } from '../../drivers/contract/pin-pad.ts';
import { packAmount } from '../../gateway/iso8583/amounts.ts';
import { type FieldValue, type IsoMessage, isoMessage } from '../../gateway/iso8583/message.ts';
import { type Mti, parseMti, repeatMti } from '../../gateway/iso8583/mti.ts';
import { packOriginalData } from '../../gateway/iso8583/original-data.ts';
import { packBatchData, packCardData, packDccData } from '../../gateway/iso8583/private-data.ts';
import { REVERSAL_REASONS } from '../../gateway/iso8583/reasons.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import { type EpochMs, localTime } from '../../gateway/kernel/time.ts';
import type { CardOperationName } from '../contract/card-view.ts';
import type { CardAttempt, CardOrder, CardRequest, MessageName } from './card-attempt.ts';
import type { ReversalCause } from './card-events.ts';

/** Who sends. */
export interface CardTerminal {
  readonly tid: string;
  readonly mid: string;
  readonly utcOffsetMinutes: number;
}

/** The key of the message's own MAC, named in it before it is made. */
export interface MacKey {
  readonly algorithm: 'tdes' | 'aes';
  readonly ksn: Uint8Array;
}

/** What the PIN pad gave for this transaction: in memory only, and gone with it. */
export interface CardMaterial {
  readonly read: CardRead;
  readonly authorisation: CardAuthorisation | null;
  readonly pin: EncryptedPin | null;
  /** DE55 of the answer, for the card. */
  readonly issuerData: Uint8Array | null;
}

interface Kind {
  readonly mti: Mti;
  readonly processingCode: string;
  readonly conditionCode: string;
}

const kind = (mti: Mti, processingCode: string, conditionCode = '00'): Kind => ({
  mti,
  processingCode,
  conditionCode,
});

/** A cancellation is the reversal of its pre-authorisation. */
const KINDS: Readonly<Record<CardOperationName, Kind>> = {
  sale: kind('0200', '000000'),
  preauthorisation: kind('0100', '030000', '06'),
  completion: kind('0220', '000000', '06'),
  cancellation: kind('0420', '030000', '06'),
  refund: kind('0200', '200000'),
  void: kind('0200', '020000'),
  balance: kind('0200', '310000'),
};

export function kindOf(operation: CardOperationName): { readonly mti: string } & Omit<Kind, 'mti'> {
  return KINDS[operation];
}

export function mtiName(name: MessageName, repeat: boolean): Mti {
  const mti = parseMti(name.mti);
  return repeat ? repeatMti(mti) : mti;
}

/** DE11, DE7, DE12, DE13, DE41, DE42: what every message has. `at`: when it was first made. */
export function headFields(
  terminal: CardTerminal,
  name: Omit<MessageName, 'mti'>,
  at: EpochMs,
): Readonly<Record<number, FieldValue>> {
  const { date, time } = localTime(at, terminal.utcOffsetMinutes);
  return {
    7: name.transmittedAt,
    11: name.stan,
    12: time.replaceAll(':', ''),
    13: date.slice(5).replace('-', ''),
    41: terminal.tid,
    42: terminal.mid,
  };
}

export function moneyFields({ amountMinor, currency }: Money): Readonly<Record<number, FieldValue>> {
  return { 4: packAmount(4, amountMinor), 49: currencyOf(currency).numeric };
}

/** A message without a card: the MAC's key and what it belongs to. */
export function macData(mac: MacKey, order: Pick<CardOrder, 'wireSaleId' | 'attemptId'> | null): Uint8Array {
  const sale = order === null ? null : { saleId: order.wireSaleId, attemptId: order.attemptId };
  return packCardData({ account: null, pin: null, mac, sale });
}

/** Sale, pre-authorisation, refund, balance.
 *  Shape   MTI 0200 or 0100 | DE3 DE4 DE7 DE11 DE12 DE13 DE22 (DE23) DE25 (DE37 DE38) DE41 DE42 DE49 (DE55) DE59 DE60 (DE61)
 *          DE62 DE64
 *  Errors  CodecError */
export function financialRequest(
  terminal: CardTerminal,
  attempt: CardAttempt,
  request: CardRequest,
  material: CardMaterial,
  mac: MacKey,
): IsoMessage {
  const { order } = attempt;
  const { read, authorisation, pin } = material;
  return isoMessage(parseMti(request.mti), {
    ...headFields(terminal, request, request.sentAt),
    ...moneyFields(request.charged),
    3: request.processingCode,
    22: request.entryMode,
    23: read.psn === null ? undefined : read.psn.padStart(3, '0'),
    25: request.conditionCode,
    37: order.original?.rrn,
    38: order.original?.authCode ?? undefined,
    55: authorisation?.emv ?? undefined,
    59: packCardData({
      account: { ...read.account, bin: read.bin, maskedPan: read.maskedPan },
      pin,
      mac,
      sale: { saleId: order.wireSaleId, attemptId: order.attemptId },
    }),
    60: batchField(order),
    61: conversionField(attempt),
    62: invoiceNumber(order),
  });
}

/** Void and completion: of a transaction the gateway has, without its card.
 *  Shape   MTI 0200, or 0220 and 0221 | DE3 DE4 DE7 DE11 DE12 DE13 DE22 DE25 DE37 (DE38) DE41 DE42 DE49 DE59 DE60 (DE61) DE62
 *          DE64 */
export function followingRequest(
  terminal: CardTerminal,
  attempt: CardAttempt,
  request: CardRequest,
  repeat: boolean,
  mac: MacKey,
): IsoMessage {
  const { order } = attempt;
  // A void is asked for again as what it was, an advice says that it is a repeat.
  const again = repeat && request.mti !== KINDS.void.mti;
  return isoMessage(mtiName(request, again), {
    ...headFields(terminal, request, request.sentAt),
    ...moneyFields(request.charged),
    3: request.processingCode,
    22: request.entryMode,
    25: request.conditionCode,
    37: order.original?.rrn,
    38: order.original?.authCode ?? undefined,
    59: macData(mac, order),
    60: batchField(order),
    61: conversionField(attempt),
    62: invoiceNumber(order),
  });
}

export interface ReversalFacts {
  readonly order: CardOrder;
  /** STAN and DE7 of the reversal itself, and when it became due. */
  readonly name: Omit<MessageName, 'mti'>;
  readonly dueAt: EpochMs;
  readonly original: MessageName;
  readonly processingCode: string;
  readonly conditionCode: string;
  readonly entryMode: string;
  readonly charged: Money;
  readonly rrn: string | null;
  readonly authCode: string | null;
  readonly responseCode: string | null;
  /** Hexadecimal. */
  readonly chip: string | null;
  readonly reason: ReversalCause;
}

/** Reversal, and cancellation of a pre-authorisation.
 *  Shape   MTI 0420 or 0421 | DE3 DE4 DE7 DE11 DE12 DE13 DE22 DE25 (DE37 DE38 DE39) DE41 DE42 DE49 (DE55) DE56 DE59 DE60 DE62
 *          DE90 DE128 */
export function reversalAdvice(
  terminal: CardTerminal,
  facts: ReversalFacts,
  repeat: boolean,
  mac: MacKey,
): IsoMessage {
  const { order, original } = facts;
  return isoMessage(repeat ? '0421' : '0420', {
    ...headFields(terminal, facts.name, facts.dueAt),
    ...moneyFields(facts.charged),
    3: facts.processingCode,
    22: facts.entryMode,
    25: facts.conditionCode,
    37: facts.rrn ?? undefined,
    38: facts.authCode ?? undefined,
    39: facts.responseCode ?? undefined,
    55: facts.chip === null ? undefined : Buffer.from(facts.chip, 'hex'),
    56: REVERSAL_REASONS[facts.reason].code,
    59: macData(mac, order),
    60: packBatchData({ batch: order.batch, original: null }),
    62: invoiceNumber(order),
    90: packOriginalData({
      mti: parseMti(original.mti),
      stan: original.stan,
      transmissionDateTime: original.transmittedAt,
      acquirer: '',
      forwarder: '',
    }),
  });
}

/** DE62, six digits: the sale's number within its shift. */
export function invoiceNumber({ receiptNumber }: CardOrder): string {
  return receiptNumber
    .replace(/^.*-/, '')
    .replace(/[^0-9]/g, '')
    .slice(-6)
    .padStart(6, '0');
}

function batchField({ batch, original }: CardOrder): string {
  if (original === null) return packBatchData({ batch, original: null });
  return packBatchData({
    batch,
    original: { mti: parseMti(original.mti), stan: original.stan, rrn: original.rrn },
  });
}

/** DE61, once the customer has chosen. Of a completion: its own price, by the terms that were chosen with its hold. */
function conversionField({ conversion }: CardAttempt): string | undefined {
  if (conversion === null || conversion.chosen === null) return undefined;
  const { chosen, price, rate, markupBp, quoteId } = conversion;
  return packDccData({ choice: chosen ? 'converted' : 'declined', price, rate, markupBp, quoteId });
}
