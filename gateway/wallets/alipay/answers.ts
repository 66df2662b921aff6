/** Reads each method's successful node into the answer of the wallet port. A node that does not fit what was asked is
 *  `unknown`: it may belong to another trade, and neither success nor refusal may be taken from it. */
import { parseCurrencyCode } from '../../kernel/currency.ts';
import { AmurError } from '../../kernel/errors.ts';
import { compare, equal, type Money } from '../../kernel/money.ts';
import type {
  CancelAnswer,
  PayAnswer,
  PrecreateAnswer,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  WalletOrder,
  WalletUnknown,
} from '../../payments/wallet-port.ts';
import type { Fields } from './reply.ts';
import { amountOf, providerRefOf, qrContentOf, readTrade, textOf } from './trade.ts';

export const MISMATCH: WalletUnknown = { kind: 'unknown', cause: 'answer_mismatch' };

export function readPaid(fields: Fields, order: WalletOrder): PayAnswer {
  const trade = readTrade(fields, order.order.currency);
  return trade !== null && equal(trade.order, order.order) ? { kind: 'paid', trade } : MISMATCH;
}

export function readQr(fields: Fields): PrecreateAnswer {
  const content = qrContentOf(fields);
  return content === null ? MISMATCH : { kind: 'qr', content };
}

export function readQueried(fields: Fields, orderCurrency: string): QueryAnswer {
  const providerRef = providerRefOf(fields);
  const trade = readTrade(fields, orderCurrency);
  switch (textOf(fields, 'trade_status')) {
    case 'WAIT_BUYER_PAY':
      return { kind: 'pending', providerRef };
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return trade === null ? MISMATCH : { kind: 'paid', trade };
    case 'TRADE_CLOSED':
      // A trade is closed unpaid or after a refund in full.
      return wasPaid(fields) && trade !== null
        ? { kind: 'closed', trade: { ...trade, refunded: trade.order } }
        : { kind: 'closed', trade: null };
    default:
      return MISMATCH;
  }
}

/** `send_pay_date` is no evidence: an unpaid trade has one too, the time it was created. */
function wasPaid(fields: Fields): boolean {
  const bills = fields.fund_bill_list;
  const paidSums = [textOf(fields, 'buyer_pay_amount'), textOf(fields, 'receipt_amount')];
  return (
    textOf(fields, 'gmt_payment') !== '' ||
    (Array.isArray(bills) && bills.length > 0) ||
    paidSums.some((sum) => /[1-9]/.test(sum))
  );
}

export function readCancelled(fields: Fields): CancelAnswer {
  const action = textOf(fields, 'action');
  if (textOf(fields, 'retry_flag') === 'Y') return { kind: 'retry_later', code: 'RETRY_FLAG' };
  if (action === 'close' || action === 'refund') return { kind: 'cancelled', action };
  return action === '' ? { kind: 'cancelled', action: 'none' } : MISMATCH;
}

/** `fresh` only where the wallet says that money moved now (`fund_change` Y). Code 10000 alone says that the request was
 *  taken; a repeat is answered the same way, so a refund query has to confirm it. */
export function readRefunded(fields: Fields, amount: Money): RefundAnswer {
  const refundedTotal = readAmount(fields, 'refund_fee', amount.currency);
  if (refundedTotal === 'malformed') return MISMATCH;
  if (refundedTotal !== null && compare(refundedTotal, amount) < 0) return MISMATCH;
  return { kind: 'refunded', refundedTotal, fresh: textOf(fields, 'fund_change') === 'Y' };
}

/** A refund that is not known is answered with success and without an amount. */
export function readRefundQueried(
  fields: Fields,
  outRequestNo: string,
  orderCurrency: string,
): RefundQueryAnswer {
  const status = textOf(fields, 'refund_status');
  // A refund that has a status is known, whatever else the reply leaves out.
  if (status !== '' && status !== 'REFUND_SUCCESS') return { kind: 'unknown', cause: 'refund_in_progress' };
  const amount = readAmount(fields, 'refund_amount', orderCurrency);
  if (amount === null) return status === '' && !hasAmount(fields) ? { kind: 'not_found' } : MISMATCH;
  if (amount === 'malformed' || textOf(fields, 'out_request_no') !== outRequestNo) return MISMATCH;
  return { kind: 'refunded', amount };
}

/** Present in whatever form: then the refund is known, although its sum cannot be read. */
function hasAmount(fields: Fields): boolean {
  return Object.hasOwn(fields, 'refund_amount') && fields.refund_amount !== '';
}

function readAmount(fields: Fields, name: string, currency: string): Money | null | 'malformed' {
  try {
    return amountOf(fields, name, parseCurrencyCode(currency));
  } catch (error) {
    if (error instanceof AmurError) return 'malformed';
    throw error;
  }
}
