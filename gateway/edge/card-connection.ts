/** One foreign terminal's connection: cut into messages, each answered when its answer is there. A sender that is faster than
 *  the limits is not read meanwhile; one that is too slow, silent, or never proves itself is ended. */
import type { Socket } from 'node:net';
import { failureName } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { CancelTimer, EpochMs, Runtime } from '../kernel/time.ts';
import type { CardJudgement, CardService } from '../payments/card/ports.ts';
import { addressKey } from './address.ts';
import { type CardFrame, CardFrameReader, cardReplyFrame } from './card-frames.ts';
import type { CardTcpLimits } from './card-tcp-limits.ts';
import type { BucketLimit } from './limits.ts';
import type { ModuleGate } from './module-gate.ts';
import { TokenBucket } from './token-bucket.ts';

export interface CardConnectionOptions {
  readonly profile: 'ascii' | 'bcd';
  readonly tpdu: boolean;
  readonly cards: Pick<CardService, 'message'>;
  readonly limits: CardTcpLimits;
  readonly runtime: Runtime;
  readonly log: Log;
}

/** What the connections of a port have in common. */
export interface CardPortShare {
  readonly gate: ModuleGate;
  /** A message of this connection proved nothing. */
  refused(by: CardConnection): void;
}

const RETRY_MS = 20;
const CLOSE_GRACE_MS = 500;

export class CardConnection {
  readonly #socket: Socket;
  readonly #options: CardConnectionOptions;
  readonly #share: CardPortShare;
  readonly #openedAt: EpochMs;
  readonly #reader: CardFrameReader;
  readonly #bucket: TokenBucket;
  readonly #waiting: CardFrame[] = [];
  readonly #wake = () => this.#serveWaiting();
  /** Of its address. */
  readonly peer: string;
  #inFlight = 0;
  #heardAt: EpochMs;
  /** When the message that is not whole yet began; null between messages. */
  #frameAt: EpochMs | null = null;
  #heldBack = false;
  #proven = false;
  #stopped = false;
  #cancelRetry: CancelTimer | null = null;

