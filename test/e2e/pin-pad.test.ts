/** The PIN pad as it stands on the counter: a process with a cable, a file and a page, and the real driver on its TCP port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PinPad } from '../../drivers/contract/pin-pad.ts';
import { openPinPad } from '../../drivers/pinpad/serial-pin-pad.ts';
import { openSerialTransport } from '../../drivers/transport/serial.ts';
import { openTcpTransport } from '../../drivers/transport/tcp.ts';
import { realRuntime, until } from '../drivers/real-runtime.ts';
import { CONTRAST_FAULTS, TARGET_FAULTS } from '../renderer/page-checks.ts';
import { padOf } from '../simulators/pinpad/pad-fixture.ts';

const ENTRY = fileURLToPath(new URL('../../simulators/counter.ts', import.meta.url));
let folder: string;
let browser: Browser;
let counter: ChildProcess;
let addresses: Record<string, string>;
let pinPad: PinPad;
let page: Page;
const complaints: string[] = [];

/** `port` 0 the first time; the same port again after a kill, because the till's configuration names it. */
async function startCounter(port: number): Promise<void> {
  const config = join(folder, 'counter.json');
  const secrets = join(folder, 'secrets.json');
  writeFileSync(secrets, JSON.stringify(padOf('aes').secrets), { mode: 0o600 });
  const pty = join(folder, 'pinpad');
  const settings = { rebootMs: 200 };
  const part = { port, pagePort: 0, pty, secrets, settings };
  writeFileSync(config, JSON.stringify({ data: folder, printer: { port: 0, paperPort: 0 }, pinPad: part }));
  counter = spawn(process.execPath, [ENTRY, '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  addresses = await new Promise((resolve, reject) => {
    counter.stdout?.once('data', (line) => resolve(JSON.parse(String(line)).addresses));
    counter.once('exit', (code) => reject(new Error(`The counter ended with ${String(code)}.`)));
  });
}

function driver(): PinPad {
  const [host = '', port = ''] = (addresses.pinPad ?? '').split(':');
  return openPinPad({
    transport: openTcpTransport({ host, port: Number(port) }, realRuntime),
    runtime: realRuntime,
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'amur-pinpad-'));
  await startCounter(0);
  browser = await chromium.launch({
    executablePath: process.env.AMUR_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${addresses.pinPadPage}?lang=ru`);
  pinPad = driver();
  await until(() => pinPad.state === 'ready', 'the PIN pad is ready');
});

afterAll(async () => {
  await pinPad.close();
  await browser.close();
  counter.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('the PIN pad on the counter', () => {
  const amount = { amountMinor: '93200', currency: 'CNY' };

  test('takes a card by touch and a PIN by keyboard, in the customer’s language', async () => {
    const reading = pinPad.read({ transactionId: 'E1', operation: 'sale', amount, language: 'zh' });
    await page.waitForSelector('[data-prompt=present_card]');
    expect(await page.getByTestId('screen').textContent()).toContain('请插卡、挥卡或刷卡');
    expect(await page.evaluate(TARGET_FAULTS)).toEqual([]);
    expect(await page.evaluate(CONTRAST_FAULTS)).toEqual([]);
    await page.getByTestId('card-unionpay-cny').click();
    await page.getByTestId('insert').click();
    expect(await reading).toMatchObject({ kind: 'done', value: { entry: 'chip', bin: '62000002' } });
    const signing = pinPad.authorise({ transactionId: 'E1', amount, date: '261122', time: '142705' });
    await page.waitForSelector('[data-prompt=enter_pin]');
    await page.keyboard.type('2468');
    await page.getByTestId('key-1').click();
    await page.getByTestId('key-0').click();
    await page.waitForSelector('.pin[data-digits="6"]');
    expect(await page.getByTestId('screen').textContent()).not.toMatch(/246810|2468/);
    await page.keyboard.press('Enter');
    expect(await signing).toMatchObject({ kind: 'done', value: { cvm: 'online_pin' } });
    await pinPad.complete({ transactionId: 'E1', responseCode: '00', issuerData: null });
    await page.waitForSelector('[data-outcome=approved]');
    expect(await page.evaluate(CONTRAST_FAULTS)).toEqual([]);
    await page.getByTestId('remove').click();
    await page.waitForSelector('[data-prompt=idle]');
    expect(complaints).toEqual([]);
  });

  test('shows a pulled cable on both sides, and its serial port comes back with the plug', async () => {
    const serial = openPinPad({
      transport: openSerialTransport(
        { address: { path: addresses.pinPadPty ?? '' }, baudRate: 115_200 },
        realRuntime,
      ),
      runtime: realRuntime,
    });
    await until(() => serial.state === 'ready', 'the serial port is ready');
    await page.getByTestId('plug').click();
    await page.waitForSelector('[data-prompt=unplugged]');
    await until(() => pinPad.state === 'absent' && serial.state !== 'ready', 'both links are gone');
    await page.getByTestId('plug').click();
    await until(() => serial.state === 'ready', 'the serial port is back');
    await serial.close();
    // The device serves one host at a time: the driver whose session was taken over notices at its next command.
    await pinPad.login().catch(() => undefined);
    await until(() => pinPad.state === 'ready', 'the TCP link is back', 20_000);
  });

  test('refuses what it does not know, and a page from elsewhere', async () => {
    const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${addresses.pinPadPage}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
    expect((await post('press', { key: '1' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('press', { key: 'F1' })).status).toBe(400);
    expect((await post('fault', { name: 'fire', on: true })).status).toBe(400);
    expect((await post('nothing', {})).status).toBe(404);
    expect((await post('pin', { digits: 'x'.repeat(5_000) })).status).toBe(400);
    expect(await (await post('insert', { card: 'nobody' })).json()).toEqual({ ok: false });
  });

  test('killed and started again, never counts its keys back', async () => {
    const before = Buffer.from(await pinPad.nextMacKsn()).readUInt32BE(8);
    const exited = new Promise((resolve) => counter.once('exit', resolve));
    counter.kill('SIGKILL');
    await exited;
    await startCounter(Number(addresses.pinPad?.split(':')[1]));
    await until(() => pinPad.state === 'ready', 'the PIN pad is back', 20_000);
    expect(Buffer.from(await pinPad.nextMacKsn()).readUInt32BE(8)).toBe(before + 1);
    expect(await pinPad.lastTransaction()).toMatchObject({ transactionId: 'E1', stage: 'completed' });
    const stopped = new Promise((resolve) => counter.once('exit', resolve));
    counter.kill('SIGTERM');
    expect(await stopped).toBe(0);
  });
});
