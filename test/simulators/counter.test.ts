import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOP_JOB } from './printer/escpos-jobs.ts';

const ENTRY = fileURLToPath(new URL('../../simulators/counter.ts', import.meta.url));
let folder: string;
let counter: ChildProcess;
let exited: Promise<number | null>;
let addresses: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'amur-counter-'));
  const config = join(folder, 'counter.json');
  writeFileSync(
    config,
    JSON.stringify({
      data: folder,
      printer: { port: 0, paperPort: 0, pty: join(folder, 'printer') },
      scanner: { pty: join(folder, 'scanner') },
    }),
  );
  counter = spawn(process.execPath, [ENTRY, '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  exited = new Promise((resolve) => counter.once('exit', resolve));
  if (counter.stdout === null) throw new Error('The counter has no standard output.');
  for await (const line of createInterface({ input: counter.stdout })) {
    const ready = JSON.parse(line);
    expect(ready).toMatchObject({ ready: true, name: 'counter' });
    addresses = ready.addresses;
    break;
  }
});

afterAll(async () => {
  counter.kill('SIGTERM');
  await exited;
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${addresses.paper}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
const state = async () => (await fetch(`${addresses.paper}state`)).json() as Promise<Record<string, never[]>>;

function printOverTcp(): Promise<void> {
  const [host = '', port = ''] = (addresses.printer ?? '').split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.end(SHOP_JOB, () => resolve()));
    socket.once('error', reject);
  });
}

describe('the counter as a process', () => {
  test('prints what comes over TCP and over its serial port, and shows it', async () => {
    await printOverTcp();
    await expect.poll(async () => (await state()).receipts?.length, { timeout: 15_000 }).toBe(1);
    const serial = openSync(addresses.printerPty ?? '', 'w');
    writeSync(serial, SHOP_JOB);
    closeSync(serial);
    await expect.poll(async () => (await state()).receipts?.length, { timeout: 15_000 }).toBe(2);
    const text = await (await fetch(`${addresses.paper}receipts/2.txt`)).text();
    expect(text).toContain('阿穆尔商店');
    const picture = await fetch(`${addresses.paper}receipts/1.png`);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await (await fetch(addresses.paper ?? '')).text()).toContain('Printed receipts');
  });

  test('scans by hand into the serial port', async () => {
    const device = createReadStream(addresses.scannerPty ?? '');
    // Reading fails when the port goes away, as with a pulled cable.
    device.on('error', () => device.destroy());
    const chunk = new Promise((resolve) => device.once('data', resolve));
    expect((await post('scan', { text: '4607001234567' })).status).toBe(200);
    expect(String(await chunk)).toBe('4607001234567\r');
    device.destroy();
  });

  test('takes faults by name and refuses names it does not know', async () => {
    expect((await post('fault', { name: 'paper_end', on: true })).status).toBe(200);
    expect((await state()).faults).toMatchObject({ paper_end: true });
    expect((await post('fault', { name: 'paper_end', on: false })).status).toBe(200);
    expect((await post('fault', { name: 'fire', on: true })).status).toBe(400);
    expect((await post('fault', 'x'.repeat(20_000))).status).toBe(400);
    expect((await fetch(`${addresses.paper}receipts/999.png`)).status).toBe(404);
  });

  test('refuses a page from elsewhere', async () => {
    const foreign = await post('fault', { name: 'dead', on: true }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
  });

  test('stops cleanly when told to', async () => {
    counter.kill('SIGTERM');
    expect(await exited).toBe(0);
  });
});
