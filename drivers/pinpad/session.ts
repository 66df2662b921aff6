/** One session with a PIN pad over a byte link: numbered commands, each with exactly one effect however often it is sent.
 *
 *  A command is repeated with the same number until it is acknowledged, and from then on as a keep-alive until its reply
 *  comes: the device answers a repeat with an acknowledgement while it works and with the kept reply when it is done. So one
 *  rule recovers a lost command, a lost acknowledgement and a lost reply, and notices a device that is gone in seconds.
 *
 *  Source  docs/pinpad-protocol.md, Sessions */
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import { DriverError, type Transport } from '../contract/device.ts';
import { encodeFrame, type Frame, frameReader, PAYLOAD_MAX } from './frame.ts';
import { COMMAND, type CommandName, EVENT_STARTED, NAK_REASON } from './protocol.ts';

export interface SessionTiming {
  readonly acknowledgeMs: number;
  readonly keepAliveMs: number;
  /** A frame whose next byte does not come within this is given up. */
  readonly interByteMs: number;
  /** Sendings without any answer after which the device counts as gone. */
  readonly silentSendings: number;
}

interface Call {
  readonly code: number;
  readonly frame: Uint8Array;
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: DriverError) => void;
  silent: number;
  acknowledged: boolean;
  cancelRepeat: CancelTimer;
  cancelDeadline: CancelTimer;
}

/** As many as a device must remember replies for. */
export const CALLS_MAX = 8;

export interface SessionEvents {
  event(code: number, payload: Uint8Array): void;
  /** The session is over: nothing it was asked will be answered. */
  lost(): void;
}

export class PinPadSession {
  readonly #transport: Transport;
  readonly #runtime: Runtime;
  readonly #timing: SessionTiming;
  readonly #events: SessionEvents;
  readonly #id: number;
  readonly #reader = frameReader();
  readonly #calls = new Map<number, Call>();
  readonly #stopData: () => void;
  #sequence = 0;
  #cancelInterByte: CancelTimer = () => undefined;
  #over = false;

  /** The number 0 is never a session's, nor is the one before: a device would take its `open` for a repeat. */
  constructor(
    transport: Transport,
    runtime: Runtime,
    timing: SessionTiming,
    events: SessionEvents,
    before: PinPadSession | null,
  ) {
    this.#transport = transport;
    this.#runtime = runtime;
    this.#timing = timing;
    this.#events = events;
    const drawn = Buffer.from(runtime.random.bytes(4)).readUInt32BE(0);
    this.#id = drawn === 0 || drawn === before?.id ? ((before?.id ?? 0) % 0xffff_ffff) + 1 : drawn;
    this.#stopData = transport.onData((bytes) => this.#receive(bytes));
  }

  get id(): number {
    return this.#id;
  }

  get waiting(): number {
    return this.#calls.size;
  }

  /** Resolves with the reply's payload. Rejects with DriverError TRANSPORT_LOST when none comes, TRANSPORT_BUSY when too
   *  many wait, VALUE_OUT_OF_RANGE for a payload over the limit. */
  call(command: CommandName, payload: Uint8Array, withinMs: number): Promise<Uint8Array> {
    if (this.#over) return Promise.reject(lostError(command));
    if (this.#calls.size >= CALLS_MAX)
      return Promise.reject(
        new DriverError('TRANSPORT_BUSY', 'The PIN pad has too many commands to answer.', { command }),
      );
    if (payload.length > PAYLOAD_MAX)
      return Promise.reject(
        new DriverError('VALUE_OUT_OF_RANGE', 'The payload is over the protocol’s limit.', {
          length: payload.length,
        }),
      );
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const sequence = this.#sequence;
    const code = COMMAND[command];
    return new Promise((resolve, reject) => {
      const call: Call = {
        code,
        frame: encodeFrame({ type: 'command', session: this.#id, sequence, code, payload }),
        resolve,
        reject,
        silent: 0,
        acknowledged: false,
        cancelRepeat: () => undefined,
        // A device past every limit of its own is not waited for: a new session ends whatever it does.
        cancelDeadline: this.#runtime.timers.after(withinMs, () => this.#lose()),
      };
      this.#calls.set(sequence, call);
      this.#send(call);
    });
  }

  /** Ends the session without telling `lost`. Idempotent. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopData();
    this.#cancelInterByte();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) {
      call.cancelRepeat();
      call.cancelDeadline();
      call.reject(lostError(call.code));
    }
  }

  #lose(): void {
    if (this.#over) return;
    this.end();
    this.#events.lost();
  }

  #send(call: Call): void {
    if (call.silent >= this.#timing.silentSendings) {
      this.#lose();
      return;
    }
    call.silent += 1;
    // A write that fails is a repeat that was not heard; the link's own state tells the driver more.
    this.#transport.write(call.frame).catch(() => undefined);
    const pauseMs = call.acknowledged ? this.#timing.keepAliveMs : this.#timing.acknowledgeMs;
    call.cancelRepeat = this.#runtime.timers.after(pauseMs, () => this.#send(call));
  }

  #receive(bytes: Uint8Array): void {
    this.#cancelInterByte();
    for (const frame of this.#reader.push(bytes)) this.#take(frame);
    this.#watchPartial();
  }

  #watchPartial(): void {
    if (this.#over || !this.#reader.partial) return;
    this.#cancelInterByte = this.#runtime.timers.after(this.#timing.interByteMs, () => {
      for (const frame of this.#reader.giveUp()) this.#take(frame);
      this.#watchPartial();
    });
  }

  #take(frame: Frame): void {
    if (frame.type === 'event' && frame.session === 0 && frame.code === EVENT_STARTED) this.#lose();
    // What was meant for an earlier session answers nothing that is asked now.
    if (this.#over || frame.session !== this.#id) return;
    if (frame.type === 'event') {
      this.#events.event(frame.code, frame.payload);
      return;
    }
    const call = this.#calls.get(frame.sequence);
    if (call === undefined || call.code !== frame.code) return;
    if (frame.type === 'ack') this.#acknowledged(call);
    else if (frame.type === 'nak') this.#notTaken(frame.payload[0]);
    else if (frame.type === 'reply') this.#answered(frame.sequence, call, frame.payload);
  }

  #answered(sequence: number, call: Call, payload: Uint8Array): void {
    call.cancelRepeat();
    call.cancelDeadline();
    this.#calls.delete(sequence);
    call.resolve(payload);
  }

  /** A device that does not know the session has restarted: it has forgotten every command of it. */
  #notTaken(reason: number | undefined): void {
    if (reason === NAK_REASON.session || reason === NAK_REASON.stale) this.#lose();
  }

  #acknowledged(call: Call): void {
    call.silent = 0;
    if (call.acknowledged) return;
    call.acknowledged = true;
    call.cancelRepeat();
    call.cancelRepeat = this.#runtime.timers.after(this.#timing.keepAliveMs, () => this.#send(call));
  }
}

function lostError(command: string | number): DriverError {
  return new DriverError('TRANSPORT_LOST', 'The PIN pad does not answer.', { command });
}
