/** The load of the card bench, a process of its own so that what it costs is seen: sends prepared requests when they are due,
 *  whatever has been answered, and notes when each answer came. Everything else is done before and after. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { unpack } from '../../gateway/iso8583/codec.ts';
import { type IsoMessage, textOf } from '../../gateway/iso8583/message.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import { instantText } from '../../gateway/kernel/time.ts';
import { type Prepared, Terminals, type TerminalsTerms } from './card-requests.ts';
import { type Latencies, latencies } from './figures.ts';

export type LoadOrder =
  /** Once: the terminals count on over every gateway they are connected to, as pads do. */
  | { readonly kind: 'open'; readonly terms: TerminalsTerms }
  | { readonly kind: 'connect'; readonly port: number; readonly connections: number }
  | { readonly kind: 'prepare'; readonly count: number }
  /** What is sent in the first seconds is answered and counted, and not measured. */
  | { readonly kind: 'run'; readonly perSecond: number; readonly warmUpSeconds: number }
  | { readonly kind: 'end' };

export type LoadReport =
  | { readonly kind: 'done' }
  /** The first request that is measured is due. */
  | { readonly kind: 'measuring' }
  | { readonly kind: 'ran'; readonly run: LoadRun };

export interface LoadRun extends Answered {
  /** Answers nobody asked for, with a wrong MAC, a second time, or that are no messages. */
  readonly strange: number;
  readonly wrongMac: number;
  readonly macsChecked: number;
  readonly warmUp: Answered;
  /** Of what is measured: from the first planned instant to the last answer. */
  readonly tookMs: number;
  /** From the planned instant to the answer. */
  readonly latency: Latencies;
  /** How late the sending itself was. */
  readonly sendLateness: Latencies;
  readonly cpuMs: number;
}

export interface Answered {
  readonly sent: number;
  readonly answered: number;
  readonly approved: number;
  /** Of what was approved, minor units. */
  readonly approvedMinor: number;
  /** DE39 of what was not approved, and how often. */
  readonly codes: Readonly<Record<string, number>>;
}

const TICK_MS = 1;
/** After the last request is sent. */
const WAIT_MS = 30_000;
const ANSWER_BYTES_MOST = 512;

/** One connection's answers as they come; kept whole, read later. */
class Line {
  readonly socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

  constructor(port: number, onAnswer: (bytes: Buffer, from: number, to: number) => void) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk: Buffer) => {
      const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
      let at = 0;
      while (bytes.length - at >= 2) {
        const end = at + 2 + bytes.readUInt16BE(at);
        if (end > bytes.length) break;
        onAnswer(bytes, at + 2, end);
        at = end;
      }
      this.#rest = bytes.subarray(at);
    });
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', resolve).once('error', reject);
    });
  }
}

class Load {
  readonly #terminals: Terminals;
  #lines: readonly Line[] = [];
  #target = { port: 0, connections: 0 };
  #prepared: Prepared | null = null;
  #answers = Buffer.alloc(0);
  #answerEnds = new Uint32Array(0);
  #answeredAt = new Float64Array(0);
  #answered = 0;

  constructor(terms: TerminalsTerms) {
    this.#terminals = new Terminals(terms, { bytes: (length) => randomBytes(length) });
  }

