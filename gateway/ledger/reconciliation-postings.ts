/** What an approved resolution books. `reference` is the exception's or the adjustment's id; the reason stands with it. */
import { type Money, negate } from '../kernel/money.ts';
import { buildTransfer, type MetaWith } from './build-transfer.ts';
import type { Transfer } from './transfer.ts';

const isNegative = (amount: Money): boolean => amount.amountMinor < 0n;
const sizeOf = (amount: Money): { readonly amount: Money } => ({
  amount: isNegative(amount) ? negate(amount) : amount,
});

/** Signed: above zero goes to the merchant. */
export function adjustment(toMerchant: Money, meta: MetaWith<'mid'>): Transfer {
  return buildTransfer(
    isNegative(toMerchant) ? 'adjustment_from_merchant' : 'adjustment_to_merchant',
    sizeOf(toMerchant),
    meta,
  );
}

/** Signed: above zero is owed to us on the account and will not come; below zero came and was not owed. */
export function walletWriteOff(
  account: 'wallet_receivable' | 'wallet_clearing',
  lack: Money,
  meta: MetaWith<'wallet'>,
): Transfer {
  return isNegative(lack)
    ? buildTransfer(`${account}_surplus`, sizeOf(lack), meta)
    : buildTransfer(`${account}_lack`, sizeOf(lack), meta);
}

/** Signed, as a wallet's. */
export function bankWriteOff(
  account: 'bank_receivable' | 'bank_clearing',
  lack: Money,
  meta: MetaWith<'bank'>,
): Transfer {
  return isNegative(lack)
    ? buildTransfer(`${account}_surplus`, sizeOf(lack), meta)
    : buildTransfer(`${account}_lack`, sizeOf(lack), meta);
}

/** Signed: above zero came to our account. A statement's line that nobody can name yet. */
export function nostroUnidentified(moved: Money, meta: MetaWith<'nostro'>): Transfer {
  return buildTransfer(
    isNegative(moved) ? 'nostro_paid_unidentified' : 'nostro_received_unidentified',
    sizeOf(moved),
    meta,
  );
}

/** Takes an unidentified line off again, so that it can be booked as what it was: `moved` as it was booked. */
export function nostroIdentified(moved: Money, meta: MetaWith<'nostro'>): Transfer {
  return buildTransfer(
    isNegative(moved) ? 'nostro_paid_identified' : 'nostro_received_identified',
    sizeOf(moved),
    meta,
  );
}

export function nostroFee(amount: Money, meta: MetaWith<'nostro'>): Transfer {
  return buildTransfer('nostro_fee_taken', { amount }, meta);
}
