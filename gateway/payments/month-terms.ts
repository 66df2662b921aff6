/** A merchant's contract as it stands on a business date: with the prices that last month's turnover set in the place of its own. */
import { RUB } from '../kernel/currency.ts';
import type { FeeRate, FeeTerms } from '../ledger/fee-rate.ts';
import { type MonthTier, tierOn } from '../ledger/month-tier.ts';
import type { ContractTerms, MerchantRecord } from './ports.ts';

export function merchantOn<T extends MerchantRecord>(merchant: T, date: string): T {
  const { tiers, terms } = merchant;
  return tiers === undefined || tiers.length === 0
    ? merchant
    : { ...merchant, terms: termsOn(terms, tiers, date) };
}

/** A fee is in the currency the merchant is owed in: the price's where we convert, else what the wallet settles in. */
export function termsOn(terms: ContractTerms, tiers: readonly MonthTier[], date: string): ContractTerms {
  const { converter, settleCurrency, paidIn, cards } = terms;
  const isPrice = converter === 'acquirer' && paidIn !== 'order';
  const wallet = tierOn(tiers, 'wallet', isPrice ? RUB : settleCurrency, date);
  const card = tierOn(tiers, 'card', RUB, date);
  const withWallet = wallet === null ? terms : { ...withoutFee(terms), ...priceOf(wallet.rate) };
  if (wallet === null && card === null) return terms;
  // Cards without a price of their own go by the contract's, which a wallet's tier does not change.
  const own = { ...cards, mdrBp: cards?.mdrBp ?? terms.mdrBp };
  return { ...withWallet, cards: card === null ? own : { ...withoutFee(own), ...priceOf(card.rate) } };
}

function withoutFee<T extends { readonly fee?: FeeTerms }>({ fee: _, ...rest }: T): Omit<T, 'fee'> {
  return rest;
}

function priceOf({ bp, fixed, floor, cap }: FeeRate): { readonly mdrBp: number; readonly fee?: FeeTerms } {
  const fee: FeeTerms = {
    ...(fixed === 0n ? {} : { fixedMinor: fixed.toString() }),
    ...(floor === null ? {} : { floorMinor: floor.toString() }),
    ...(cap === null ? {} : { capMinor: cap.toString() }),
  };
  return Object.keys(fee).length === 0 ? { mdrBp: bp } : { mdrBp: bp, fee };
}
