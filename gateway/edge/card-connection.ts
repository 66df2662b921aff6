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
import { TokenBucket } from './token-bucket.ts';

export interface CardConnectionOptions {
  readonly profile: 'ascii' | 'bcd';
  readonly tpdu: boolean;
  readonly cards: Pick<CardService, 'message'>;
  readonly limits: CardTcpLimits;
  readonly runtime: Runtime;
  readonly log: Log;
}

const RETRY_MS = 20;
const CLOSE_GRACE_MS = 500;

export class CardConnection {
  readonly #socket: Socket;
  readonly #options: CardConnectionOptions;
  readonly #openedAt: EpochMs;
  readonly #reader: CardFrameReader;
  readonly #bucket: TokenBucket;
  readonly #peer: string;
  readonly #waiting: CardFrame[] = [];
  #inFlight = 0;
  #heardAt: EpochMs;
  /** When the message that is not whole yet began; null between messages. */
  #frameAt: EpochMs | null = null;
  #heldBack = false;
  #proven = false;
  #stopped = false;
  #cancelRetry: CancelTimer | null = null;

  constructor(socket: Socket, options: CardConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#reader = new CardFrameReader({ messageBytes: options.limits.messageBytes, tpdu: options.tpdu });
    this.#heardAt = options.runtime.clock.now();
    this.#openedAt = this.#heardAt;
    this.#bucket = new TokenBucket(options.limits.messages, this.#heardAt);
    this.#peer = addressKey(socket.remoteAddress);
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
    } else if (!this.#proven && this.#openedAt <= now - provenWithinMs) this.#refuse('not_proven');
  }

  stopReading(): void {
    this.#stopped = true;
    this.#socket.pause();
    // They were read, so each is answered, if only that it is not taken any more.
    for (const frame of this.#waiting.splice(0)) void this.#answer(frame);
  }

  destroy(): void {
    this.#stopped = true;
    this.#socket.destroy();
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
    this.#options.log.warn('card_stream_refused', { reason, address: this.#peer });
    this.#stopped = true;
    this.#socket.pause();
    if (!this.busy && this.#waiting.length === 0) this.#socket.destroySoon();
  }

  /** Starts what the limits let start; a sender that is faster than them is not read meanwhile. */
  #serveWaiting(): void {
    const { limits, runtime } = this.#options;
    while (this.#waiting.length > 0 && this.#inFlight < limits.messagesInFlight) {
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
    this.#inFlight += 1;
    try {
      const answer = await cards.message(
        { kind: 'tcp', profile, peer: this.#peer },
        frame.packed,
        (judgement) => this.#judged(judgement),
      );
      if (answer !== null) this.#send(cardReplyFrame(frame.tpdu, answer));
    } catch (error) {
      // Unknown stays unknown: the terminal hears nothing and reverses.
      log.alarm('card_message_failed', { address: this.#peer, error: failureName(error) });
    } finally {
      this.#inFlight -= 1;
      this.#serveWaiting();
      if (this.#stopped && !this.busy && this.#waiting.length === 0) this.#socket.destroySoon();
    }
  }

  #judged(judgement: CardJudgement): void {
    if (judgement === 'verified') this.#proven = true;
  }

  #send(frame: Uint8Array): void {
    if (!this.#socket.writable) return;
    if (this.#socket.writableLength > this.#options.limits.sendBufferBytes) {
      this.#options.log.warn('card_terminal_not_reading', { address: this.#peer });
      this.#socket.destroy();
    } else {
      this.#socket.write(frame);
    }
  }
}
