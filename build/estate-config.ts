/** What a small but whole estate is configured with: one shop, its tills, the gateway, the wallet simulator and the
 *  devices. `npm start`, the demonstration, the crash harness and the benchmarks all write their files from here. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashPin } from '../electron/shift/staff.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../gateway/kernel/time.ts';
import { CHARITIES, MERCHANT_ACCOUNTS, writeBankDay } from './bank-day-config.ts';
import { bankConfig, counterPinPad, gatewayCards } from './card-config.ts';
import type { CardKeyPaths } from './card-keys.ts';
import type { CertificatePaths } from './certificates.ts';
import { ROOT } from './process.ts';

export interface Ports {
  readonly gateway: number;
  readonly alipay: number;
  readonly terminal: number;
  readonly printer: number;
  readonly counter: number;
  /** The cable to the PIN pad. */
  readonly pinPad: number;
  readonly pinPadPage: number;
  /** Of each partner bank the link, and its books as a page. */
  readonly mirBank: number;
  readonly mirBankPage: number;
  readonly unionPayBank: number;
  readonly unionPayBankPage: number;
  /** The operator's pages. */
  readonly console: number;
}

export const START_PORTS: Ports = {
  gateway: 8443,
  alipay: 8444,
  terminal: 8445,
  printer: 9100,
  counter: 8446,
  pinPad: 9101,
  pinPadPage: 8447,
  mirBank: 8451,
  mirBankPage: 8448,
  unionPayBank: 8452,
  unionPayBankPage: 8449,
  console: 8450,
};

export const TID = '00000003';
export const MID = '270000000000001';

/** Who may sign in at the sample till. These PINs guard nothing: they come with the source. */
export const SAMPLE_STAFF = [
  { staffId: 'anna', name: 'Анна К.', supervisor: false, pin: '1111' },
  { staffId: 'maria', name: 'Мария П.', supervisor: true, pin: '2222' },
] as const;

export const CASHIER = SAMPLE_STAFF[0];
export const SUPERVISOR = SAMPLE_STAFF[1];

/** The wallet simulator's customers. */
export const SAMPLE_BUYERS = [
  {
    buyerId: '2088000000000011',
    logonId: 'wang.fang@example.cn',
    name: '王芳',
    accountClass: 'III',
    pin: '888888',
    balanceFen: '5000000',
    dayLimitFen: '5000000',
  },
  {
    buyerId: '2088000000000022',
    logonId: '13800000022',
    name: '李强',
    accountClass: 'II',
    pin: '666666',
    balanceFen: '300000',
  },
  {
    buyerId: '2088000000000033',
    logonId: '13800000033',
    name: '张伟',
    accountClass: 'I',
    pin: '123456',
    balanceFen: '20000',
  },
] as const;

export const BUYER = SAMPLE_BUYERS[0];

export type Overrides = Readonly<Record<string, number>>;

/** Numbers of a card payment that differ from the usual ones. */
export interface CardTerms {
  /** The gateway's own. */
  readonly timers?: Overrides;
  /** Of the links to the banks. */
  readonly limits?: Overrides;
  /** The terminal's. */
  readonly policy?: Overrides;
}

export interface EstateTerms {
  readonly ports: Ports;
  /** Absent: no cards are taken, and there is neither PIN pad nor bank. */
  readonly cards?: CardTerms;
  /** Whether the bank's day runs beside the gateway. */
  readonly bankDay?: boolean;
  readonly converter?: 'acquirer' | 'wallet';
  readonly payments?: Overrides;
  readonly run?: Overrides;
  readonly edge?: Overrides;
  readonly policy?: Overrides;
  readonly alipayTimeoutMs?: number;
  readonly serialScanner?: string;
  /** A port between the terminal and its printer, where something listens in. */
  readonly printerVia?: number;
  /** A port between the terminal and the gateway, where the line can be cut. */
  readonly gatewayVia?: number;
  /** The terminal's program when it is not run from its source: the bundle that ships starts in a third of the time. */
  readonly terminalProgram?: string;
}

/** The served terminal as it ships, once the bundles are made. */
export const SHIPPED_TERMINAL = 'dist/electron/serve.mjs';

const SHOP = {
  name: 'Магазин «Набережная»',
  nameZh: '「滨江」商店',
  inn: '2801123456',
  address: 'г. Благовещенск, ул. Краснофлотская, 1',
};

function write(file: string, value: unknown): string {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  return file;
}

/** The sample of the Bank of Russia's file, dated today: a development machine has no other source of rates. */
function writeRates(directory: string, now: number): string {
  const sample = readFileSync(join(ROOT, 'gateway/fx/sample/XML_daily.xml'), 'latin1');
  const [year, month, day] = localTime(now, MOSCOW_OFFSET_MINUTES).date.split('-');
  const file = join(directory, 'XML_daily.xml');
  writeFileSync(file, sample.replace(/Date="[0-9.]+"/, `Date="${day}.${month}.${year}"`), 'latin1');
  return file;
}

