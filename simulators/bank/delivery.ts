/** How an answer leaves: as it is, or as an armed scenario wants it. */
import { unpack } from '../../gateway/iso8583/codec.ts';
import { frame } from '../../gateway/iso8583/frame.ts';
import { appendMac, packForMac } from '../../gateway/iso8583/mac-input.ts';
import { textOf, withValues } from '../../gateway/iso8583/message.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { Choice, Chosen } from './arming.ts';
import type { BankConnection } from './connection.ts';
import type { ZoneKey, ZoneKeys } from './zone-keys.ts';

/** With `key` the bytes end where the MAC belongs; without one they are whole. */
export interface Answer {
  readonly bytes: Uint8Array;
  readonly key: ZoneKey | null;
}

const LATE_MS = 30_000;
const BETWEEN_BYTES_MS = 50;
const SWAP_WAIT_MS = 3_000;
const GARBAGE_BYTES = 48;

export class Delivery {
  readonly #spec: Spec;
  readonly #keys: ZoneKeys;
  readonly #runtime: Runtime;
  #waiting: (() => void)[] = [];

  constructor(spec: Spec, keys: ZoneKeys, runtime: Runtime) {
    this.#spec = spec;
    this.#keys = keys;
    this.#runtime = runtime;
  }

  deliver(connection: BankConnection, answer: Answer, choice: Choice): void {
    const chosen = choice.get('delivery');
    if (chosen === undefined) connection.send(this.#sealed(answer));
    else this.#faulty(connection, answer, chosen);
    if (chosen?.name !== 'swapped_answers') this.#letGo();
  }

  #faulty(connection: BankConnection, answer: Answer, { name, delayMs }: Chosen): void {
    const { timers, random } = this.#runtime;
    const whole = this.#sealed(answer);
    switch (name) {
      case 'answer_lost_after_approval':
        return;
      case 'late':
        timers.after(delayMs ?? LATE_MS, () => connection.send(whole));
        return;
      case 'duplicate_answer':
        connection.send(whole);
        connection.send(whole);
        return;
      case 'garbage':
        connection.send(Uint8Array.of(0xff, ...random.bytes(GARBAGE_BYTES)));
        return;
      case 'slow_drip':
        this.#drip(connection, frame(whole), delayMs ?? BETWEEN_BYTES_MS);
        return;
      case 'wrong_mac':
        connection.send(whole.map((byte, at) => (at === whole.length - 1 ? byte ^ 0x01 : byte)));
        return;
      case 'wrong_amount':
        connection.send(this.#sealed(this.#altered(answer, 4)));
        return;
      case 'wrong_rrn':
        connection.send(this.#sealed(this.#altered(answer, 37)));
        return;
      case 'swapped_answers':
        this.#waiting.push(() => connection.send(whole));
        timers.after(delayMs ?? SWAP_WAIT_MS, () => this.#letGo());
        return;
      case 'answer_cut': {
        const framed = frame(whole);
        connection.sendRaw(framed.subarray(0, framed.length >> 1));
        connection.close();
        return;
      }
      case 'close_after_request':
        connection.close();
        return;
      default:
        connection.send(whole);
    }
  }

  #letGo(): void {
    for (const send of this.#waiting.splice(0)) send();
  }

  #drip(connection: BankConnection, bytes: Uint8Array, everyMs: number): void {
    if (bytes.length === 0) return;
    connection.sendRaw(bytes.subarray(0, 1));
    this.#runtime.timers.after(everyMs, () => this.#drip(connection, bytes.subarray(1), everyMs));
  }

  #sealed({ bytes, key }: Answer): Uint8Array {
    return key === null ? bytes : appendMac(bytes, this.#keys.makeMac(bytes, key));
  }

  /** One more in a data element of digits, under a right MAC. What has no such element, or no MAC, stays as it is. */
  #altered(answer: Answer, de: number): Answer {
    if (answer.key === null) return answer;
    const message = unpack(this.#spec, appendMac(answer.bytes, new Uint8Array(8)));
    const digits = textOf(message, de);
    if (digits === undefined) return answer;
    const last = digits.endsWith('1') ? '2' : '1';
    return {
      key: answer.key,
      bytes: packForMac(this.#spec, withValues(message, { [de]: digits.slice(0, -1) + last })),
    };
  }
}
