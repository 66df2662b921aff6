/** The PIN pad's answers and prompts as the contract has them. What does not fit exactly is refused whole.
 *  Errors  DriverError PINPAD_PROTOCOL
 *  Source  docs/pinpad-protocol.md, Replies */
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type {
  CardAuthorisation,
  CardCompletion,
  CardEntry,
  CardRead,
  DukptData,
  EncryptedPin,
  LastTransaction,
  PinPadEnd,
  PinPadIdentity,
  PinPadPrompt,
} from '../contract/pin-pad.ts';
import { refuseCardData } from './card-data-guard.ts';
import { type Fields, fieldsOf, wrong } from './payload.ts';
import {
  CRYPTOGRAMS,
  CVMS,
  ENDS,
  ENTRIES,
  PROMPTS,
  REFUSALS,
  SCHEMES,
  STAGES,
  STATUS,
  TAG,
} from './protocol.ts';

export type Reply =
  | { readonly kind: 'done'; readonly fields: Fields }
  | { readonly kind: 'ended'; readonly why: PinPadEnd }
  | { readonly kind: 'refused'; readonly reason: string };

const ASCII = /^[\x20-\x7e]{1,40}$/;

/** Opens a payload that came from the device, or refuses it for card data in it. */
export function incoming(payload: Uint8Array): Fields {
  refuseCardData(payload);
  return fieldsOf(payload);
}

export function replyOf(payload: Uint8Array): Reply {
  const fields = incoming(payload);
  switch (fields.byte(TAG.status)) {
    case STATUS.done:
      return { kind: 'done', fields };
    case STATUS.ended:
      return { kind: 'ended', why: fields.word(TAG.ended, ENDS) };
    case STATUS.refused:
      return { kind: 'refused', reason: REFUSALS[fields.byte(TAG.refused)] ?? 'unknown' };
    default:
      throw wrong(TAG.status, 'value');
  }
}

export function identityOf(reply: Fields): PinPadIdentity {
  const fields = reply.inner(TAG.identity);
  return {
    serial: fields.text(TAG.serial, ASCII),
    model: fields.text(TAG.model, ASCII),
    firmware: fields.text(TAG.firmware, ASCII),
    keyScheme: fields.word(TAG.keyScheme, SCHEMES),
  };
}

export function cardReadOf(reply: Fields): CardRead {
  const fields = reply.inner(TAG.cardRead);
  return {
    entry: fields.word(TAG.entry, ENTRIES),
    maskedPan: fields.text(TAG.maskedPan, /^[0-9]{0,6}\*{4,15}[0-9]{0,4}$/),
    bin: fields.text(TAG.bin, /^[0-9]{6}([0-9]{2})?$/),
    psn: fields.has(TAG.psn) ? digitsOf(fields.bytes(TAG.psn), 1, TAG.psn) : null,
    aid: fields.has(TAG.aid) ? hex(limited(fields.bytes(TAG.aid), 5, 16, TAG.aid)) : null,
    label: fields.has(TAG.label) ? fields.text(TAG.label, ASCII) : null,
    cardCurrency: fields.has(TAG.cardCurrency)
      ? digitsOf(fields.bytes(TAG.cardCurrency), 2, TAG.cardCurrency).slice(1)
      : null,
    account: dukptOf(fields.inner(TAG.account)),
  };
}

export function authorisationOf(reply: Fields): CardAuthorisation {
  const fields = reply.inner(TAG.authorisation);
  return {
    cvm: fields.word(TAG.cvm, CVMS),
    pin: fields.has(TAG.pin) ? pinOf(fields) : null,
    emv: fields.has(TAG.emv) ? copied(fields.bytes(TAG.emv)) : null,
    cardDeclined: fields.flag(TAG.cardDeclined),
  };
}

export function pinOf(reply: Fields): EncryptedPin {
  const fields = reply.inner(TAG.pin);
  const data = dukptOf(fields);
  const format = fields.byte(TAG.pinFormat);
  const length = format === 4 ? 16 : 8;
  if ((format !== 0 && format !== 3 && format !== 4) || data.bytes.length !== length)
    throw wrong(TAG.pinFormat, 'value');
  return { ...data, format };
}

