/** What one bank agrees with its acquirer, and how it treats its own cards: terms of the bank link's document as values. */
import type { CurrencyCode } from '../../gateway/kernel/currency.ts';
import type { ExactRate } from '../../gateway/kernel/rate.ts';
import type { AcquirerHsm, IssuerHsm, KeyVault } from '../../gateway/keys/hsm.ts';

/** The part of a security module that a bank uses. */
export type BankHsm = IssuerHsm & KeyVault & Pick<AcquirerHsm, 'generateMac' | 'verifyMac'>;

export interface BankTerms {
  /** e.g. `mir-bank`. */
  readonly name: string;
  readonly profile: 'ascii' | 'bcd';
  readonly mac: 'cmac' | 'retail';
  readonly macPadding: 1 | 2;
  readonly pinBlock: 'format0' | 'format4';
  readonly keysMadeBy: 'gateway' | 'bank';
  /** Name of the shared key in the security module. */
  readonly zmk: string;
  /** What a wrong cryptogram is answered with. */
  readonly cryptogramWrong: '82' | '88';
  readonly frameBytesMost: number;
  readonly frameTimeoutMs: number;
  readonly echoEveryMs: number;
  readonly echoTimeoutMs: number;
  readonly networkTimeoutMs: number;
  /** How much a completion may exceed what was authorised, hundredths of a percent. */
  readonly completionOverBp: number;
  readonly holdMs: number;
  readonly pinTriesMost: number;
  /** Where the bank's calendar day begins. */
  readonly dayOffsetMinutes: number;
  /** `RUB/CNY`: what one unit of the price's currency costs in the card's, at most seven digits and nine decimals. */
  readonly rates: ReadonlyMap<string, ExactRate>;
}

export const USUAL_TERMS = {
  profile: 'ascii',
  mac: 'cmac',
  macPadding: 1,
  pinBlock: 'format4',
  keysMadeBy: 'gateway',
  zmk: 'zmk',
  cryptogramWrong: '88',
  frameBytesMost: 4_096,
  frameTimeoutMs: 10_000,
  echoEveryMs: 30_000,
  echoTimeoutMs: 10_000,
  networkTimeoutMs: 10_000,
  completionOverBp: 0,
  holdMs: 7 * 86_400_000,
  pinTriesMost: 3,
  dayOffsetMinutes: 180,
} as const satisfies Partial<BankTerms>;

export interface AccountTerms {
  readonly account: string;
  readonly holder: string;
  readonly currency: CurrencyCode;
  readonly openingMinor: bigint;
}

/** A card as its issuer knows it. The bank's database names it by `name` and never holds its number. */
export interface CardTerms {
  readonly name: string;
  readonly pan: string;
  readonly expiryYymm: string;
  readonly account: string;
  /** Names of the issuer's keys in the security module. */
  readonly imk: string;
  readonly pvk: string;
  readonly pvki: number;
  /** Null for a card without a PIN. */
  readonly pvv: string | null;
  readonly stopped: 'no' | 'restricted' | 'lost' | 'stolen' | 'pick_up';
  /** In the account's currency; null for none. */
  readonly perTransactionMinor: bigint | null;
  readonly perDayMinor: bigint | null;
  readonly perDayCount: number | null;
  /** A scenario that stands for this card whatever else is armed. */
  readonly scenario: string | null;
}
