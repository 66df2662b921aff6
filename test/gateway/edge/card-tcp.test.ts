import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type CardTcpPort, openCardTcp } from '../../../gateway/edge/card-tcp.ts';
import { type CardTcpLimits, DEFAULT_CARD_TCP_LIMITS } from '../../../gateway/edge/card-tcp-limits.ts';
import type { CardJudgement, CardOrigin } from '../../../gateway/payments/card/ports.ts';
import { type ManualRuntime, manualRuntime } from './manual-runtime.ts';

interface Asked {
  readonly origin: CardOrigin;
  readonly text: string;
  judge(judgement: CardJudgement): void;
  answer(text: string | null): void;
  fail(): void;
}

let port: CardTcpPort | null = null;
let runtime: ManualRuntime = manualRuntime('tcp');
let asked: Asked[] = [];
let logged: string[] = [];
const sockets: Socket[] = [];

async function open(limits: Partial<CardTcpLimits> = {}, tpdu = false): Promise<void> {
  runtime = manualRuntime('tcp');
  asked = [];
  logged = [];
  const note = (event: string) => void logged.push(event);
  port = await openCardTcp({
    listen: { host: '127.0.0.1', port: 0 },
    profile: 'ascii',
    tpdu,
    limits: { ...DEFAULT_CARD_TCP_LIMITS, ...limits },
    cards: {
      message: (origin, packed, judged) =>
        new Promise((resolve, reject) =>
          asked.push({
            ...{ origin, text: Buffer.from(packed).toString() },
            judge: (judgement) => judged?.(judgement),
            answer: (text) => resolve(text === null ? null : Buffer.from(text)),
            fail: () => reject(new Error('store')),
          }),
        ),
    },
    runtime,
    log: { info: note, warn: note, alarm: note },
  });
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  const closing = port?.close();
  runtime.advance(10_000);
  await closing;
  port = null;
});

class Terminal {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  ended = false;
  #changed: () => void = () => undefined;

  constructor(from = '127.0.0.1') {
    this.socket = connect({ port: port?.port ?? 0, host: '127.0.0.1', localAddress: from });
    sockets.push(this.socket);
    this.socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#changed();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('connect', () => this.#changed());
    this.socket.on('close', () => {
      this.ended = true;
      this.#changed();
    });
  }

  send(...texts: readonly string[]): void {
    for (const text of texts) {
      const body = Buffer.from(text, 'latin1');
      this.socket.write(Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]));
    }
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  async next(): Promise<string> {
    await this.until(() => this.#bytes.length >= 2 && this.#bytes.length >= 2 + this.#bytes.readUInt16BE(0));
    const end = 2 + this.#bytes.readUInt16BE(0);
    const text = this.#bytes.subarray(2, end).toString('latin1');
    this.#bytes = this.#bytes.subarray(end);
    return text;
  }
}