export function completionOf(reply: Fields): CardCompletion {
  const fields = reply.inner(TAG.completion);
  return {
    cryptogram: fields.word(TAG.cryptogram, CRYPTOGRAMS),
    emv: fields.has(TAG.emv) ? copied(fields.bytes(TAG.emv)) : null,
    signatureNeeded: fields.flag(TAG.signatureNeeded),
  };
}

export function lastTransactionOf(reply: Fields): LastTransaction | null {
  if (!reply.has(TAG.last)) return null;
  const fields = reply.inner(TAG.last);
  return {
    transactionId: fields.text(TAG.transactionId, /^[\x21-\x7e]{1,36}$/),
    stage: fields.word(TAG.stage, STAGES),
    read: fields.has(TAG.cardRead) ? cardReadOf(fields) : null,
    completion: fields.has(TAG.completion) ? completionOf(fields) : null,
  };
}

export function ksnOf(reply: Fields): Uint8Array {
  const ksn = copied(reply.bytes(TAG.ksn));
  if (ksn.length !== 10 && ksn.length !== 12) throw wrong(TAG.ksn, 'length');
  return ksn;
}

export function macOf(reply: Fields): Uint8Array {
  return copied(limited(reply.bytes(TAG.mac), 8, 8, TAG.mac));
}

export function promptOf(holder: Fields): PinPadPrompt {
  const fields = holder.inner(TAG.prompt);
  const kind = fields.word(TAG.promptKind, PROMPTS);
  switch (kind) {
    case 'present_card':
      return { kind, amount: amountOf(fields), entries: entriesOf(fields.bytes(TAG.promptEntries)) };
    case 'enter_pin':
      return {
        kind,
        digits: fields.byte(TAG.promptDigits),
        triesLeft: fields.has(TAG.promptTries) ? fields.byte(TAG.promptTries) : null,
      };
    case 'message':
      return { kind, text: fields.text(TAG.text, /^[^\p{Cc}]{0,200}$/u) };
    default:
      return { kind };
  }
}

function dukptOf(holder: Fields): DukptData {
  const algorithm = holder.word(TAG.algorithm, SCHEMES);
  const ksn = ksnOf(holder);
  if (ksn.length !== (algorithm === 'aes' ? 12 : 10)) throw wrong(TAG.ksn, 'length');
  const bytes = copied(limited(holder.bytes(TAG.ciphertext), 8, 256, TAG.ciphertext));
  if (bytes.length % (algorithm === 'aes' ? 16 : 8) !== 0) throw wrong(TAG.ciphertext, 'length');
  return { algorithm, ksn, bytes };
}

function amountOf(fields: Fields): MoneyJson {
  const amount = digitsOf(fields.bytes(TAG.amount), 6, TAG.amount);
  const numeric = digitsOf(fields.bytes(TAG.currency), 2, TAG.currency).slice(1);
  return { amountMinor: BigInt(amount).toString(), currency: currencyCode(numeric) };
}

function currencyCode(numeric: string): string {
  try {
    return currencyOf(numeric).code;
  } catch (cause) {
    throw wrong(TAG.currency, cause instanceof Error ? cause.name : 'value');
  }
}

function entriesOf(bytes: Uint8Array): readonly CardEntry[] {
  return [...bytes].map((byte) => {
    const entry = ENTRIES[byte];
    if (entry === undefined) throw wrong(TAG.promptEntries, 'value');
    return entry;
  });
}

function digitsOf(bytes: Uint8Array, length: number, tag: number): string {
  const text = hex(bytes);
  if (bytes.length !== length || !/^[0-9]+$/.test(text)) throw wrong(tag, 'value');
  return text;
}

function limited(bytes: Uint8Array, least: number, most: number, tag: number): Uint8Array {
  if (bytes.length < least || bytes.length > most) throw wrong(tag, 'length');
  return bytes;
}

function copied(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
