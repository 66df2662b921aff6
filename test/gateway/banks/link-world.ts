/** A gateway's end of a bank link and a scripted bank, on virtual time. Everything the link logs is kept. */

import { profileOf } from '../../../gateway/banks/bank-config.ts';
import type { BankLogEntry } from '../../../gateway/banks/bank-log.ts';
import { type Bank, createBank } from '../../../gateway/banks/bank-port.ts';
import type { KeyStore, ZoneKeySets } from '../../../gateway/banks/key-store.ts';
import { type BankLimits, type BankTerms, DEFAULT_BANK_LIMITS } from '../../../gateway/banks/terms.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import type {
  BankAdvice,
  BankAnswer,
  BankAnswered,
  BankRequest,
  BankTotals,
} from '../../../gateway/payments/card/ports.ts';
import type { BankReference } from '../../../gateway/payments/card/records.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';
import { testKeys } from './bank-keys.ts';
import { ScriptedBank } from './scripted-bank.ts';

export const TERMS: BankTerms = {
  bank: 'volga',
  profile: 'ascii',
  acquirerId: '400001',
  forwarderId: null,
  town: 'MOSCOW',
  country: 'RU',
  localOffsetMinutes: 180,
  pinBlock: 'format0',
  mac: 'cmac',
  macPadding: 1,
  wrongMac: 'keep',
  zmk: 'bank.zmk',
  keysMadeBy: 'gateway',
  keyLifeMs: 86_400_000,
  messagesPerKey: 1_000_000,
};

/** Keeps what was saved over restarts; `fails` refuses the next saves. */
export class MemoryKeyStore implements KeyStore {
  sets: ZoneKeySets | null = null;
  fails = false;
  saves = 0;

  async load(): Promise<ZoneKeySets | null> {
    return this.sets;
  }

  async save(sets: ZoneKeySets): Promise<void> {
    if (this.fails) throw new Error('disk full');
    this.saves += 1;
    this.sets = sets;
  }
}

export interface LateAnswer {
  readonly reference: BankReference;
  readonly answer: BankAnswered;
}

export function linkWorld(terms: Partial<BankTerms> = {}, limits: Partial<BankLimits> = {}) {
  const world = new VirtualWorld({ seed: 7 });
  const keys = testKeys(world.random);
  const spec = profileOf(terms.profile ?? TERMS.profile);
  const host = new ScriptedBank({ spec, hsm: keys.bank, timers: world.timers });
  const logged: BankLogEntry[] = [];
  const late: LateAnswer[] = [];
  const keyStore = new MemoryKeyStore();
  /** A gateway process, on the same key store as the one before it. */
  const gateway = (): { bank: Bank; kill: () => void } => {
    const process = world.process();
    const bank = createBank({
      terms: { ...TERMS, ...terms },
      limits: { ...DEFAULT_BANK_LIMITS, ...limits },
      spec,
      dials: [host.dial],
      hsm: keys.gateway,
      terminalKey: keys.terminalKey,
      panKey: 'store.pan',
      keyStore,
      runtime: process,
      log: (entry) => logged.push(entry),
    });
    bank.onLate((reference, answer) => late.push({ reference, answer }));
    const kill = (): void => {
      process.kill();
      for (const line of [...host.lines]) line.open = false;
      host.lines.clear();
    };
    return { bank, kill };
  };
  const first = gateway();
  const up = async (bank: Bank = first.bank): Promise<void> => {
    await bank.start();
    if (!(await world.runUntil(() => bank.up, 60_000))) throw new Error('The link did not come up.');
  };
  return { world, keys, host, logged, late, keyStore, gateway, up, ...first };
}

export type LinkWorld = ReturnType<typeof linkWorld>;

let counter = 0;

/** Each with a STAN of its own. */
export function sale(link: LinkWorld, changes: Partial<BankRequest> = {}, withPin = false): BankRequest {
  counter += 1;
  const stan = String(counter).padStart(6, '0');
  return {
    kind: 'sale',
    cardId: `card-${stan}`,
    reference: { bank: 'volga', mti: '0200', stan, transmittedAt: '1122060000', rrn: `632606${stan}` },
    tid: '10000001',
    mid: '100000000000001',
    merchantName: 'ООО «Чай и кофе»',
    merchantTown: null,
    categoryCode: '5411',
    amount: { amountMinor: 123_400n, currency: RUB },
    entryMode: '051',
    conditionCode: '00',
    psn: '01',
    emv: Buffer.from('9F02060000001234009F3602002A', 'hex'),
    at: link.world.now(),
    card: link.keys.capturedCard(1, withPin),
    dcc: null,
    original: null,
    ...changes,
  };
}

export function reversalOf(
  link: LinkWorld,
  request: BankRequest,
  changes: Partial<BankAdvice> = {},
): BankAdvice {
  counter += 1;
  const stan = String(counter).padStart(6, '0');
  const { card: _card, dcc: _dcc, original: _original, ...message } = request;
  const encrypted = link.keys.storedCard(request.cardId);
  return {
    ...message,
    kind: 'reversal',
    reference: { ...request.reference, mti: '0420', stan, transmittedAt: '1122060030' },
    repeat: false,
    card: { masked: '220070******5678', bin: '220070', scheme: 'mir', panHash: 'h', encrypted },
    original: request.reference,
    authCode: null,
    responseCode: null,
    cause: 'bank_timeout',
    ...changes,
  };
}

export function totalsOf(changes: Partial<BankTotals> = {}): BankTotals {
  counter += 1;
  return {
    bank: 'volga',
    stan: String(counter).padStart(6, '0'),
    transmittedAt: '1122200000',
    settlementDate: '2026-11-22',
    currency: CNY,
    debits: 3,
    debitsMinor: 30_000n,
    credits: 1,
    creditsMinor: 5_000n,
    debitReversals: 1,
    debitReversalsMinor: 10_000n,
    creditReversals: 0,
    creditReversalsMinor: 0n,
    ...changes,
  };
}

export type { BankAnswer };
