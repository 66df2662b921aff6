/** What a change of a payment or a refund books, by the ledger's templates. */
import type { Mid } from '../kernel/identifiers.ts';
import type { Money } from '../kernel/money.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import type { TransferMeta } from '../ledger/build-transfer.ts';
import {
  giftBackTransfer,
  giftTransfer,
  moneyFoundTransfer,
  moneyReturnedTransfer,
  type RefundAmounts,
  refundTransfer,
  type SaleAmounts,
  saleTransfer,
} from '../ledger/postings.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type { PaymentPosting } from './payment-events.ts';
import { receivableOf } from './payment-record.ts';
import type { PaymentRecord, RefundRecord } from './ports.ts';

/** A sale with a gift in it is two transfers, of one commit. */
export function transfersOf(
  posting: PaymentPosting,
  payment: PaymentRecord,
  now: EpochMs,
): readonly Transfer[] {
  const meta = { mid: payment.mid, wallet: payment.wallet, reference: payment.attemptId, postedAt: now };
  const today = { ...meta, businessDate: localTime(now, MOSCOW_OFFSET_MINUTES).date };
  switch (posting) {
    case 'sale': {
      const ofSale = { ...meta, businessDate: payment.businessDate };
      const amounts = saleAmounts(payment);
      return [
        saleTransfer(amounts, ofSale),
        ...given(payment, (to) => giftTransfer(amounts, { ...ofSale, ...to })),
      ];
    }
    case 'money_found':
      return [moneyFoundTransfer(found(payment), today)];
    case 'money_returned':
      return [moneyReturnedTransfer(found(payment), today)];
  }
}

/** The transfer of a payment's gift, where it has one and there is something of it to book. */
function given(
  { gift, mid }: PaymentRecord,
  transfer: (to: { readonly mid: Mid; readonly charity: string }) => Transfer | null,
): readonly Transfer[] {
  const made = gift === undefined ? null : transfer({ mid, charity: gift.charity });
  return made === null ? [] : [made];
}

/** A refund of a sale, with what of its gift goes back, or the return of money that belongs to none; empty where there is
 *  nothing to book of it. `earlier`: approved refunds of the same payment. */
export function refundTransfersOf(
  refund: RefundRecord,
  payment: PaymentRecord,
  earlier: readonly RefundRecord[],
  now: EpochMs,
): readonly Transfer[] {
  const meta: TransferMeta = {
    reference: refund.refundId,
    mid: refund.mid,
    wallet: payment.wallet,
    businessDate: refund.businessDate,
    postedAt: now,
  };
  if (payment.state === 'returned_late') return [moneyReturnedTransfer(found(payment), meta)];
  const { order, amount: price } = refund;
  const amounts: RefundAmounts = {
    sale: saleAmounts(payment),
    order,
    price,
    alreadyOrder: sum(
      order,
      earlier.map((other) => other.order),
    ),
    alreadyPrice: sum(
      price,
      earlier.map((other) => other.amount),
    ),
    mdrReturned: payment.terms.mdrReturned,
    ...takenBack(refund, payment),
  };
  const back = refundTransfer(amounts, meta);
  const gift = given(payment, (to) => giftBackTransfer(amounts, { ...meta, ...to }));
  return back === null ? gift : [back, ...gift];
}

/** Where we convert, a refund beside others at rates of their days need not be its share of the order, even when it went back at
 *  the payment's. */
function takenBack(refund: RefundRecord, { terms }: PaymentRecord): { readonly taken?: Money } {
  if (terms.converter === 'acquirer')
    return terms.refundRatePolicy === 'original' ? {} : { taken: refund.order };
  return refund.rate === undefined ? {} : { taken: refund.rate.taken };
}

/** A merchant that is paid the order itself is owed what the wallet owes us, as where the wallet converts: nothing is bought. */
function saleAmounts(payment: PaymentRecord): SaleAmounts {
  return {
    converter: payment.terms.paidIn === 'order' ? 'wallet' : payment.terms.converter,
    order: payment.order,
    settlement: payment.settlement,
    price: payment.amount,
    ...(payment.gift === undefined ? {} : { gift: payment.gift.amount }),
    mdrBp: payment.terms.mdrBp,
    ...(payment.terms.fee === undefined ? {} : { fee: payment.terms.fee }),
  };
}

/** What came for an attempt without a sale: what the wallet settles, or the order where it has not said. */
function found(payment: PaymentRecord): Money {
  return receivableOf(payment) ?? payment.order;
}

function sum(like: Money, parts: readonly Money[]): Money {
  const amountMinor = parts.reduce((total, part) => total + part.amountMinor, 0n);
  return { amountMinor, currency: like.currency };
}
