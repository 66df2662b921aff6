/** What the bank's day of a demonstration is configured with: our accounts, four partner banks with their terms, who owes us,
 *  a charity, and folders. `npm start` and the played days write their `bank.json` from here. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DETAILS = {
  inn: '7707083893',
  kpp: '770701001',
  bankName: 'ПАО «Наш Банк»',
  bic: '044525225',
  correspondentAccount: '30101810400000000225',
};

export const HOUSE_BANK = 'ourbank';
export const LOG_ORIGIN = 'amur.example/ledger';
/** With the key digit that belongs to the bank's number, as all accounts here. */
export const OUR_ACCOUNTS = { RUB: '40702810200000000001', CNY: '40702156100000000001' } as const;
export const CHARITY = 'tiger';
/** As tills offer it; the bank's day pays it under the same short name. */
export const CHARITIES = [
  {
    ...{ charity: CHARITY, name: 'Фонд «Амурский тигр»' },
    ...{ nameZh: '阿穆尔虎基金会', nameEn: 'Amur Tiger Foundation' },
  },
];

export interface ServedPayee {
  readonly kind: 'merchant' | 'charity';
  readonly id: string;
  readonly name: string;
  readonly inn: string;
  readonly account: string;
  readonly partner: string;
  readonly reserveBp: number;
  readonly reserveDays: number;
}

export const MERCHANT_ACCOUNTS = [
  '40802810900000000010',
  '40802810200000000011',
  '40802810500000000012',
  '40802810800000000013',
] as const;

interface PartnerTerms {
  readonly partner: string;
  readonly name: string;
  readonly account: string;
  /** For a shop that is paid its customers' yuan. */
  readonly yuanAccount?: string;
  readonly shareBp: number;
  readonly calendars: readonly string[];
  readonly orderFormat: 'payment_order_1c' | 'pain001';
}

const PARTNERS: readonly PartnerTerms[] = [
  {
    ...{ partner: 'amurbank', name: 'Амур-Банк', account: '40702810700000000077', shareBp: 3_000 },
    ...{ calendars: ['ru.payments'], orderFormat: 'payment_order_1c' },
  },
  {
    ...{ partner: 'khabcredit', name: 'Хабаровский кредит', account: '40702810000000000078', shareBp: 2_500 },
    ...{ calendars: ['ru.payments'], orderFormat: 'payment_order_1c' },
  },
  {
    ...{ partner: 'primbank', name: 'Приморский торговый', account: '40702810300000000079', shareBp: 2_000 },
    ...{ calendars: ['ru.payments'], orderFormat: 'payment_order_1c' },
  },
  {
    ...{ partner: 'vostok', name: 'Восточный парус', account: '40702810700000000080', shareBp: 0 },
    ...{ calendars: ['ru.payments', 'cn.banks'], orderFormat: 'pain001' },
    yuanAccount: '40702156600000000080',
  },
];

/** The wallet's file of the next working day comes when Beijing's day is half over: it is missed on the day after. */
const PAYERS = [
  {
    party: 'alipay',
    kind: 'wallet',
    offsetMinutes: 480,
    calendar: 'cn.banks',
    fileDays: 2,
    owner: 'wallets',
  },
  ...['mir-bank', 'unionpay-bank'].map((party) => ({
    ...{ party, kind: 'bank', offsetMinutes: 180, calendar: 'ru.payments', fileDays: 1, owner: 'cards' },
  })),
].map((payer) => ({ ...payer, paymentDays: 2 }));

const TIGER: ServedPayee = {
  ...{ kind: 'charity', id: CHARITY, name: 'Фонд «Амурский тигр»', inn: '2801000055' },
  ...{ account: '40703810700000000021', partner: 'khabcredit', reserveBp: 0, reserveDays: 0 },
};

export interface BankDayFolder {
  readonly directory: string;
  /** The configuration's own name in the directory. */
  readonly file: string;
  /** The folder of inbox and outbox, from the directory. */
  readonly folder: string;
  readonly merchants: readonly Omit<ServedPayee, 'kind'>[];
  readonly fileRestMs: number;
  /** Of the operator's pages, on this machine only; without it there are none. */
  readonly consolePort?: number;
}

/** Makes the folders and the transparency log's key where they are missing, and writes the configuration; answers its path. */
export function writeBankDay(terms: BankDayFolder): string {
  const { directory, file, folder, merchants, fileRestMs, consolePort } = terms;
  for (const party of [...PAYERS.map((payer) => payer.party), HOUSE_BANK])
    mkdirSync(join(directory, folder, 'inbox', party), { recursive: true, mode: 0o700 });
  const keyFile = join(directory, folder, 'log-key.pem');
  if (!existsSync(keyFile)) {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(keyFile, pem, { mode: 0o600 });
  }
  const at = (name: string) => join(folder, name);
  const config = {
    ...{ name: 'amur-bank', databaseFile: 'gateway.sqlite', outboxFolder: at('outbox') },
    ...{ inboxFolder: at('inbox'), roundEveryMs: 15_000, fileRestMs },
    acquirer: {
      ...{ ...DETAILS, name: 'ООО «Амур Эквайринг»', accounts: OUR_ACCOUNTS },
      ...{ bank: HOUSE_BANK, swiftBic: null },
    },
    partners: PARTNERS.map(({ account, yuanAccount, ...terms }) => ({
      ...{ ...DETAILS, ...terms, tPlus: 1 },
      ...(yuanAccount === undefined
        ? { accounts: { RUB: account }, currencies: ['RUB'] }
        : { accounts: { RUB: account, CNY: yuanAccount }, currencies: ['RUB', 'CNY'] }),
      ...{ minimumPayout: [], negativeNet: 'carry' },
      cutOff: { localTime: '21:00', zone: 'Europe/Moscow' },
    })),
    payees: [...merchants.map((merchant) => ({ kind: 'merchant', ...merchant })), TIGER],
    vat: { borne: 'within' },
    purpose: 'Расчёты с предприятиями за {date}',
    payers: PAYERS,
    log: { origin: LOG_ORIGIN, keyFile: at('log-key.pem') },
    ...(consolePort === undefined ? {} : { console: { listen: { host: '127.0.0.1', port: consolePort } } }),
  };
  const path = join(directory, file);
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return path;
}
