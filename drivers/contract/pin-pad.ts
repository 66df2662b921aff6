/** The PIN pad: it reads cards, takes PINs, holds the keys. Written for implementers; shaped like nexo's Sale to POI.
 *
 *  One transaction at a time, named by the till. Whatever is answered carries no PAN, no track and no PIN in clear. Every
 *  step may end early (`ended`); after a lost reply `lastTransaction` tells how far the device had come. */
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { Device } from './device.ts';

export type CardOperation = 'sale' | 'preauthorisation' | 'completion' | 'refund' | 'void' | 'balance';

/** `fallback`: the chip failed and the stripe was read by the rules for that. */
export type CardEntry = 'chip' | 'contactless' | 'magstripe' | 'fallback';

/** What the device asks of the customer now; the screens mirror it. `digits` counts PIN keys, never says which. */
export type PinPadPrompt =
  | { readonly kind: 'idle' }
  | { readonly kind: 'present_card'; readonly amount: MoneyJson; readonly entries: readonly CardEntry[] }
  | { readonly kind: 'insert_chip' }
  | { readonly kind: 'enter_pin'; readonly digits: number; readonly triesLeft: number | null }
  | { readonly kind: 'processing' }
  | { readonly kind: 'remove_card' }
  | { readonly kind: 'message'; readonly text: string };

/** DUKPT ciphertext and the key serial number that names its key. */
export interface DukptData {
  readonly algorithm: 'tdes' | 'aes';
  /** 10 bytes for TDES, 12 for AES. */
  readonly ksn: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface CardRead {
  readonly entry: CardEntry;
  /** First six and last four digits at most: `220070******1234`. */
  readonly maskedPan: string;
  /** Leading digits for routing: 6 or 8. */
  readonly bin: string;
  readonly psn: string | null;
  readonly aid: string | null;
  readonly label: string | null;
  /** ISO 4217 numeric, where the card says so (tag 9F42). */
  readonly cardCurrency: string | null;
  /** BER-TLV 5A, 5F24, 57, 5F34, padded and encrypted: for the gateway's HSM only. */
  readonly account: DukptData;
}

export type Cvm = 'online_pin' | 'offline_pin' | 'signature' | 'device' | 'none';

export interface EncryptedPin extends DukptData {
  /** ISO 9564: 0 under TDES, 4 under AES. */
  readonly format: 0 | 3 | 4;
}

export interface CardAuthorisation {
  readonly cvm: Cvm;
  readonly pin: EncryptedPin | null;
  /** DE55 without 57, 5A, 5F20, 5F24 and 99; null for a stripe. */
  readonly emv: Uint8Array | null;
  /** The card refused offline (AAC): nothing may be sent. */
  readonly cardDeclined: boolean;
}

export interface CardCompletion {
  /** TC or, after an approval, AAC: then the approval must be reversed. `not_applicable` for a stripe. */
  readonly cryptogram: 'tc' | 'aac' | 'not_applicable';
  /** Tags for a reversal or the slip: 9F26 9F27 9F36 95 9F10 and script results. */
  readonly emv: Uint8Array | null;
  readonly signatureNeeded: boolean;
}

/** Why a step ended without its result. Nothing was charged by that. */
export type PinPadEnd =
  | 'cancelled_by_customer'
  | 'aborted_by_till'
  | 'timeout'
  | 'card_removed'
  | 'card_unreadable'
  | 'card_unsupported'
  | 'pin_tries_exceeded'
  | 'busy'
  /** The counter of its key has come to its end: the service brings a new one. */
  | 'keys_exhausted'
  | 'device_lost';

export type Ended = { readonly kind: 'ended'; readonly why: PinPadEnd };
export type Done<T> = { readonly kind: 'done'; readonly value: T };

export interface LastTransaction {
  readonly transactionId: string;
  readonly stage: 'reading' | 'read' | 'authorising' | 'authorised' | 'completed' | 'reversed' | 'ended';
  readonly read: CardRead | null;
  readonly completion: CardCompletion | null;
}

export interface PinPadIdentity {
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
  readonly keyScheme: 'tdes' | 'aes';
}

export interface Mac {
  readonly ksn: Uint8Array;
  /** Eight bytes: retail MAC under TDES, the leading half of a CMAC under AES. */
  readonly mac: Uint8Array;
}

/** Rejects with DriverError TRANSPORT_LOST when the device is away and PINPAD_REFUSED when it answers that it cannot; an
 *  answer that does not come is `device_lost` of a step that moves the card, so that the caller asks `lastTransaction`, and the
 *  refusal `keys_exhausted` is its end too. */
export interface PinPad extends Device {
  readonly identity: PinPadIdentity | null;
  readonly prompt: PinPadPrompt;
  onPrompt(listener: (prompt: PinPadPrompt) => void): () => void;
  login(): Promise<PinPadIdentity>;
  /** Asks for a card and reads it; nothing is signed yet. `language` of the device's own screen. */
  read(request: {
    readonly transactionId: string;
    readonly operation: CardOperation;
    readonly amount: MoneyJson;
    readonly language: 'ru' | 'zh' | 'en';
  }): Promise<Done<CardRead> | Ended>;
  /** PIN entry where the card asks for one, then the first cryptogram over this amount and currency. A contactless card that was
   *  held to the device for another is asked for once more. */
  authorise(request: {
    readonly transactionId: string;
    readonly amount: MoneyJson;
    /** Local date and time of the shop, YYMMDD and hhmmss: tags 9A and 9F21. */
    readonly date: string;
    readonly time: string;
  }): Promise<Done<CardAuthorisation> | Ended>;
  /** After DE39 55: a new PIN under a new KSN, the same card. */
  reenterPin(transactionId: string): Promise<Done<EncryptedPin> | Ended>;
  /** Gives the issuer's answer to the card. `issuerData`: DE55 of the answer. */
  complete(request: {
    readonly transactionId: string;
    readonly responseCode: string | null;
    readonly issuerData: Uint8Array | null;
  }): Promise<Done<CardCompletion> | Ended>;
  /** Tells the device that the transaction was undone, for its own log and screen. */
  reversal(transactionId: string): Promise<void>;
  lastTransaction(): Promise<LastTransaction | null>;
  /** Ends the step under way, which then answers `aborted_by_till`. */
  abort(): Promise<void>;
  display(text: string): Promise<void>;
  /** A key serial number for the next message's MAC; it goes into the message before the MAC is made. */
  nextMacKsn(): Promise<Uint8Array>;
  mac(ksn: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
  /** Of the answer to the message whose MAC had this KSN. */
  verifyMac(ksn: Uint8Array, message: Uint8Array, mac: Uint8Array): Promise<boolean>;
  /** A new initial key as a TR-31 block under the device's transport key; refused unless the check value fits. */
  loadKey(keyBlock: string, checkValue: string): Promise<void>;
}
