/** Who takes part in the played days: four shops, each with a contract of its own and served by a partner bank of its own. */
import { parseMid } from '../../gateway/kernel/identifiers.ts';
import type { ContractTerms, MerchantRecord } from '../../gateway/payments/ports.ts';
import { MERCHANT_ACCOUNTS, writeBankDay } from '../bank-day-config.ts';

/** What the house bank keeps for us of our own: payouts do not wait for the wallet's money. */
export const CAPITAL = { RUB: 5_000_000_00n, CNY: 200_000_00n } as const;

export const MIDS = ['100000000000001', '100000000000002', '100000000000003', '100000000000004'] as const;
/** It has no sales on the day a dispute takes more than it has. */
export const DISPUTED_SHOP = 3;

interface Shop {
  readonly name: string;
  readonly nameZh: string;
  readonly inn: string;
  readonly partner: string;
  readonly reserveBp: number;
  readonly reserveDays: number;
  readonly terms: ContractTerms;
}

const base = { mdrReturned: true, refundRatePolicy: 'original' } as const;
/** Percentage with tiers and a cap; a fixed sum and a reserve; one that is paid its customers' yuan; and one whose discount is not
 *  given back. */
const SHOPS: readonly Shop[] = [
  {
    ...{ name: 'Магазин «Набережная»', nameZh: '滨江商店', inn: '2801000011', partner: 'amurbank' },
    ...{ reserveBp: 0, reserveDays: 0 },
    terms: {
      ...{ ...base, converter: 'acquirer', settleCurrency: 'CNY', mdrBp: 180 },
      fee: { capMinor: '15000', tiers: [{ fromMinor: '300000', mdrBp: 150, capMinor: '25000' }] },
      cards: { mdrBp: 160 },
    },
  },
  {
    ...{ name: 'Чайная «Красный чай»', nameZh: '红茶馆', inn: '2801000022', partner: 'khabcredit' },
    ...{ reserveBp: 1_000, reserveDays: 3 },
    terms: {
      ...{ ...base, converter: 'wallet', settleCurrency: 'RUB', mdrBp: 150, fee: { fixedMinor: '200' } },
      cards: { mdrBp: 150 },
    },
  },
  {
    ...{ name: 'Гостиница «Хэйхэ»', nameZh: '黑河宾馆', inn: '2801000033', partner: 'vostok' },
    ...{ reserveBp: 0, reserveDays: 0 },
    terms: {
      ...{ ...base, converter: 'acquirer', settleCurrency: 'CNY', paidIn: 'order', mdrBp: 170 },
      cards: { mdrBp: 170 },
    },
  },
  {
    ...{ name: 'Сувениры «Тайга»', nameZh: '泰加礼品', inn: '2801000044', partner: 'primbank' },
    ...{ reserveBp: 0, reserveDays: 0 },
    terms: {
      ...{ ...base, converter: 'acquirer', settleCurrency: 'CNY', mdrBp: 200, mdrReturned: false },
      cards: { mdrBp: 190 },
    },
  },
];

export function merchants(): readonly MerchantRecord[] {
  return SHOPS.map(({ name, nameZh, inn, terms }, index) => ({
    mid: parseMid(MIDS[index] ?? MIDS[0]),
    ...{ name, nameZh, inn, address: 'Благовещенск', markupBp: 150, terms },
  }));
}

/** Writes `bank.json` with its folders and the log's key; answers the file. */
export function writeBankFolder(directory: string): string {
  const served = SHOPS.map(({ name, inn, partner, reserveBp, reserveDays }, index) => ({
    ...{ id: MIDS[index] ?? '', name, inn, partner, reserveBp, reserveDays },
    account: MERCHANT_ACCOUNTS[index] ?? '',
  }));
  return writeBankDay({ directory, file: 'bank.json', folder: '.', merchants: served, fileRestMs: 0 });
}
