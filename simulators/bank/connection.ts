/** One connection of the acquirer: whole messages out of pieces, whole messages in, and an echo when the line is silent.
 *  Bytes in, bytes out: whoever has the socket carries them.
 *  Source  docs/bank-link.md, sections 1 and 2.4 */
import { CodecError } from '../../gateway/iso8583/codec-error.ts';
import { FrameReader, frame } from '../../gateway/iso8583/frame.ts';
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import type { BankTerms } from './terms.ts';

export interface Wire {
  send(bytes: Uint8Array): void;
  close(): void;
}

/** What the bank is told of its connections. */
export interface Switchboard {
  /** Errors  CodecError where the bytes are no message of the profile; the connection ends then. */
  message(connection: BankConnection, bytes: Uint8Array): void;
  gone(connection: BankConnection): void;
  silent(connection: BankConnection): void;
}

export class BankConnection {
  readonly #wire: Wire;
  readonly #switchboard: Switchboard;
  readonly #runtime: Runtime;
  readonly #terms: BankTerms;
  readonly #frames: FrameReader;
  #frameTimer: CancelTimer | null = null;
  #silence: CancelTimer | null = null;
  #heardAt: number;
  #open = true;
  /** The acquirer has signed on here, and not off. */
  signedOn = false;
  /** A scenario: the line stays up, and nothing that comes is looked at or answered. */
  frozen = false;

  constructor(wire: Wire, switchboard: Switchboard, runtime: Runtime, terms: BankTerms) {
    this.#wire = wire;
    this.#switchboard = switchboard;
    this.#runtime = runtime;
    this.#terms = terms;
    this.#frames = new FrameReader(terms.frameBytesMost);
    this.#heardAt = runtime.clock.now();
    this.#watchSilence(terms.echoEveryMs);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Bytes from the acquirer, in any pieces. */
  receive(bytes: Uint8Array): void {
    if (!this.#open || this.frozen) return;
    this.#heardAt = this.#runtime.clock.now();
    try {
      for (const message of this.#frames.push(bytes)) {
        if (!this.#open || this.frozen) return;
        this.#stopFrameTimer();
        this.#switchboard.message(this, message);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.close();
      return;
    }
    if (this.#frames.pendingBytes === 0) this.#stopFrameTimer();
    else this.#frameTimer ??= this.#runtime.timers.after(this.#terms.frameTimeoutMs, () => this.close());
  }

  /** One message, framed. */
  send(message: Uint8Array): void {
    this.sendRaw(frame(message));
  }

  /** Bytes as they are, for scenarios. */
  sendRaw(bytes: Uint8Array): void {
    if (!this.#open || this.frozen) return;
    this.#heardAt = this.#runtime.clock.now();
    this.#wire.send(bytes);
  }

  close(): void {
    if (!this.#open) return;
    this.#wire.close();
    this.gone();
  }

  /** The other end, or the network, has closed. */
  gone(): void {
    if (!this.#open) return;
    this.#open = false;
    this.signedOn = false;
    this.#stopFrameTimer();
    this.#silence?.();
    this.#switchboard.gone(this);
  }

  #watchSilence(afterMs: number): void {
    this.#silence = this.#runtime.timers.after(afterMs, () => {
      const left = this.#heardAt + this.#terms.echoEveryMs - this.#runtime.clock.now();
      if (left <= 0 && this.signedOn && !this.frozen) this.#switchboard.silent(this);
      this.#watchSilence(left <= 0 ? this.#terms.echoEveryMs : left);
    });
  }

  #stopFrameTimer(): void {
    this.#frameTimer?.();
    this.#frameTimer = null;
  }
}
