/** A PIN pad that speaks the project's serial protocol, over any transport.
 *
 *  The driver opens a session as soon as the link is there, and a new one with backoff whenever the device falls silent or
 *  says that it has restarted. A step that moves the card and gets no answer is `device_lost`; what it did stands in
 *  `lastTransaction`. The driver never sees a card's number, track or PIN, and refuses a payload that bears one.
 *
 *  Source  docs/pinpad-protocol.md */
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import { type DeviceState, DriverError, type Transport } from '../contract/device.ts';
import type { Done, Ended, PinPad, PinPadIdentity, PinPadPrompt } from '../contract/pin-pad.ts';
import type { Fields } from './payload.ts';
import { type CommandName, EVENT_PROMPT, TAG } from './protocol.ts';
import * as replies from './replies.ts';
import * as requests from './requests.ts';
import { PinPadSession, type SessionTiming } from './session.ts';

export interface PinPadOptions extends SessionTiming {
  /** Of commands that wait for nobody. */
  readonly answerMs: number;
  /** Of steps that wait for the customer: over every limit of the device's own. */
  readonly stepMs: number;
  readonly idlePingMs: number;
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
  /** How long `login` waits for a link that is just opening. */
  readonly readyWaitMs: number;
}

export const PIN_PAD_DEFAULTS: PinPadOptions = {
  acknowledgeMs: 500,
  keepAliveMs: 2_000,
  interByteMs: 300,
  silentSendings: 4,
  answerMs: 10_000,
  stepMs: 180_000,
  idlePingMs: 10_000,
  firstBackoffMs: 500,
  longestBackoffMs: 5_000,
  readyWaitMs: 3_000,
};

export interface OpenPinPad {
  readonly transport: Transport;
  readonly runtime: Runtime;
  readonly options?: Partial<PinPadOptions>;
}

export function openPinPad({ transport, runtime, options = {} }: OpenPinPad): PinPad {
  return new SerialPinPad(transport, runtime, { ...PIN_PAD_DEFAULTS, ...options });
}

const IDLE: PinPadPrompt = { kind: 'idle' };
const NOTHING = new Uint8Array(0);

class SerialPinPad implements PinPad {
  readonly #transport: Transport;
  readonly #runtime: Runtime;
  readonly #options: PinPadOptions;
  readonly #stateListeners = new Set<(state: DeviceState) => void>();
  readonly #promptListeners = new Set<(prompt: PinPadPrompt) => void>();
  readonly #stopTransport: () => void;
  #state: DeviceState;
  #identity: PinPadIdentity | null = null;
  #prompt: PinPadPrompt = IDLE;
  #session: PinPadSession | null = null;
  #before: PinPadSession | null = null;
  #backoffMs: number;
  #cancelTimer: CancelTimer = () => undefined;
  #closed = false;

  constructor(transport: Transport, runtime: Runtime, options: PinPadOptions) {
    this.#transport = transport;
    this.#runtime = runtime;
    this.#options = options;
    this.#backoffMs = options.firstBackoffMs;
    this.#state = transport.state === 'ready' ? 'opening' : transport.state;
    this.#stopTransport = transport.onState((state) => this.#transportChanged(state));
    if (transport.state === 'ready') this.#openSession();
  }

  get state(): DeviceState {
    return this.#state;
  }

  get identity(): PinPadIdentity | null {
    return this.#identity;
  }

  get prompt(): PinPadPrompt {
    return this.#prompt;
  }

