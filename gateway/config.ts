/** The gateway's configuration file: JSON, checked strictly; an error names the place and what belongs there. Relative
 *  paths are relative to the file. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { CardsSection, cardContradictions, cardPathsAt } from './card-config.ts';
import { allCurrencies, CNY, RUB } from './kernel/currency.ts';
import { AmurError } from './kernel/errors.ts';
import { money } from './kernel/money.ts';
import { feeByTerms } from './ledger/fee-book.ts';
import type { FeeTerms } from './ledger/fee-rate.ts';
import { RatesSection, rateContradictions, ratePathsAt } from './rate-config.ts';

const exact = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const Duration = Type.Integer({ minimum: 1, maximum: 10 * 365 * 86_400_000 });
/** The longest delay a timer of Node keeps; a longer one fires at once. */
const TIMER_MS_MOST = 2_147_483_647;
const Delay = Type.Integer({ minimum: 1, maximum: TIMER_MS_MOST });
const Minor = Type.String({ pattern: '^(0|[1-9][0-9]{0,14})$' });
const Words = <W extends string>(words: readonly W[]) => Type.Union(words.map((word) => Type.Literal(word)));

const FEE_BOUNDS = {
  fixedMinor: Type.Optional(Minor),
  floorMinor: Type.Optional(Minor),
  capMinor: Type.Optional(Minor),
};
const FeeTiers = Type.Array(
  Type.Object(
    { fromMinor: Minor, mdrBp: Type.Integer({ minimum: 0, maximum: 10_000 }), ...FEE_BOUNDS },
    exact,
  ),
  { minItems: 1, maxItems: 20 },
);

const Fee = Type.Object(
  { ...FEE_BOUNDS, tiers: Type.Optional(FeeTiers), brackets: Type.Optional(Words(['whole', 'marginal'])) },
  exact,
);

const Terms = Type.Object(
  {
    converter: Words(['acquirer', 'wallet']),
    settleCurrency: Type.String({ pattern: '^[A-Z]{3}$' }),
    paidIn: Type.Optional(Words(['price', 'order'])),
    mdrBp: Type.Integer({ minimum: 0, maximum: 10_000 }),
    fee: Type.Optional(Fee),
    mdrReturned: Type.Boolean(),
    markupGroup: Type.Optional(Line(40)),
    refundRatePolicy: Words(['original', 'refund_day', 'next_day']),
    cards: Type.Optional(
      Type.Object(
        {
          mdrBp: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
          fee: Type.Optional(Fee),
          categoryCode: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
          town: Type.Optional(Type.String({ pattern: '^[ -~]{1,13}$' })),
          tillConverts: Type.Optional(Type.Boolean()),
        },
        exact,
      ),
    ),
  },
  exact,
);
const Merchant = Type.Object(
  {
    mid: Type.String({ pattern: '^[0-9]{15}$' }),
    name: Line(100),
    nameZh: Line(100),
    inn: Type.String({ pattern: '^[0-9]{10}([0-9]{2})?$' }),
    address: Line(200),
    markupBp: Type.Integer({ minimum: 0, maximum: 9_999 }),
    terms: Terms,
  },
  exact,
);
const Terminal = Type.Object(
  { tid: Type.String({ pattern: '^[0-9]{8}$' }), mid: Type.String({ pattern: '^[0-9]{15}$' }) },
  exact,
);
const Alipay = Type.Object(
  {
    gatewayUrl: Type.String({ pattern: '^https://' }),
    appId: Line(40),
    sellerId: Line(40),
    privateKeyFile: Text,
    alipayPublicKeyFile: Text,
    /** Null trusts the system's authorities. */
    caFile: Type.Union([Text, Type.Null()]),
    /** Null means this gateway's own address. */
    notifyUrl: Type.Union([Type.String({ pattern: '^https://' }), Type.Null()]),
    timeoutMs: Delay,
    timeoutExpress: Type.String({ pattern: '^[1-9][0-9]{0,3}[mhd]$' }),
  },
  exact,
);
/** A charity's short name is its payee's in the bank's configuration. */
const Charity = Type.Object(
  {
    charity: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    name: Line(60),
    nameZh: Line(60),
    nameEn: Line(60),
  },
  exact,
);
/** Numbers that replace a default of the same name; an unknown name is refused where they are applied. None of them has a
 *  use for zero: a lease of nothing holds nobody off, a pause of nothing is a loop. */
const Overrides = Type.Record(Type.String({ maxLength: 40 }), Delay);

export const GatewayConfig = Type.Object(
  {
    /** The gateway's own name: terminals prove themselves to it. */
    name: Line(64),
    listen: Type.Object({ host: Text, port: Type.Integer({ minimum: 0, maximum: 65_535 }) }, exact),
    tls: Type.Object({ certFile: Text, keyFile: Text }, exact),
    databaseFile: Text,
    /** How long a new activation code may be used. */
    activationLifeMs: Duration,
    rates: RatesSection,
    alipay: Alipay,
    merchants: Type.Array(Merchant, { minItems: 1, maxItems: 10_000 }),
    terminals: Type.Array(Terminal, { maxItems: 100_000 }),
    /** To whom customers may give with a sale; absent, tills offer none. */
    charities: Type.Optional(Type.Array(Charity, { maxItems: 50 })),
    /** Absent: no card payments. */
    cards: Type.Optional(CardsSection),
    edge: Type.Optional(Overrides),
    payments: Type.Optional(Overrides),
    run: Type.Optional(Overrides),
  },
  exact,
);
export type GatewaySettings = Static<typeof GatewayConfig>;

