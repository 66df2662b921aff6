/** What the exchange position books beside payments. Signed amounts choose the direction; a transfer of nothing is none. */
import { type Money, negate } from '../kernel/money.ts';
import { buildTransfer, type MetaWith, type TransferMeta } from './build-transfer.ts';
import type { Transfer } from './transfer.ts';

const isLoss = (amount: Money): boolean => amount.amountMinor < 0n;
const sizeOf = (amount: Money): { readonly amount: Money } => ({
  amount: isLoss(amount) ? negate(amount) : amount,
});

/** Currency received from a wallet, sold: from `nostro`, its account, to `nostroBought`, the account of what it brought. */
export function fxSold(sold: Money, bought: Money, meta: MetaWith<'nostro' | 'nostroBought'>): Transfer {
  return buildTransfer('fx_sold', { sold, bought }, meta);
}

/** Signed: above zero is a gain. */
export function fxRealised(gain: Money, meta: TransferMeta): Transfer {
  return buildTransfer(isLoss(gain) ? 'fx_realised_loss' : 'fx_realised_gain', sizeOf(gain), meta);
}

/** Signed: above zero is a gain. `reference` is the day and the currency pair. */
export function fxRevalued(gain: Money, meta: TransferMeta): Transfer {
  return buildTransfer(isLoss(gain) ? 'fx_revalued_loss' : 'fx_revalued_gain', sizeOf(gain), meta);
}

/** Takes back a revaluation: `gain` and `reference` are those it was booked with. */
export function fxRevaluationReversed(gain: Money, meta: TransferMeta): Transfer {
  return buildTransfer(
    isLoss(gain) ? 'fx_revalued_loss_reversed' : 'fx_revalued_gain_reversed',
    sizeOf(gain),
    meta,
  );
}

/** Signed: above zero the wallet took back more than the refund was booked at, which is a loss to us. */
export function refundRateDifference(loss: Money, meta: MetaWith<'wallet'>): Transfer {
  return buildTransfer(isLoss(loss) ? 'refund_rate_gain' : 'refund_rate_loss', sizeOf(loss), meta);
}
