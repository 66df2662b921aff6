import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unpack } from '../../../gateway/iso8583/codec.ts';
import { FrameReader, frame } from '../../../gateway/iso8583/frame.ts';
import type { UnpackedMessage } from '../../../gateway/iso8583/unpacked-message.ts';
import { readConfig } from '../../../simulators/bank/config.ts';
import { issueCards, issuerKeyBlocks } from '../../../simulators/bank/issue.ts';
import { sampleCards } from '../../../simulators/pinpad/card-deck.ts';
import { BankWorld, chipData, code, IMK, MIR, PVK, ZMK } from './bank-fixture.ts';

const ENTRY = join(import.meta.dirname, '../../../simulators/bank/main.ts');

let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bank-process-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function configure(change: Record<string, unknown> = {}): string {
  const random = { bytes: (length: number) => new Uint8Array(length).fill(3) };
  const masterKey = Buffer.alloc(32, 9);
  writeFileSync(join(directory, 'master.key'), masterKey.toString('hex'));
  const bank = {
    name: 'mir-bank',
    data: join(directory, 'mir-bank'),
    listen: { host: '127.0.0.1', port: 0 },
    tls: null,
    control: { host: '127.0.0.1', port: 0 },
    controlTls: null,
    masterKey: join(directory, 'master.key'),
    keys: issuerKeyBlocks({ masterKey, zmk: { algorithm: 'A', key: ZMK }, imk: IMK, pvk: PVK }, random),
    terms: {},
    rates: { 'RUB/CNY': '0.0886400' },
    ...issueCards(sampleCards(), PVK),
    ...change,
  };
  const path = join(directory, 'bank.json');
  writeFileSync(path, JSON.stringify({ banks: [bank] }));
  return path;
}

interface Ready {
  readonly child: ChildProcess;
  readonly link: string;
  readonly control: string;
}

function run(path: string): Promise<Ready> {
  const child = spawn(process.execPath, [ENTRY, '--config', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += String(text);
    });
    child.stdout.once('data', (text) => {
      const { addresses } = JSON.parse(String(text));
      resolve({ child, link: addresses['mir-bank'].link, control: addresses['mir-bank'].control });
    });
    child.once('exit', (status) => reject(new Error(`The bank ended with ${status}: ${errors}`)));
  });
}

/** Sends one message and waits for one that is no request of the bank's. */
function talker(link: string, it: BankWorld) {
  const [host = '', port] = link.split(':');
  const socket = createConnection({ host, port: Number(port) });
  const frames = new FrameReader(65_535);
  const waiting: ((message: UnpackedMessage) => void)[] = [];
  socket.on('data', (bytes) => {
    for (const message of frames.push(bytes)) waiting.shift()?.(unpack(it.spec, message));
  });
  const ask = (bytes: Uint8Array): Promise<UnpackedMessage> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      socket.write(frame(bytes));
    });
  return { ask, close: () => socket.destroy() };
}

test('a bank of the drawer’s cards answers over a socket, keeps its books after kill -9, and ends on SIGTERM', async () => {
  const path = configure();
  const first = await run(path);
  const it = new BankWorld();
  const line = talker(first.link, it);
  expect(code(await line.ask(it.network('001')))).toBe('00');
  expect(code(await line.ask(it.network('101', { 48: it.keyRun('ZPK', it.zone.zpk) })))).toBe('00');
  expect(code(await line.ask(it.network('101', { 48: it.keyRun('ZAK', it.zone.zak) })))).toBe('00');
  const chip = { 22: '051', 23: '001', 55: chipData(MIR, '000000010000', '643', 18) };
  const values = it.request({ ...it.pin(MIR, '4821'), ...chip });
  const answer = await line.ask(it.sealed('0200', values));
  expect([code(answer), it.macHolds(answer)]).toEqual(['00', true]);
  const armed = await fetch(`${first.control}/arm`, {
    method: 'POST',
    body: JSON.stringify({ scenario: 'not_enough_money', card: 'mir-rub' }),
  });
  expect(armed.status).toBe(200);
  first.child.kill('SIGKILL');
  line.close();

  const second = await run(path);
  const again = talker(second.link, it);
  await again.ask(it.network('001'));
  const repeated = await again.ask(it.sealed('0200', values));
  expect([...repeated.bytes]).toEqual([...answer.bytes]);
  expect(code(await again.ask(it.sealed('0200', it.request())))).toBe('51');
  const books = (await (await fetch(`${second.control}/books`)).json()) as Record<
    'faults' | 'transactions',
    unknown
  >;
  expect(books.faults).toEqual([]);
  expect(books.transactions).toMatchObject([
    {
      kind: 'sale',
      rrn: values[37],
      amountMinor: '10000',
      currency: 'RUB',
      state: 'approved',
      tid: values[41],
    },
    { state: 'declined', code: '51' },
  ]);
  expect(readFileSync(join(directory, 'mir-bank', 'books.sqlite')).includes(Buffer.from(MIR))).toBe(false);
  const page = await fetch(second.control.replace('/control', '/'));
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/bank.js')]);
  const foreign = await fetch(`${second.control}/books`, { headers: { origin: 'http://elsewhere.test' } });
  expect(foreign.status).toBe(403);
  const ended = new Promise((resolve) => second.child.once('exit', resolve));
  second.child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a configuration that is not whole is refused by the name of what is wrong', async () => {
  const broken: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ tls: undefined }, 'tls must be'],
    [{ terms: { macs: 'cmac' } }, 'terms.macs must be'],
    [{ rates: { 'RUB/CNY': '0.08864001234' } }, 'rates.RUB/CNY must be'],
    [{ control: { host: '0.0.0.0', port: 0 } }, 'control must be'],
  ];
  for (const [change, sentence] of broken) expect(() => readConfig(configure(change))).toThrow(sentence);
  await expect(run(configure({ tls: undefined }))).rejects.toThrow('tls must be');
});
