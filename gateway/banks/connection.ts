/** One connection's life: dialled, open, signed on, perhaps drained, ended. It knows frames and silence, and no message.
 *  It ends once and says why. */
import { FrameReader } from '../iso8583/frame.ts';
import { failureName } from '../kernel/errors.ts';
import type { CancelTimer, Timers } from '../kernel/time.ts';
import type { Dial, DialledSocket } from './dial.ts';
import type { BankLimits } from './terms.ts';

export interface ConnectionEnd {
  readonly cause: string;
  /** It carried traffic long enough to count as a good one. */
  readonly steady: boolean;
}

export interface ConnectionWorld {
  readonly dial: Dial;
  readonly timers: Timers;
  readonly limits: BankLimits;
  /** The socket stands; the first thing to do is to sign on. */
  onOpen(connection: Connection): void;
  /** A whole message, without its length; a copy of its own. */
  onMessage(connection: Connection, message: Uint8Array): void;
  /** Nothing came for a while, or not what should have: it must show that it lives. */
  onSilent(connection: Connection): void;
  onEnd(connection: Connection, end: ConnectionEnd): void;
}

export type ConnectionState = 'dialling' | 'open' | 'ready' | 'draining' | 'ended';

export class Connection {
  readonly #world: ConnectionWorld;
  readonly #reader: FrameReader;
  #giveUp: (() => void) | null = null;
  #state: ConnectionState = 'dialling';
  #socket: DialledSocket | null = null;
  #heard = false;
  /** Asked, and not a byte has come since. */
  #owed = false;
  #heardSinceLook = false;
  #doubted = false;
  #steady = false;
  #cancelDial: CancelTimer;
  #cancelSilence: CancelTimer = () => {};
  #cancelSteady: CancelTimer = () => {};
  #cancelFrame: CancelTimer | null = null;
  #cancelLook: CancelTimer | null = null;
  #cancelDrain: CancelTimer = () => {};

  constructor(world: ConnectionWorld) {
    this.#world = world;
    this.#reader = new FrameReader(world.limits.frameBytesMost);
    this.#cancelDial = world.timers.after(world.limits.dialTimeoutMs, () => this.end('dial_timeout'));
    this.#giveUp = world.dial({
      onOpen: (socket) => this.#opened(socket),
      onBytes: (bytes) => this.#bytes(bytes),
      onClosed: (cause) => this.end(cause ?? 'closed_by_bank'),
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get queuedBytes(): number {
    return this.#socket?.queuedBytes ?? 0;
  }

  /** An answer is overdue and nothing has come since: perhaps the other end is gone and nobody said so. */
  get doubted(): boolean {
    return this.#doubted;
  }

  /** The bytes are given away. True when some of them may leave. */
  send(framed: Uint8Array): boolean {
    if (this.#state === 'ended' || this.#socket === null) return false;
    // Requests stop before: what is left are answers to a bank that asks and does not read.
    if (this.#socket.queuedBytes > this.#world.limits.queuedBytesMost * 2) {
      this.end('bank_not_reading');
      return false;
    }
    return this.#socket.write(framed);
  }

  /** The same of what has an answer. */
  ask(framed: Uint8Array): boolean {
    if (!this.send(framed)) return false;
    this.#owed = true;
    if (this.#cancelLook === null) this.#lookLater();
    return true;
  }

  /** Not an answer in time: until a byte comes it is used only where there is no other, and is asked at once whether it lives. */
  doubt(): void {
    if (this.#state !== 'ready') return;
    this.#doubted = true;
    this.#world.onSilent(this);
  }

  /** The bank has accepted the sign-on. */
  signedOn(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ready';
    const { timers, limits } = this.#world;
    this.#cancelSteady = timers.after(limits.steadyAfterMs, () => {
      this.#steady = true;
    });
  }

  /** Takes nothing new and ends when the time for what is outstanding is over. */
  drain(cause: string): void {
    if (this.#state === 'ended' || this.#state === 'draining') return;
    this.#state = 'draining';
    this.#cancelDrain = this.#world.timers.after(this.#world.limits.drainMs, () => this.end(cause));
  }

  end(cause: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#cancelDial();
    this.#cancelSilence();
    this.#cancelSteady();
    this.#cancelFrame?.();
    this.#cancelLook?.();
    this.#cancelDrain();
    if (this.#socket === null) this.#giveUp?.();
    else this.#socket.terminate();
    this.#world.onEnd(this, { cause, steady: this.#steady });
  }

  #opened(socket: DialledSocket): void {
    this.#socket = socket;
    if (this.#state === 'ended') {
      socket.terminate();
      return;
    }
    this.#state = 'open';
    this.#cancelDial();
    this.#watchSilence();
    this.#world.onOpen(this);
  }

  #bytes(bytes: Uint8Array): void {
    if (this.#state === 'ended') return;
    this.#heard = true;
    this.#heardSinceLook = true;
    this.#owed = false;
    this.#doubted = false;
    let messages: readonly Uint8Array[];
    try {
      messages = this.#reader.push(bytes);
    } catch (error) {
      this.end(failureName(error));
      return;
    }
    this.#watchFrame(messages.length > 0);
    for (const message of messages) {
      // What one message brought about may have ended the connection.
      if (this.#state === 'dialling' || this.#hasEnded()) return;
      this.#world.onMessage(this, message);
    }
  }

  #hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** A frame may come a byte at a time, but not for ever. */
  #watchFrame(completedOne: boolean): void {
    if (completedOne) {
      this.#cancelFrame?.();
      this.#cancelFrame = null;
    }
    if (this.#reader.pendingBytes === 0 || this.#cancelFrame !== null) return;
    const { timers, limits } = this.#world;
    this.#cancelFrame = timers.after(limits.frameTimeoutMs, () => this.end('frame_too_slow'));
  }

  /** One timer for all that is sent meanwhile: an answer is overdue after `answerDueMs`, and noticed before twice that. */
  #lookLater(): void {
    const { timers, limits } = this.#world;
    this.#heardSinceLook = false;
    this.#cancelLook = timers.after(limits.answerDueMs, () => {
      this.#cancelLook = null;
      if (!this.#owed) return;
      const overdue = !this.#heardSinceLook;
      this.#lookLater();
      if (overdue && !this.#doubted) this.doubt();
    });
  }

  #watchSilence(): void {
    const { timers, limits } = this.#world;
    this.#cancelSilence = timers.after(limits.echoEveryMs, () => {
      const silent = !this.#heard;
      this.#heard = false;
      this.#watchSilence();
      if (silent && this.#state === 'ready') this.#world.onSilent(this);
    });
  }
}
