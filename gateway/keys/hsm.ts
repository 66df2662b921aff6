/** The port to the hardware security module: the only place where a PIN block is re-encrypted and an account number opens.
 *
 *  What a terminal's message needs is promised (`TerminalHsm`), as a module behind a wire or on a thread of its own answers
 *  when it has the answer. What a bank's link needs is answered at once: its messages leave in the order they were made. Keys are never arguments: a key is named, or handed over as a key block under the module's own master key,
 *  which may be stored anywhere. What a key may do stands in its block (ANSI X9.143 / TR-31 usage, algorithm, mode) and is
 *  refused otherwise with KEY_USE_FORBIDDEN. Input that cannot be what it claims throws a `KeysError`; a MAC, cryptogram or
 *  PIN that is simply wrong is `false`. */
import type { Secret } from '../kernel/secret.ts';
import type { AccountData } from './account-data.ts';
import type { DukptKeyType } from './aes-dukpt.ts';
import type { CryptogramVersion } from './arqc.ts';
import type { KeyAttributes, KeyBlockHeader } from './key-block-header.ts';
import type { KeysErrorCode } from './keys-error.ts';
import type { Ksn } from './ksn.ts';
import type { PinFormat } from './pin-block.ts';

/** The name of an installed key (lower case, e.g. `bank-a.zmk`), or a key block under the module's master key (`D0112...`). */
export type KeyRef = string;

/** A fixed key, or the one a terminal derived for one transaction. `workingKey` is AES DUKPT's only; AES-128 unless said. */
export type KeyUse =
  | { readonly kind: 'fixed'; readonly key: KeyRef }
  | {
      readonly kind: 'dukpt';
      readonly bdk: KeyRef;
      readonly ksn: Ksn;
      readonly workingKey?: DukptKeyType;
    };

/** From the terminal is a request, to it a response. Matters to DUKPT keys only: each way has its own, and the host checks
 *  requests and makes responses. */
export type Direction = 'request' | 'response';

export interface MacRequest {
  readonly key: KeyUse;
  readonly direction: Direction;
  readonly data: Uint8Array;
  /** ISO/IEC 9797-1 padding method of a retail or CBC MAC; 1 (zeros) unless said. CMAC pads itself. */
  readonly padding?: 1 | 2;
}

export interface MacVerification extends MacRequest {
  readonly mac: Uint8Array;
}

export interface EncryptedPin {
  readonly key: KeyUse;
  readonly format: PinFormat;
  /** 8 bytes, or 16 for format 4. */
  readonly block: Uint8Array;
}

export interface EncryptedAccount {
  readonly key: KeyUse;
  /** CBC with a zero start: the key is used once. Clear text as account-data.ts says. */
  readonly ciphertext: Uint8Array;
}

/** A zone's key, never a terminal's: a PIN travels away from terminals only. */
export interface PinTarget {
  readonly key: Extract<KeyUse, { kind: 'fixed' }>;
  readonly format: PinFormat;
}

/** Where the PAN that binds a PIN block comes from: the terminal's own cipher text, or a PAN opened before. */
export type PanSource = { readonly account: EncryptedAccount } | { readonly pan: Secret<string> };

/** The keys and the owner under which a PAN may stay at rest. */
export interface PanKeeping {
  readonly panKey: KeyRef;
  readonly hashKey: KeyRef;
  /** Whose PAN it is, e.g. the payment's id: a stored PAN moved to another row does not open. */
  readonly context: string;
}

export interface BankRequest {
  readonly account: EncryptedAccount;
  readonly pin?: { readonly from: EncryptedPin; readonly to: PinTarget };
  readonly keeping: PanKeeping;
  /** The prefix the terminal named for routing; a PAN that does not begin with it is refused (PAN_PREFIX_MISMATCH). */
  readonly binPrefix?: string;
}

export interface BankAccountData {
  readonly account: Secret<AccountData>;
  /** 64 hexadecimal digits, keyed: equal for equal PANs under one hash key. */
  readonly panHash: string;
  /** Number, expiry and sequence number for the store, ASCII; opens by `decryptPan` with the same context. */
  readonly storedPan: string;
  readonly pinBlock: Secret<Uint8Array> | null;
}

export interface ImportRequest {
  readonly block: string;
  /** The key that wraps it between the two parties (usage K0 or K1): ZMK, TMK. */
  readonly under: KeyRef;
  /** What the key must be for; a partner cannot hand over a key for something else. */
  readonly expect: { readonly usage: string; readonly algorithm?: 'T' | 'A' };
  /** As the partner sent it; KEY_CHECK_MISMATCH where it differs. */
  readonly kcv?: string;
}

export interface KnownKey {
  readonly key: KeyRef;
  /** Six hexadecimal digits. */
  readonly kcv: string;
  readonly header: KeyBlockHeader;
}

