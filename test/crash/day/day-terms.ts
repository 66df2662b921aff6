/** The day that is played: three partners in two currencies, two card banks that owe us, and the instant it begins at. */
import { withAccountKey } from '../../../gateway/settlement/files/russian-accounts.ts';
import { US } from '../../gateway/run/day/day-world.ts';

export const DAY = '2026-11-17';
/** The morning after: every cut-off of the day has passed. */
export const STARTS_AT = Date.parse('2026-11-18T06:00:00Z');
export const LOG_ORIGIN = 'amur.example/ledger';

const BIC = '044525225';

const PARTNERS = [
  { partner: 'amurbank', currencies: ['RUB', 'CNY'], orderFormat: 'payment_order_1c', merchants: 8 },
  { partner: 'primorye', currencies: ['RUB', 'CNY'], orderFormat: 'pain001', merchants: 6 },
  { partner: 'habarovsk', currencies: ['RUB'], orderFormat: 'payment_order_1c', merchants: 5 },
] as const;

export interface Merchant {
  readonly mid: string;
  readonly currencies: readonly ('RUB' | 'CNY')[];
}

export const MERCHANTS: readonly Merchant[] = PARTNERS.flatMap(({ currencies, merchants }, at) =>
  Array.from({ length: merchants }, (_, number) => ({ mid: midOf(at, number), currencies })),
);

export const CYCLES: readonly string[] = PARTNERS.flatMap(({ partner, currencies }) =>
  currencies.map((currency) => `${partner}-${currency}-${DAY.replaceAll('-', '')}`),
);

/** The card banks' clearing files of the day. */
export const CLEARING = [
  { bank: 'vostok', currency: 'RUB' },
  { bank: 'vostok', currency: 'CNY' },
  { bank: 'sever', currency: 'RUB' },
] as const;

function midOf(partner: number, merchant: number): string {
  return `${100_000_000_000_000 + partner * 1_000 + merchant}`;
}

export const BANK_JSON = {
  name: 'amur-bank',
  databaseFile: 'gateway.sqlite',
  outboxFolder: 'outbox',
  inboxFolder: 'inbox',
  roundEveryMs: 40,
  fileRestMs: 0,
  acquirer: US,
  partners: PARTNERS.map(({ partner, currencies, orderFormat }) => ({
    ...{ partner, currencies, orderFormat, name: `Банк ${partner}`, bankName: `АО «${partner}»` },
    ...{ inn: US.inn, kpp: US.kpp, bic: BIC, correspondentAccount: US.correspondentAccount },
    accounts: {
      RUB: withAccountKey(BIC, '40702810000000000077'),
      CNY: withAccountKey(BIC, '40702156000000000077'),
    },
    cutOff: { localTime: '21:00', zone: 'Europe/Moscow' },
    calendars: ['ru.payments'],
    tPlus: 1,
    minimumPayout: [],
    negativeNet: 'carry',
    shareBp: 3_000,
  })),
  payees: PARTNERS.flatMap(({ partner, merchants }, at) =>
    Array.from({ length: merchants }, (_, number) => ({
      ...{ kind: 'merchant', id: midOf(at, number), name: `Магазин ${number}`, inn: '280100000016' },
      ...{ account: '40802810500000000011', partner },
      ...(number === 0 ? { reserveBp: 1_000, reserveDays: 2 } : { reserveBp: 0, reserveDays: 0 }),
    })),
  ),
  vat: { borne: 'within' },
  purpose: 'Расчёты с предприятиями за {date}',
  payers: ['vostok', 'sever'].map((party) => ({
    ...{ party, kind: 'bank', offsetMinutes: 180, calendar: 'ru.payments', fileDays: 1, paymentDays: 2 },
    owner: 'settlement',
  })),
  log: { origin: LOG_ORIGIN, keyFile: 'log-key.pem' },
};
