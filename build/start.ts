/** `npm start`: gateway, the bank's day, wallet and bank simulators, devices and terminal on this machine, with data that the next start finds again.
 *  Opens the terminal in an Electron window where there is one; otherwise says why and serves it to a browser.
 *
 *  --data DIR   where everything is kept (default .amur)      --browser   do not look for Electron */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { requireNode } from '../gateway/kernel/node-version.ts';
import { readCommandLine } from './command-line.ts';
import { type ElectronBinary, findElectron } from './electron-binary.ts';
import { Estate, scannerPath } from './estate.ts';
import { BUYER, CASHIER, type Ports, SHIPPED_TERMINAL, START_PORTS, SUPERVISOR } from './estate-config.ts';
import { ensureBundles } from './fresh-bundle.ts';
import { PARTNERS } from './partners.ts';
import { ROOT } from './process.ts';

requireNode();

const ELECTRON_PATIENCE_MS = 10_000;
/** A process that ends is started again, but not for ever. */
const RESTARTS_MOST = 5;
const RESTART_WINDOW_MS = 60_000;

const { values } = readCommandLine({
  name: 'npm start',
  says: 'The counter with its gateway, wallet and banks; everything it needs is set up first.',
  options: {
    data: { kind: 'text', default: join(ROOT, '.amur'), says: 'the folder of the books' },
    browser: { kind: 'flag', says: 'in a browser, not in Electron' },
  },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolveFree) => {
    const server = createServer();
    server.once('error', () => resolveFree(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolveFree(true)));
  });
}

async function busyPorts(ports: Ports): Promise<readonly string[]> {
  const checked = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => ((await isFree(port)) ? null : `${port} (${name})`)),
  );
  return checked.filter((one) => one !== null);
}

function openWindow(electron: string, estate: Estate): ChildProcess {
  const main = join(ROOT, 'dist', 'electron', 'main.mjs');
  // Chromium's sandbox refuses to run as root; a till is not run as root, but a first look may be.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return spawn(
    electron,
    [...asRoot, main, '--config', join(estate.directory, 'terminal.json'), '--customer-window'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

function row(what: string, where: string): void {
  say(`  ${what.padEnd(22)} ${where}`);
}

function printAddresses(estate: Estate, electron: ElectronBinary): void {
  const phone = `${estate.address('alipay', 'phone')}#${BUYER.buyerId}`;
  say('');
  if (electron.kind === 'here') {
    say('  Cashier and customer’s display   in the Electron windows');
  } else {
    say(`  Electron does not open: ${electron.why}. The same terminal is served to your browser:`);
    say('');
    row('Cashier', estate.address('terminal', 'cashier'));
    row('Customer’s display', estate.address('terminal', 'customer'));
  }
  row('Customer’s phone', phone);
  row('', `(its certificate is of this machine’s own authority: the browser asks once; PIN ${BUYER.pin})`);
  row('Printed receipts', estate.address('counter', 'paper'));
  row('PIN pad, cards', `${estate.address('counter', 'pinPadPage')}  (each card’s PIN stands on it)`);
  for (const { bank } of PARTNERS) row(`Books of ${bank}`, estate.address('bank', `${bank}.page`));
  row('Operator’s pages', estate.address('bank-day', 'console'));
  row(
    '',
    `make yourself known to them: npm run bank -- user add anna --role approver --config ${join(estate.directory, 'bank-day.json')}`,
  );
  row('Bank’s day', `npm run bank -- cycles --config ${join(estate.directory, 'bank-day.json')}`);
  row(
    '',
    `files for partners in ${join(estate.directory, 'bank-day', 'outbox')}, theirs into inbox beside it`,
  );
  say('');
  say(
    `  Sign in as ${CASHIER.name} with ${CASHIER.pin}; ${SUPERVISOR.name}, the supervisor, has ${SUPERVISOR.pin}.`,
  );
  say(`  Data and logs are in ${estate.directory}. Ctrl-C stops everything.`);
  say('');
}

async function main(): Promise<void> {
  const busy = await busyPorts(START_PORTS);
  if (busy.length > 0) {
    say(
      `These ports of this machine are in use: ${busy.join(', ')}. Stop what uses them (another npm start?) and start again.`,
    );
    process.exitCode = 1;
    return;
  }
  ensureBundles(say);
  const directory = resolve(values.data);
  const scanner = scannerPath(directory);
  const estate = await Estate.prepare(directory, {
    ports: START_PORTS,
    cards: {},
    bankDay: true,
    terminalProgram: SHIPPED_TERMINAL,
    ...(scanner === undefined ? {} : { serialScanner: scanner }),
  });
  let window: ChildProcess | null = null;
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    say('Stopping …');
    window?.kill('SIGTERM');
    await estate.stopAll();
    say('Stopped.');
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

  say('Starting gateway, wallet and bank simulators and devices …');
  const [electron] = await Promise.all([
    values.browser
      ? Promise.resolve<ElectronBinary>({ kind: 'absent', why: 'a browser was asked for' })
      : findElectron(ELECTRON_PATIENCE_MS),
    estate.startServers().catch((error: unknown) => {
      if (!stopping) throw error;
    }),
  ]);
  if (stopping) return;
  if (electron.kind === 'here') {
    estate.prepareTerminal();
    window = openWindow(electron.path, estate);
    window.on('exit', (code) => void stop(code ?? 0));
  } else {
    await estate.start('terminal').catch((error: unknown) => {
      if (!stopping) throw error;
    });
    if (stopping) return;
  }
  printAddresses(estate, electron);
  const restarts: number[] = [];
  while (!stopping) {
    const [name, result] = await estate.firstExit();
    if (stopping) return;
    const log = join(directory, 'logs', `${name}.log`);
    restarts.push(Date.now());
    if (restarts.filter((at) => at > Date.now() - RESTART_WINDOW_MS).length > RESTARTS_MOST) {
      say(`${name} ended (${result}) and so did others before; its last words are in ${log}.`);
      await stop(1);
      return;
    }
    say(`${name} ended (${result}); it is started again with its data. Its last words are in ${log}.`);
    try {
      await estate.start(name);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      await stop(1);
      return;
    }
    if (name === 'terminal') printAddresses(estate, electron);
  }
}

await main();
