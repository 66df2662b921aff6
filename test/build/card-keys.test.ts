import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bankConfig, gatewayCards } from '../../build/card-config.ts';
import { ensureCardKeys, HSM_KEYS, KSN_PREFIX, readBankKeys, zmkName } from '../../build/card-keys.ts';
import { ensureCertificates } from '../../build/certificates.ts';
import { START_PORTS, TID } from '../../build/estate-config.ts';
import { PARTNERS } from '../../build/partners.ts';
import { type CardSettings, cardContradictions } from '../../gateway/card-config.ts';
import { parseKsn } from '../../gateway/keys/ksn.ts';
import { SoftwareHsm } from '../../gateway/keys/software-hsm.ts';
import { TerminalKeys } from '../../gateway/run/card/terminal-keys.ts';
import { readConfig } from '../../simulators/bank/config.ts';
import { secretsOf } from '../../simulators/pinpad/pad-config.ts';

const random = { bytes: (length: number) => new Uint8Array(length).fill(5) };

let parent = '';
let directory = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'amur-card-keys-'));
  directory = join(parent, 'keys');
});
afterEach(() => rmSync(parent, { recursive: true }));

const text = (path: string) => readFileSync(path, 'utf8');
const everything = () =>
  Object.fromEntries(readdirSync(directory).map((name) => [name, text(join(directory, name))]));

function gatewayHsm(): SoftwareHsm {
  const paths = ensureCardKeys(directory, TID);
  return new SoftwareHsm({
    masterKey: Buffer.from(text(paths.gatewayMaster).trim(), 'hex'),
    random,
    keys: JSON.parse(text(paths.gatewayKeys)) as Record<string, string>,
  });
}

describe('the card keys of a set-up', () => {
  test('are made once and only their owner can read them', () => {
    ensureCardKeys(directory, TID);
    const first = everything();
    ensureCardKeys(directory, TID);
    expect(everything()).toEqual(first);
    if (process.platform === 'win32') return;
    for (const name of Object.keys(first)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('are made anew where a set-up was interrupted, and no two machines have the same', () => {
    mkdirSync(`${directory}.new`);
    writeFileSync(join(`${directory}.new`, 'gateway-keys.json'), 'half a fi');
    ensureCardKeys(directory, TID);
    expect(readdirSync(parent)).toEqual(['keys']);
    const first = everything();
    rmSync(directory, { recursive: true });
    ensureCardKeys(directory, TID);
    for (const [name, made] of Object.entries(everything())) expect(made).not.toBe(first[name]);
  });

  test('fit together: the PIN pad’s MAC is the gateway’s, and so is what is wrapped under a bank’s key', () => {
    const hsm = gatewayHsm();
    const pad = secretsOf(JSON.parse(text(join(directory, 'pin-pad.json'))));
    const ksn = parseKsn(pad.initialKey.ksn);
    expect(pad.initialKey.ksn).toBe(`${KSN_PREFIX.first}${TID}00000000`);
    const transport = HSM_KEYS.transport.replace('{tid}', TID);
    const { block } = hsm.deriveInitialKey({ bdk: HSM_KEYS.bdk, ksn, under: transport });
    const injected = secretsOf({ ...pad, initialKey: { keyBlock: block } });
    expect(injected.initialKey).toEqual({ ...pad.initialKey, key: pad.initialKey.key.toLowerCase() });
    for (const partner of PARTNERS) {
      const { masterKey, keys } = readBankKeys(ensureCardKeys(directory, TID), partner);
      const bank = new SoftwareHsm({
        masterKey: Buffer.from(text(masterKey).trim(), 'hex'),
        random,
        keys,
      });
      expect(bank.keyCheckValue('zmk')).toBe(hsm.keyCheckValue(zmkName(partner)));
    }
  });

  test('lead the PIN pad from one key change to the next, to the end of the chain', async () => {
    const keys = ensureCardKeys(directory, TID);
    const certificates = await ensureCertificates(join(parent, 'certificates'), Date.UTC(2026, 10, 22));
    const section = gatewayCards(parent, certificates, keys, { ports: START_PORTS }) as CardSettings;
    expect(cardContradictions(section, new Set([TID]))).toEqual([]);
    const sets = new TerminalKeys(section.terminalKeys);
    const hsm = gatewayHsm();
    const had: string[] = [];
    let ksn = parseKsn(`${KSN_PREFIX.first}${TID}00000000`);
    for (let set = sets.find(ksn); set?.renewal != null; set = sets.find(ksn)) {
      const { ksnPrefix, bdk, transportKey } = set.renewal;
      had.push(ksn);
      ksn = parseKsn(`${ksnPrefix}${ksn.slice(ksnPrefix.length)}`);
      const under = transportKey.replace('{tid}', TID);
      expect(hsm.deriveInitialKey({ bdk, ksn, under }).block).toMatch(/^D/);
      expect(had).not.toContain(ksn);
    }
    expect(had).toHaveLength(KSN_PREFIX.renewed.length);
  });

  test('and the banks’ file is one that the banks take, with every card of the drawer at its issuer', async () => {
    const keys = ensureCardKeys(directory, TID);
    const certificates = await ensureCertificates(join(parent, 'certificates'), Date.UTC(2026, 10, 22));
    const file = join(parent, 'bank.json');
    writeFileSync(file, JSON.stringify(bankConfig(parent, certificates, keys, { ports: START_PORTS })));
    const banks = readConfig(file);
    expect(banks.map(({ terms, cards }) => [terms.name, cards.length])).toEqual([
      ['mir-bank', 13],
      ['unionpay-bank', 5],
    ]);
    expect(text(file)).not.toContain('4821"');
  });
});
