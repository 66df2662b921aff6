/** The link to one bank: a pool of connections that are dialled, signed on, kept alive and brought back, and the exchange
 *  of messages over whichever of them is ready. What a message means is decided elsewhere. */
import { unpack } from '../iso8583/codec.ts';
import { textOf } from '../iso8583/message.ts';
import { isResponse } from '../iso8583/mti.ts';
import type { Spec } from '../iso8583/spec.ts';
import { transmissionTime } from '../iso8583/transmission-time.ts';
import type { UnpackedMessage } from '../iso8583/unpacked-message.ts';
import { Deadlines } from '../kernel/deadlines.ts';
import { failureName, invariant } from '../kernel/errors.ts';
import type { CancelTimer, Runtime } from '../kernel/time.ts';
import { backoffMs } from './backoff.ts';
import type { BankEvent, BankLog, BankLogEntry } from './bank-log.ts';
import { Connection, type ConnectionEnd } from './connection.ts';
import type { Dial } from './dial.ts';
import { type Arrival, type LostCause, Mux, matchKey } from './mux.ts';
import { ECHO, NetworkStans, networkRequest, SIGN_OFF, SIGN_ON } from './network.ts';
import { unsealed } from './seal.ts';
import type { BankLimits, BankTerms } from './terms.ts';

export interface TcpLinkOptions {
  readonly terms: Pick<BankTerms, 'bank' | 'acquirerId' | 'wrongMac'>;
  readonly limits: BankLimits;
  readonly spec: Spec;
  /** One for each address of the bank; connections take them in turn. */
  readonly dials: readonly Dial[];
  readonly runtime: Runtime;
  readonly log: BankLog;
  /** Whether a message's MAC is the bank's. Network messages are not asked about: their reader knows when one is due. */
  verified(message: UnpackedMessage): boolean;
  /** A request of the bank's own. */
  onRequest(message: UnpackedMessage, over: Connection): void;
  /** An answer that nobody waits for, verified. `strange` was not asked for since this process began. */
  onUnawaited(message: UnpackedMessage, arrival: Exclude<Arrival, 'awaited'>): void;
  /** The first connection was signed on, or the last one that was has ended. */
  onReady(ready: boolean): void;
}

export type Exchanged =
  | { readonly kind: 'answer'; readonly message: UnpackedMessage; readonly over: Connection }
  | { readonly kind: 'not_sent'; readonly cause: string }
  | { readonly kind: 'unknown'; readonly cause: LostCause };

interface Slot {
  readonly dial: Dial;
  connection: Connection | null;
  failures: number;
  cancelRetry: CancelTimer;
}

export class TcpLink {
  readonly #options: TcpLinkOptions;
  readonly #deadlines: Deadlines;
  readonly #mux: Mux;
  readonly #stans: NetworkStans;
  #slots: readonly Slot[] = [];
  #ready: readonly Connection[] = [];
  readonly #echoing = new Set<Connection>();
  #turn = 0;
  #running = false;

  constructor(options: TcpLinkOptions) {
    const { limits, runtime } = options;
    this.#options = options;
    this.#deadlines = new Deadlines(runtime.timers);
    this.#mux = new Mux(this.#deadlines, limits);
    this.#stans = new NetworkStans(runtime.random.bytes(3));
  }

  get ready(): boolean {
    return this.#ready.length > 0;
  }

