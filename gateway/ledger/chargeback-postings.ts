/** What a dispute books: opened, won, accepted. `reference` is the dispute's, the same in all three. */
import type { Money } from '../kernel/money.ts';
import { buildTransfer, type MetaWith } from './build-transfer.ts';
import type { Transfer } from './transfer.ts';

export interface ChargebackAmounts {
  /** Taken back from us, in the currency the wallet or card bank owes us in. */
  readonly order: Money;
  /** Debited to the merchant, in the currency it is paid in; equal to `order` where nobody here converts. */
  readonly price: Money;
}

type Collector = MetaWith<'mid' | 'wallet'> | MetaWith<'mid' | 'bank'>;

export function chargebackOpened(amounts: ChargebackAmounts, meta: Collector): Transfer {
  return buildTransfer(isWallet(meta) ? 'wallet_chargeback' : 'card_chargeback', { ...amounts }, meta);
}

/** Won: what was taken is back in what we are owed, and the merchant has its money again. */
export function chargebackReversed(amounts: ChargebackAmounts, meta: Collector): Transfer {
  const name = isWallet(meta) ? 'wallet_chargeback_reversed' : 'card_chargeback_reversed';
  return buildTransfer(name, { ...amounts }, meta);
}

/** The merchant bears it; `mdr` is what its contract gives back of the discount, or nothing. */
export function chargebackAccepted(
  { order, price }: ChargebackAmounts,
  mdr: Money,
  meta: MetaWith<'mid'>,
): Transfer {
  return order.currency === price.currency && order.amountMinor === price.amountMinor
    ? buildTransfer('chargeback_accepted', { amount: order, mdr }, meta)
    : buildTransfer('chargeback_accepted_converted', { order, price, mdr }, meta);
}

const isWallet = (meta: Collector): boolean => 'wallet' in meta && meta.wallet !== undefined;
