/** What a change of a payment or a refund books, by the ledger's templates. */
import type { Money } from '../kernel/money.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import type { TransferMeta } from '../ledger/build-transfer.ts';
import {
  moneyFoundTransfer,
  moneyReturnedTransfer,
  refundTransfer,
  type SaleAmounts,
  saleTransfer,
} from '../ledger/postings.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type { PaymentPosting } from './payment-events.ts';
import { receivableOf } from './payment-record.ts';
import type { PaymentRecord, RefundRecord } from './ports.ts';

export function transferOf(posting: PaymentPosting, payment: PaymentRecord, now: EpochMs): Transfer {
  const meta = { mid: payment.mid, wallet: payment.wallet, reference: payment.attemptId, postedAt: now };
  const today = { ...meta, businessDate: localTime(now, MOSCOW_OFFSET_MINUTES).date };
  switch (posting) {
    case 'sale':
      return saleTransfer(saleAmounts(payment), { ...meta, businessDate: payment.businessDate });
    case 'money_found':
      return moneyFoundTransfer(found(payment), today);
    case 'money_returned':
      return moneyReturnedTransfer(found(payment), today);
  }
}

/** A refund of a sale, or the return of money that belongs to none; null where there is nothing to book of it. `earlier`:
 *  approved refunds of the same payment. */
export function refundTransferOf(
  refund: RefundRecord,
  payment: PaymentRecord,
  earlier: readonly RefundRecord[],
  now: EpochMs,
): Transfer | null {
  const meta: TransferMeta = {
    reference: refund.refundId,
    mid: refund.mid,
    wallet: payment.wallet,
    businessDate: refund.businessDate,
    postedAt: now,
  };
  if (payment.state === 'returned_late') return moneyReturnedTransfer(found(payment), meta);
  const { order, amount: price } = refund;
  return refundTransfer(
    {
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
    },
    meta,
  );
}

/** Where we convert, a refund beside others at rates of their days need not be its share of the order, even when it went back at
 *  the payment's. */
function takenBack(refund: RefundRecord, { terms }: PaymentRecord): { readonly taken?: Money } {
  if (terms.converter === 'acquirer')
    return terms.refundRatePolicy === 'original' ? {} : { taken: refund.order };
  return refund.rate === undefined ? {} : { taken: refund.rate.taken };
}

function saleAmounts(payment: PaymentRecord): SaleAmounts {
  return {
    converter: payment.terms.converter,
    order: payment.order,
    settlement: payment.settlement,
    price: payment.amount,
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
