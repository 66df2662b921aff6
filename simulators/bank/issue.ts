/** Issues a bank's cards and keys for a set-up: the accounts and cards of its configuration from the PIN pad simulator's drawer, and
 *  its keys as blocks under its own master key. PINs go in and verification values come out. */
import type { Random } from '../../gateway/kernel/time.ts';
import { pvv } from '../../gateway/keys/pvv.ts';
import { wrapKeyBlock } from '../../gateway/keys/tr31.ts';
import type { VirtualCard } from '../pinpad/card-deck.ts';

export interface IssuerKeys {
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  /** As the gateway has it. AES makes key blocks of version D, TDES of version B. */
  readonly zmk: { readonly algorithm: 'T' | 'A'; readonly key: Uint8Array };
  /** Issuer master key for cryptograms: 16 bytes, the PIN pad's `issuerKeys` of that name. */
  readonly imk: Uint8Array;
  /** PIN verification key pair: 16 bytes. */
  readonly pvk: Uint8Array;
}

/** `keys` of a bank's configuration. */
export function issuerKeyBlocks(keys: IssuerKeys, random: Random): Readonly<Record<string, string>> {
  const wrap = (usage: string, algorithm: string, modeOfUse: string, key: Uint8Array): string =>
    wrapKeyBlock(
      keys.masterKey,
      { version: 'D', usage, algorithm, modeOfUse, keyVersion: '00', exportability: 'N', optional: [] },
      key,
      random,
    );
  return {
    zmk: wrap('K0', keys.zmk.algorithm, 'B', keys.zmk.key),
    imk: wrap('E0', 'T', 'X', keys.imk),
    pvk: wrap('V2', 'T', 'C', keys.pvk),
  };
}

export interface IssuedFiles {
  readonly accounts: readonly Readonly<Record<string, string>>[];
  readonly cards: readonly Readonly<Record<string, string | number>>[];
}

/** Minor units of the card's currency. */
const OPENING: Readonly<Record<VirtualCard['currency'], string>> = { RUB: '50000000', CNY: '5000000' };

/** `accounts` and `cards` of the configuration of the bank that issued these cards: one account a card. A card that its name calls
 *  stopped or empty is that. */
export function issueCards(deck: readonly VirtualCard[], pvk: Uint8Array): IssuedFiles {
  const accounts = deck.map(({ name, holder, currency }) => ({
    account: name,
    holder,
    currency,
    openingMinor: name.endsWith('-empty') ? '0' : OPENING[currency],
  }));
  const cards = deck.map(({ name, pan, expiryYymm, pin }) => ({
    name,
    pan,
    expiryYymm,
    account: name,
    pvki: 1,
    pvv: pvv(pvk, 1, pan, pin),
    stopped: name.endsWith('-stopped') ? 'stolen' : 'no',
  }));
  return { accounts, cards };
}