  constructor(socket: Socket, options: CardConnectionOptions, share: CardPortShare) {
    this.#socket = socket;
    this.#share = share;
    this.#options = options;
    this.#reader = new CardFrameReader({ messageBytes: options.limits.messageBytes, tpdu: options.tpdu });
    this.#heardAt = options.runtime.clock.now();
    this.#openedAt = this.#heardAt;
    this.#bucket = new TokenBucket(bucketOf(options.limits), this.#heardAt);
    this.peer = addressKey(socket.remoteAddress);
    socket.on('data', (chunk) => this.#take(chunk));
    // `close` follows by itself.
    socket.on('error', (error) => options.log.info('card_socket_error', { error: failureName(error) }));
    socket.on('close', () => this.#cancelRetry?.());
  }

  get busy(): boolean {
    return this.#inFlight > 0;
  }

  /** A message of it had a right MAC. */
  get proven(): boolean {
    return this.#proven;
  }

  /** Ends it when it is silent, too slow with a message, or has not proven itself in its time. */
  look(now: EpochMs): void {
    const { idleTimeoutMs, frameTimeoutMs, provenWithinMs } = this.#options.limits;
    if (this.#heardAt <= now - idleTimeoutMs && !this.busy) this.end();
    else if (this.#stopped) return;
    else if (!this.#heldBack && this.#frameAt !== null && this.#frameAt <= now - frameTimeoutMs) {
      this.#refuse('frame_too_slow');
    } else if (!this.#proven && this.#openedAt <= now - provenWithinMs) {
      this.#options.log.info('card_connection_not_proven', { address: this.peer });
      this.shut();
    }
  }

  stopReading(): void {
    this.#stopped = true;
    this.#socket.pause();
    // They were read, so each is answered, if only that it is not taken any more.
    for (const frame of this.#waiting.splice(0)) void this.#answer(frame);
  }

  /** Ends it when what is under way is answered; of what waits nothing is taken. */
  shut(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
    this.#socket.pause();
    this.#endWhenAnswered();
  }

  end(): void {
    this.#stopped = true;
    this.#socket.destroySoon();
    this.#socket.unref();
    this.#options.runtime.timers.after(CLOSE_GRACE_MS, () => this.#socket.destroy());
  }

  #take(chunk: Uint8Array): void {
    if (this.#stopped) return;
    this.#heardAt = this.#options.runtime.clock.now();
    const { frames, fault } = this.#reader.push(chunk);
    if (this.#reader.pendingBytes === 0) this.#frameAt = null;
    else if (frames.length > 0 || this.#frameAt === null) this.#frameAt = this.#heardAt;
    this.#waiting.push(...frames);
    this.#serveWaiting();
    // Where the next message begins cannot be known any more.
    if (fault !== null) this.#refuse(fault);
  }

  /** Reads no more. What came before is answered. */
  #refuse(reason: string): void {
    this.#options.log.warn('card_stream_refused', { reason, address: this.peer });
    this.#stopped = true;
    this.#socket.pause();
    this.#endWhenAnswered();
  }

  #endWhenAnswered(): void {
    if (this.#stopped && !this.busy && this.#waiting.length === 0) this.end();
  }

  /** Starts what the limits let start; a sender that is faster than them is not read meanwhile. */
  #serveWaiting(): void {
    const { limits, runtime } = this.#options;
    while (this.#waiting.length > 0 && this.#inFlight < limits.messagesInFlight) {
      if (!this.#share.gate.hasRoom(this.#wake)) break;
      if (!this.#bucket.take(runtime.clock.now())) {
        this.#retryLater();
        return;
      }
      const frame = this.#waiting.shift();
      if (frame !== undefined) void this.#answer(frame);
    }
    if (this.#waiting.length > 0) this.#holdBack();
    else if (!this.#stopped) this.#readOn();
  }

  #holdBack(): void {
    this.#heldBack = true;
    this.#socket.pause();
  }

  #readOn(): void {
    if (this.#heldBack && this.#frameAt !== null) this.#frameAt = this.#options.runtime.clock.now();
    this.#heldBack = false;
    this.#socket.resume();
  }

  #retryLater(): void {
    this.#holdBack();
    if (this.#cancelRetry !== null) return;
    this.#cancelRetry = this.#options.runtime.timers.after(RETRY_MS, () => {
      this.#cancelRetry = null;
      this.#serveWaiting();
    });
  }

  /** Never rejects. */
  async #answer(frame: CardFrame): Promise<void> {
    const { cards, profile, log } = this.#options;
    const { gate } = this.#share;
    this.#inFlight += 1;
    gate.enter();
    let known = false;
    const leave = () => {
      if (!known) gate.leave();
      known = true;
    };
    try {
      const origin = { kind: 'tcp', profile, peer: this.peer } as const;
      const answer = await cards.message(origin, frame.packed, (judgement) => {
        leave();
        this.#judged(judgement);
      });
      if (answer !== null) this.#send(cardReplyFrame(frame.tpdu, answer));
    } catch (error) {
      // Unknown stays unknown: the terminal hears nothing and reverses.
      log.alarm('card_message_failed', { address: this.peer, error: failureName(error) });
    } finally {
      leave();
      this.#inFlight -= 1;
      this.#serveWaiting();
      this.#endWhenAnswered();
    }
  }

  #judged(judgement: CardJudgement): void {
    if (judgement === 'verified') this.#proven = true;
    else this.#share.refused(this);
  }

  #send(frame: Uint8Array): void {
    if (!this.#socket.writable) return;
    if (this.#socket.writableLength > this.#options.limits.sendBufferBytes) {
      this.#options.log.warn('card_terminal_not_reading', { address: this.peer });
      this.#socket.destroy();
    } else {
      this.#socket.write(frame);
    }
  }
}

function bucketOf({ messagesAtOnce, messagesPerMinute }: CardTcpLimits): BucketLimit {
  return { burst: messagesAtOnce, perMinute: messagesPerMinute };
}
