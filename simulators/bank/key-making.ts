/** Keys of the bank's making: offered one after another, ZPK before ZAK, each until it is answered.
 *  Source  docs/bank-link.md, section 4 */

import type { Asking } from './asking.ts';
import type { BankConnection } from './connection.ts';
import type { Desk } from './desk.ts';
import { readElements, text, writeElements } from './messages.ts';
import { ZONE_KEYS, type ZoneKeyName } from './zone-keys.ts';

export interface KeyMakingPorts {
  readonly desk: Desk;
  readonly asking: Asking;
  /** Durable when `then` is called. */
  readonly durably: (work: () => void, then: () => void) => void;
  readonly anyConnection: () => BankConnection | null;
}

export class KeyMaking {
  readonly #ports: KeyMakingPorts;
  readonly #wanted = new Set<ZoneKeyName>();
  #busy = false;

  constructor(ports: KeyMakingPorts) {
    this.#ports = ports;
  }

  /** Somebody may hear now: what is missing, or was offered before and not answered, is offered. */
  connected(): void {
    const { keys, terms } = this.#ports.desk;
    if (terms.keysMadeBy !== 'bank') return;
    for (const name of ZONE_KEYS)
      if (keys.get(name, 'current') === null || keys.get(name, 'offered') !== null) this.#wanted.add(name);
    this.#next();
  }

  change(name: ZoneKeyName): void {
    this.#wanted.add(name);
    this.#next();
  }

  #next(): void {
    const name = ZONE_KEYS.find((each) => this.#wanted.has(each));
    if (this.#busy || name === undefined || this.#ports.anyConnection() === null) return;
    this.#busy = true;
    const { desk, durably } = this.#ports;
    const offer: { block: string; kcv: string } = { block: '', kcv: '' };
    durably(
      () => Object.assign(offer, desk.keys.offer(name)),
      () => this.#send(name, offer.block, offer.kcv),
    );
  }

  #send(name: ZoneKeyName, block: string, kcv: string): void {
    const { desk, asking, durably, anyConnection } = this.#ports;
    const connection = anyConnection();
    if (connection === null) {
      this.#busy = false;
      return;
    }
    const run = writeElements({ KN: name, KB: block, KC: kcv });
    const key = desk.keys.get('ZAK', 'current');
    asking.ask(
      connection,
      '101',
      { 48: run },
      desk.terms.networkTimeoutMs,
      (answer) => {
        if (answer === null) {
          this.#settled();
          return;
        }
        const taken = text(answer, 39) === '00' && readElements(text(answer, 48))?.get('KC') === kcv;
        this.#wanted.delete(name);
        durably(
          () => (taken ? desk.keys.confirm(name) : desk.keys.withdraw(name)),
          () => this.#settled(),
        );
      },
      key,
    );
  }

  #settled(): void {
    this.#busy = false;
    this.#next();
  }
}
