import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openIdentity } from '../../electron/gateway-client/identity.ts';
import { openTerminal, somethingUnknown } from '../../electron/terminal.ts';
import { parseTerminalConfig } from '../../electron/terminal-config.ts';
import { createTill } from '../../electron/till/create-till.ts';
import { realRuntime, until } from '../drivers/real-runtime.ts';
import { sampleConfig } from './sample-config.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let folder: string;
let configFile: string;
const children: ChildProcess[] = [];

/** An enrolled terminal whose gateway does not answer: the counter must come up all the same. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-terminal-'));
  configFile = join(folder, 'terminal.json');
  writeFileSync(join(folder, 'ca.pem'), '');
  writeFileSync(join(folder, 'none'), '');
  const config = {
    ...sampleConfig(),
    serve: { host: '127.0.0.1', port: 0 },
    catalogueCsv: join(ROOT, 'electron/catalogue/sample/goods.csv'),
  };
  writeFileSync(configFile, JSON.stringify(config));
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function enrol(): void {
  const merchant = {
    mid: '123456789012345',
    name: 'Амур',
    nameZh: '黑龙江',
    inn: '2801000000',
    address: 'Благовещенск',
  };
  openIdentity(join(folder, 'data'), realRuntime.random).enrol({
    tid: '00000001',
    gateway: 'amur',
    merchant,
  });
}

function config() {
  return parseTerminalConfig(
    { ...sampleConfig(), catalogueCsv: join(ROOT, 'electron/catalogue/sample/goods.csv') },
    folder,
  );
}

interface Child {
  process: ChildProcess;
  out: () => string;
  err: () => string;
  ended: () => number | string | null;
}

function start(entry: string, args: readonly string[] = ['--config', configFile]): Child {
  const child = fork(join(ROOT, entry), [...args], { silent: true, execArgv: [] });
  children.push(child);
  let out = '';
  let err = '';
  let ended: number | string | null = null;
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.on('exit', (code, signal) => {
    ended = code ?? signal;
  });
  return { process: child, out: () => out, err: () => err, ended: () => ended };
}

test('the terminal starts without its gateway, shows the sign-in, and stops twice as once', async () => {
  enrol();
  const events: string[] = [];
  const terminal = await openTerminal(config(), realRuntime, createTill, (event) => events.push(event));
  expect(terminal.till.cashierView().screen.name).toBe('sign_in');
  expect(terminal.till.cashierView().till).toMatchObject({ tid: '00000001', name: 'Касса 1' });
  expect(somethingUnknown(terminal.till)).toBe(false);
  await Promise.all([terminal.stop(), terminal.stop()]);
  const again = await openTerminal(config(), realRuntime, createTill, () => undefined);
  await again.stop();
});

test('a second terminal on the same data is refused in one sentence', async () => {
  enrol();
  const first = await openTerminal(config(), realRuntime, createTill, () => undefined);
  await expect(openTerminal(config(), realRuntime, createTill, () => undefined)).rejects.toThrow(
    /Another terminal is already running/,
  );
  await first.stop();
});

test('a terminal that is not enrolled and has no code says what to do', async () => {
  const { gateway } = config();
  const without = { ...config(), gateway: { ...gateway, activationCode: null } };
  await expect(openTerminal(without, realRuntime, createTill, () => undefined)).rejects.toThrow(
    /put an activation code/,
  );
});

test('served: one ready line with both addresses, the screen over them, and a clean end on SIGTERM', async () => {
  enrol();
  const served = start('electron/serve.ts');
  await until(() => served.out().includes('\n') || served.ended() !== null, 'the ready line', 15_000);
  const ready = JSON.parse(served.out()) as {
    ready: boolean;
    name: string;
    addresses: Record<string, string>;
  };
  expect(ready).toMatchObject({ ready: true, name: 'terminal' });
  const cashier = new URL(ready.addresses.cashier ?? '');
  const socket = new WebSocket(`ws://${cashier.host}/cashier`, { origin: cashier.origin });
  const frames: string[] = [];
  socket.on('open', () => socket.send(JSON.stringify({ token: cashier.searchParams.get('token') })));
  socket.on('message', (data) => frames.push(data.toString()));
  await until(() => frames.length > 0, 'the view');
  expect(JSON.parse(frames[0] ?? '')).toMatchObject({ view: { screen: { name: 'sign_in' } } });
  served.process.kill('SIGTERM');
  await until(() => served.ended() !== null, 'the end');
  expect(served.ended()).toBe(0);
  expect(served.out().trim().split('\n').length).toBe(1);
  for (const line of served.err().trim().split('\n').filter(Boolean)) {
    expect(JSON.parse(line)).toHaveProperty('event');
  }
});

test('as the child of a shell: screens by messages, a question before quitting, an end when asked', async () => {
  enrol();
  const host = start('electron/host.ts');
  const told: { kind: string; frame?: unknown; unknown?: boolean }[] = [];
  host.process.on('message', (message) => told.push(message as (typeof told)[number]));
  await until(
    () => told.some((message) => message.kind === 'ready') || host.ended() !== null,
    'ready',
    15_000,
  );
  host.process.send({ kind: 'screen', role: 'cashier', screen: 1 });
  host.process.send({ kind: 'frame', screen: 1, frame: { id: 1, command: 'no_such' } });
  host.process.send({ kind: 'may_quit' });
  const answered = (): boolean =>
    told.some((message) => message.kind === 'may_quit') &&
    told.some((message) => JSON.stringify(message).includes('"re":1'));
  await until(answered, 'both answers');
  expect(told).toContainEqual({ kind: 'may_quit', unknown: false });
  expect(told).toContainEqual({
    kind: 'frame',
    screen: 1,
    frame: { re: 1, ok: false, error: expect.objectContaining({ code: 'COMMAND_MALFORMED' }) },
  });
  host.process.send({ kind: 'stop' });
  await until(() => host.ended() !== null, 'the end');
  expect(host.ended()).toBe(0);
});

test('a wrong configuration ends the entry with one sentence', async () => {
  writeFileSync(configFile, JSON.stringify({ ...sampleConfig(), colour: 'red' }));
  const served = start('electron/serve.ts');
  await until(() => served.ended() !== null, 'the end', 15_000);
  expect([served.ended(), served.out()]).toEqual([1, '']);
  expect(served.err()).toMatch(/^The terminal's configuration is wrong at [^\n]+\n$/);
});
