/** A partner bank's part of the gateway's configuration: the terms of the link, its addresses, its limits. The shape is
 *  checked with the whole file; this says what the shape alone does not show, and turns it into what the link takes. */
import { readFileSync } from 'node:fs';
import Type, { type Static } from 'typebox';
import { asciiProfile } from '../iso8583/profile-ascii.ts';
import { bcdProfile } from '../iso8583/profile-bcd.ts';
import type { Spec } from '../iso8583/spec.ts';
import { MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import type { Dial } from './dial.ts';
import { type BankTls, dialTcp } from './dial-tcp.ts';
import { keyFile } from './key-file.ts';
import type { KeyStore } from './key-store.ts';
import { type BankLimits, type BankTerms, DEFAULT_BANK_LIMITS } from './terms.ts';

const exact = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const Either = <A extends string, B extends string>(a: A, b: B) =>
  Type.Union([Type.Literal(a), Type.Literal(b)]);
const Count = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const Institution = Type.String({ pattern: '^[0-9]{1,11}$' });
const DAY_MS = 86_400_000;

const Tls = Type.Object(
  {
    caFile: Text,
    serverName: Type.String({ pattern: '^[A-Za-z0-9.-]{1,253}$' }),
    /** Null where the bank does not ask who calls. */
    certFile: Type.Union([Text, Type.Null()]),
    keyFile: Type.Union([Text, Type.Null()]),
  },
  exact,
);

/** One element of the gateway's `banks`. */
export const BankSection = Type.Object(
  {
    bank: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
    addresses: Type.Array(
      Type.Object({ host: Text, port: Type.Integer({ minimum: 1, maximum: 65_535 }) }, exact),
      { minItems: 1, maxItems: 8 },
    ),
    /** Null is plain TCP: only where the terms say that the line itself is private. */
    tls: Type.Union([Tls, Type.Null()]),
    profile: Either('ascii', 'bcd'),
    acquirerId: Institution,
    forwarderId: Type.Union([Institution, Type.Null()]),
    town: Type.String({ pattern: '^[ -~]{1,13}$' }),
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    pinBlock: Either('format0', 'format4'),
    mac: Either('cmac', 'retail'),
    macPadding: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
    wrongMac: Type.Optional(Either('keep', 'close')),
    /** Name of the key shared with the bank, in the HSM. */
    zmk: Type.String({ pattern: '^[a-z][a-z0-9._/-]{0,63}$' }),
    keysMadeBy: Either('gateway', 'bank'),
    /** Where the zone keys stay, wrapped; its folder exists. */
    zoneKeyFile: Text,
    keyLifeMs: Type.Optional(Type.Integer({ minimum: 60_000, maximum: 400 * DAY_MS })),
    messagesPerKey: Type.Optional(Count),
    /** Numbers that replace a default of the same name. */
    limits: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Count)),
  },
  exact,
);
export type BankSettings = Static<typeof BankSection>;

export interface BankSetUp {
  readonly terms: BankTerms;
  readonly limits: BankLimits;
  readonly spec: Spec;
  readonly dials: readonly Dial[];
  readonly keyStore: KeyStore;
}

/** What is wrong with it, in sentences for the person who wrote the file; none when nothing is. */
export function bankContradictions(settings: BankSettings): readonly string[] {
  const { bank, tls, limits = {} } = settings;
  const found: string[] = [];
  if (tls !== null && (tls.certFile === null) !== (tls.keyFile === null)) {
    found.push(`bank ${bank}: a client certificate and its key belong together`);
  }
  for (const name of Object.keys(limits)) {
    if (!Object.hasOwn(DEFAULT_BANK_LIMITS, name))
      found.push(`bank ${bank}: there is no limit named ${name}`);
  }
  return found;
}

/** The same with paths made absolute by `at`. */
export function bankPathsAt(settings: BankSettings, at: (path: string) => string): BankSettings {
  const { tls, zoneKeyFile } = settings;
  const maybe = (path: string | null) => (path === null ? null : at(path));
  return {
    ...settings,
    zoneKeyFile: at(zoneKeyFile),
    tls:
      tls === null
        ? null
        : { ...tls, caFile: at(tls.caFile), certFile: maybe(tls.certFile), keyFile: maybe(tls.keyFile) },
  };
}

/** Terms, limits, profile, sockets and key file of a bank. Throws when a certificate file cannot be read. */
export function setUpBank(settings: BankSettings): BankSetUp {
  const tls = readTls(settings.tls);
  return {
    terms: termsOf(settings),
    limits: { ...DEFAULT_BANK_LIMITS, ...settings.limits },
    spec: profileOf(settings.profile),
    dials: settings.addresses.map((address) => dialTcp(address, tls)),
    keyStore: keyFile(settings.zoneKeyFile, settings.bank),
  };
}

export function profileOf(profile: BankTerms['profile']): Spec {
  return profile === 'ascii' ? asciiProfile : bcdProfile;
}

function termsOf(settings: BankSettings): BankTerms {
  const { bank, profile, acquirerId, forwarderId, town, country, pinBlock, mac, zmk, keysMadeBy } = settings;
  return {
    ...{ bank, profile, acquirerId, forwarderId, town, country, pinBlock, mac, zmk, keysMadeBy },
    localOffsetMinutes: MOSCOW_OFFSET_MINUTES,
    macPadding: settings.macPadding ?? 1,
    wrongMac: settings.wrongMac ?? 'keep',
    keyLifeMs: settings.keyLifeMs ?? DAY_MS,
    messagesPerKey: settings.messagesPerKey ?? 1_000_000,
  };
}

function readTls(tls: BankSettings['tls']): BankTls | null {
  if (tls === null) return null;
  const { caFile, serverName, certFile, keyFile: ownKeyFile } = tls;
  const client =
    certFile === null || ownKeyFile === null
      ? null
      : { certPem: readFileSync(certFile, 'utf8'), keyPem: readFileSync(ownKeyFile, 'utf8') };
  return { caPem: readFileSync(caFile, 'utf8'), serverName, client };
}
