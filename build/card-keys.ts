/** Makes, once and at set-up, the card keys of one development machine: those of the gateway's HSM, of the PIN pad, and of each
 *  partner bank, every one in the form its holder takes. What two parties share is in both their files and nowhere else.
 *
 *  The whole set appears under its name at once or not at all: half of it would fit nothing. It is never made again, since
 *  the PIN pad's counter and the stored card numbers belong to it. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../gateway/kernel/time.ts';
import { aesInitialKey } from '../gateway/keys/aes-dukpt.ts';
import { oddParity } from '../gateway/keys/cipher.ts';
import { parseKsn } from '../gateway/keys/ksn.ts';
import { unwrapKeyBlock, wrapKeyBlock } from '../gateway/keys/tr31.ts';
import { issuerKeyBlocks } from '../simulators/bank/issue.ts';
import { PARTNERS, type Partner } from './partners.ts';

/** What the key serial numbers of PIN pads begin with: injected at set-up, and after each key change that follows. */
export const KSN_PREFIX = {
  first: 'A3D00001',
  renewed: ['A3D00002', 'A3D00003', 'A3D00004', 'A3D00005', 'A3D00006', 'A3D00007', 'A3D00008', 'A3D00009'],
} as const;

/** Names in the gateway's HSM. */
export const HSM_KEYS = {
  pan: 'pan.1',
  hash: 'pan-hash.1',
  bdk: 'bdk.1',
  renewedBdk: 'bdk.2',
  transport: 'tmk.{tid}',
} as const;

export const zmkName = ({ bank }: Partner): string => `${bank}.zmk`;

export interface CardKeyPaths {
  readonly directory: string;
  readonly gatewayMaster: string;
  readonly gatewayKeys: string;
  readonly pinPad: string;
}

export interface BankKeys {
  readonly masterKey: string;
  /** Key blocks by name. */
  readonly keys: Readonly<Record<string, string>>;
  /** In the clear: cards are issued with it. */
  readonly pvk: Uint8Array;
}

const random: Random = { bytes: (length) => randomBytes(length) };

/** `tid`: the terminal whose PIN pad it is. */
export function ensureCardKeys(directory: string, tid: string): CardKeyPaths {
  if (!existsSync(directory)) {
    const partial = `${directory}.new`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(makeFiles(tid)))
      writeFileSync(join(partial, name), `${text}\n`, { mode: 0o600, flush: true });
    renameSync(partial, directory);
  }
  const at = (name: string): string => join(directory, name);
  return {
    directory,
    gatewayMaster: at('gateway-master.txt'),
    gatewayKeys: at('gateway-keys.json'),
    pinPad: at('pin-pad.json'),
  };
}

export function readBankKeys({ directory }: CardKeyPaths, { bank }: Partner): BankKeys {
  const masterKey = join(directory, `${bank}-master.txt`);
  const keys = JSON.parse(readFileSync(join(directory, `${bank}-keys.json`), 'utf8')) as Record<
    string,
    string
  >;
  const master = Buffer.from(readFileSync(masterKey, 'utf8').trim(), 'hex');
  return { masterKey, keys, pvk: unwrapKeyBlock(master, keys.pvk ?? '').key };
}

function makeFiles(tid: string): Readonly<Record<string, string>> {
  const bdk = aes(16);
  const transport = aes(16);
  const ksn = `${KSN_PREFIX.first}${tid}00000000`;
  const banks = PARTNERS.map((partner) => bankFiles(partner));
  const master = aes(32);
  const block = (usage: string, algorithm: string, modeOfUse: string, key: Uint8Array): string =>
    wrapKeyBlock(
      master,
      { version: 'D', usage, algorithm, modeOfUse, keyVersion: '00', exportability: 'N', optional: [] },
      key,
      random,
    );
  return {
    'gateway-master.txt': hex(master),
    'gateway-keys.json': json({
      [HSM_KEYS.pan]: block('D0', 'A', 'B', aes(32)),
      [HSM_KEYS.hash]: block('M7', 'H', 'G', aes(32)),
      [HSM_KEYS.bdk]: block('B0', 'A', 'X', bdk),
      [HSM_KEYS.renewedBdk]: block('B0', 'A', 'X', aes(16)),
      [HSM_KEYS.transport.replace('{tid}', tid)]: block('K0', 'A', 'B', transport),
      ...Object.fromEntries(
        banks.map(({ partner, zmk }) => [zmkName(partner), block('K0', partner.zmk, 'B', zmk)]),
      ),
    }),
    'pin-pad.json': json({
      initialKey: { ksn, key: hex(aesInitialKey(bdk, parseKsn(ksn))) },
      transportKey: hex(transport),
      issuerKeys: Object.fromEntries(banks.map(({ partner, imk }) => [partner.issuer, hex(imk)])),
    }),
    ...Object.assign({}, ...banks.map(({ files }) => files)),
  };
}

function bankFiles(partner: Partner) {
  const zmk = partner.zmk === 'A' ? aes(16) : tdes();
  const imk = tdes();
  const master = aes(32);
  const keys = { masterKey: master, zmk: { algorithm: partner.zmk, key: zmk }, imk, pvk: tdes() };
  const files = {
    [`${partner.bank}-master.txt`]: hex(master),
    [`${partner.bank}-keys.json`]: json(issuerKeyBlocks(keys, random)),
  };
  return { partner, zmk, imk, files };
}

const aes = (bytes: number): Buffer => randomBytes(bytes);
const tdes = (): Uint8Array => oddParity(randomBytes(16));
const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex').toUpperCase();
const json = (value: unknown): string => JSON.stringify(value, null, 2);
