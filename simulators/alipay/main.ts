/** The Alipay simulator as a process: `node main.ts --config file.json`. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { buyersFrom, readConfig, termsFrom } from './config.ts';
import { NotificationPump } from './notification-pump.ts';
import { notifyOverHttp } from './notify-over-http.ts';
import { createSimulatorServer } from './server.ts';
import { AlipayWallet } from './wallet.ts';

requireNode();

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
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), process: 'alipay', ...event })}\n`);
}

function openBooks(directory: string): Database.Database {
  mkdirSync(directory, { recursive: true });
  const db = new Database(join(directory, 'wallet.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  return db;
}

function start(configPath: string): void {
  const config = readConfig(configPath);
  const { tls, listen } = config;
  const db = openBooks(config.data);
  // Bill addresses name the port, which is known only once the listener has it; terms read it through this getter.
  let publicUrl = config.publicUrl ?? '';
  const terms = Object.defineProperty(termsFrom(config, publicUrl), 'publicUrl', { get: () => publicUrl });
  const float = Object.entries(config.merchantFloat ?? {}).map(
    ([code, minor]) => [code, BigInt(minor)] as const,
  );
  const wallet = new AlipayWallet({
    db,
    runtime,
    terms,
    buyers: buyersFrom(config.buyers),
    merchantFloat: Object.fromEntries(float),
  });
  const ca = config.notifyCa === undefined ? null : readFileSync(config.notifyCa, 'utf8');
  const pump = new NotificationPump(wallet.desk.notifications, notifyOverHttp(ca), runtime);
  const server = createSimulatorServer({
    wallet,
    runtime,
    log,
    tls: tls === null ? null : { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') },
  });
  server.listen(listen.port, listen.host, () => {
    const { port } = server.address() as AddressInfo;
    const base = `${tls === null ? 'http' : 'https'}://${listen.host}:${port}`;
    if (publicUrl === '') publicUrl = base;
    pump.start();
    const addresses = { gateway: `${base}/gateway.do`, control: `${base}/control`, phone: `${base}/phone` };
    process.stdout.write(`${JSON.stringify({ ready: true, name: 'alipay', addresses })}\n`);
  });
  server.on('error', (error) => {
    log({ level: 'error', event: 'listen_failed', error: error.message });
    process.exit(1);
  });
  const stop = (): void => {
    pump.stop();
    server.close();
    server.closeAllConnections();
    db.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('Usage: node main.ts --config <file.json>\n');
  process.exit(2);
}
start(values.config);