export function writeGatewayConfig(
  directory: string,
  paths: CertificatePaths,
  keys: CardKeyPaths | null,
  terms: EstateTerms,
  now: number,
): string {
  return write(join(directory, 'gateway.json'), {
    name: 'amur-gateway',
    listen: { host: '127.0.0.1', port: terms.ports.gateway },
    tls: { certFile: paths.gatewayCert, keyFile: paths.gatewayKey },
    databaseFile: join(directory, 'gateway.sqlite'),
    activationLifeMs: 900_000,
    rates: {
      file: writeRates(directory, now),
      rereadEveryMs: 5_000,
      quoteLifeMs: 300_000,
      maxAgeDays: 10,
      sanity: { lowest: '5', highest: '30' },
    },
    alipay: {
      gatewayUrl: `https://127.0.0.1:${terms.ports.alipay}/gateway.do`,
      appId: '2021000000000001',
      sellerId: '2088000000000001',
      privateKeyFile: paths.alipayAppPrivateKey,
      alipayPublicKeyFile: paths.alipayPlatformPublicKey,
      caFile: paths.caCert,
      notifyUrl: null,
      timeoutMs: terms.alipayTimeoutMs ?? 5_000,
      timeoutExpress: '3m',
    },
    merchants: [
      {
        mid: MID,
        name: SHOP.name,
        nameZh: SHOP.nameZh,
        inn: SHOP.inn,
        address: SHOP.address,
        markupBp: 80,
        terms: {
          converter: terms.converter ?? 'acquirer',
          settleCurrency: terms.converter === 'wallet' ? 'RUB' : 'CNY',
          mdrBp: 180,
          mdrReturned: true,
          refundRatePolicy: 'original',
          ...(keys === null ? {} : { cards: { mdrBp: 150, categoryCode: '5999', town: 'Blagoveshchen' } }),
        },
      },
    ],
    terminals: [{ tid: TID, mid: MID }],
    charities: CHARITIES,
    ...(keys === null ? {} : { cards: gatewayCards(directory, paths, keys, terms) }),
    ...(terms.edge === undefined ? {} : { edge: terms.edge }),
    ...(terms.payments === undefined ? {} : { payments: terms.payments }),
    ...(terms.run === undefined ? {} : { run: terms.run }),
  });
}

export function writeAlipayConfig(directory: string, paths: CertificatePaths, terms: EstateTerms): string {
  return write(join(directory, 'alipay.json'), {
    data: join(directory, 'alipay'),
    listen: { host: '127.0.0.1', port: terms.ports.alipay },
    tls: { cert: paths.alipayCert, key: paths.alipayKey },
    appId: '2021000000000001',
    sellerId: '2088000000000001',
    merchantName: SHOP.nameZh,
    merchantPublicKey: paths.alipayAppPublicKey,
    alipayPrivateKey: paths.alipayPlatformPrivateKey,
    notifyCa: paths.caCert,
    rates: { RUB: '0.08871' },
    buyers: SAMPLE_BUYERS,
  });
}

export interface TerminalTerms {
  readonly activationCode: string | null;
  readonly spkiPin: string;
}

export function writeTerminalConfig(
  directory: string,
  paths: CertificatePaths,
  terms: EstateTerms,
  terminal: TerminalTerms,
): string {
  return write(join(directory, 'terminal.json'), {
    dataDir: join(directory, 'terminal'),
    till: { name: 'Касса 03' },
    shop: {
      nameRu: SHOP.name,
      nameZh: SHOP.nameZh,
      inn: SHOP.inn,
      address: SHOP.address,
      supportPhone: null,
    },
    gateway: {
      url: `https://127.0.0.1:${terms.gatewayVia ?? terms.ports.gateway}`,
      caFile: paths.caCert,
      spkiPin: terminal.spkiPin,
      ...(terminal.activationCode === null ? {} : { activationCode: terminal.activationCode }),
    },
    serve: { host: '127.0.0.1', port: terms.ports.terminal },
    devices: {
      printer: {
        transport: 'tcp',
        host: '127.0.0.1',
        port: terms.printerVia ?? terms.ports.printer,
        profile: 'epson-tm-t20',
      },
      scanner: terms.serialScanner === undefined ? null : { path: terms.serialScanner, baudRate: 9_600 },
      pinPad:
        terms.cards === undefined ? null : { transport: 'tcp', host: '127.0.0.1', port: terms.ports.pinPad },
      fiscal: { driver: 'none' },
    },
    catalogueCsv: join(ROOT, 'electron/catalogue/sample/goods.csv'),
    staff: SAMPLE_STAFF.map(({ pin, ...person }) => ({ ...person, pin: hashPin(pin, randomBytes(16)) })),
    policy: { ...terms.policy, card: terms.cards?.policy ?? {} },
  });
}

export function writeBankConfig(
  directory: string,
  paths: CertificatePaths,
  keys: CardKeyPaths,
  terms: EstateTerms,
): string {
  return write(join(directory, 'bank.json'), bankConfig(directory, paths, keys, terms));
}

/** The shop is served by the first of the partner banks. */
export function writeBankDayConfig(directory: string, { ports }: EstateTerms): string {
  const { name, inn } = SHOP;
  const shop = { id: MID, name, inn, account: MERCHANT_ACCOUNTS[0], partner: 'amurbank' };
  return writeBankDay({
    ...{ directory, file: 'bank-day.json', folder: 'bank-day', fileRestMs: 2_000 },
    merchants: [{ ...shop, reserveBp: 0, reserveDays: 0 }],
    consolePort: ports.console,
  });
}

export function writeCounterConfig(directory: string, keys: CardKeyPaths | null, terms: EstateTerms): string {
  return write(join(directory, 'counter.json'), {
    data: join(directory, 'counter'),
    printer: { port: terms.ports.printer, paperPort: terms.ports.counter, paperWidthMm: 80 },
    scanner: terms.serialScanner === undefined ? null : { pty: terms.serialScanner, terminator: '\r\n' },
    pinPad: keys === null ? null : counterPinPad(keys, terms.ports),
  });
}
