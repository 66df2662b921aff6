/** Codes and tags of the PIN pad's serial protocol, as data. Source  docs/pinpad-protocol.md */
import type { CardEntry, CardOperation, Cvm, LastTransaction, PinPadEnd } from '../contract/pin-pad.ts';

export const PROTOCOL_VERSION = 1;

export const COMMAND = {
  open: 0x01,
  identify: 0x02,
  read: 0x10,
  authorise: 0x11,
  reenterPin: 0x12,
  complete: 0x13,
  reversal: 0x14,
  lastTransaction: 0x15,
  abort: 0x16,
  display: 0x17,
  nextMacKsn: 0x20,
  mac: 0x21,
  verifyMac: 0x22,
  loadKey: 0x23,
} as const;
export type CommandName = keyof typeof COMMAND;

export const EVENT_PROMPT = 0x40;
/** In session 0: the device has power again and knows nothing of before. */
export const EVENT_STARTED = 0x41;

export const NAK_REASON = { session: 0x01, stale: 0x02 } as const;

export const TAG = {
  version: 0xdf01,
  transactionId: 0xdf02,
  operation: 0xdf03,
  amount: 0xdf04,
  currency: 0xdf05,
  language: 0xdf06,
  responseCode: 0xdf07,
  issuerData: 0xdf08,
  text: 0xdf09,
  message: 0xdf0a,
  mac: 0xdf0b,
  macValid: 0xdf0c,
  keyBlock: 0xdf0d,
  checkValue: 0xdf0e,
  date: 0x9a,
  time: 0x9f21,
  status: 0xdf10,
  ended: 0xdf11,
  refused: 0xdf12,
  entry: 0xdf20,
  maskedPan: 0xdf21,
  bin: 0xdf22,
  cvm: 0xdf23,
  cardDeclined: 0xdf24,
  cryptogram: 0xdf25,
  signatureNeeded: 0xdf26,
  stage: 0xdf27,
  serial: 0xdf30,
  model: 0xdf31,
  firmware: 0xdf32,
  keyScheme: 0xdf33,
  algorithm: 0xdf40,
  ksn: 0xdf41,
  ciphertext: 0xdf42,
  pinFormat: 0xdf43,
  promptKind: 0xdf50,
  promptEntries: 0xdf51,
  promptDigits: 0xdf52,
  promptTries: 0xdf53,
  psn: 0x5f34,
  aid: 0x4f,
  label: 0x50,
  cardCurrency: 0x9f42,
  identity: 0xff21,
  cardRead: 0xff22,
  authorisation: 0xff23,
  account: 0xff24,
  prompt: 0xff25,
  pin: 0xff26,
  emv: 0xff27,
  completion: 0xff28,
  last: 0xff29,
} as const;

export const STATUS = { done: 0x00, ended: 0x01, refused: 0x02 } as const;

export const OPERATION: Readonly<Record<CardOperation, number>> = {
  sale: 1,
  preauthorisation: 2,
  completion: 3,
  refund: 4,
  void: 5,
  balance: 6,
};

export const ENTRIES: Readonly<Record<number, CardEntry>> = {
  1: 'chip',
  2: 'contactless',
  3: 'magstripe',
  4: 'fallback',
};

export const CVMS: Readonly<Record<number, Cvm>> = {
  1: 'online_pin',
  2: 'offline_pin',
  3: 'signature',
  4: 'device',
  5: 'none',
};

/** `device_lost` is the driver's own word. */
export const ENDS: Readonly<Record<number, PinPadEnd>> = {
  1: 'cancelled_by_customer',
  2: 'aborted_by_till',
  3: 'timeout',
  4: 'card_removed',
  5: 'card_unreadable',
  6: 'card_unsupported',
  7: 'pin_tries_exceeded',
  8: 'busy',
};

export const REFUSALS: Readonly<Record<number, string>> = {
  1: 'unknown_command',
  2: 'malformed',
  3: 'no_key',
  4: 'wrong_step',
  5: 'other_transaction',
  6: 'ksn_not_issued',
  7: 'ksn_used',
  8: 'keys_exhausted',
  9: 'key_block_refused',
  10: 'check_value_differs',
  11: 'storage_failed',
};

export const STAGES: Readonly<Record<number, LastTransaction['stage']>> = {
  1: 'reading',
  2: 'read',
  3: 'authorising',
  4: 'authorised',
  5: 'completed',
  6: 'reversed',
  7: 'ended',
};

export const CRYPTOGRAMS = { 1: 'tc', 2: 'aac', 3: 'not_applicable' } as const;
export const SCHEMES = { 1: 'tdes', 2: 'aes' } as const;
export const PROMPTS = {
  1: 'idle',
  2: 'present_card',
  3: 'insert_chip',
  4: 'enter_pin',
  5: 'processing',
  6: 'remove_card',
  7: 'message',
} as const;
