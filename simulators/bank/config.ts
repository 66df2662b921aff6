/** The configuration file of one or more banks, read strictly: what is missing or malformed is refused by name, never with a key.
 *
 *  Shape   { banks: [ { name, data, listen, tls, control, controlTls, masterKey, keys, terms, rates, accounts, cards } ] } */
import { readFileSync } from 'node:fs';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import { type ExactRate, rateFromJson } from '../../gateway/kernel/rate.ts';
import { fitsRateField } from './conversion.ts';
import { isScenarioName } from './scenarios.ts';
import type { Synchronous } from './schema.ts';
import { type AccountTerms, type BankTerms, type CardTerms, USUAL_TERMS } from './terms.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Authorities of the acquirer's certificate, which is asked for then. */
  readonly clientCa?: string;
}

export interface Address {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface BankConfig {
  /** Directory of the books. */
  readonly data: string;
  readonly synchronous: Synchronous;
  readonly listen: Address;
  /** Null: plain TCP, on a private line. */
  readonly tls: TlsFiles | null;
  readonly control: Address;
  readonly controlTls: TlsFiles | null;
  /** Under which the security module's keys are wrapped: 64 hexadecimal digits in a file. */
  readonly masterKey: string;
  /** Key blocks by name: the ZMK, the issuer's master key and the PIN verification keys. */
  readonly keys: Readonly<Record<string, string>>;
  readonly terms: BankTerms;
  readonly accounts: readonly AccountTerms[];
  readonly cards: readonly CardTerms[];
}

type Fields = Readonly<Record<string, unknown>>;

const CHOICES = {
  profile: ['ascii', 'bcd'],
  mac: ['cmac', 'retail'],
  macPadding: [1, 2],
  pinBlock: ['format0', 'format4'],
  keysMadeBy: ['gateway', 'bank'],
  cryptogramWrong: ['82', '88'],
} as const;
const NUMBERS = [
  'frameBytesMost',
  'frameTimeoutMs',
  'echoEveryMs',
  'echoTimeoutMs',
  'networkTimeoutMs',
  'completionOverBp',
  'holdMs',
  'pinTriesMost',
  'dayOffsetMinutes',
] as const;
const STOPS = ['no', 'restricted', 'lost', 'stolen', 'pick_up'] as const;

export function readConfig(path: string): readonly BankConfig[] {
  const root = fieldsOf(JSON.parse(readFileSync(path, 'utf8')), 'the file');
  const banks = listOf(root.banks, 'banks').map((bank, index) => bankOf(fieldsOf(bank, `banks[${index}]`)));
  if (banks.length === 0) throw wrong('banks', 'at least one bank');
  return banks;
}

function bankOf(bank: Fields): BankConfig {
  const control = addressOf(bank.control, 'control');
  const controlTls = tlsOf(bank.controlTls, 'controlTls');
  if (controlTls === null && !['127.0.0.1', '::1', 'localhost'].includes(control.host))
    throw wrong('control', 'a loopback address when controlTls is null');
  const accounts = listOf(bank.accounts, 'accounts').map(accountOf);
  const known = new Set(accounts.map(({ account }) => account));
  return {
    data: textOf(bank.data, 'data'),
    synchronous: oneOf(bank.synchronous ?? 'full', ['full', 'normal', 'off'] as const, 'synchronous'),
    listen: addressOf(bank.listen, 'listen'),
    tls: tlsOf(bank.tls, 'tls'),
    control,
    controlTls,
    masterKey: textOf(bank.masterKey, 'masterKey'),
    keys: Object.fromEntries(
      Object.entries(fieldsOf(bank.keys, 'keys')).map(([name, block]) => [
        name,
        textOf(block, `keys.${name}`),
      ]),
    ),
    terms: termsOf(textOf(bank.name, 'name'), fieldsOf(bank.terms ?? {}, 'terms'), bank.rates ?? {}),
    accounts,
    cards: listOf(bank.cards, 'cards').map((card) => cardOf(card, known)),
  };
}

function termsOf(name: string, given: Fields, rates: unknown): BankTerms {
  const known = new Set<string>([...Object.keys(CHOICES), ...NUMBERS, 'zmk']);
  for (const term of Object.keys(given)) if (!known.has(term)) throw wrong(`terms.${term}`, 'a known term');
  for (const [term, allowed] of Object.entries(CHOICES))
    if (given[term] !== undefined) oneOf<unknown>(given[term], allowed, `terms.${term}`);
  for (const term of NUMBERS) if (given[term] !== undefined) wholeOf(given[term], `terms.${term}`);
  return { ...USUAL_TERMS, ...(given as Partial<BankTerms>), name, rates: ratesOf(fieldsOf(rates, 'rates')) };
}

/** `{ "RUB/CNY": "0.0886400" }`: one rouble costs 0.0886400 yuan. */
export function ratesOf(rates: Fields): ReadonlyMap<string, ExactRate> {
  return new Map(
    Object.entries(rates).map(([pair, value]) => {
      const text = textOf(value, `rates.${pair}`);
      const parts = /^([A-Z]{3})\/([A-Z]{3}) ([0-9]+)(?:\.([0-9]+))?$/.exec(`${pair} ${text}`);
      if (parts === null) throw wrong(`rates.${pair}`, 'a decimal');
      const [, base = '', quote = '', whole = '', fraction = ''] = parts;
      const digits = `${whole}${fraction}`.replace(/^0+/, '');
      const rate = rateFromJson({ base, quote, value: digits, scale: fraction.length });
      if (!fitsRateField(rate)) throw wrong(`rates.${pair}`, 'seven digits and nine decimals at most');
      return [pair, rate] as const;
    }),
  );
}

function accountOf(value: unknown): AccountTerms {
  const fields = fieldsOf(value, 'an account');
  return {
    account: shaped(fields.account, /^[a-z0-9-]{1,40}$/, 'account'),
    holder: textOf(fields.holder, 'holder'),
    currency: currencyOf(textOf(fields.currency, 'currency')).code,
    openingMinor: BigInt(shaped(fields.openingMinor, /^[0-9]{1,15}$/, 'openingMinor')),
  };
}

function cardOf(value: unknown, accounts: ReadonlySet<string>): CardTerms {
  const fields = fieldsOf(value, 'a card');
  const name = shaped(fields.name, /^[a-z0-9-]{1,40}$/, 'card name');
  const at = (field: string): string => `${field} of card ${name}`;
  const account = textOf(fields.account, at('account'));
  if (!accounts.has(account)) throw wrong(at('account'), 'one of the accounts');
  const scenario = fields.scenario ?? null;
  if (scenario !== null && !isScenarioName(String(scenario)))
    throw wrong(at('scenario'), 'a scenario’s name');
  return {
    name,
    pan: shaped(fields.pan, /^[0-9]{12,19}$/, at('pan')),
    expiryYymm: shaped(fields.expiryYymm, /^[0-9]{2}(0[1-9]|1[0-2])$/, at('expiryYymm')),
    account,
    imk: textOf(fields.imk ?? 'imk', at('imk')),
    pvk: textOf(fields.pvk ?? 'pvk', at('pvk')),
    pvki: wholeOf(fields.pvki ?? 1, at('pvki')),
    pvv: fields.pvv === undefined || fields.pvv === null ? null : shaped(fields.pvv, /^[0-9]{4}$/, at('pvv')),
    stopped: oneOf(fields.stopped ?? 'no', STOPS, at('stopped')),
    perTransactionMinor: limitOf(fields.perTransactionMinor, at('perTransactionMinor')),
    perDayMinor: limitOf(fields.perDayMinor, at('perDayMinor')),
    perDayCount: isAbsent(fields.perDayCount) ? null : wholeOf(fields.perDayCount, at('perDayCount')),
    scenario: scenario === null ? null : String(scenario),
  };
}

function tlsOf(value: unknown, name: string): TlsFiles | null {
  if (value === undefined) throw wrong(name, 'null or { cert, key }');
  if (value === null) return null;
  const { cert, key, clientCa } = fieldsOf(value, name);
  const files = { cert: textOf(cert, `${name}.cert`), key: textOf(key, `${name}.key`) };
  return isAbsent(clientCa) ? files : { ...files, clientCa: textOf(clientCa, `${name}.clientCa`) };
}

function addressOf(value: unknown, name: string): Address {
  const { host, port } = fieldsOf(value, name);
  const number = wholeOf(port, `${name}.port`);
  if (number > 65_535) throw wrong(`${name}.port`, 'a port from 0 to 65535');
  return { host: textOf(host, `${name}.host`), port: number };
}

const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

function limitOf(value: unknown, name: string): bigint | null {
  return isAbsent(value) ? null : BigInt(shaped(value, /^[0-9]{1,15}$/, name));
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object');
  return value as Fields;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name, 'a list');
  return value;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw wrong(name, 'a text');
  return value;
}

function shaped(value: unknown, shape: RegExp, name: string): string {
  const text = textOf(value, name);
  if (!shape.test(text)) throw wrong(name, `of the shape ${shape.source}`);
  return text;
}

function wholeOf(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw wrong(name, 'a whole number');
  return value;
}

function oneOf<T>(value: unknown, allowed: readonly T[], name: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw wrong(name, `one of ${JSON.stringify(allowed)}`);
  return found;
}

function wrong(name: string, expected: string): Error {
  return new Error(`Configuration: ${name} must be ${expected}.`);
}
