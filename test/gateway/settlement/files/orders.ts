/** Parties whose numbers have right check digits, and orders between them. */
import { CNY, type CurrencyCode, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type {
  AcquirerRecord,
  CycleRecord,
  NetLine,
  PartnerRecord,
  PayeeRecord,
  PayoutOrder,
} from '../../../../gateway/settlement/contract.ts';
import { isInn, withAccountKey } from '../../../../gateway/settlement/files/russian-accounts.ts';

/** The first INN with right check digits that begins so. */
export function innFrom(nine: string): string {
  for (let digit = 0; digit < 10; digit += 1) if (isInn(`${nine}${digit}`)) return `${nine}${digit}`;
  throw new Error('Every nine digits have a tenth.');
}

const OUR_BIC = '044525745';
export const PAYER: AcquirerRecord = {
  bank: 'ourbank',
  name: 'ПАО «Эквайрер Восток»',
  inn: innFrom('770207013'),
  kpp: '770901001',
  bankName: 'БАНК ВОСТОК (ПАО), г. Москва',
  bic: OUR_BIC,
  correspondentAccount: withAccountKey(OUR_BIC, '30101810000000000745'),
  accounts: { RUB: withAccountKey(OUR_BIC, '30233810000000000001'), CNY: '30233156000000000001' },
  swiftBic: 'VOSTRUMM',
};

const AMUR_BIC = '041012001';
export const AMURBANK: PartnerRecord = {
  partner: 'amurbank',
  name: 'Амур-Банк (АО)',
  inn: innFrom('280100112'),
  kpp: '280101001',
  bankName: 'АМУР-БАНК (АО), г. Благовещенск',
  bic: AMUR_BIC,
  correspondentAccount: withAccountKey(AMUR_BIC, '30101810000000000001'),
  accounts: { RUB: withAccountKey(AMUR_BIC, '30232810500000000007'), CNY: '30232156500000000007' },
  cutOff: { localTime: '21:00', zone: 'Europe/Moscow' },
  calendars: ['ru.payments'],
  tPlus: 1,
  currencies: [RUB, CNY],
  minimumPayout: [],
  negativeNet: 'carry',
  orderFormat: 'payment_order_1c',
};

export function cycleOf(currency: CurrencyCode, day = '20261120'): CycleRecord {
  return {
    cycleId: `amurbank-${currency}-${day}`,
    partner: 'amurbank',
    currency,
    businessDate: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    valueDate: '2026-11-23',
    state: 'APPROVED',
    version: 4,
    fromPosition: 0,
    toPosition: 100,
    net: null,
    carriedShare: null,
    outcome: 'pay',
    cutAt: null,
    calculatedBy: null,
    calculatedAt: null,
    approvedBy: null,
    approvedAt: null,
    sentAt: null,
    confirmedAt: null,
    bankReference: null,
    closedAt: null,
  };
}

export function orderOf(
  changes: Partial<PayoutOrder> & { currency?: CurrencyCode; day?: string } = {},
): PayoutOrder {
  const { currency = RUB, day = '20261120', ...rest } = changes;
  const cycle = cycleOf(currency, day);
  return {
    cycle,
    payer: PAYER,
    partner: AMURBANK,
    amount: money(123_456_789n, currency),
    valueDate: cycle.valueDate,
    documentNumber: 17,
    documentDate: '2026-11-21',
    endToEndId: cycle.cycleId,
    purpose: 'Расчёты с предприятиями за 20.11.2026, без НДС',
    createdAt: Date.parse('2026-11-21T07:08:09Z'),
    ...rest,
  };
}

export const MERCHANT: PayeeRecord = {
  kind: 'merchant',
  id: '000000000000101',
  name: 'ООО «Чайный дом "Лотос"»',
  inn: innFrom('280112345'),
  account: withAccountKey(AMUR_BIC, '40702810500000000101'),
  reserveBp: 500,
  reserveDays: 30,
};

export const CHARITY: PayeeRecord = {
  kind: 'charity',
  id: 'tigers',
  name: '=Фонд «Амурский тигр»',
  inn: innFrom('770407019'),
  account: withAccountKey(AMUR_BIC, '40703810500000000202'),
  reserveBp: 0,
  reserveDays: 0,
};

export function netLine(payee: PayeeRecord, changes: Partial<NetLine> = {}): NetLine {
  const cycle = cycleOf(RUB);
  const nothing = { carriedIn: 0n, sales: 0n, refunds: 0n, chargebacks: 0n, fees: 0n, feesReturned: 0n };
  const more = {
    donations: 0n,
    adjustments: 0n,
    reserveHeld: 0n,
    reserveReleased: 0n,
    vat: 0n,
    partnerShare: 0n,
  };
  const line = {
    cycleId: cycle.cycleId,
    kind: payee.kind,
    id: payee.id,
    currency: RUB,
    carriedFrom: null,
    salesCount: 0,
    refundsCount: 0,
    ...nothing,
    ...more,
    ...changes,
  };
  const gains = line.carriedIn + line.sales + line.feesReturned + line.adjustments + line.reserveReleased;
  const net = gains - line.refunds - line.chargebacks - line.fees - line.donations - line.reserveHeld;
  return { ...line, net, due: net > 0n ? net : 0n, carriedOut: net > 0n ? 0n : net, ...changes };
}
