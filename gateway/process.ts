/** The gateway put together from its parts: store, rates, wallet connector, service and edge, started and stopped in an
 *  order in which nothing is acknowledged that is not durable. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { makeCards } from './card-process.ts';
import { type GatewaySettings, override } from './config.ts';
import { DEFAULT_EDGE_LIMITS } from './edge/limits.ts';
import { TerminalLinks } from './edge/links.ts';
import { openEdge } from './edge/server.ts';
import { failureName } from './kernel/errors.ts';
import type { Log } from './kernel/log.ts';
import { paced } from './kernel/paced.ts';
import { Secret } from './kernel/secret.ts';
import type { Runtime } from './kernel/time.ts';
import { seedParties } from './parties.ts';
import { DEFAULT_PAYMENT_POLICY } from './payments/policy.ts';
import type { GatewayService } from './payments/service.ts';
import { startRates } from './rate-process.ts';
import { DEFAULT_RUN_POLICY } from './run/context.ts';
import { createGatewayService } from './run/gateway-service.ts';
import { Checkpoints } from './store/sqlite/checkpoints.ts';
import { CommitSizes } from './store/sqlite/commit-sizes.ts';
import { openPaymentStore, type SqlitePaymentStore } from './store/sqlite/payment-store.ts';
import { type RateTables, rateTables } from './store/sqlite/rate-tables.ts';
import type { AlipayConfig } from './wallets/alipay/config.ts';
import { createAlipayConnector } from './wallets/alipay/connector.ts';
import { createHttpsPost } from './wallets/alipay/https-post.ts';

export interface GatewayWorld {
  readonly runtime: Runtime;
  readonly log: Log;
  /** Gathers what one turn of the event loop brings: commits, and calls of the security module. */
  readonly defer: (run: () => void) => void;
}

export interface RunningGatewayProcess {
  readonly addresses: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface OpenedStore {
  readonly store: SqlitePaymentStore;
  readonly commits: CommitSizes;
  readonly rates: RateTables;
  close(): Promise<void>;
}

/** The store with the parties of the configuration in it. */
export async function openSeededStore(settings: GatewaySettings, world: GatewayWorld): Promise<OpenedStore> {
  mkdirSync(dirname(settings.databaseFile), { recursive: true, mode: 0o700 });
  const db = new Database(settings.databaseFile);
  const commits = new CommitSizes();
  const checkpoints = new Checkpoints(db, (error) =>
    world.log.alarm('checkpoint_thread_failed', { error: failureName(error) }),
  );
  const committed = (units: number) => {
    commits.add(units);
    checkpoints.committed();
  };
  const defer = paced(world.defer, world.runtime, COMMIT_PAUSE_MS);
  const store = openPaymentStore(db, world.runtime, { defer, committed });
  await seedParties(store, settings);
  return {
    store,
    commits,
    rates: rateTables(db),
    close: async () => {
      await store.close();
      await checkpoints.stop();
      db.close();
    },
  };
}

/** Between two commits of the store. */
const COMMIT_PAUSE_MS = 2;
const WALLET_REPLY_BYTES = 1_048_576;
const WALLET_CONNECTIONS = 64;

export async function startGateway(
  settings: GatewaySettings,
  world: GatewayWorld,
): Promise<RunningGatewayProcess> {
  const { runtime, log } = world;
  const limits = override('edge', flatLimits(), settings.edge);
  const opened = await openSeededStore(settings, world);
  const { store } = opened;
  const { board: rates, quoteKey, stop: stopRates } = startRates(settings.rates, opened.rates, world);
  const ownNotifyUrl = { url: '' };
  const https = createHttpsPost({
    caPem: settings.alipay.caFile === null ? null : readFileSync(settings.alipay.caFile, 'utf8'),
    timers: runtime.timers,
    replyLimitBytes: WALLET_REPLY_BYTES,
    connectionLimit: WALLET_CONNECTIONS,
  });
  const alipay = createAlipayConnector(alipayConfig(settings, ownNotifyUrl), https.post, runtime, (entry) => {
    const { event, ...facts } = entry;
    log.warn(event, facts);
  });
  const links = new TerminalLinks();
  const own: { service: GatewayService | null } = { service: null };
  const booked = () => own.service?.booked();
  const cards =
    settings.cards === undefined ? null : makeCards(settings.cards, { ...world, store, quoteKey, booked });
  const service = createGatewayService({
    ...{ store, folder: store, wallet: alipay, rates, quoteKey, events: links, runtime, log },
    charities: settings.charities,
    ...(cards === null ? {} : { bins: cards.bins, cards: cards.cards.sales }),
    paymentPolicy: override('payments', DEFAULT_PAYMENT_POLICY, settings.payments),
    runPolicy: override('run', DEFAULT_RUN_POLICY, settings.run),
  });
  own.service = service;
  const cardAddresses = cards === null ? {} : await cards.start();
  const edge = await openEdge({
    listen: settings.listen,
    tls: {
      cert: readFileSync(settings.tls.certFile, 'utf8'),
      key: readFileSync(settings.tls.keyFile, 'utf8'),
    },
    gateway: settings.name,
    notices: alipay,
    cards: cards?.cards,
    limits: { ...DEFAULT_EDGE_LIMITS, ...limits },
    ...{ store, service, links, runtime, log },
  });
  const host = settings.listen.host.includes(':') ? `[${settings.listen.host}]` : settings.listen.host;
  const origin = `${host}:${edge.port}`;
  ownNotifyUrl.url = `https://${origin}/notify/alipay`;
  service.start();
  return {
    addresses: {
      terminals: `wss://${origin}/terminal`,
      enrolment: `https://${origin}/enrol`,
      alipayNotify: ownNotifyUrl.url,
      health: `https://${origin}/health`,
      ...cardAddresses,
    },
    stop: async () => {
      cards?.cards.close();
      await Promise.all([edge.close(), cards?.closePorts()]);
      await cards?.stop();
      await service.stop();
      stopRates();
      https.close();
      await opened.close();
      for (const row of opened.commits.rows()) log.info('store_commits', { ...row });
    },
  };
}

/** Buckets are set in code; single numbers may be set by configuration. */
function flatLimits(): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const [name, value] of Object.entries(DEFAULT_EDGE_LIMITS)) {
    if (typeof value === 'number') flat[name] = value;
  }
  return flat;
}

/** `own.url` is known once the port is; the connector reads the address with each order it makes. */
function alipayConfig({ alipay }: GatewaySettings, own: { readonly url: string }): AlipayConfig {
  return {
    gatewayUrl: alipay.gatewayUrl,
    appId: alipay.appId,
    privateKeyPem: new Secret(readFileSync(alipay.privateKeyFile, 'utf8')),
    alipayPublicKeyPem: readFileSync(alipay.alipayPublicKeyFile, 'utf8'),
    sellerId: alipay.sellerId,
    get notifyUrl() {
      return alipay.notifyUrl ?? own.url;
    },
    timeoutMs: alipay.timeoutMs,
    timeoutExpress: alipay.timeoutExpress,
  };
}
