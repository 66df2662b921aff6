import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import {
  BankSection,
  type BankSettings,
  bankContradictions,
  bankPathsAt,
  setUpBank,
} from '../../../gateway/banks/bank-config.ts';
import { makeCertificates } from './certificates.ts';

const SETTINGS: BankSettings = {
  bank: 'volga',
  addresses: [{ host: '127.0.0.1', port: 8583 }],
  tls: { caFile: 'ca.pem', serverName: 'host.bank.test', certFile: null, keyFile: null },
  profile: 'ascii',
  acquirerId: '400001',
  forwarderId: null,
  town: 'MOSCOW',
  country: 'RU',
  pinBlock: 'format0',
  mac: 'cmac',
  zmk: 'volga.zmk',
  keysMadeBy: 'gateway',
  zoneKeyFile: 'volga.keys.json',
};

const accepts = (value: unknown): boolean => Compile(BankSection).Check(value);

test('A bank’s section is checked strictly.', () => {
  expect(accepts(SETTINGS)).toBe(true);
  expect(accepts({ ...SETTINGS, tls: null })).toBe(true);
  const { tls: _tls, ...withoutTls } = SETTINGS;
  // Plain TCP is said, never left out.
  expect(accepts(withoutTls)).toBe(false);
  for (const change of [
    { bank: 'Volga' },
    { addresses: [] },
    { profile: 'ebcdic' },
    { acquirerId: '123456789012' },
    { town: 'Москва' },
    { mac: 'none' },
    { zmk: 'D0112K0AB00E0000!' },
    { limits: { connections: 0 } },
    { limits: { connections: 1.5 } },
    { surplus: 1 },
  ]) {
    expect(accepts({ ...SETTINGS, ...change })).toBe(false);
  }
});

test('What the shape does not show is said in a sentence.', () => {
  expect(bankContradictions({ ...SETTINGS, limits: { echoEveryMs: 5_000 } })).toEqual([]);
  const tls = { caFile: 'ca.pem', serverName: 'a', certFile: 'own.pem', keyFile: null };
  expect(bankContradictions({ ...SETTINGS, tls, limits: { ecoEveryMs: 1 } })).toEqual([
    'bank volga: a client certificate and its key belong together',
    'bank volga: there is no limit named ecoEveryMs',
  ]);
});

test('It becomes terms, limits, a profile, sockets and a key file.', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bank-config-'));
  writeFileSync(join(folder, 'ca.pem'), makeCertificates().caPem);
  const at = (path: string) => resolve(folder, path);
  const bank = setUpBank(
    bankPathsAt({ ...SETTINGS, profile: 'bcd', limits: { connections: 3 }, messagesPerKey: 10 }, at),
  );
  expect(bank.terms).toMatchObject({
    macPadding: 1,
    wrongMac: 'keep',
    messagesPerKey: 10,
    localOffsetMinutes: 180,
  });
  expect(bank.limits).toMatchObject({ connections: 3, replyTimeoutMs: 25_000 });
  expect(bank.spec.name).toBe('bcd');
  expect(bank.dials).toHaveLength(1);
  expect(await bank.keyStore.load()).toBeNull();
  rmSync(folder, { recursive: true });
  expect(() => setUpBank(bankPathsAt(SETTINGS, at))).toThrow('ENOENT');
});
