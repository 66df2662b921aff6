/** The device's answers as payloads. There is no object for a card's number, track, expiry or PIN in clear.
 *  Source  docs/pinpad-protocol.md, Replies */
import type {
  CardAuthorisation,
  CardCompletion,
  CardRead,
  DukptData,
  EncryptedPin,
  Ended,
  LastTransaction,
  PinPadIdentity,
  PinPadPrompt,
} from '../../drivers/contract/pin-pad.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { tlv, tlvs } from './ber.ts';
import { REFUSAL_CODES, type RefusalReason } from './refusal.ts';

const ENTRY_WORDS = ['chip', 'contactless', 'magstripe', 'fallback'];
const CVM_WORDS = ['online_pin', 'offline_pin', 'signature', 'device', 'none'];
const CRYPTOGRAM_WORDS = ['tc', 'aac', 'not_applicable'];
const SCHEME_WORDS = ['tdes', 'aes'];
const STAGE_WORDS = ['reading', 'read', 'authorising', 'authorised', 'completed', 'reversed', 'ended'];
const PROMPT_WORDS = [
  'idle',
  'present_card',
  'insert_chip',
  'enter_pin',
  'processing',
  'remove_card',
  'message',
];
const END_WORDS = [
  'cancelled_by_customer',
  'aborted_by_till',
  'timeout',
  'card_removed',
  'card_unreadable',
  'card_unsupported',
  'pin_tries_exceeded',
  'busy',
];

export function doneReply(...parts: readonly (Buffer | null)[]): Buffer {
  return tlvs(tlv('DF10', '00'), ...parts);
}

export function endedReply({ why }: Ended): Buffer {
  return tlvs(tlv('DF10', '01'), word('DF11', END_WORDS, why));
}

export function refusedReply(reason: RefusalReason): Buffer {
  return tlvs(tlv('DF10', '02'), tlv('DF12', Buffer.of(REFUSAL_CODES[reason])));
}

export function identityObject(identity: PinPadIdentity): Buffer {
  return tlv(
    'FF21',
    tlvs(
      ascii('DF30', identity.serial),
      ascii('DF31', identity.model),
      ascii('DF32', identity.firmware),
      word('DF33', SCHEME_WORDS, identity.keyScheme),
    ),
  );
}

export function cardReadObject(read: CardRead): Buffer {
  return tlv(
    'FF22',
    tlvs(
      word('DF20', ENTRY_WORDS, read.entry),
      ascii('DF21', read.maskedPan),
      ascii('DF22', read.bin),
      read.psn === null ? null : tlv('5F34', read.psn),
      read.aid === null ? null : tlv('4F', read.aid),
      read.label === null ? null : ascii('50', read.label),
      read.cardCurrency === null ? null : tlv('9F42', `0${read.cardCurrency}`),
      tlv('FF24', dukpt(read.account)),
    ),
  );
}

export function authorisationObject(authorisation: CardAuthorisation): Buffer {
  const { cvm, pin, emv, cardDeclined } = authorisation;
  return tlv(
    'FF23',
    tlvs(
      word('DF23', CVM_WORDS, cvm),
      flag('DF24', cardDeclined),
      pin === null ? null : pinObject(pin),
      emv === null ? null : tlv('FF27', emv),
    ),
  );
}

export function pinObject(pin: EncryptedPin): Buffer {
  return tlv('FF26', tlvs(dukpt(pin), tlv('DF43', Buffer.of(pin.format))));
}

export function completionObject({ cryptogram, signatureNeeded, emv }: CardCompletion): Buffer {
  return tlv(
    'FF28',
    tlvs(
      word('DF25', CRYPTOGRAM_WORDS, cryptogram),
      flag('DF26', signatureNeeded),
      emv === null ? null : tlv('FF27', emv),
    ),
  );
}

export function lastObject(last: LastTransaction): Buffer {
  return tlv(
    'FF29',
    tlvs(
      ascii('DF02', last.transactionId),
      word('DF27', STAGE_WORDS, last.stage),
      last.read === null ? null : cardReadObject(last.read),
      last.completion === null ? null : completionObject(last.completion),
    ),
  );
}

export function promptObject(prompt: PinPadPrompt): Buffer {
  return tlv('FF25', tlvs(word('DF50', PROMPT_WORDS, prompt.kind), promptDetails(prompt)));
}

function promptDetails(prompt: PinPadPrompt): Buffer | null {
  switch (prompt.kind) {
    case 'present_card': {
      const entries = prompt.entries.map((entry) => ENTRY_WORDS.indexOf(entry) + 1);
      return tlvs(amount(prompt.amount), tlv('DF51', Buffer.from(entries)));
    }
    case 'enter_pin':
      return tlvs(
        tlv('DF52', Buffer.of(prompt.digits)),
        prompt.triesLeft === null ? null : tlv('DF53', Buffer.of(prompt.triesLeft)),
      );
    case 'message':
      return tlv('DF09', Buffer.from(prompt.text, 'utf8'));
    default:
      return null;
  }
}

function amount({ amountMinor, currency }: MoneyJson): Buffer {
  return tlvs(tlv('DF04', amountMinor.padStart(12, '0')), tlv('DF05', `0${currencyOf(currency).numeric}`));
}

function dukpt({ algorithm, ksn, bytes }: DukptData): Buffer {
  return tlvs(word('DF40', SCHEME_WORDS, algorithm), tlv('DF41', ksn), tlv('DF42', bytes));
}

function word(tag: string, words: readonly string[], value: string): Buffer {
  return tlv(tag, Buffer.of(words.indexOf(value) + 1));
}

function flag(tag: string, value: boolean): Buffer {
  return tlv(tag, value ? '01' : '00');
}

function ascii(tag: string, text: string): Buffer {
  return tlv(tag, Buffer.from(text, 'latin1'));
}
