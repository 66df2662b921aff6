/** The configuration file of the bank's process: JSON, checked strictly; an error names the place and what belongs there.
 *  Relative paths are relative to the file. */
import { dirname, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import { purposeFaults } from './bank-purpose.ts';
import { ConfigError, readConfigFile } from './config.ts';
import { FeeTierRows, feeRowsOf, feeTierContradictions } from './fee-tier-config.ts';
import { allCurrencies, parseCurrencyCode } from './kernel/currency.ts';
import { parseDecimalMoney } from './kernel/money.ts';
import { RU_VAT } from './ledger/vat.ts';
import type { DayTerms } from './run/day/context.ts';
import type { PayerRecord } from './run/day/payers.ts';
import { type Calendar, CalendarBook } from './settlement/calendar.ts';
import { SHIPPED_CALENDARS } from './settlement/calendar-data.ts';
import type { PartnerRecord, PayeeAssignment, PayeeRecord } from './settlement/contract.ts';

const exact = { additionalProperties: false } as const;
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const Words = <W extends string>(words: readonly W[]) => Type.Union(words.map((word) => Type.Literal(word)));
const Text = Line(2_000);
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
const PartnerName = Type.String({ pattern: '^[a-z0-9]{1,16}$' });
const Delay = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const BasisPoints = Type.Integer({ minimum: 0, maximum: 10_000 });

const DETAILS = {
  name: Line(160),
  inn: Type.String({ pattern: '^[0-9]{10}([0-9]{2})?$' }),
  kpp: Type.Union([Type.String({ pattern: '^[0-9]{4}[0-9A-Z]{2}[0-9]{3}$' }), Type.Null()]),
  bankName: Line(160),
  /** Nine digits in Russia, ISO 9362 or a clearing number abroad. */
  bic: Type.String({ pattern: '^[0-9A-Z]{8,12}$' }),
  correspondentAccount: Type.String({ pattern: '^[0-9A-Za-z]{0,34}$' }),
  accounts: Type.Record(Currency, Type.String({ pattern: '^[0-9A-Za-z]{1,34}$' })),
};
const Acquirer = Type.Object(
  {
    ...DETAILS,
    bank: PartnerName,
    swiftBic: Type.Union([Type.String({ pattern: '^[A-Z0-9]{8}([A-Z0-9]{3})?$' }), Type.Null()]),
  },
  exact,
);
const Partner = Type.Object(
  {
    ...DETAILS,
    partner: PartnerName,
    cutOff: Type.Object(
      {
        localTime: Type.String({ pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' }),
        zone: Words(['Europe/Moscow', 'Asia/Shanghai']),
      },
      exact,
    ),
    calendars: Type.Array(Line(40), { minItems: 1, maxItems: 8 }),
    tPlus: Type.Integer({ minimum: 0, maximum: 10 }),
    currencies: Type.Array(Currency, { minItems: 1, maxItems: 20 }),
    minimumPayout: Type.Array(
      Type.Object(
        { currency: Currency, amount: Type.String({ pattern: '^[0-9]{1,12}(\\.[0-9]+)?$' }) },
        exact,
      ),
      { maxItems: 20 },
    ),
    negativeNet: Words(['carry', 'claim']),
    orderFormat: Words(['payment_order_1c', 'pain001']),
    /** The partner's part of the net discount. */
    shareBp: BasisPoints,
  },
  exact,
);
const Payee = Type.Object(
  {
    kind: Words(['merchant', 'charity']),
    id: Type.String({ pattern: '^[0-9A-Za-z_-]{1,32}$' }),
    name: Line(160),
    inn: DETAILS.inn,
    account: Type.String({ pattern: '^[0-9A-Za-z]{1,34}$' }),
    partner: PartnerName,
    reserveBp: BasisPoints,
    reserveDays: Type.Integer({ minimum: 0, maximum: 3_650 }),
  },
  exact,
);
const Days = Type.Array(
  Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2})?$' }),
  { maxItems: 400 },
);
const CalendarSection = Type.Object(
  {
    name: Line(40),
    title: Line(200),
    version: Line(40),
    firstYear: Type.Integer({ minimum: 2_000, maximum: 2_200 }),
    lastYear: Type.Integer({ minimum: 2_000, maximum: 2_200 }),
    closed: Days,
    open: Days,
    short: Days,
    source: Line(1_000),
  },
  exact,
);

const Payer = Type.Object(
  {
    /** `alipay`, or a card bank's short name: also the folder its files arrive in. */
    party: Type.String({ pattern: '^[a-z0-9_-]{1,32}$' }),
    kind: Words(['wallet', 'bank']),
    offsetMinutes: Type.Integer({ minimum: -840, maximum: 840 }),
    calendar: Line(40),
    fileDays: Type.Integer({ minimum: 0, maximum: 30 }),
    paymentDays: Type.Integer({ minimum: 0, maximum: 30 }),
    owner: Line(40),
  },
  exact,
);
const LogSection = Type.Object(
  {
    /** The transparency log's name; whoever verifies knows its key by it. */
    origin: Type.String({ pattern: '^[a-z0-9.-]{1,60}(/[a-z0-9.-]{1,60})*$' }),
    /** Ed25519, PKCS #8 in PEM; made at set-up. */
    keyFile: Text,
  },
  exact,
);

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const ConsoleSection = Type.Object(
  {
    listen: Type.Object({ host: Line(100), port: Type.Integer({ minimum: 0, maximum: 65_535 }) }, exact),
    /** Without it the pages are on loopback only. */
    tls: Type.Optional(Type.Object({ certFile: Text, keyFile: Text }, exact)),
    /** Further names they are reached by, as a browser sends them: `bank.example:8448`. */
    hosts: Type.Optional(Type.Array(Line(200), { maxItems: 20 })),
    /** Where the pages are, if not where they are built to. */
    pagesFolder: Type.Optional(Text),
    activationLifeMs: Type.Optional(Delay),
  },
  exact,
);

export const BankConfig = Type.Object(
  {
    name: Line(64),
    /** The gateway's own. */
    databaseFile: Text,
    outboxFolder: Text,
    inboxFolder: Text,
    /** Between the end of a round and the next. */
    roundEveryMs: Delay,
    /** How long a file must not have changed before it is taken in. */
    fileRestMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
    acquirer: Acquirer,
    partners: Type.Array(Partner, { minItems: 1, maxItems: 1_000 }),
    payees: Type.Array(Payee, { maxItems: 100_000 }),
    /** Tax in our fees or on top of them, by the rates of Russia; null where they are not taxed. */
    vat: Type.Union([Type.Object({ borne: Words(['within', 'on_top']) }, exact), Type.Null()]),
    purpose: Line(140),
    /** The operator's pages; without it there are none. */
    console: Type.Optional(ConsoleSection),
    /** Later versions of shipped calendars, and others. */
    calendars: Type.Optional(Type.Array(CalendarSection, { maxItems: 50 })),
    /** Who owes us: wallets and card banks, whose files and payments the books are held against. */
    payers: Type.Optional(Type.Array(Payer, { maxItems: 100 })),
    /** Prices by last month's turnover; absent, merchants keep those of their contracts. */
    feeTiers: Type.Optional(FeeTierRows),
    /** Absent, no transparency log is written. */
    log: Type.Optional(LogSection),
  },
  exact,
);
type BankFile = Static<typeof BankConfig>;

export interface ConsoleSettings {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly hosts: readonly string[];
  readonly pagesFolder: string | null;
  readonly activationLifeMs: number;
}

export const ACTIVATION_LIFE_MS = 3_600_000;

export interface BankSettings {
  readonly name: string;
  readonly databaseFile: string;
  readonly outboxFolder: string;
  readonly inboxFolder: string;
  readonly roundEveryMs: number;
  readonly fileRestMs: number;
  readonly terms: DayTerms;
  readonly console: ConsoleSettings | null;
  readonly book: CalendarBook;
  readonly partners: readonly PartnerRecord[];
  readonly payees: readonly PayeeRecord[];
  readonly assignments: readonly Pick<PayeeAssignment, 'kind' | 'id' | 'partner'>[];
  readonly payers: readonly PayerRecord[];
  readonly log: { readonly origin: string; readonly keyFile: string } | null;
}

/** Errors  ConfigError | CALENDAR_INVALID */
export function readBankConfig(file: string): BankSettings {
  const settings = readConfigFile(file, BankConfig);
  const [contradiction] = [...contradictions(settings), ...feeTierContradictions(settings.feeTiers)];
  if (contradiction !== undefined) throw new ConfigError(`Configuration: ${file}: ${contradiction}.`);
  const at = (path: string) => resolve(dirname(file), path);
  const calendars: readonly Calendar[] = settings.calendars ?? [];
  return {
    name: settings.name,
    databaseFile: at(settings.databaseFile),
    outboxFolder: at(settings.outboxFolder),
    inboxFolder: at(settings.inboxFolder),
    roundEveryMs: settings.roundEveryMs,
    fileRestMs: settings.fileRestMs,
    terms: termsOf(settings),
    console: consoleOf(settings, at),
    book: new CalendarBook([...SHIPPED_CALENDARS, ...calendars]),
    partners: settings.partners.map(partnerOf),
    payees: settings.payees.map(({ partner: _, ...payee }) => payee),
    assignments: settings.payees.map(({ kind, id, partner }) => ({ kind, id, partner })),
    payers: (settings.payers ?? []).map((payer) => ({
      ...payer,
      settlementKinds: [payer.kind === 'wallet' ? 'alipay_settlement' : 'card_clearing'],
    })),
    log: settings.log === undefined ? null : { ...settings.log, keyFile: at(settings.log.keyFile) },
  };
}

function consoleOf({ console: section }: BankFile, at: (path: string) => string): ConsoleSettings | null {
  if (section === undefined) return null;
  const { listen, tls, hosts = [], pagesFolder, activationLifeMs = ACTIVATION_LIFE_MS } = section;
  return {
    ...{ listen, hosts, activationLifeMs },
    tls: tls === undefined ? null : { certFile: at(tls.certFile), keyFile: at(tls.keyFile) },
    pagesFolder: pagesFolder === undefined ? null : at(pagesFolder),
  };
}

function termsOf({ acquirer, vat, purpose, partners, feeTiers = [] }: BankFile): DayTerms {
  const sharing = partners.filter(({ shareBp }) => shareBp > 0);
  return {
    acquirer,
    vat: vat === null ? null : { rows: RU_VAT, tax: 'RU', borne: vat.borne },
    splits: Object.fromEntries(
      sharing.map(({ partner, shareBp }) => [
        partner,
        { shares: [{ party: partner, bp: shareBp }], residual: 'acquirer' },
      ]),
    ),
    purpose,
    feeTiers: feeRowsOf(feeTiers),
  };
}

function partnerOf({ shareBp: _, ...partner }: BankFile['partners'][number]): PartnerRecord {
  return {
    ...partner,
    currencies: partner.currencies.map(parseCurrencyCode),
    minimumPayout: partner.minimumPayout.map(({ currency, amount }) =>
      parseDecimalMoney(amount, parseCurrencyCode(currency)),
    ),
  };
}

/** What the shape alone does not show, in sentences for the person who wrote the file. */
function contradictions({
  acquirer,
  partners,
  payees,
  calendars = [],
  payers = [],
  purpose,
  console: section,
}: BankFile): readonly string[] {
  const found: string[] = [...purposeFaults(purpose, partners)];
  if (section !== undefined && section.tls === undefined && !LOOPBACK.includes(section.listen.host)) {
    found.push('console: without TLS it listens on loopback only');
  }
  const known = new Set<string>(allCurrencies().map(({ code }) => code));
  const names = new Set([...SHIPPED_CALENDARS, ...calendars].map(({ name }) => name));
  const partnerNames = new Set<string>();
  for (const partner of partners) {
    const { currencies, minimumPayout } = partner;
    if (partnerNames.has(partner.partner)) found.push(`partner ${partner.partner} is listed twice`);
    partnerNames.add(partner.partner);
    for (const name of partner.calendars) {
      if (!names.has(name)) found.push(`partner ${partner.partner}: there is no calendar ${name}`);
    }
    for (const currency of [...currencies, ...minimumPayout.map((minimum) => minimum.currency)]) {
      if (!known.has(currency)) {
        found.push(`partner ${partner.partner}: ${currency} is not a currency of ISO 4217`);
      }
    }
    for (const currency of currencies) {
      if (partner.accounts[currency] === undefined) {
        found.push(`partner ${partner.partner}: it has no account in ${currency}`);
      }
      if (acquirer.accounts[currency] === undefined) found.push(`the acquirer has no account in ${currency}`);
    }
  }
  const payerNames = new Set<string>();
  for (const { party, kind, calendar } of payers) {
    if (payerNames.has(party)) found.push(`payer ${party} is listed twice`);
    payerNames.add(party);
    if (!names.has(calendar)) found.push(`payer ${party}: there is no calendar ${calendar}`);
    if (kind === 'wallet' && party !== 'alipay')
      found.push(`payer ${party}: no wallet of that name is known`);
  }
  const payeeNames = new Set<string>();
  for (const { kind, id, partner } of payees) {
    const key = `${kind} ${id}`;
    if (payeeNames.has(key)) found.push(`${key} is listed twice`);
    payeeNames.add(key);
    if (!partnerNames.has(partner)) found.push(`${key}: there is no partner ${partner}`);
    if (kind === 'merchant' && !/^[0-9]{15}$/.test(id)) found.push(`${key}: a MID has fifteen digits`);
  }
  return found;
}
