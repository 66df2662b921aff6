/** What a bank's message needs of a card that the HSM alone can make or open. */

import { AmurError } from '../kernel/errors.ts';
import { openSecret, Secret } from '../kernel/secret.ts';
import type { AccountData } from '../keys/account-data.ts';
import type { AcquirerHsm, KeyRef, KeyUse } from '../keys/hsm.ts';
import type { PinFormat } from '../keys/pin-block.ts';
import type { CapturedCard } from '../payments/card/ports.ts';
import type { StoredCard } from '../payments/card/records.ts';
import type { BankPin } from './build-message.ts';
import type { ZoneKey } from './key-store.ts';

export interface CardKeys {
  readonly hsm: Pick<AcquirerHsm, 'translatePin' | 'decryptPan'>;
  /** The key a terminal derived for one transaction, by the serial number it sent; null for one of no terminal here. */
  readonly terminalKey: (ksn: Uint8Array) => KeyUse | null;
  /** Under which cards are kept in the store. */
  readonly panKey: KeyRef;
}

/** Errors  STORED_PAN_INVALID for one kept for another row */
export function openStoredCard(keys: CardKeys, card: StoredCard, cardId: string): Secret<AccountData> {
  const stored = Buffer.from(card.encrypted).toString('latin1');
  return keys.hsm.decryptPan({ key: keys.panKey, stored, context: cardId });
}

/** The PIN block under the bank's key: 8 bytes in format 0, 16 in format 4.
 *  Errors  TERMINAL_UNKNOWN; what the HSM refuses: PIN_TRANSLATION_FORBIDDEN, PIN_BLOCK_MALFORMED ... */
export function pinForBank(
  keys: CardKeys,
  pin: NonNullable<CapturedCard['pin']>,
  pan: string,
  zpk: ZoneKey,
  format: PinFormat,
): BankPin {
  const block = keys.hsm.translatePin({
    from: { key: terminalKey(keys, pin.ksn), format: pin.format, block: pin.bytes },
    to: { key: { kind: 'fixed', key: zpk.block }, format },
    pan: { pan: new Secret(pan) },
  });
  return { block: openSecret(block), zpkKcv: zpk.kcv };
}

function terminalKey({ terminalKey: find }: CardKeys, ksn: Uint8Array): KeyUse {
  const key = find(ksn);
  if (key === null) throw new AmurError('TERMINAL_UNKNOWN', { part: 'ksn' });
  return key;
}