  /** Instead of the connections it had, and not before there is something to send: a port does not wait for long. */
  connect(port: number, connections: number): void {
    for (const { socket } of this.#lines) socket.destroy();
    this.#lines = [];
    this.#target = { port, connections };
  }

  async #connected(): Promise<void> {
    const { port, connections } = this.#target;
    if (this.#lines.length > 0) return;
    const onAnswer = (bytes: Buffer, from: number, to: number) => this.#keep(bytes, from, to);
    this.#lines = Array.from({ length: connections }, () => new Line(port, onAnswer));
    await Promise.all(this.#lines.map((line) => line.opened()));
  }

  prepare(count: number): void {
    const digits = instantText(Date.now()).replace(/[^0-9]/g, '');
    const at = { mmddhhmmss: digits.slice(4, 14), yymmdd: digits.slice(2, 8) };
    this.#prepared = this.#terminals.prepare(count, at);
    this.#answers = Buffer.alloc(count * ANSWER_BYTES_MOST);
    this.#answerEnds = new Uint32Array(count * 2);
    this.#answeredAt = new Float64Array(count * 2);
    this.#answered = 0;
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    const start = this.#answered === 0 ? 0 : (this.#answerEnds[this.#answered - 1] ?? 0);
    bytes.copy(this.#answers, start, from, to);
    this.#answerEnds[this.#answered] = start + to - from;
    this.#answeredAt[this.#answered] = performance.now();
    this.#answered += 1;
  }

  async run(perSecond: number, warmUp: number, onMeasuring: () => void): Promise<LoadRun> {
    const prepared = this.#prepared;
    if (prepared === null) throw new Error('Nothing is prepared.');
    await this.#connected();
    const lateness = new Float64Array(prepared.count);
    let cpuBefore = process.cpuUsage();
    const startAt = performance.now() + 20;
    await this.#send(prepared, perSecond, startAt, lateness, (sent) => {
      if (sent < warmUp) return false;
      cpuBefore = process.cpuUsage();
      onMeasuring();
      return true;
    });
    await this.#allAnswered(prepared.count);
    const cpu = process.cpuUsage(cpuBefore);
    const cpuMs = (cpu.user + cpu.system) / 1_000;
    const sendLateness = latencies(lateness.slice(warmUp));
    return { ...this.#read(prepared, perSecond, startAt, warmUp), sendLateness, cpuMs };
  }

  /** Each tick carries what has become due. A terminal keeps to its connection, so that its messages come in the order of their keys;
   *  it shares it with its neighbours, who are due with it. `isWarm` is asked how much was sent until it says so. */
  #send(
    { count, bytes, starts, terminals }: Prepared,
    perSecond: number,
    startAt: number,
    lateness: Float64Array,
    isWarm: (sent: number) => boolean,
  ): Promise<void> {
    let sent = 0;
    let warm = false;
    const lineOf = (index: number): Line | undefined =>
      this.#lines[Math.floor(((terminals[index] ?? 0) * this.#lines.length) / this.#terminals.count)];
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        warm = warm || isWarm(sent);
        const now = performance.now();
        const due = Math.min(count, Math.floor(((now - startAt) * perSecond) / 1_000) + 1);
        if (due <= sent) return;
        for (let from = sent, to = sent; from < due; from = to) {
          const line = lineOf(from);
          while (to < due && lineOf(to) === line) to += 1;
          line?.socket.write(bytes.subarray(starts[from], starts[to]));
        }
        for (; sent < due; sent += 1) lateness[sent] = now - (startAt + (sent * 1_000) / perSecond);
        if (sent < count) return;
        clearInterval(timer);
        resolve();
      }, TICK_MS);
    });
  }

  async #allAnswered(count: number): Promise<void> {
    const until = performance.now() + WAIT_MS;
    while (this.#answered < count && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #read(
    prepared: Prepared,
    perSecond: number,
    startAt: number,
    warmUp: number,
  ): Omit<LoadRun, 'sendLateness' | 'cpuMs'> {
    const tookEach: number[] = [];
    const seen = new Uint8Array(prepared.count);
    const measured = nothingAnswered(prepared.count - warmUp);
    const before = nothingAnswered(warmUp);
    const measuredFrom = startAt + (warmUp * 1_000) / perSecond;
    let [strange, wrongMac, lastAt] = [0, 0, measuredFrom];
    for (let at = 0; at < this.#answered; at += 1) {
      const from = at === 0 ? 0 : (this.#answerEnds[at - 1] ?? 0);
      const answer = this.#answers.subarray(from, this.#answerEnds[at]);
      const message = unpack(bcdProfile, answer);
      const index = prepared.byName.get(`${textOf(message, 41)}${textOf(message, 11)}`);
      if (index === undefined || seen[index] === 1 || message.mti !== '0210') {
        strange += 1;
        continue;
      }
      seen[index] = 1;
      const ksn = prepared.ksns[index];
      if (ksn === undefined || !this.#terminals.isRight(answer, ksn)) wrongMac += 1;
      const amountMinor = prepared.amountsMinor[index] ?? 0;
      count(index < warmUp ? before : measured, message, amountMinor);
      if (index < warmUp) continue;
      lastAt = Math.max(lastAt, this.#answeredAt[at] ?? 0);
      tookEach.push((this.#answeredAt[at] ?? 0) - (startAt + (index * 1_000) / perSecond));
    }
    return {
      ...measured,
      ...{ strange, wrongMac, warmUp: before },
      macsChecked: tookEach.length,
      tookMs: lastAt - measuredFrom,
      latency: latencies(Float64Array.from(tookEach)),
    };
  }
}

type Counting = { -readonly [K in keyof Answered]: Answered[K] } & { readonly codes: Record<string, number> };

function nothingAnswered(sent: number): Counting {
  return { sent, answered: 0, approved: 0, approvedMinor: 0, codes: {} };
}

function count(into: Counting, message: IsoMessage, amountMinor: number): void {
  into.answered += 1;
  const code = textOf(message, 39) ?? 'none';
  if (code === '00' && Number(textOf(message, 4)) === amountMinor) {
    into.approved += 1;
    into.approvedMinor += amountMinor;
  } else into.codes[code] = (into.codes[code] ?? 0) + 1;
}

const say = (report: LoadReport): void => void process.send?.(report);
let load: Load | null = null;

async function obey(order: LoadOrder): Promise<void> {
  if (order.kind === 'end') return process.disconnect();
  if (order.kind === 'open') load = new Load(order.terms);
  if (load === null) throw new Error('Nothing is open.');
  if (order.kind === 'connect') load.connect(order.port, order.connections);
  if (order.kind === 'prepare') load.prepare(order.count);
  if (order.kind !== 'run') return say({ kind: 'done' });
  const warmUp = Math.round(order.perSecond * order.warmUpSeconds);
  say({ kind: 'ran', run: await load.run(order.perSecond, warmUp, () => say({ kind: 'measuring' })) });
}

process.on('message', (order: LoadOrder) => void obey(order));
process.on('disconnect', () => process.exit(0));
