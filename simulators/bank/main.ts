/** Partner banks as a process: `node simulators/bank/main.ts --config bank.json`. One program, as many banks as are configured. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { paced } from '../../gateway/kernel/paced.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { SoftwareHsm } from '../../gateway/keys/software-hsm.ts';
import { listening } from '../tcp-port.ts';
import { PartnerBank } from './bank.ts';
import { Checkpoints } from './checkpoints.ts';
import { type BankConfig, readConfig, type TlsFiles } from './config.ts';
import { createControlServer } from './control-server.ts';
import { createLinkServer } from './link-server.ts';

requireNode();

/** How long a bank that stops waits for its sign-off to be answered. */
const FAREWELL_MS = 500;
/** Between two commits of the books. */
const COMMIT_PAUSE_MS = 2;

const runtime: Runtime = {
  clock: { now: () => Date.now() },
  timers: {
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  },
  random: { bytes: (length) => randomBytes(length) },
};

function log(event: Readonly<Record<string, string | number>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), process: 'bank', ...event })}\n`);
}

interface Running {
  readonly bank: PartnerBank;
  readonly addresses: Readonly<Record<string, string>>;
  readonly close: () => void;
}

async function open(config: BankConfig): Promise<Running> {
  mkdirSync(config.data, { recursive: true });
  const file = join(config.data, 'books.sqlite');
  const db = new Database(file);
  const checkpoints = new Checkpoints(file);
  const random = runtime.random;
  const masterKey = Buffer.from(readFileSync(config.masterKey, 'utf8').trim(), 'hex');
  const { terms, accounts, cards, synchronous, keys } = config;
  const hsm = new SoftwareHsm({ masterKey, random, keys });
  const defer = paced((run) => void setImmediate(run), runtime, COMMIT_PAUSE_MS);
  const bank = new PartnerBank({ db, runtime, hsm, terms, accounts, cards, synchronous, defer, log });
  bank.onChange(() => checkpoints.changed());
  const link = createLinkServer(bank, tlsTexts(config.tls));
  const http = createControlServer({ bank, tls: tlsTexts(config.controlTls), log });
  const linkPort = await listening(link, config.listen);
  const httpPort = await listening(http, config.control);
  const base = `${config.controlTls === null ? 'http' : 'https'}://${config.control.host}:${httpPort}`;
  return {
    bank,
    addresses: {
      link: `${config.listen.host}:${linkPort}`,
      control: `${base}/control`,
      page: `${base}/`,
    },
    close: () => {
      link.close();
      http.close();
      http.closeAllConnections();
      bank.stop();
      checkpoints.stop();
      db.close();
    },
  };
}

function tlsTexts(files: TlsFiles | null) {
  if (files === null) return null;
  const read = (path: string): string => readFileSync(path, 'utf8');
  const { clientCa } = files;
  return {
    cert: read(files.cert),
    key: read(files.key),
    clientCa: clientCa === undefined ? null : read(clientCa),
  };
}

async function start(path: string): Promise<void> {
  const running: Running[] = [];
  for (const config of readConfig(path)) running.push(await open(config));
  const addresses = Object.fromEntries(running.map((each) => [each.bank.desk.terms.name, each.addresses]));
  process.stdout.write(`${JSON.stringify({ ready: true, name: 'bank', addresses })}\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    const signedOn = running.some(({ bank }) => bank.connections.some((connection) => connection.signedOn));
    for (const { bank } of running) bank.signOff();
    setTimeout(
      () => {
        for (const each of running) each.close();
        process.exit(0);
      },
      signedOn ? FAREWELL_MS : 0,
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('Usage: node simulators/bank/main.ts --config <file.json>\n');
  process.exit(2);
}
start(values.config).catch((error: unknown) => {
  log({
    level: 'error',
    event: 'start_failed',
    error: error instanceof Error ? error.message.slice(0, 200) : 'unknown',
  });
  process.exit(1);
});
