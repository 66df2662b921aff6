/** Messages about the terminal and its batch: totals, upload, sign-on, echo, key change. */
import { batchFigureFields } from '../../gateway/iso8583/batch-figures.ts';
import { type IsoMessage, isoMessage, textOf } from '../../gateway/iso8583/message.ts';
import { parseMti } from '../../gateway/iso8583/mti.ts';
import { packBatchData } from '../../gateway/iso8583/private-data.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { CardOrder, CardRequest, MessageName } from './card-attempt.ts';
import {
  type CardTerminal,
  headFields,
  invoiceNumber,
  type MacKey,
  macData,
  moneyFields,
} from './messages.ts';

/** Totals of one batch in one currency. */
export interface TotalsFacts {
  readonly batch: string;
  readonly currency: string;
  readonly sales: number;
  readonly salesMinor: bigint;
  readonly refunds: number;
  readonly refundsMinor: bigint;
  /** After the upload of the batch. */
  readonly trailer: boolean;
}

/** Shape   MTI 0500, repeated 0501 | DE3 DE7 DE11 DE12 DE13 DE41 DE42 DE50 DE59 DE60 DE63 DE64, or for what DE63 has no room for
 *          DE74 DE76 DE86 DE88 DE128 */
export function totalsRequest(
  terminal: CardTerminal,
  name: Omit<MessageName, 'mti'>,
  at: EpochMs,
  facts: TotalsFacts,
  repeat: boolean,
  mac: MacKey,
): IsoMessage {
  return isoMessage(repeat ? '0501' : '0500', {
    ...headFields(terminal, name, at),
    3: facts.trailer ? '960000' : '920000',
    50: currencyOf(facts.currency).numeric,
    59: macData(mac, null),
    60: packBatchData({ batch: facts.batch, original: null }),
    ...batchFigureFields({
      sales: { count: facts.sales, amountMinor: facts.salesMinor },
      refunds: { count: facts.refunds, amountMinor: facts.refundsMinor },
    }),
  });
}

export interface UploadFacts {
  readonly order: CardOrder;
  /** The transaction as it was sent. */
  readonly request: CardRequest;
  readonly charged: Money;
  readonly rrn: string;
  readonly authCode: string | null;
}

/** One approved transaction of the batch.
 *  Shape   MTI 0320, repeated 0321 | DE3 DE4 DE7 DE11 DE12 DE13 DE22 DE25 DE37 (DE38) DE41 DE42 DE49 DE59 DE60 DE62 DE64 */
export function uploadAdvice(
  terminal: CardTerminal,
  name: Omit<MessageName, 'mti'>,
  at: EpochMs,
  { order, request, charged, rrn, authCode }: UploadFacts,
  repeat: boolean,
  mac: MacKey,
): IsoMessage {
  return isoMessage(repeat ? '0321' : '0320', {
    ...headFields(terminal, name, at),
    ...moneyFields(charged),
    3: request.processingCode,
    22: request.entryMode,
    25: request.conditionCode,
    37: rrn,
    38: authCode ?? undefined,
    59: macData(mac, order),
    60: packBatchData({
      batch: order.batch,
      original: { mti: parseMti(request.mti), stan: request.stan, rrn },
    }),
    62: invoiceNumber(order),
  });
}

/** DE70. */
export const NETWORK_CODES = { sign_on: '001', key_change: '101', echo: '301' } as const;
export type NetworkTask = keyof typeof NETWORK_CODES;

/** Shape   MTI 0800 | DE7 DE11 DE12 DE13 DE41 DE42 DE59 DE60 DE70 DE128 */
export function networkRequest(
  terminal: CardTerminal,
  name: Omit<MessageName, 'mti'>,
  at: EpochMs,
  task: NetworkTask,
  batch: string,
  mac: MacKey,
): IsoMessage {
  return isoMessage('0800', {
    ...headFields(terminal, name, at),
    59: macData(mac, null),
    60: packBatchData({ batch, original: null }),
    70: NETWORK_CODES[task],
  });
}

export interface NewKey {
  readonly keyBlock: string;
  readonly checkValue: string;
}

/** The batch the gateway has this terminal in, of the answer to a sign-on. */
export function batchOfAnswer(answer: IsoMessage): string | null {
  const text = answer.fields[60];
  return typeof text === 'string' && /^[0-9]{6}$/.test(text) ? text : null;
}

const ELEMENT = /^([A-Z]{2})([0-9]{3})/;

/** The new initial key in DE48 of the answer to a key change: elements of a tag of two letters, a length of three digits and
 *  the value; KB is the key block, KC its check value. Null where the answer has none. */
export function newKeyOf(answer: IsoMessage): NewKey | null {
  let rest = textOf(answer, 48) ?? '';
  const found = new Map<string, string>();
  for (let head = ELEMENT.exec(rest); head !== null; head = ELEMENT.exec(rest)) {
    const end = 5 + Number(head[2]);
    if (end > rest.length) return null;
    found.set(head[1] ?? '', rest.slice(5, end));
    rest = rest.slice(end);
  }
  const keyBlock = found.get('KB');
  const checkValue = found.get('KC');
  if (rest !== '' || keyBlock === undefined || checkValue === undefined) return null;
  return { keyBlock, checkValue };
}
