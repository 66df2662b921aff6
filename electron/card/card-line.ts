/** One card message at a time to the gateway and its answer back, both authenticated by the PIN pad. An answer nobody waits for
 *  is told and changes nothing. */
import { DriverError } from '../../drivers/contract/device.ts';
import type { PinPad } from '../../drivers/contract/pin-pad.ts';
import { unpack } from '../../gateway/iso8583/codec.ts';
import { CodecError } from '../../gateway/iso8583/codec-error.ts';
import { appendMac, macInput, packForMac } from '../../gateway/iso8583/mac-input.ts';
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import { AmurError, type ErrorCode } from '../../gateway/kernel/errors.ts';
import type { CancelTimer, Timers } from '../../gateway/kernel/time.ts';
import { cardMessageName } from '../../gateway/wire/frames.ts';
import type { CardRefusal, GatewayLink } from '../gateway-client/link.ts';
import type { ExchangeEnd, NotSentCause } from './card-events.ts';
import { fitsRequest, isAnswerTo } from './match.ts';
import type { MacKey } from './messages.ts';

export interface CardLinePorts {
  readonly pad: Pick<PinPad, 'nextMacKsn' | 'mac' | 'verifyMac'>;
  readonly link: Pick<
    GatewayLink,
    'state' | 'sendCardMessage' | 'onCardMessage' | 'onCardRefusal' | 'onState'
  >;
  readonly timers: Timers;
  /** An answer that came too late, twice, or to nothing this till asked. */
  readonly onStray: (answer: IsoMessage | null) => void;
}

interface Pending {
  readonly request: IsoMessage;
  readonly packed: Uint8Array;
  readonly ksn: Uint8Array;
  /** Of earlier sendings of the same message. */
  readonly earlier: readonly Uint8Array[];
  readonly settle: (end: ExchangeEnd<IsoMessage>) => void;
  /** Its answer is being verified: a second one is a stray. */
  verifying: boolean;
}

/** 10 bytes under TDES, 12 under AES. */
const AES_KSN_BYTES = 12;

