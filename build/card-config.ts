/** Card payments' part of an estate's configuration: the gateway's section, the partner banks' file and the PIN pad's. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { issueCards } from '../simulators/bank/issue.ts';
import { sampleCards } from '../simulators/pinpad/card-deck.ts';
import { type CardKeyPaths, HSM_KEYS, KSN_PREFIX, readBankKeys, zmkName } from './card-keys.ts';
import type { CertificatePaths } from './certificates.ts';
import type { EstateTerms, Ports } from './estate-config.ts';
import { BIN_ROUTES, PARTNERS, type Partner } from './partners.ts';

/** DE32 of this machine's gateway. */
export const ACQUIRER = '220001';

const bankDirectory = (directory: string, bank: string): string => join(directory, 'bank', bank);

/** Where that bank keeps its books. */
export const bankFile = (directory: string, bank: string): string =>
  join(bankDirectory(directory, bank), 'books.sqlite');

/** The gateway's `cards`. */
export function gatewayCards(
  directory: string,
  paths: CertificatePaths,
  keys: CardKeyPaths,
  terms: EstateTerms,
): object {
  const zoneKeys = join(directory, 'zone-keys');
  mkdirSync(zoneKeys, { recursive: true, mode: 0o700 });
  const { timers, limits } = terms.cards ?? {};
  return {
    hsm: {
      masterKeyFile: keys.gatewayMaster,
      keysFile: keys.gatewayKeys,
      panKey: HSM_KEYS.pan,
      hashKey: HSM_KEYS.hash,
    },
    terminalKeys: terminalKeys(),
    pads: [],
    bins: BIN_ROUTES,
    banks: PARTNERS.map((partner) => ({
      bank: partner.bank,
      addresses: [{ host: '127.0.0.1', port: portsOf(terms.ports, partner).link }],
      tls: {
        caFile: paths.caCert,
        serverName: 'localhost',
        certFile: paths.gatewayClientCert,
        keyFile: paths.gatewayClientKey,
      },
      profile: partner.profile,
      acquirerId: ACQUIRER,
      forwarderId: null,
      town: 'Blagoveshchen',
      country: 'RU',
      pinBlock: partner.pinBlock,
      mac: partner.mac,
      zmk: zmkName(partner),
      keysMadeBy: partner.keysMadeBy,
      zoneKeyFile: join(zoneKeys, `${partner.bank}.json`),
      ...(limits === undefined ? {} : { limits }),
    })),
    tcp: [],
    ...(timers === undefined ? {} : { timers }),
  };
}

/** A chain: a key change gives a pad the next front of its serial number, under one other base key, and never one it had. */
function terminalKeys(): readonly object[] {
  const { renewedBdk, transport } = HSM_KEYS;
  return [KSN_PREFIX.first, ...KSN_PREFIX.renewed].map((ksnPrefix, at) => {
    const next = KSN_PREFIX.renewed[at];
    return {
      ...{ ksnPrefix, bdk: at === 0 ? HSM_KEYS.bdk : renewedBdk },
      renewal: next === undefined ? null : { ksnPrefix: next, bdk: renewedBdk, transportKey: transport },
    };
  });
}

/** Every card of the drawer stands at its issuer, with an account of its own. */
export function bankConfig(
  directory: string,
  paths: CertificatePaths,
  keys: CardKeyPaths,
  terms: EstateTerms,
): object {
  return {
    banks: PARTNERS.map((partner) => {
      const { masterKey, keys: blocks, pvk } = readBankKeys(keys, partner);
      const { profile, mac, pinBlock, keysMadeBy, rates } = partner;
      const ports = portsOf(terms.ports, partner);
      return {
        name: partner.bank,
        data: bankDirectory(directory, partner.bank),
        listen: { host: '127.0.0.1', port: ports.link },
        tls: { cert: paths.bankCert, key: paths.bankKey, clientCa: paths.caCert },
        control: { host: '127.0.0.1', port: ports.page },
        controlTls: null,
        masterKey,
        keys: blocks,
        terms: { profile, mac, pinBlock, keysMadeBy },
        rates,
        ...issueCards(
          sampleCards().filter(({ issuer }) => issuer === partner.issuer),
          pvk,
        ),
      };
    }),
  };
}

/** The counter's `pinPad`. */
export function counterPinPad(keys: CardKeyPaths, { pinPad, pinPadPage }: Ports): object {
  return { port: pinPad, pagePort: pinPadPage, secrets: keys.pinPad };
}

function portsOf(ports: Ports, { bank }: Partner): { readonly link: number; readonly page: number } {
  return bank === 'mir-bank'
    ? { link: ports.mirBank, page: ports.mirBankPage }
    : { link: ports.unionPayBank, page: ports.unionPayBankPage };
}
