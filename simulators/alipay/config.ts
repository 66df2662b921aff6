/** The simulator's configuration file, read strictly: an unknown or missing word is refused with its name. */
import { readFileSync } from 'node:fs';
import { type CurrencyCode, parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import { type ExactRate, rateFromJson } from '../../gateway/kernel/rate.ts';
import type { AccountClass, BuyerConfig } from './buyers.ts';
import { privateKeyFrom, publicKeyFrom } from './signing.ts';
import { USUAL_HABITS, type WalletTerms } from './terms.ts';

/** As written in the file. Amounts are decimal strings of minor units, rates decimal strings of yuan per unit. */
export interface ConfigFile {
  /** Directory of the books. */
  readonly data: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Null: plain HTTP, on loopback only. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** What bill URLs begin with; by default the address listened on. */
  readonly publicUrl?: string;
  readonly appId: string;
  readonly sellerId: string;
  readonly merchantName: string;
  readonly merchantPublicKey: string;
  readonly alipayPrivateKey: string;
  /** PEM of the authorities that notify addresses may present; absent: the platform's. */
  readonly notifyCa?: string;
  readonly rates: Readonly<Record<string, string>>;
  readonly merchantFloat?: Readonly<Record<string, string>>;
  readonly habits?: Readonly<Partial<Record<keyof typeof USUAL_HABITS, number>>>;
  readonly buyers: readonly BuyerFile[];
}

export interface BuyerFile {
  readonly buyerId: string;
  readonly logonId: string;
  readonly name: string;
  readonly accountClass: AccountClass;
  readonly pin: string;
  readonly balanceFen: string;
  readonly dayLimitFen?: string;
  readonly yearLimitFen?: string;
}

const TEXTS = ['data', 'appId', 'sellerId', 'merchantName', 'merchantPublicKey', 'alipayPrivateKey'] as const;

export function readConfig(path: string): ConfigFile {
  const config = JSON.parse(readFileSync(path, 'utf8')) as Partial<ConfigFile>;
  for (const name of TEXTS) {
    if (typeof config[name] !== 'string' || config[name] === '')
      throw new Error(`Configuration: ${name} is missing.`);
  }
  const { listen, buyers, rates } = config;
  if (typeof listen?.host !== 'string' || !Number.isInteger(listen.port))
    throw new Error('Configuration: listen needs host and port.');
  if (config.tls === undefined)
    throw new Error('Configuration: tls is missing (null for plain HTTP on loopback).');
  if (config.tls === null && !['127.0.0.1', '::1', 'localhost'].includes(listen.host))
    throw new Error('Configuration: plain HTTP is for loopback only.');
  if (!Array.isArray(buyers) || buyers.length === 0) throw new Error('Configuration: buyers are missing.');
  for (const buyer of buyers as readonly BuyerFile[]) checkBuyer(buyer);
  if (typeof rates !== 'object') throw new Error('Configuration: rates are missing.');
  return config as ConfigFile;
}

function checkBuyer(buyer: BuyerFile): void {
  const fit =
    /^2088\d{12}$/.test(buyer.buyerId) &&
    /^\d{6}$/.test(buyer.pin) &&
    ['I', 'II', 'III'].includes(buyer.accountClass) &&
    /^\d{1,15}$/.test(buyer.balanceFen);
  if (!fit)
    throw new Error(
      `Configuration: buyer ${String(buyer.buyerId)} has a malformed id, pin, class or balance.`,
    );
}

export function termsFrom(config: ConfigFile, publicUrl: string): WalletTerms {
  return {
    ...USUAL_HABITS,
    ...habitsFrom(config.habits ?? {}),
    appId: config.appId,
    sellerId: config.sellerId,
    merchantName: config.merchantName,
    merchantPublicKey: publicKeyFrom(readFileSync(config.merchantPublicKey, 'utf8')),
    alipayPrivateKey: privateKeyFrom(readFileSync(config.alipayPrivateKey, 'utf8')),
    publicUrl,
    rates: ratesFrom(config.rates),
  };
}

function habitsFrom(habits: NonNullable<ConfigFile['habits']>): Partial<WalletTerms> {
  const { passwordAboveFen, ...durations } = habits;
  return passwordAboveFen === undefined
    ? durations
    : { ...durations, passwordAboveFen: BigInt(passwordAboveFen) };
}

/** `{ "RUB": "0.08871" }`: one rouble costs 0.08871 yuan. */
export function ratesFrom(rates: Readonly<Record<string, string>>): ReadonlyMap<CurrencyCode, ExactRate> {
  return new Map(
    Object.entries(rates).map(([code, text]) => {
      const [whole = '', fraction = ''] = text.split('.');
      const value = `${whole}${fraction}`.replace(/^0+/, '');
      const rate = rateFromJson({ base: code, quote: 'CNY', value, scale: fraction.length });
      return [parseCurrencyCode(code), rate] as const;
    }),
  );
}

export function buyersFrom(buyers: readonly BuyerFile[]): readonly BuyerConfig[] {
  return buyers.map(({ balanceFen, dayLimitFen, yearLimitFen, ...buyer }) => ({
    ...buyer,
    balanceFen: BigInt(balanceFen),
    ...(dayLimitFen === undefined ? {} : { dayLimitFen: BigInt(dayLimitFen) }),
    ...(yearLimitFen === undefined ? {} : { yearLimitFen: BigInt(yearLimitFen) }),
  }));
}
