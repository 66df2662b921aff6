/** Network messages of the bank's own: echo, sign-off, cut-over, keys. Each waits for its answer by STAN and DE7.
 *  Source  docs/bank-link.md, sections 2.4 and 8 */
import { pack } from '../../gateway/iso8583/codec.ts';
import { appendMac } from '../../gateway/iso8583/mac-input.ts';
import { isoMessage } from '../../gateway/iso8583/message.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';
import type { UnpackedMessage } from '../../gateway/iso8583/unpacked-message.ts';
import { type CancelTimer, instantText, type Runtime } from '../../gateway/kernel/time.ts';
import type { BankConnection } from './connection.ts';
import { bodyOf, text, type Values } from './messages.ts';
import type { ZoneKey, ZoneKeys } from './zone-keys.ts';

/** `null`: no answer in time, or the connection ended. */
export type Heard = (answer: UnpackedMessage | null) => void;

interface Waiting {
  readonly connection: BankConnection;
  readonly purpose: string;
  readonly heard: Heard;
  readonly cancel: CancelTimer;
}

export class Asking {
  readonly #spec: Spec;
  readonly #keys: ZoneKeys;
  readonly #runtime: Runtime;
  readonly #waiting = new Map<string, Waiting>();
  #stan: number;

  constructor(spec: Spec, keys: ZoneKeys, runtime: Runtime) {
    this.#spec = spec;
    this.#keys = keys;
    this.#runtime = runtime;
    // The seconds of DE7 and a start by the clock keep two runs of one bank apart.
    this.#stan = Math.floor(runtime.clock.now() / 1_000) % 1_000_000;
  }

  /** `key`: the MAC's, for a key change. */
  ask(
    connection: BankConnection,
    purpose: string,
    values: Values,
    timeoutMs: number,
    heard: Heard,
    key: ZoneKey | null = null,
  ): void {
    this.#stan = (this.#stan % 999_999) + 1;
    const stan = String(this.#stan).padStart(6, '0');
    const sent = sentAt(this.#runtime.clock.now());
    const name = `${stan} ${sent}`;
    const message = isoMessage('0800', { ...values, 7: sent, 11: stan, 70: purpose });
    const cancel = this.#runtime.timers.after(timeoutMs, () => this.#settle(name, null));
    this.#waiting.set(name, { connection, purpose, heard, cancel });
    if (key === null) connection.send(pack(this.#spec, message));
    else {
      const body = bodyOf(this.#spec, message);
      connection.send(appendMac(body, this.#keys.makeMac(body, key)));
    }
  }

  /** An 0810. One that nobody waits for is left aside. */
  answer(message: UnpackedMessage): void {
    const name = `${text(message, 11)} ${text(message, 7)}`;
    if (this.#waiting.get(name)?.purpose === text(message, 70)) this.#settle(name, message);
  }

  /** Nothing more is to be heard over it. */
  gone(connection: BankConnection): void {
    for (const [name, waiting] of [...this.#waiting])
      if (waiting.connection === connection) this.#settle(name, null);
  }

  #settle(name: string, answer: UnpackedMessage | null): void {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) return;
    this.#waiting.delete(name);
    waiting.cancel();
    waiting.heard(answer);
  }
}

/** DE7: MMDDhhmmss, UTC. */
function sentAt(now: number): string {
  return instantText(now)
    .slice(5, 19)
    .replace(/[^0-9]/g, '');
}
