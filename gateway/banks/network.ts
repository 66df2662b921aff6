/** Network messages, 0800 and 0810: sign-on, sign-off, key change, echo, cut-over (docs/bank-link.md, 2.4). */
import { textOf } from '../iso8583/message.ts';
import type { UnpackedMessage } from '../iso8583/unpacked-message.ts';
import { type Draft, draft } from './seal.ts';

export const SIGN_ON = '001';
export const SIGN_OFF = '002';
export const KEY_CHANGE = '101';
export const KEY_WANTED = '161';
export const CUT_OVER = '201';
export const ECHO = '301';

export interface NetworkHead {
  readonly code: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly acquirerId: string;
}

export function networkRequest(head: NetworkHead, privateText: string | null): Draft {
  const message = draft('0800', 128);
  const { fields } = message;
  fields[7] = head.transmittedAt;
  fields[11] = head.stan;
  fields[32] = head.acquirerId;
  fields[48] = privateText ?? undefined;
  fields[70] = head.code;
  return message;
}

export function networkAnswer(
  request: UnpackedMessage,
  responseCode: string,
  privateText: string | null,
): Draft {
  const message = draft('0810', 128);
  const { fields } = message;
  fields[7] = textOf(request, 7);
  fields[11] = textOf(request, 11);
  fields[39] = responseCode;
  fields[48] = privateText ?? undefined;
  fields[70] = textOf(request, 70);
  return message;
}

/** STANs of our own network messages: from a random start, so that a restart does not meet its own past. */
export class NetworkStans {
  #last: number;

  constructor(seed: Uint8Array) {
    const [a = 0, b = 0, c = 0] = seed;
    this.#last = (a * 65_536 + b * 256 + c) % 1_000_000;
  }

  next(): string {
    this.#last = (this.#last % 999_999) + 1;
    return String(this.#last).padStart(6, '0');
  }
}