  onState(listener: (state: DeviceState) => void): () => void {
    return subscribe(this.#stateListeners, listener);
  }

  onPrompt(listener: (prompt: PinPadPrompt) => void): () => void {
    return subscribe(this.#promptListeners, listener);
  }

  async login(): Promise<PinPadIdentity> {
    await this.#becomingReady();
    const identity = replies.identityOf(await this.#ask('identify', NOTHING));
    this.#identity = identity;
    return identity;
  }

  async read(request: Parameters<PinPad['read']>[0]): ReturnType<PinPad['read']> {
    return this.#step('read', requests.readPayload(request), replies.cardReadOf);
  }

  async authorise(request: Parameters<PinPad['authorise']>[0]): ReturnType<PinPad['authorise']> {
    return this.#step('authorise', requests.authorisePayload(request), replies.authorisationOf);
  }

  async reenterPin(transactionId: string): ReturnType<PinPad['reenterPin']> {
    return this.#step('reenterPin', requests.transactionPayload(transactionId), replies.pinOf);
  }

  async complete(request: Parameters<PinPad['complete']>[0]): ReturnType<PinPad['complete']> {
    return this.#step('complete', requests.completePayload(request), replies.completionOf);
  }

  async reversal(transactionId: string): Promise<void> {
    await this.#ask('reversal', requests.transactionPayload(transactionId));
  }

  async lastTransaction(): ReturnType<PinPad['lastTransaction']> {
    return replies.lastTransactionOf(await this.#ask('lastTransaction', NOTHING));
  }

  async abort(): Promise<void> {
    await this.#ask('abort', NOTHING);
  }

  async display(text: string): Promise<void> {
    await this.#ask('display', requests.displayPayload(text));
  }

  async nextMacKsn(): Promise<Uint8Array> {
    return replies.ksnOf(await this.#ask('nextMacKsn', NOTHING));
  }

  async mac(ksn: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    return replies.macOf(await this.#ask('mac', requests.macPayload(ksn, message, null)));
  }

  async verifyMac(ksn: Uint8Array, message: Uint8Array, mac: Uint8Array): Promise<boolean> {
    return (await this.#ask('verifyMac', requests.macPayload(ksn, message, mac))).flag(TAG.macValid);
  }

  async loadKey(keyBlock: string, checkValue: string): Promise<void> {
    await this.#ask('loadKey', requests.loadKeyPayload(keyBlock, checkValue));
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#cancelTimer();
      this.#stopTransport();
      this.#stateListeners.clear();
      this.#promptListeners.clear();
      this.#session?.end();
      this.#session = null;
      this.#state = 'absent';
    }
    await this.#transport.close();
  }

  /** The card may have moved when the answer is missing: that is an end the till must look into, not an error. */
  async #step<T>(
    command: CommandName,
    payload: Uint8Array,
    decode: (fields: Fields) => T,
  ): Promise<Done<T> | Ended> {
    const session = this.#readySession();
    let bytes: Uint8Array;
    try {
      bytes = await session.call(command, payload, this.#options.stepMs);
    } catch (error) {
      if (error instanceof DriverError && error.code === 'TRANSPORT_LOST')
        return { kind: 'ended', why: 'device_lost' };
      throw error;
    } finally {
      this.#schedulePing();
    }
    const reply = replies.replyOf(bytes);
    if (reply.kind === 'refused') {
      if (reply.reason === 'keys_exhausted') return { kind: 'ended', why: reply.reason };
      throw refusedError(command, reply.reason);
    }
    return reply.kind === 'ended' ? reply : { kind: 'done', value: decode(reply.fields) };
  }

  async #ask(command: CommandName, payload: Uint8Array): Promise<Fields> {
    const session = this.#readySession();
    const reply = replies.replyOf(
      await session.call(command, payload, this.#options.answerMs).finally(() => this.#schedulePing()),
    );
    if (reply.kind === 'done') return reply.fields;
    throw refusedError(command, reply.kind === 'ended' ? reply.why : reply.reason);
  }

  #readySession(): PinPadSession {
    const session = this.#session;
    if (session === null || this.#state !== 'ready' || this.#closed)
      throw new DriverError('TRANSPORT_LOST', 'The PIN pad is not connected.', { state: this.#state });
    return session;
  }

  #openSession(): void {
    this.#cancelTimer();
    this.#session?.end();
    const events = {
      event: (code: number, payload: Uint8Array): void => this.#event(code, payload),
      lost: (): void => this.#sessionLost(session),
    };
    const session = new PinPadSession(this.#transport, this.#runtime, this.#options, events, this.#before);
    this.#session = session;
    this.#before = session;
    session.call('open', requests.openPayload(), this.#options.answerMs).then(
      (payload) => this.#sessionOpened(session, payload),
      () => undefined,
    );
  }

  #sessionOpened(session: PinPadSession, payload: Uint8Array): void {
    if (this.#closed || this.#session !== session) return;
    try {
      const reply = replies.replyOf(payload);
      if (reply.kind !== 'done') throw refusedError('open', reply.kind);
      this.#identity = replies.identityOf(reply.fields);
      this.#setPrompt(replies.promptOf(reply.fields));
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      this.#sessionLost(session);
      return;
    }
    this.#backoffMs = this.#options.firstBackoffMs;
    this.#setState('ready');
    this.#schedulePing();
  }

  #sessionLost(session: PinPadSession): void {
    if (this.#closed || this.#session !== session) return;
    session.end();
    this.#session = null;
    this.#cancelTimer();
    if (this.#transport.state !== 'ready') return;
    this.#setPrompt(IDLE);
    this.#setState('faulted');
    this.#cancelTimer = this.#runtime.timers.after(this.#backoffMs, () => this.#openSession());
    this.#backoffMs = Math.min(this.#backoffMs * 2, this.#options.longestBackoffMs);
  }

  #transportChanged(state: DeviceState): void {
    if (state === 'ready') {
      this.#setState('opening');
      this.#openSession();
      return;
    }
    this.#cancelTimer();
    const session = this.#session;
    this.#session = null;
    session?.end();
    this.#setPrompt(IDLE);
    this.#setState(state);
  }

  #event(code: number, payload: Uint8Array): void {
    if (code !== EVENT_PROMPT) return;
    try {
      this.#setPrompt(replies.promptOf(replies.incoming(payload)));
    } catch (error) {
      // A prompt only mirrors; one that cannot be read is not shown, and the next `identify` brings it again.
      if (!(error instanceof DriverError)) throw error;
    }
  }

  #schedulePing(): void {
    if (this.#closed || this.#state !== 'ready') return;
    this.#cancelTimer();
    this.#cancelTimer = this.#runtime.timers.after(this.#options.idlePingMs, () => this.#ping());
  }

  #ping(): void {
    const session = this.#session;
    if (session === null || session.waiting > 0) {
      this.#schedulePing();
      return;
    }
    session.call('identify', NOTHING, this.#options.answerMs).then(
      (payload) => {
        if (this.#session !== session) return;
        this.#event(EVENT_PROMPT, payload);
        this.#schedulePing();
      },
      () => undefined,
    );
  }

  async #becomingReady(): Promise<void> {
    if (this.#state !== 'opening') return;
    await new Promise<void>((resolve) => {
      const cancel = this.#runtime.timers.after(this.#options.readyWaitMs, () => done());
      const stop = this.onState(() => {
        if (this.#state !== 'opening') done();
      });
      const done = (): void => {
        cancel();
        stop();
        resolve();
      };
    });
  }

  #setState(state: DeviceState): void {
    if (this.#closed || state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#stateListeners]) listener(state);
  }

  #setPrompt(prompt: PinPadPrompt): void {
    if (this.#closed || JSON.stringify(prompt) === JSON.stringify(this.#prompt)) return;
    this.#prompt = prompt;
    for (const listener of [...this.#promptListeners]) listener(prompt);
  }
}

function refusedError(command: CommandName, reason: string): DriverError {
  return new DriverError('PINPAD_REFUSED', 'The PIN pad refused a command.', { command, reason });
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
