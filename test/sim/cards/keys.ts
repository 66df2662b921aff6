/** Card keys of the world, fixed: the gateway's HSM, two partner banks' and every till's PIN pad, and a drawer of cards a till. */
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import type { Random } from '../../../gateway/kernel/time.ts';
import { aesInitialKey } from '../../../gateway/keys/aes-dukpt.ts';
import { oddParity } from '../../../gateway/keys/cipher.ts';
import { parseKsn } from '../../../gateway/keys/ksn.ts';
import { pvv } from '../../../gateway/keys/pvv.ts';
import { SoftwareHsm } from '../../../gateway/keys/software-hsm.ts';
import { wrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import { issuerKeyBlocks } from '../../../simulators/bank/issue.ts';
import type { AccountTerms, CardTerms } from '../../../simulators/bank/terms.ts';
import { passesLuhn, sampleCards, type VirtualCard } from '../../../simulators/pinpad/card-deck.ts';
import { PAD_DEFAULTS, type Pad } from '../../../simulators/pinpad/settings.ts';
import { lengthened } from '../../crash/card-drawer.ts';
import { SeededRandom } from '../seeded-random.ts';

export const PAN_KEY = 'pan.1';
export const HASH_KEY = 'pan-hash.1';
export const BDK = 'bdk.1';
export const KSN_PREFIX = 'A3D00001';

export interface PartnerPlan {
  readonly bank: string;
  readonly issuer: string;
  readonly profile: 'ascii' | 'bcd';
  readonly mac: 'cmac' | 'retail';
  readonly pinBlock: 'format0' | 'format4';
  readonly keysMadeBy: 'gateway' | 'bank';
  readonly zmk: 'T' | 'A';
}

/** Two issuers that differ in every term there is. */
export const PARTNERS: readonly PartnerPlan[] = [
  {
    ...{ bank: 'mir-bank', issuer: 'mir-test', profile: 'ascii', mac: 'cmac' },
    ...{ pinBlock: 'format4', keysMadeBy: 'gateway', zmk: 'A' },
  },
  {
    ...{ bank: 'unionpay-bank', issuer: 'unionpay-test', profile: 'bcd', mac: 'retail' },
    ...{ pinBlock: 'format0', keysMadeBy: 'bank', zmk: 'T' },
  },
];

export const zmkName = (bank: string): string => `${bank}.zmk`;

interface BankSecrets {
  readonly masterKey: Uint8Array;
  readonly zmk: Uint8Array;
  readonly imk: Uint8Array;
  readonly pvk: Uint8Array;
}

export interface CardKeys {
  readonly gatewayHsm: (random: Random) => SoftwareHsm;
  readonly bankHsm: (plan: PartnerPlan, random: Random) => SoftwareHsm;
  readonly pad: (tid: string, cards: readonly VirtualCard[]) => Pad;
  /** Accounts and cards of one issuer. */
  readonly issued: (
    plan: PartnerPlan,
    cards: readonly VirtualCard[],
  ) => { readonly accounts: readonly AccountTerms[]; readonly cards: readonly CardTerms[] };
}

export function makeCardKeys(): CardKeys {
  const random = new SeededRandom(8_583);
  const master = random.bytes(32);
  const bdk = random.bytes(16);
  const secrets = new Map<string, BankSecrets>();
  const block = (usage: string, algorithm: string, modeOfUse: string, key: Uint8Array): string =>
    wrapKeyBlock(
      master,
      { version: 'D', usage, algorithm, modeOfUse, keyVersion: '00', exportability: 'N', optional: [] },
      key,
      random,
    );
  const gateway: Record<string, string> = {
    [PAN_KEY]: block('D0', 'A', 'B', random.bytes(32)),
    [HASH_KEY]: block('M7', 'H', 'G', random.bytes(32)),
    [BDK]: block('B0', 'A', 'X', bdk),
  };
  const bankBlocks = new Map<string, Readonly<Record<string, string>>>();
  for (const { bank, zmk } of PARTNERS) {
    const shared = zmk === 'A' ? random.bytes(16) : oddParity(random.bytes(16));
    const own: BankSecrets = {
      masterKey: random.bytes(32),
      zmk: shared,
      imk: oddParity(random.bytes(16)),
      pvk: oddParity(random.bytes(16)),
    };
    secrets.set(bank, own);
    gateway[zmkName(bank)] = block('K0', zmk, 'B', shared);
    bankBlocks.set(bank, issuerKeyBlocks({ ...own, zmk: { algorithm: zmk, key: shared } }, random));
  }
  const of = (bank: string): BankSecrets => {
    const found = secrets.get(bank);
    if (found === undefined) throw new Error(`No keys of ${bank}.`);
    return found;
  };
  return {
    gatewayHsm: (drawn) => new SoftwareHsm({ masterKey: master, random: drawn, keys: gateway }),
    bankHsm: ({ bank }, drawn) =>
      new SoftwareHsm({ masterKey: of(bank).masterKey, random: drawn, keys: bankBlocks.get(bank) ?? {} }),
    pad: (tid, cards) => {
      const ksn = `${KSN_PREFIX}${tid}00000000`;
      const key = Buffer.from(aesInitialKey(bdk, parseKsn(ksn))).toString('hex');
      return {
        settings: { ...PAD_DEFAULTS, serial: `SIM-${tid}` },
        secrets: {
          initialKey: { ksn, key },
          transportKey: null,
          issuerKeys: Object.fromEntries(
            PARTNERS.map(({ bank, issuer }) => [issuer, Buffer.from(of(bank).imk).toString('hex')]),
          ),
        },
        cards,
      };
    },
    issued: ({ bank, issuer }, cards) =>
      issue(
        of(bank).pvk,
        cards.filter((card) => card.issuer === issuer),
      ),
  };
}

/** Rich enough for any day, in the twelve digits that DE54 has, but for those whose card is named empty. */
function issue(pvk: Uint8Array, cards: readonly VirtualCard[]) {
  const accounts = cards.map(({ name, holder, currency }) => ({
    account: name,
    holder,
    currency: currency === 'RUB' ? RUB : CNY,
    openingMinor: name.startsWith('mir-empty') ? 0n : 10n ** 11n,
  }));
  const terms = cards.map(
    ({ name, pan, expiryYymm, pin }): CardTerms => ({
      ...{ name, pan, expiryYymm, account: name, imk: 'imk', pvk: 'pvk', pvki: 1 },
      pvv: pvv(pvk, 1, pan, pin),
      stopped: name.startsWith('mir-stopped') ? 'stolen' : 'no',
      ...{ perTransactionMinor: null, perDayMinor: null, perDayCount: null, scenario: null },
    }),
  );
  return { accounts, cards: terms };
}

/** The drawer at one till: the sample's cards under numbers of their own, since a card is at one counter at a time, and one
 *  that no bank of ours has issued. */
export function drawerOf(index: number): readonly VirtualCard[] {
  const cards = sampleCards();
  const foreign = cards.filter(({ name }) => name === 'unionpay-cny').map(unrouted);
  return [...cards, ...foreign].map((sample) => {
    const card = { ...sample, name: `${sample.name}-${index}`, pan: renumbered(sample.pan, index) };
    return { ...card, pin: lengthened(card) };
  });
}

/** Whether a card of that name can pay at all. */
export function isSound(name: string): boolean {
  return /^(mir-(rub|signature|offline-pin)|unionpay-(cny|cny-2|choice|phone|rub))-[0-9]+$/.test(name);
}

function unrouted(card: VirtualCard): VirtualCard {
  return { ...card, name: 'unionpay-elsewhere', pan: `62000009${card.pan.slice(8)}` };
}

function renumbered(pan: string, index: number): string {
  const stem = `${pan.slice(0, 9)}${index}${pan.slice(10, -1)}`;
  for (let digit = 0; digit <= 9; digit += 1) if (passesLuhn(`${stem}${digit}`)) return `${stem}${digit}`;
  throw new Error('No check digit fits.');
}