async function askedCount(count: number): Promise<void> {
  while (asked.length < count) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Everything written has arrived, and what follows from it has been done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('a foreign terminal', () => {
  test('has many messages under way and gets each answer when it is there, in any order', async () => {
    await open();
    const terminal = new Terminal();
    terminal.send('one', 'two', 'three');
    await askedCount(3);
    expect(asked.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(asked[0]?.origin).toEqual({ kind: 'tcp', profile: 'ascii', peer: '127.0.0.1' });
    asked[2]?.answer('3');
    expect(await terminal.next()).toBe('3');
    asked[1]?.answer(null);
    asked[0]?.answer('1');
    expect(await terminal.next()).toBe('1');
  });

  test('behind a concentrator has its TPDU turned round', async () => {
    await open({}, true);
    const terminal = new Terminal();
    terminal.send('\x60\x00\x01\x00\x02hello');
    await askedCount(1);
    expect(asked[0]?.text).toBe('hello');
    asked[0]?.answer('bye');
    expect(await terminal.next()).toBe('\x60\x00\x02\x00\x01bye');
  });

  test('hears nothing when the store fails, and its connection stays', async () => {
    await open();
    const terminal = new Terminal();
    terminal.send('one', 'two');
    await askedCount(2);
    asked[0]?.fail();
    asked[1]?.answer('2');
    expect(await terminal.next()).toBe('2');
    expect(logged).toContain('card_message_failed');
  });

  test('whose stream cannot be followed gets the answers it is owed and is ended', async () => {
    await open();
    const terminal = new Terminal();
    terminal.send('one');
    terminal.socket.write(Buffer.from([0xff, 0xff]));
    await askedCount(1);
    asked[0]?.answer('1');
    expect(await terminal.next()).toBe('1');
    await terminal.until(() => terminal.ended);
    expect(logged).toContain('card_stream_refused');
  });

  test('has what was read and waits answered when the port closes, and then its connection ended', async () => {
    await open({ messagesInFlight: 1 });
    const terminal = new Terminal();
    terminal.send('one', 'two', 'three');
    await askedCount(1);
    const closing = port?.close();
    await askedCount(3);
    for (const each of asked) each.answer(each.text.toUpperCase());
    expect([await terminal.next(), await terminal.next(), await terminal.next()]).toEqual([
      'ONE',
      'TWO',
      'THREE',
    ]);
    await terminal.until(() => terminal.ended);
    runtime.advance(10_000);
    await closing;
  });

  test('that sends faster than the limits waits, and loses nothing', async () => {
    await open({ messagesInFlight: 2, messagesAtOnce: 3, messagesPerMinute: 60_000 });
    const terminal = new Terminal();
    terminal.send('1', '2', '3', '4', '5');
    await askedCount(2);
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
    asked[0]?.answer('a');
    expect(await terminal.next()).toBe('a');
    await askedCount(3);
    asked[1]?.answer('b');
    asked[2]?.answer('c');
    await terminal.next();
    await terminal.next();
    expect(asked).toHaveLength(3);
    runtime.advance(1_000);
    await askedCount(5);
    expect(asked.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5']);
    for (const { answer } of asked.slice(3)) answer('d');
    await terminal.next();
  });

  test('that is silent is ended, but not while it waits for an answer', async () => {
    await open({ idleTimeoutMs: 1_000 });
    const [idle, waiting] = [new Terminal(), new Terminal()];
    waiting.send('one');
    await askedCount(1);
    idle.send('x');
    await askedCount(2);
    asked[1]?.answer('y');
    await idle.next();
    runtime.advance(2_000);
    await idle.until(() => idle.ended);
    asked[0]?.answer('1');
    expect(await waiting.next()).toBe('1');
  });

  test('beyond the connections of one address is turned away', async () => {
    await open({ connectionsPerAddress: 1 });
    const first = new Terminal();
    first.send('one');
    await askedCount(1);
    const second = new Terminal();
    await second.until(() => second.ended);
    asked[0]?.answer('1');
    expect(await first.next()).toBe('1');
  });

  test('that drips a message is ended when the message is not whole in its time, however often a byte comes', async () => {
    await open({ idleTimeoutMs: 1_000, frameTimeoutMs: 2_000, provenWithinMs: 3_600_000 });
    const terminal = new Terminal();
    terminal.socket.write(Buffer.from([0x0f, 0xff]));
    let drops = 0;
    for (; drops < 180 && !terminal.ended; drops += 1) {
      terminal.socket.write('x');
      await settled();
      runtime.advance(900);
      await settled();
    }
    await terminal.until(() => terminal.ended);
    expect(drops).toBeLessThanOrEqual(4);
    expect(logged).toContain('card_stream_refused');
  });

  test('has no time taken from its message while the port does not read it', async () => {
    await open({ messagesInFlight: 1, frameTimeoutMs: 2_000 });
    const terminal = new Terminal();
    terminal.send('one', 'two');
    terminal.socket.write(Buffer.from([0, 5, 0x74]));
    await askedCount(1);
    asked[0]?.judge('verified');
    runtime.advance(10_000);
    asked[0]?.answer('1');
    expect(await terminal.next()).toBe('1');
    await askedCount(2);
    asked[1]?.answer('2');
    expect(await terminal.next()).toBe('2');
    terminal.socket.write('hree');
    await askedCount(3);
    asked[2]?.answer('3');
    expect(await terminal.next()).toBe('3');
  });

  test('that proves itself with no message is ended soon, and one that did stays', async () => {
    await open({ provenWithinMs: 2_000 });
    const [silent, stranger, known] = [new Terminal(), new Terminal(), new Terminal()];
    stranger.send('echo');
    await askedCount(1);
    asked[0]?.answer('00');
    expect(await stranger.next()).toBe('00');
    known.send('sale');
    await askedCount(2);
    asked[1]?.judge('verified');
    asked[1]?.answer('approved');
    expect(await known.next()).toBe('approved');
    runtime.advance(3_000);
    await silent.until(() => silent.ended);
    await stranger.until(() => stranger.ended);
    known.send('again');
    await askedCount(3);
    expect(known.ended).toBe(false);
    asked[2]?.answer('bye');
    expect(await known.next()).toBe('bye');
  });

  test('at a full port takes the place of the oldest that has not proven itself, and of none that has', async () => {
    await open({ connections: 3 });
    const known = new Terminal();
    known.send('sale');
    await askedCount(1);
    asked[0]?.judge('verified');
    asked[0]?.answer('approved');
    await known.next();
    const strangers: Terminal[] = [];
    for (let index = 0; index < 6; index += 1) {
      const stranger = new Terminal();
      strangers.push(stranger);
      await stranger.until(() => stranger.socket.readyState !== 'opening');
      await settled();
    }
    const late = new Terminal();
    late.send('late');
    await askedCount(2);
    asked[1]?.answer('taken');
    expect(await late.next()).toBe('taken');
    expect(known.ended).toBe(false);
    await strangers[0]?.until(() => strangers[0]?.ended === true);
  });

  test('of an address that sends too much that proves nothing is ended and not let in for a while, unless it has proven itself', async () => {
    await open({ refusedAtOnce: 3, refusedPerMinute: 60, shutOutMs: 30_000 });
    const [known, elsewhere, idle] = [new Terminal(), new Terminal('127.0.0.2'), new Terminal()];
    known.send('sale');
    await askedCount(1);
    asked[0]?.judge('verified');
    asked[0]?.answer('approved');
    await known.next();
    const flood = new Terminal();
    flood.send('w1', 'w2', 'w3', 'w4', 'w5');
    await askedCount(6);
    for (const { judge, answer } of asked.slice(1)) {
      judge('refused');
      answer('88');
    }
    await flood.until(() => flood.ended);
    await idle.until(() => idle.ended);
    expect(logged.filter((event) => event === 'card_address_shut_out').length).toBeGreaterThan(0);
    const again = new Terminal();
    await again.until(() => again.ended);
    elsewhere.send('hello');
    await askedCount(7);
    asked[6]?.answer('yes');
    expect(await elsewhere.next()).toBe('yes');
    known.send('more');
    await askedCount(8);
    asked[7]?.answer('taken');
    expect(await known.next()).toBe('taken');
    known.send('wrong');
    await askedCount(9);
    asked[8]?.judge('refused');
    asked[8]?.answer('88');
    await known.until(() => known.ended);
    runtime.advance(30_001);
    const later = new Terminal();
    later.send('late');
    await askedCount(10);
    asked[9]?.answer('in');
    expect(await later.next()).toBe('in');
  });

  test('waits, each connection in its turn, while as many messages as may be are with the module and nobody’s yet', async () => {
    await open({ unknownAtModule: 2 });
    const [flood, other] = [new Terminal(), new Terminal()];
    flood.send('f1', 'f2', 'f3', 'f4', 'f5');
    await askedCount(2);
    other.send('o1', 'o2');
    await settled();
    expect(asked).toHaveLength(2);
    // Known whose it is, it makes room before it is answered.
    asked[0]?.judge('verified');
    await askedCount(3);
    asked[1]?.answer('done');
    await askedCount(4);
    asked[2]?.judge('verified');
    asked[3]?.judge('refused');
    await askedCount(6);
    expect(asked.map(({ text }) => text)).toEqual(['f1', 'f2', 'f3', 'o1', 'f4', 'o2']);
    asked[4]?.judge('verified');
    await askedCount(7);
    for (const { answer } of asked) answer('x');
  });
});
