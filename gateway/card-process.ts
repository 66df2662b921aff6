/** Card payments put together from their parts: HSM, partner banks, service and the ports of foreign terminals. */
import { readFileSync } from 'node:fs';
import { setUpBank } from './banks/bank-config.ts';
import type { BankLogEntry } from './banks/bank-log.ts';
import { type Bank, createBank } from './banks/bank-port.ts';
import type { CardSettings } from './card-config.ts';
import { ConfigError, override } from './config.ts';
import { type CardTcpPort, openCardTcp } from './edge/card-tcp.ts';
import { DEFAULT_CARD_TCP_LIMITS } from './edge/card-tcp-limits.ts';
import type { HsmThreadKeys } from './hsm/calls.ts';
import { ThreadedHsm } from './hsm/threaded-hsm.ts';
import { failureName } from './kernel/errors.ts';
import type { Log } from './kernel/log.ts';
import type { Secret } from './kernel/secret.ts';
import type { Runtime } from './kernel/time.ts';
import { KeysError } from './keys/keys-error.ts';
import { SoftwareHsm } from './keys/software-hsm.ts';
import type { PaymentStore } from './payments/ports.ts';
import { BinTable } from './run/card/bin-table.ts';
import { createCardService, type RunningCards } from './run/card/card-service.ts';
import { DEFAULT_CARD_POLICY } from './run/card/context.ts';
import { TerminalKeys } from './run/card/terminal-keys.ts';

export interface CardParts {
  readonly cards: RunningCards;
  readonly bins: BinTable;
  /** Banks are dialled, what a former process left open is given up, and only then do foreign terminals come in. */
  start(): Promise<Readonly<Record<string, string>>>;
  /** Foreign terminals first: nothing new comes in. */
  closePorts(): Promise<void>;
  stop(): Promise<void>;
}

export interface CardWorld {
  readonly store: PaymentStore;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Quotes that sales name were signed under it; absent, they were not. */
  readonly quoteKey?: Secret<Uint8Array> | undefined;
  readonly defer: (run: () => void) => void;
  /** Called after a commit that booked something. */
  readonly booked: () => void;
}

/** Errors  ConfigError for key files that cannot be used */
export function makeCards(settings: CardSettings, world: CardWorld): CardParts {
  const { runtime, log, store, quoteKey, defer, booked } = world;
  const moduleKeys = readKeys(settings);
  const zones = openHsm(settings, moduleKeys, runtime);
  const terminals = new ThreadedHsm({
    program: new URL('./hsm-thread.ts', import.meta.url),
    ...{ keys: moduleKeys, defer },
    failed: (error) => log.alarm('hsm_failed', { error: failureName(error) }),
  });
  const keys = new TerminalKeys(settings.terminalKeys);
  const { panKey, hashKey } = settings.hsm;
  const banks: readonly Bank[] = settings.banks.map((section) =>
    createBank({
      ...setUpBank(section),
      ...{ hsm: zones, panKey, runtime },
      terminalKey: (ksn) => keys.use(ksn),
      log: (entry) => logBank(log, entry),
    }),
  );
  const bins = new BinTable(settings.bins);
  const cards = createCardService({
    ...{ store, panKey, hashKey, quoteKey, runtime, log, banks, bins, keys, booked },
    hsm: terminals,
    pads: new Map(settings.pads.map(({ tid, ksnPrefix }) => [tid, ksnPrefix])),
    bankDay: settings.bankDay ?? { cutAt: '00:00', cutOverBanks: [] },
    policy: override('cards/timers', DEFAULT_CARD_POLICY, settings.timers),
  });
  const ports: CardTcpPort[] = [];
  return {
    cards,
    bins,
    start: async () => {
      terminals.start();
      await cards.start();
      // Listened to before they can say anything: what one answers late it says once.
      for (const bank of banks) await bank.start();
      return openPorts(settings, { cards, runtime, log }, ports);
    },
    closePorts: async () => {
      await Promise.all(ports.map((port) => port.close()));
    },
    stop: async () => {
      // A bank that stops leaves what is outstanding unknown, which the service then still turns into reversals.
      await Promise.all([cards.stop(), ...banks.map((bank) => bank.stop())]);
      await terminals.stop();
    },
  };
}

async function openPorts(
  settings: CardSettings,
  world: { readonly cards: RunningCards; readonly runtime: Runtime; readonly log: Log },
  ports: CardTcpPort[],
): Promise<Readonly<Record<string, string>>> {
  const addresses: Record<string, string> = {};
  const limits = override('cards/tcpLimits', DEFAULT_CARD_TCP_LIMITS, settings.tcpLimits);
  for (const [index, { host, port, profile, tpdu }] of settings.tcp.entries()) {
    const opened = await openCardTcp({ listen: { host, port }, profile, tpdu, limits, ...world });
    ports.push(opened);
    addresses[`cardTcp${index + 1}`] = `tcp://${host.includes(':') ? `[${host}]` : host}:${opened.port}`;
  }
  return addresses;
}

function readKeys({ hsm }: CardSettings): HsmThreadKeys {
  const digits = readText(hsm.masterKeyFile).trim();
  if (!/^[0-9A-Fa-f]{64}$/.test(digits)) {
    throw new ConfigError(`Configuration: ${hsm.masterKeyFile} does not hold 64 hexadecimal digits.`);
  }
  // Not from the pool that small buffers share: what is handed to a thread is all the memory that it stands in.
  const masterKey = Uint8Array.from(Buffer.from(digits, 'hex'));
  return { masterKey, keys: keyBlocks(hsm.keysFile, readText(hsm.keysFile)) };
}

/** The banks' links ask it, on this thread; every key is tried here before a terminal may come. */
function openHsm({ hsm }: CardSettings, keys: HsmThreadKeys, { random }: Runtime): SoftwareHsm {
  try {
    return new SoftwareHsm({ ...keys, random });
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    throw new ConfigError(`Configuration: a key of ${hsm.keysFile} cannot be used: ${error.code}.`);
  }
}

function keyBlocks(file: string, text: string): Readonly<Record<string, string>> {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says would quote the file.
  }
  const named = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const blocks = named.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (blocks.length === 0 || blocks.length !== named.length) {
    throw new ConfigError(`Configuration: ${file} is not JSON of key blocks by name.`);
  }
  return Object.fromEntries(blocks);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigError(`Configuration: ${file} cannot be read (${code}).`);
  }
}

/** Comings and goings of a link are news; what is wrong with a message or a key is for a person. */
const ALARMING: ReadonlySet<string> = new Set([
  'bank_sign_on_refused',
  'bank_mac_wrong',
  'bank_key_change_failed',
  'bank_listener_failed',
]);

function logBank(log: Log, { event, ...facts }: BankLogEntry): void {
  if (ALARMING.has(event)) log.alarm(event, facts);
  else log.info(event, facts);
}