/** What goes to the other party: the block under the shared key, and the check value that goes with it. */
export interface ExportedKey {
  readonly block: string;
  /** Six hexadecimal digits. */
  readonly kcv: string;
}

export interface InitialKeyRequest {
  readonly bdk: KeyRef;
  readonly ksn: Ksn;
  /** The pad's key, under which the new one travels to it. */
  readonly under: KeyRef;
}

/** Keys in and out, always wrapped. */
export interface KeyVault {
  importKey(request: ImportRequest): KnownKey;
  /** For a partner, under the key shared with it. KEY_NOT_EXPORTABLE for keys that may not leave, and under a weaker key. */
  exportKey(request: { readonly key: KeyRef; readonly under: KeyRef }): ExportedKey;
  generateKey(attributes: KeyAttributes): KnownKey;
  describeKey(key: KeyRef): KnownKey;
  keyCheckValue(key: KeyRef): string;
  /** The key a new PIN pad is loaded with (usage B1), its identity in the optional block KS (TDES) or IK (AES). */
  deriveInitialKey(request: InitialKeyRequest): ExportedKey;
}

/** A terminal's message: its MAC, and the card in it, if there is one. */
export interface MessageRequest {
  readonly mac: MacVerification;
  readonly card: BankRequest | null;
}

/** Nothing is opened for a message whose MAC is wrong. */
export interface TakenMessage {
  readonly right: boolean;
  /** As `translateForBank` gives it, or why it does not. A PIN that cannot be translated is no reason: then `pinBlock` is null. */
  readonly card: BankAccountData | { readonly refused: KeysErrorCode } | null;
}

/** What the gateway needs for a terminal's message. Answers come in the order in which they were asked for. */
export interface TerminalHsm {
  generateMac(request: MacRequest): Promise<Uint8Array>;
  takeMessage(request: MessageRequest): Promise<TakenMessage>;
  deriveInitialKey(request: InitialKeyRequest): Promise<ExportedKey>;
}

/** What the gateway needs between terminal and bank. */
export interface AcquirerHsm {
  /** 8 bytes, as DE64 or DE128 carries them; a CMAC is cut to its left half. */
  generateMac(request: MacRequest): Uint8Array;
  verifyMac(request: MacVerification): boolean;
  translatePin(request: {
    readonly from: EncryptedPin;
    readonly to: PinTarget;
    readonly pan: PanSource;
  }): Secret<Uint8Array>;
  openAccountData(account: EncryptedAccount): Secret<AccountData>;
  /** All a bank's request needs of a card, in one call; PIN_TRANSLATION_FORBIDDEN as `translatePin`. */
  translateForBank(request: BankRequest): BankAccountData;
  /** MAC and card in one call, as hardware modules offer it too. Errors  those of `verifyMac` */
  takeMessage(request: MessageRequest): TakenMessage;
  panHash(request: { readonly key: KeyRef; readonly pan: Secret<string> }): string;
  /** Number, expiry and sequence number, for the store; the track is left out. */
  encryptPan(request: {
    readonly key: KeyRef;
    readonly account: Secret<AccountData>;
    readonly context: string;
  }): string;
  /** Errors  STORED_PAN_INVALID where the text was altered, or kept for another context or key. */
  decryptPan(request: {
    readonly key: KeyRef;
    readonly stored: string;
    readonly context: string;
  }): Secret<AccountData>;
}

export interface CryptogramRequest {
  /** Issuer master key for application cryptograms (usage E0). */
  readonly issuerKey: KeyRef;
  readonly version: CryptogramVersion;
  readonly pan: Secret<string>;
  readonly panSequence: string;
  /** How the card's key comes from the issuer's (EMV 4.3 Book 2, A1.4); A unless said. */
  readonly keyOption?: 'A' | 'B';
  /** Two bytes, tag 9F36. */
  readonly atc: Uint8Array;
}

export type ArpcMethod =
  | { readonly method: 1; readonly responseCode: string }
  | { readonly method: 2; readonly cardStatusUpdate: Uint8Array; readonly proprietary?: Uint8Array };

export interface PvvRequest {
  /** PIN verification key pair (usage V2). */
  readonly pvk: KeyRef;
  readonly pvki: number;
  readonly pan: Secret<string>;
  readonly pin: EncryptedPin;
}

/** What a card's issuer needs. */
export interface IssuerHsm {
  /** `data` is the cryptogram's input as its version defines it, without padding. */
  verifyArqc(request: CryptogramRequest & { readonly data: Uint8Array; readonly arqc: Uint8Array }): boolean;
  /** 8 bytes by method 1, 4 by method 2. */
  makeArpc(
    request: CryptogramRequest & { readonly arqc: Uint8Array; readonly answer: ArpcMethod },
  ): Uint8Array;
  verifyPinByPvv(request: PvvRequest & { readonly pvv: string }): boolean;
  makePvv(request: PvvRequest): string;
}

export interface Hsm extends KeyVault, AcquirerHsm, IssuerHsm {}
