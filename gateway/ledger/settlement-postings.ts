/** What a settlement cycle and the payer's side of it book, without knowing templates. A transfer of nothing is no transfer:
 *  the caller asks only for what is not zero. Amounts said to be signed choose the direction by their sign.
 *
 *  `reference` of a cycle's transfers is `<cycleId>/<mid>`, of a batch the file's and its batch number, of a statement's line
 *  the statement's and the line's, so that a job that runs again is refused by the transfer's key. */
import { type Money, negate } from '../kernel/money.ts';
import { buildTransfer, type MetaWith } from './build-transfer.ts';
import type { Transfer } from './transfer.ts';

const isNegative = (amount: Money): boolean => amount.amountMinor < 0n;
const sizeOf = (amount: Money): { readonly amount: Money } => ({
  amount: isNegative(amount) ? negate(amount) : amount,
});

/** Signed: below zero gives tax on returned fees back. `within` the discount it is ours to bear; `on_top` the merchant's. */
export function vatOnFee(vat: Money, borne: 'within' | 'on_top', meta: MetaWith<'mid' | 'tax'>): Transfer {
  if (borne === 'within') {
    return buildTransfer(isNegative(vat) ? 'vat_on_fee_returned' : 'vat_on_fee', sizeOf(vat), meta);
  }
  return buildTransfer(isNegative(vat) ? 'vat_charged_returned' : 'vat_charged', sizeOf(vat), meta);
}

/** Signed: a partner bank's part of the discount, or of a discount given back. */
export function partnerShare(share: Money, meta: MetaWith<'partner'>): Transfer {
  return buildTransfer(isNegative(share) ? 'partner_share_returned' : 'partner_share', sizeOf(share), meta);
}

/** Signed: above zero is charged beyond the discount booked with the payments, below zero given back of it. */
export function feeCorrection(fee: Money, meta: MetaWith<'mid'>): Transfer {
  return buildTransfer(isNegative(fee) ? 'fee_returned' : 'fee_charged', sizeOf(fee), meta);
}

export function reserveHeld(amount: Money, meta: MetaWith<'mid'>): Transfer {
  return buildTransfer('reserve_held', { amount }, meta);
}

export function reserveReleased(amount: Money, meta: MetaWith<'mid'>): Transfer {
  return buildTransfer('reserve_released', { amount }, meta);
}

/** Signed: a merchant's net; below zero it is set against what the partner bank is paid, or claimed of it. */
export function payoutDue(net: Money, meta: MetaWith<'mid' | 'partner'>): Transfer {
  return buildTransfer(isNegative(net) ? 'claim_due' : 'payout_due', sizeOf(net), meta);
}

/** Signed, as a merchant's. */
export function charityDue(net: Money, meta: MetaWith<'charity' | 'partner'>): Transfer {
  return buildTransfer(isNegative(net) ? 'charity_claim_due' : 'charity_due', sizeOf(net), meta);
}

export function payoutSent(amount: Money, meta: MetaWith<'partner'>): Transfer {
  return buildTransfer('payout_sent', { amount }, meta);
}

/** The bank refused or sent back the order: it is owed again. */
export function payoutReturned(amount: Money, meta: MetaWith<'partner'>): Transfer {
  return buildTransfer('payout_returned', { amount }, meta);
}

export function payoutConfirmed(amount: Money, meta: MetaWith<'partner' | 'nostro'>): Transfer {
  return buildTransfer('payout_confirmed', { amount }, meta);
}

/** A payment that had left came back to our account: it is owed again. */
export function payoutCameBack(amount: Money, meta: MetaWith<'partner' | 'nostro'>): Transfer {
  return buildTransfer('payout_came_back', { amount }, meta);
}

export function claimReceived(amount: Money, meta: MetaWith<'partner' | 'nostro'>): Transfer {
  return buildTransfer('claim_received', { amount }, meta);
}

/** Sums of the matched rows of one batch, none below zero: what clearing takes is payments - refunds - fees + feesReturned. */
export interface BatchAmounts {
  readonly payments: Money;
  readonly refunds: Money;
  readonly fees: Money;
  readonly feesReturned: Money;
}

export function walletSettled(batch: BatchAmounts, meta: MetaWith<'wallet'>): Transfer {
  return buildTransfer('wallet_settled', { ...batch }, meta);
}

export function cardSettled(batch: BatchAmounts, meta: MetaWith<'bank'>): Transfer {
  return buildTransfer('card_settled', { ...batch }, meta);
}

/** Signed: below zero the wallet took it from our account. */
export function walletReceived(net: Money, meta: MetaWith<'wallet' | 'nostro'>): Transfer {
  return buildTransfer(isNegative(net) ? 'wallet_net_paid' : 'wallet_received', sizeOf(net), meta);
}

export function cardReceived(net: Money, meta: MetaWith<'bank' | 'nostro'>): Transfer {
  return buildTransfer(isNegative(net) ? 'card_net_paid' : 'card_received', sizeOf(net), meta);
}

/** Units  `mdr` is the part of the sale's discount that falls on the donation */
export function donationTransfer(donation: Money, mdr: Money, meta: MetaWith<'mid' | 'charity'>): Transfer {
  return buildTransfer('donation', { donation, mdr }, meta);
}

export function donationReturned(donation: Money, mdr: Money, meta: MetaWith<'mid' | 'charity'>): Transfer {
  return buildTransfer('donation_returned', { donation, mdr }, meta);
}
