/** The terminal, composed: identity, link, journal, catalogue, devices and the till on top. Both entries use it: the
 *  process under Electron and the one that serves browsers. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import DatabaseConstructor, { type Database } from 'better-sqlite3';
import { AmurError } from '../gateway/kernel/errors.ts';
import { openSecret } from '../gateway/kernel/secret.ts';
import { type Runtime, sleep } from '../gateway/kernel/time.ts';
import { importCatalogue, openCatalogue } from './catalogue/catalogue.ts';
import { closeDevices, openDevices } from './devices/open-devices.ts';
import { dialTls, type GatewayTrust } from './gateway-client/dial-tls.ts';
import { enrol } from './gateway-client/enrol.ts';
import { openGatewayLink } from './gateway-client/gateway-link.ts';
import { openIdentity, type TerminalSigner } from './gateway-client/identity.ts';
import { openJournal } from './journal/journal.ts';
import { ConfigError, type TerminalConfig } from './terminal-config.ts';
import type { TerminalLog } from './terminal-log.ts';
import type { TillParts } from './till/core.ts';
import type { Till } from './till/till.ts';

export const SOFTWARE = 'amur-terminal/0.1.0';

export interface Terminal {
  readonly till: Till;
  /** Stops the till, then what it stands on. Idempotent. */
  stop(): Promise<void>;
}

export type MakeTill = (parts: TillParts) => Till;

const ENROL_RETRY_MS = 1_000;
const MOST_ENROL_TRIES = 20;

/** Errors  ConfigError for what a person must put right | AmurError of enrolment | what SQLite says of a damaged file */
export async function openTerminal(
  config: TerminalConfig,
  runtime: Runtime,
  makeTill: MakeTill,
  log: TerminalLog,
): Promise<Terminal> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(config.dataDir);
  const trust: GatewayTrust = { caPem: readText(config.gateway.caFile), gatewayPin: config.gateway.spkiPin };
  const signer = await enrolledSigner(config, trust, runtime, log);
  const goods = openCatalogueFile(config);
  const journalFile = new DatabaseConstructor(join(config.dataDir, 'journal.db'));
  const devices = openDevices(config.devices, runtime);
  const link = openGatewayLink({
    dial: dialTls(gatewayAddress(config, 'wss', '/terminal'), trust),
    signer,
    software: SOFTWARE,
    runtime,
    onTrouble: (trouble, facts) =>
      log(trouble, { code: String(facts.code ?? ''), cause: String(facts.cause ?? '') }),
  });
  link.onState((state) => log('gateway_link', { state }));
  devices.printer?.onState((state) => log('device', { device: 'printer', state }));
  devices.scanner?.onState((state) => log('device', { device: 'scanner', state }));
  devices.pinPad?.onState((state) => log('device', { device: 'pin_pad', state }));
  const till = makeTill({
    runtime,
    link,
    devices,
    policy: config.policy,
    identity: { tid: signer.tid, name: config.till.name },
    journal: openJournal(journalFile, runtime),
    catalogue: openCatalogue(goods),
    staff: config.staff,
    shop: config.shop,
    onTrouble: (trouble, facts) => log(trouble, facts),
  });
  await till.start();
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    await till.stop();
    await Promise.all([link.close(), closeDevices(devices)]);
    for (const database of [journalFile, goods, lock]) database.close();
  };
  return {
    till,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** A payment or refund whose end is not known owns the terminal: it is not to be closed in the middle of one. */
export function somethingUnknown(till: Till): boolean {
  switch (till.cashierView().screen.name) {
    case 'wallet_sending':
    case 'wallet_qr':
    case 'wallet_unknown':
    case 'card':
    case 'card_offer':
    case 'card_sending':
    case 'card_unknown':
    case 'card_signature':
    case 'refund_progress':
      return true;
    default:
      return false;
  }
}

/** Two programs on one journal would be two tills with one number. The system drops the lock with the process. */
function lockDataDir(dataDir: string): Database {
  const lock = new DatabaseConstructor(join(dataDir, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new ConfigError(`Another terminal is already running on ${dataDir}.`, { cause });
  }
  return lock;
}

function openCatalogueFile(config: TerminalConfig): Database {
  const goods = new DatabaseConstructor(join(config.dataDir, 'catalogue.db'));
  importCatalogue(goods, readBytes(config.catalogueCsv));
  return goods;
}

async function enrolledSigner(
  config: TerminalConfig,
  trust: GatewayTrust,
  runtime: Runtime,
  log: TerminalLog,
): Promise<TerminalSigner> {
  const identity = openIdentity(config.dataDir, runtime.random);
  if (identity.signer !== null) return identity.signer;
  const code = config.gateway.activationCode;
  if (code === null) {
    throw new ConfigError(
      'This terminal is not enrolled: put an activation code into gateway.activationCode.',
    );
  }
  for (let tries = 1; ; tries += 1) {
    try {
      const enrolled = await enrol({
        url: gatewayAddress(config, 'https', '/enrol'),
        trust,
        activationCode: openSecret(code),
        identity,
        software: SOFTWARE,
        runtime,
      });
      if (enrolled.signer !== null) return enrolled.signer;
      throw new ConfigError('The gateway enrolled this terminal and the enrolment could not be kept.');
    } catch (error) {
      // Only when nothing was sent is the code certainly unused.
      if (!(error instanceof AmurError) || error.code !== 'LINK_DOWN' || tries >= MOST_ENROL_TRIES)
        throw error;
      log('enrolment_waits', { code: error.code, count: tries });
      await sleep(runtime.timers, ENROL_RETRY_MS);
    }
  }
}

function gatewayAddress(config: TerminalConfig, scheme: 'https' | 'wss', path: string): string {
  return `${config.gateway.url.replace(/^https/, scheme)}${path}`;
}

function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConfigError(`The file ${path} cannot be read.`, { cause });
  }
}
