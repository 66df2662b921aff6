/** Whether the card of a message is from the PIN pad that made its MAC, and was read for the attempt that the message belongs to.
 *  A pad reads a card once for an attempt, under a key of its own: under one that has served another attempt, or lies before it,
 *  somebody sends again what a card once gave. A PIN that is entered again keeps what was read.
 *
 *  Kept in memory alone, as the keys of MACs are: of each device the latest, and the attempt it served. */
import type { KeyUse } from '../../keys/hsm.ts';
import { initialKsn, type Ksn, ksnCounter } from '../../keys/ksn.ts';
import { DeviceMemory } from './device-memory.ts';
import { kindOf } from './facts.ts';
import { readKsn } from './terminal-keys.ts';
import type { TillMessage } from './till-message.ts';

/** A word: why the card may not be used, where it may not. */
export type CardMisuse = 'card_of_another_device' | 'account_key_used';

interface Latest {
  counter: number;
  attempt: string;
}

export class AccountKeys {
  readonly #devices = new DeviceMemory<Latest>(() => ({ counter: 0, attempt: '' }));

  /** Of a message whose terminal may ask: a key that is used is remembered. */
  take(message: TillMessage, key: KeyUse | null): CardMisuse | null {
    const { account = null, pin = null } = message.data ?? {};
    const kind = kindOf(message);
    if (kind === null || (account === null && pin === null)) return null;
    const device = key?.kind === 'dukpt' ? initialKsn(key.ksn) : null;
    const ksn = account === null ? null : readKsn(account.ksn);
    if (account !== null && !isOf(device, ksn)) return 'card_of_another_device';
    if (pin !== null && !isOf(device, readKsn(pin.ksn))) return 'card_of_another_device';
    // The card of these is not opened: they are about the one of their original.
    if (ksn === null || kind === 'void' || kind === 'completion') return null;
    return this.#serves(ksn, attemptOf(message)) ? null : 'account_key_used';
  }

  #serves(ksn: Ksn, attempt: string): boolean {
    const latest = this.#devices.of(ksn);
    const counter = ksnCounter(ksn);
    if (counter <= latest.counter) return counter === latest.counter && attempt === latest.attempt;
    latest.counter = counter;
    latest.attempt = attempt;
    return true;
  }
}

function isOf(device: Ksn | null, ksn: Ksn | null): boolean {
  return ksn !== null && initialKsn(ksn) === device;
}

/** Own tills say which it is. A terminal that does not reads the card for each of its messages. */
function attemptOf({ data, identity }: TillMessage): string {
  const { tid, messageClass, stan, transmittedAt } = identity;
  const named = data?.sale ?? null;
  return named === null
    ? `${tid} ${messageClass} ${stan} ${transmittedAt}`
    : `${tid} ${named.saleId} ${named.attemptId}`;
}