/** A sentence for the person who wrote the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Errors  ConfigError */
export function readGatewayConfig(file: string): GatewaySettings {
  const settings = readConfigFile(file, GatewayConfig);
  const [contradiction] = contradictions(settings);
  if (contradiction !== undefined) throw new ConfigError(`Configuration: ${file}: ${contradiction}.`);
  const at = (path: string) => resolve(dirname(file), path);
  const { tls, rates, alipay, cards } = settings;
  return {
    ...settings,
    databaseFile: at(settings.databaseFile),
    tls: { certFile: at(tls.certFile), keyFile: at(tls.keyFile) },
    rates: ratePathsAt(rates, at),
    alipay: {
      ...alipay,
      privateKeyFile: at(alipay.privateKeyFile),
      alipayPublicKeyFile: at(alipay.alipayPublicKeyFile),
      caFile: alipay.caFile === null ? null : at(alipay.caFile),
    },
    ...(cards === undefined ? {} : { cards: cardPathsAt(cards, at) }),
  };
}

function isSoundFee(mdrBp: number, fee: FeeTerms | undefined): boolean {
  try {
    feeByTerms(money(1n, RUB), mdrBp, fee);
    return true;
  } catch (error) {
    if (error instanceof AmurError && error.code === 'FEE_TERMS_INVALID') return false;
    throw error;
  }
}

/** What the shape alone does not show, in sentences for the person who wrote the file. */
function contradictions({
  merchants,
  terminals,
  rates,
  charities = [],
  cards,
}: GatewaySettings): readonly string[] {
  const found = [...rateContradictions(rates)];
  const mids = new Set<string>();
  const tids = new Set<string>();
  for (const { mid, terms } of merchants) {
    if (mids.has(mid)) found.push(`merchant ${mid} is listed twice`);
    mids.add(mid);
    const { converter, settleCurrency, fee, refundRatePolicy, paidIn } = terms;
    if (converter === 'wallet' && paidIn === 'order') {
      found.push(`merchant ${mid}: where the wallet converts, the merchant is paid what it settles`);
    }
    if (converter === 'acquirer' && refundRatePolicy === 'next_day') {
      found.push(
        `merchant ${mid}: where the acquirer converts, a refund cannot wait for the next day's rate`,
      );
    }
    if (!isSoundFee(terms.mdrBp, fee) || !isSoundFee(terms.mdrBp, terms.cards?.fee)) {
      found.push(`merchant ${mid}: the cap of its fee is below the floor, or its tiers do not rise`);
    }
    if (!allCurrencies().some((currency) => currency.code === settleCurrency)) {
      found.push(`merchant ${mid}: ${settleCurrency} is not a currency of ISO 4217`);
    } else if (converter === 'acquirer' && settleCurrency !== CNY) {
      found.push(`merchant ${mid}: where the acquirer converts, the wallet settles in CNY`);
    }
  }
  for (const { tid, mid } of terminals) {
    if (tids.has(tid)) found.push(`terminal ${tid} is listed twice`);
    tids.add(tid);
    if (!mids.has(mid)) found.push(`terminal ${tid} belongs to merchant ${mid}, which is not listed`);
  }
  const given = charities.map(({ charity }) => charity);
  for (const charity of new Set(given.filter((one, index) => given.indexOf(one) !== index))) {
    found.push(`charity ${charity} is listed twice`);
  }
  if (cards !== undefined) found.push(...cardContradictions(cards, tids));
  return found;
}

/** Errors  ConfigError for a name that the defaults do not have */
export function override<T extends object>(
  section: string,
  defaults: T,
  changes: Record<string, number> = {},
): T {
  const known = new Map<string, unknown>(Object.entries(defaults));
  for (const [name, value] of Object.entries(changes)) {
    const type = typeof known.get(name);
    if (type !== 'number' && type !== 'bigint') {
      throw new ConfigError(`Configuration: /${section}/${name} is not a number that can be set here.`);
    }
    known.set(name, type === 'bigint' ? BigInt(value) : value);
  }
  return Object.fromEntries(known) as T;
}

/** Any process's file, checked against its own shape. Errors  ConfigError */
export function readConfigFile<T extends TSchema>(file: string, schema: T): Static<T> {
  return parseConfig(file, readText(file), schema) as Static<T>;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigError(`Configuration: ${file} cannot be read (${code}).`);
  }
}

function parseConfig(file: string, text: string, schema: TSchema): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the file, which may name keys and hosts.
    throw new ConfigError(`Configuration: ${file} is not JSON.`);
  }
  const compiled = Compile(schema);
  if (compiled.Check(value)) return value;
  const [fault] = compiled.Errors(value);
  const detail = fault === undefined ? 'malformed' : fault.message;
  throw new ConfigError(`Configuration: ${file} at ${fault?.instancePath || '/'}: ${detail}.`);
}