export class CardLine {
  readonly #ports: CardLinePorts;
  readonly #removers: readonly (() => void)[];
  #lastKsn: Uint8Array | null = null;
  #pending: Pending | null = null;
  #cancelTimer: CancelTimer = () => {};
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: CardLinePorts) {
    this.#ports = ports;
    this.#removers = [
      ports.link.onCardMessage((packed) => this.#arrived(packed)),
      ports.link.onCardRefusal((refusal) => this.#refused(refusal)),
      ports.link.onState((state) => {
        if (state !== 'up') this.#lost();
      }),
    ];
  }

  /** The key serial number that the PIN pad gave last: how far its key has come. Null until the first message. */
  get lastKsn(): Uint8Array | null {
    return this.#lastKsn;
  }

  /** Behind whatever exchange is under way. `build` names the MAC's key in the message; `earlier` are those of the same
   *  message's earlier sendings. Never rejects for what device, link or gateway do. */
  exchange(
    build: (mac: MacKey) => IsoMessage,
    replyTimeoutMs: number,
    earlier: readonly Uint8Array[] = [],
  ): Promise<ExchangeEnd<IsoMessage>> {
    const turn = this.#last.then(() => this.#exchange(build, replyTimeoutMs, earlier));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Behind whatever exchange is under way, and before the next: a new key in the PIN pad, under which it knows no message of before. */
  betweenExchanges(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  stop(): void {
    for (const remove of this.#removers) remove();
    this.#cancelTimer();
    this.#pending = null;
  }

  async #exchange(
    build: (mac: MacKey) => IsoMessage,
    replyTimeoutMs: number,
    earlier: readonly Uint8Array[],
  ): Promise<ExchangeEnd<IsoMessage>> {
    const { pad, link, timers } = this.#ports;
    if (link.state !== 'up') return { kind: 'not_sent', cause: 'LINK_DOWN' };
    let made: { readonly request: IsoMessage; readonly ksn: Uint8Array; readonly packed: Uint8Array };
    try {
      const ksn = await pad.nextMacKsn();
      this.#lastKsn = ksn;
      const request = build({ algorithm: ksn.length === AES_KSN_BYTES ? 'aes' : 'tdes', ksn });
      const body = packForMac(bcdProfile, request);
      made = { request, ksn, packed: appendMac(body, await pad.mac(ksn, body)) };
    } catch (error) {
      return { kind: 'not_sent', cause: notMade(error) };
    }
    const answer = new Promise<ExchangeEnd<IsoMessage>>((resolve) => {
      this.#pending = { ...made, earlier, settle: resolve, verifying: false };
    });
    try {
      link.sendCardMessage(made.packed);
    } catch (error) {
      // Only this one says for certain that not a byte left.
      if (error instanceof AmurError && (error.code === 'LINK_DOWN' || error.code === 'MESSAGE_TOO_LARGE')) {
        this.#settle({ kind: 'not_sent', cause: 'LINK_DOWN' });
        return answer;
      }
      this.#settle({ kind: 'no_answer', cause: 'link_lost' });
      return answer;
    }
    this.#cancelTimer = timers.after(replyTimeoutMs, () =>
      this.#settle({ kind: 'no_answer', cause: 'timeout' }),
    );
    return answer;
  }

  #settle(end: ExchangeEnd<IsoMessage>): void {
    const pending = this.#pending;
    this.#pending = null;
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    pending?.settle(end);
  }

  /** The gateway answers on the connection it was asked on, and that one is gone. */
  #lost(): void {
    if (this.#pending !== null) this.#settle({ kind: 'no_answer', cause: 'link_lost' });
  }

  #arrived(packed: Uint8Array): void {
    const pending = this.#pending;
    const answer = readMessage(packed);
    if (pending === null || pending.verifying) {
      this.#ports.onStray(answer);
      return;
    }
    if (answer === null) {
      // It may have been the answer: nothing better will come.
      this.#settle({ kind: 'invalid', cause: 'malformed' });
      return;
    }
    if (!isAnswerTo(pending.request, answer)) {
      this.#ports.onStray(answer);
      return;
    }
    pending.verifying = true;
    this.#verify(pending, answer, packed).then(
      (end) => this.#verified(pending, end),
      () => this.#verified(pending, { kind: 'invalid', cause: 'pin_pad_lost' }),
    );
  }

  /** By name, like an answer: what is said of an earlier message is no word on this one. */
  #refused({ cardMessage, error }: CardRefusal): void {
    const pending = this.#pending;
    if (pending === null || cardMessage !== cardMessageName(pending.packed)) {
      this.#ports.onStray(null);
      return;
    }
    const cause = NOT_TAKEN[error.code];
    this.#settle(
      cause === undefined ? { kind: 'no_answer', cause: 'gateway_failed' } : { kind: 'not_sent', cause },
    );
  }

  #verified(pending: Pending, end: ExchangeEnd<IsoMessage>): void {
    if (this.#pending === pending) this.#settle(end);
  }

  /** The MAC first: what is not the gateway's word says nothing. */
  async #verify(pending: Pending, answer: IsoMessage, packed: Uint8Array): Promise<ExchangeEnd<IsoMessage>> {
    let parts: ReturnType<typeof macInput>;
    try {
      parts = macInput(bcdProfile, packed);
    } catch {
      return { kind: 'invalid', cause: 'mac' };
    }
    if (!(await this.#isGenuine(pending, parts.body, parts.mac))) return { kind: 'invalid', cause: 'mac' };
    if (!fitsRequest(pending.request, answer)) return { kind: 'invalid', cause: 'mismatch' };
    return { kind: 'answered', answer };
  }

  /** Under the key of this sending, or of an earlier one of the same message, whose answer was lost and is said again. */
  async #isGenuine({ ksn, earlier }: Pending, body: Uint8Array, mac: Uint8Array): Promise<boolean> {
    const { pad } = this.#ports;
    if (await pad.verifyMac(ksn, body, mac)) return true;
    for (const other of earlier) {
      // A key that the device has forgotten cannot speak for the answer.
      if (await pad.verifyMac(other, body, mac).catch(() => false)) return true;
    }
    return false;
  }
}

function notMade(error: unknown): NotSentCause {
  if (error instanceof CodecError) return 'UNPACKABLE';
  const ended = error instanceof DriverError && error.facts.reason === 'keys_exhausted';
  return ended ? 'PINPAD_KEYS_ENDED' : 'PINPAD_LOST';
}

/** Codes by which the gateway says that it took nothing of the message. After any other it may have done its work. */
const NOT_TAKEN: Readonly<Partial<Record<ErrorCode, NotSentCause>>> = {
  RATE_LIMITED: 'GATEWAY_BUSY',
  CARDS_NOT_OFFERED: 'CARDS_NOT_OFFERED',
  MESSAGE_TOO_LARGE: 'UNPACKABLE',
};

/** Null for what is no message of the profile. */
function readMessage(packed: Uint8Array): IsoMessage | null {
  try {
    return unpack(bcdProfile, packed);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}
