/** Partners, payees and cycles for tests of the bank's day. */
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { CalendarBook } from '../../../gateway/settlement/calendar.ts';
import { SHIPPED_CALENDARS } from '../../../gateway/settlement/calendar-data.ts';
import type {
  AcquirerRecord,
  CycleRecord,
  NetLine,
  PartnerRecord,
  PayeeRecord,
} from '../../../gateway/settlement/contract.ts';
import { openCycle } from '../../../gateway/settlement/cycle.ts';

export const BOOK = new CalendarBook(SHIPPED_CALENDARS);
export const MID_A = '100000000000001';
export const MID_B = '100000000000002';

export const ACQUIRER: AcquirerRecord = {
  name: 'ООО «Амур Эквайринг»',
  inn: '2801123454',
  kpp: '280101001',
  bank: 'ourbank',
  bankName: 'АО «Наш Банк»',
  bic: '041012765',
  correspondentAccount: '30101810300000000765',
  accounts: { RUB: '40702810100000000001', CNY: '40702156400000000001' },
  swiftBic: 'AMURRU8X',
};

export function partnerRow(over: Partial<PartnerRecord> = {}): PartnerRecord {
  return {
    partner: 'amurbank',
    name: 'Амур-Банк',
    inn: '2801000018',
    kpp: '280101001',
    bankName: 'АО «Амур-Банк»',
    bic: '041012766',
    correspondentAccount: '30101810300000000766',
    accounts: { RUB: '30232810000000000001', CNY: '30232156300000000001' },
    cutOff: { localTime: '21:00', zone: 'Europe/Moscow' },
    calendars: ['ru.payments'],
    tPlus: 1,
    currencies: [RUB, CNY],
    minimumPayout: [],
    negativeNet: 'carry',
    orderFormat: 'payment_order_1c',
    ...over,
  };
}

export function payeeRow(over: Partial<PayeeRecord> = {}): PayeeRecord {
  return {
    kind: 'merchant',
    id: MID_A,
    name: 'Лавка «Тигр»',
    inn: '280100000016',
    account: '40802810500000000011',
    reserveBp: 0,
    reserveDays: 0,
    ...over,
  };
}

export function cycleRow(over: Partial<CycleRecord> = {}): CycleRecord {
  return { ...openCycle(partnerRow(), RUB, '2026-11-17', BOOK), ...over };
}

export function netLineRow(over: Partial<NetLine> = {}): NetLine {
  return {
    ...{ cycleId: cycleRow().cycleId, kind: 'merchant', id: MID_A, currency: RUB },
    ...{ carriedFrom: null, carriedIn: 0n, sales: 0n, salesCount: 0, refunds: 0n, refundsCount: 0 },
    ...{ chargebacks: 0n, fees: 0n, feesReturned: 0n, donations: 0n, adjustments: 0n },
    ...{ reserveHeld: 0n, reserveReleased: 0n, vat: 0n, partnerShare: 0n, net: 0n, due: 0n, carriedOut: 0n },
    ...over,
  };
}

export const rub = (minor: bigint) => money(minor, RUB);