  get outstanding(): number {
    return this.#mux.outstanding;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    const { limits, dials } = this.#options;
    this.#slots = Array.from({ length: limits.connections }, (_, index) => {
      const dial = dials[index % dials.length];
      invariant(dial !== undefined, 'A bank has at least one address.');
      return { dial, connection: null, failures: 0, cancelRetry: () => {} };
    });
    for (const slot of this.#slots) this.#connect(slot);
  }

  /** Signs off and closes. What is outstanding becomes unknown. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    for (const slot of this.#slots) slot.cancelRetry();
    await Promise.all(this.#ready.map((connection) => this.network(SIGN_OFF, null, null, connection)));
    for (const slot of this.#slots) slot.connection?.end('stopped');
    this.#mux.giveUpAll('stopped');
    this.#deadlines.clear();
  }

  /** Sends a packed message with its length in front and waits for its answer. The bytes are given away.
   *  `not_sent`: surely not a byte of it left. */
  exchange(framed: Uint8Array, key: string, timeoutMs: number, over = this.#pick()): Promise<Exchanged> {
    const refused = this.#refusal(key);
    if (over === null || refused !== null) {
      framed.fill(0);
      return Promise.resolve({
        kind: 'not_sent',
        cause: refused ?? (this.ready ? 'link_choked' : 'link_down'),
      });
    }
    return new Promise((resolve) => {
      this.#mux.expect(key, timeoutMs, over, resolve);
      if (over.ask(framed)) return;
      framed.fill(0);
      this.#mux.withdraw(key);
      resolve({ kind: 'not_sent', cause: 'link_down' });
    });
  }

  /** A network message of ours and its answer. `seal` makes the MAC where one is due. */
  network(
    code: string,
    privateText: string | null,
    seal: ((message: ReturnType<typeof networkRequest>) => Uint8Array) | null,
    over: Connection | null = this.#pick(),
  ): Promise<Exchanged> {
    const { terms, limits, runtime, spec } = this.#options;
    const stan = this.#stans.next();
    const transmittedAt = transmissionTime(runtime.clock.now());
    const { acquirerId } = terms;
    const message = networkRequest({ code, stan, transmittedAt, acquirerId }, privateText);
    const framed = seal === null ? unsealed(spec, message, limits.frameBytesMost) : seal(message);
    return this.exchange(
      framed,
      matchKey('0800', stan, transmittedAt, ''),
      networkTimeoutMs(code, limits),
      over,
    );
  }

  /** Stops using a connection; it ends when nothing is outstanding on it, or after a while. */
  drain(connection: Connection, cause: string): void {
    connection.drain(cause);
    this.#unready(connection);
    this.#endWhenDry(connection, cause);
  }

  #refusal(key: string): string | null {
    if (this.#mux.full) return 'too_many_outstanding';
    return this.#mux.isAwaited(key) ? 'already_outstanding' : null;
  }

  /** One that is doubted only where there is no other. */
  #pick(): Connection | null {
    return this.#next(isTrusted) ?? this.#next(isAny);
  }

  /** In turn, leaving out those whose line is choked. */
  #next(suits: (connection: Connection) => boolean): Connection | null {
    const { queuedBytesMost } = this.#options.limits;
    for (let tried = 0; tried < this.#ready.length; tried += 1) {
      this.#turn = (this.#turn + 1) % this.#ready.length;
      const connection = this.#ready[this.#turn];
      if (connection === undefined || connection.queuedBytes > queuedBytesMost) continue;
      if (suits(connection)) return connection;
    }
    return null;
  }

  #connect(slot: Slot): void {
    slot.cancelRetry = () => {};
    slot.connection = new Connection({
      dial: slot.dial,
      timers: this.#options.runtime.timers,
      limits: this.#options.limits,
      onOpen: (connection) => void this.#signOn(connection),
      onMessage: (connection, message) => this.#message(connection, message),
      onSilent: (connection) => void this.#echo(connection),
      onEnd: (connection, end) => this.#ended(slot, connection, end),
    });
  }

  async #signOn(connection: Connection): Promise<void> {
    const answer = await this.network(SIGN_ON, null, null, connection);
    if (connection.state !== 'open') return;
    if (answer.kind !== 'answer' || answer.over !== connection) return connection.end('sign_on_unanswered');
    const code = textOf(answer.message, 39) ?? '';
    if (code !== '00') {
      this.#log({ event: 'bank_sign_on_refused', code });
      return connection.end('sign_on_refused');
    }
    connection.signedOn();
    this.#log({ event: 'bank_connection_ready' });
    this.#ready = [...this.#ready, connection];
    if (this.#running && this.#ready.length === 1) this.#options.onReady(true);
  }

  /** One at a time. */
  async #echo(connection: Connection): Promise<void> {
    if (this.#echoing.has(connection)) return;
    this.#echoing.add(connection);
    const answer = await this.network(ECHO, null, null, connection);
    this.#echoing.delete(connection);
    if (answer.kind !== 'answer' || answer.over !== connection) connection.end('echo_lost');
  }

  #ended(slot: Slot, connection: Connection, end: ConnectionEnd): void {
    this.#unready(connection);
    slot.connection = null;
    this.#mux.connectionLost(connection, this.#options.limits.lostGraceMs);
    if (!this.#running) return;
    this.#log({ event: 'bank_connection_ended', cause: end.cause });
    if (end.steady) slot.failures = 0;
    const { backoffFirstMs, backoffLongestMs } = this.#options.limits;
    const { timers, random } = this.#options.runtime;
    const waitMs = backoffMs(backoffFirstMs, backoffLongestMs, slot.failures, random);
    slot.failures += 1;
    slot.cancelRetry = timers.after(waitMs, () => this.#connect(slot));
  }

  #unready(connection: Connection): void {
    if (!this.#ready.includes(connection)) return;
    this.#ready = this.#ready.filter((each) => each !== connection);
    if (this.#ready.length === 0 && this.#running) this.#options.onReady(false);
  }

  #message(connection: Connection, bytes: Uint8Array): void {
    let message: UnpackedMessage;
    try {
      message = unpack(this.#options.spec, bytes);
    } catch (error) {
      this.#log({ event: 'bank_message_refused', cause: failureName(error) });
      connection.end('message_malformed');
      return;
    }
    try {
      if (isResponse(message.mti)) this.#answer(connection, message);
      else this.#options.onRequest(message, connection);
    } catch (error) {
      // Whatever the bank says, the process goes on; what it says is not believed.
      this.#log({ event: 'bank_message_refused', cause: failureName(error), mti: message.mti });
    }
    if (connection.state === 'draining') this.#endWhenDry(connection, 'drained');
  }

  #answer(connection: Connection, message: UnpackedMessage): void {
    const stan = textOf(message, 11) ?? '';
    const tid = textOf(message, 41) ?? '';
    const key = matchKey(message.mti, stan, textOf(message, 7) ?? '', tid);
    const network = message.mti[1] === '8';
    if (!network && !this.#options.verified(message)) {
      this.#macWrong(connection, message, key);
      return;
    }
    const arrival = this.#mux.arrival(key, message);
    if (arrival === 'awaited') this.#mux.answer(key, message, connection);
    else this.#options.onUnawaited(message, arrival);
  }

  #macWrong(connection: Connection, message: UnpackedMessage, key: string): void {
    const { mti } = message;
    this.#log({
      event: 'bank_mac_wrong',
      mti,
      stan: textOf(message, 11) ?? '',
      tid: textOf(message, 41) ?? '',
    });
    this.#mux.giveUp(key, 'mac_wrong');
    if (this.#options.terms.wrongMac === 'close') connection.end('mac_wrong');
  }

  #endWhenDry(connection: Connection, cause: string): void {
    if (connection.state === 'draining' && this.#mux.outstandingOver(connection) === 0) connection.end(cause);
  }

  #log(entry: Omit<BankLogEntry, 'bank'> & { readonly event: BankEvent }): void {
    this.#options.log({ bank: this.#options.terms.bank, ...entry });
  }
}

const isTrusted = (connection: Connection): boolean => !connection.doubted;
const isAny = (): boolean => true;

function networkTimeoutMs(code: string, limits: BankLimits): number {
  if (code === ECHO) return limits.echoTimeoutMs;
  // Nobody waits long for leave to go.
  return code === SIGN_OFF ? limits.signOffTimeoutMs : limits.networkTimeoutMs;
}
