/** What makes one PIN pad: its identity, its secrets, its limits and its drawer of cards. */
import type { VirtualCard } from './card-deck.ts';

export interface PadSecrets {
  /** The initial key it was injected with, and its serial number at counter zero: 20 hexadecimal digits for TDES, 24 for AES. */
  readonly initialKey: { readonly ksn: string; readonly key: string };
  /** Under which later initial keys come as key blocks; null refuses them all. */
  readonly transportKey: string | null;
  /** Issuer master keys for application cryptograms, hexadecimal, by the name cards give. They are in the cards of a real
   *  drawer, not in the device. */
  readonly issuerKeys: Readonly<Record<string, string>>;
}

export interface PadSettings {
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
  /** ISO 3166 numeric, four digits: tag 9F1A. */
  readonly country: string;
  /** Minor units by currency: at or under it a contactless card asks for nothing. */
  readonly noCvmLimits: Readonly<Record<string, string>>;
  readonly cardWaitMs: number;
  readonly pinWaitMs: number;
  /** How long a closing message stands. */
  readonly messageMs: number;
  readonly rebootMs: number;
  /** By how much the fault `slow` delays a reply. */
  readonly slowMs: number;
}

export const PAD_DEFAULTS: PadSettings = {
  serial: 'AMUR-PP-0001',
  model: 'Amur virtual PIN pad',
  firmware: '1.0.0',
  country: '0643',
  noCvmLimits: { RUB: '300000', CNY: '100000' },
  cardWaitMs: 60_000,
  pinWaitMs: 60_000,
  messageMs: 3_000,
  rebootMs: 2_000,
  slowMs: 4_000,
};

export interface Pad {
  readonly settings: PadSettings;
  readonly secrets: PadSecrets;
  readonly cards: readonly VirtualCard[];
}
