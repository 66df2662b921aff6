/** The estate of the card bench: the real gateway with many foreign terminals on a TCP port, and one real partner bank with
 *  many cards, as processes. Keys and terms are those of the development machine's first partner. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bankConfig, gatewayCards } from '../../build/card-config.ts';
import { ensureCardKeys, HSM_KEYS, KSN_PREFIX, readBankKeys } from '../../build/card-keys.ts';
import { ensureCertificates } from '../../build/certificates.ts';
import { freePorts } from '../../build/estate.ts';
import { MID, writeGatewayConfig } from '../../build/estate-config.ts';
import { PARTNERS, type Partner } from '../../build/partners.ts';
import { type RunningProcess, startProcess } from '../../build/process.ts';
import { pvv } from '../../gateway/keys/pvv.ts';
import { unwrapKeyBlock } from '../../gateway/keys/tr31.ts';
import type { BenchCard, TerminalsTerms } from './card-requests.ts';

const TERMINALS = 500;
const CARDS = 1_000;
const PIN = '4821';
const EXPIRY = '3012';

export interface CardEstate {
  readonly directory: string;
  readonly terms: TerminalsTerms;
  start(): Promise<CardProcesses>;
  remove(): void;
}

export interface CardProcesses {
  readonly gateway: RunningProcess;
  readonly bank: RunningProcess;
  readonly cardPort: number;
  /** In the order in which nothing is lost. */
  stop(): Promise<void>;
}

/** What the bench changes in a configuration that others write. */
type Json = Record<string, unknown>;

export async function prepareCardEstate(): Promise<CardEstate> {
  const directory = await mkdtemp(join(tmpdir(), 'amur-bench-card-'));
  await mkdir(join(directory, 'logs'));
  const [partner] = PARTNERS;
  if (partner === undefined) throw new Error('There is no partner bank.');
  const ports = await freePorts();
  const certificates = await ensureCertificates(join(directory, 'certificates'), Date.now());
  const tids = Array.from({ length: TERMINALS }, (_, index) => String(10_000_001 + index));
  const keys = ensureCardKeys(join(directory, 'keys'), tids[0] ?? '');
  const terms = { ports, cards: {} };

  const gatewayFile = writeGatewayConfig(directory, certificates, keys, terms, Date.now());
  const gateway = JSON.parse(readFileSync(gatewayFile, 'utf8')) as Json;
  const section = gatewayCards(directory, certificates, keys, terms) as Json & {
    banks: Json[];
    bins: Json[];
  };
  gateway.terminals = tids.map((tid) => ({ tid, mid: MID }));
  gateway.cards = {
    ...section,
    pads: tids.map((tid) => ({ tid, ksnPrefix: `${KSN_PREFIX.first}${tid}` })),
    bins: section.bins.filter(({ bank }) => bank === partner.bank),
    banks: section.banks.filter(({ bank }) => bank === partner.bank),
    tcp: [{ host: '127.0.0.1', port: 0, profile: 'bcd', tpdu: false }],
  };
  writeFileSync(gatewayFile, JSON.stringify(gateway));

  const cards = Array.from({ length: CARDS }, (_, index) => benchCard(index));
  const bankFile = join(directory, 'bank.json');
  const banks = (bankConfig(directory, certificates, keys, terms) as { banks: Json[] }).banks;
  const { pvk } = readBankKeys(keys, partner);
  const found = banks.find(({ name }) => name === partner.bank);
  const bank = { ...found, data: join(directory, 'bank'), ...issued(cards, pvk) };
  writeFileSync(bankFile, JSON.stringify({ banks: [bank] }));

  return {
    directory,
    terms: {
      ...{ tids, mid: MID, cards, ksnPrefix: KSN_PREFIX.first },
      bdk: baseKey(keys),
      imk: issuerKey(keys.pinPad, partner),
    },
    start: () => start(directory, gatewayFile, bankFile),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function benchCard(index: number): BenchCard {
  return {
    pan: withCheckDigit(`22000001${String(index).padStart(7, '0')}`),
    psn: '01',
    expiryYymm: EXPIRY,
    pin: PIN,
  };
}

function withCheckDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.at(-1 - index));
    sum += index % 2 === 1 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** One account each, with more in it than the bench can spend. */
function issued(cards: readonly BenchCard[], pvk: Uint8Array): Json {
  const account = (index: number): string => `bench-${index}`;
  return {
    accounts: cards.map((_, index) => ({
      ...{ account: account(index), holder: 'BENCH', currency: 'RUB' },
      openingMinor: '100000000000000',
    })),
    cards: cards.map(({ pan, expiryYymm, pin }, index) => ({
      ...{ name: account(index), pan, expiryYymm, account: account(index) },
      ...{ pvki: 1, pvv: pvv(pvk, 1, pan, pin), stopped: 'no' },
    })),
  };
}

function baseKey(keys: ReturnType<typeof ensureCardKeys>): string {
  const master = Buffer.from(readFileSync(keys.gatewayMaster, 'utf8').trim(), 'hex');
  const blocks = JSON.parse(readFileSync(keys.gatewayKeys, 'utf8')) as Record<string, string>;
  return Buffer.from(unwrapKeyBlock(master, blocks[HSM_KEYS.bdk] ?? '').key).toString('hex');
}

function issuerKey(pinPadFile: string, { issuer }: Partner): string {
  const { issuerKeys } = JSON.parse(readFileSync(pinPadFile, 'utf8')) as {
    issuerKeys: Record<string, string>;
  };
  return issuerKeys[issuer] ?? '';
}

async function start(directory: string, gatewayFile: string, bankFile: string): Promise<CardProcesses> {
  const process = (entry: string, config: string, name: string) =>
    startProcess({
      ...{ entry, args: ['--config', config], readyWithinMs: 60_000 },
      logFile: join(directory, 'logs', `${name}.log`),
    });
  const bank = await process('simulators/bank/main.ts', bankFile, 'bank');
  const upBefore = timesUp(directory);
  const gateway = await process('gateway/main.ts', gatewayFile, 'gateway');
  await bankUp(directory, upBefore);
  return {
    ...{ gateway, bank },
    cardPort: Number(gateway.address('cardTcp1').split(':').at(-1)),
    stop: async () => {
      await gateway.stop();
      await bank.stop();
    },
  };
}

const UP_WITHIN_MS = 20_000;

/** Ready is a gateway that takes messages; for answers it needs its bank, with keys on the link. */
async function bankUp(directory: string, before: number): Promise<void> {
  const until = Date.now() + UP_WITHIN_MS;
  while (timesUp(directory) === before) {
    if (Date.now() > until) throw new Error('The link to the bank did not come up.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function timesUp(directory: string): number {
  const log = join(directory, 'logs', 'gateway.log');
  return existsSync(log) ? readFileSync(log, 'utf8').split('"event":"bank_up"').length - 1 : 0;
}
