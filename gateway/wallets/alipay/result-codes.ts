/** Every result Alipay documents for these methods: code, meaning, and what it obliges us to.
 *
 *  A code that is not here is `unknown`: it is logged and followed up, never taken for a refusal.
 *  `declined` on pay and precreate holds for a first request under a number; the same number is never paid twice.
 *  Source: Open Platform common codes; alipay.trade.* business codes as its SDK tests and integration guides name them. */
import type { AlipayMethod } from './config.ts';

/** `succeeded`    the node says what happened: read it
 *  `pending`      the customer is entering a password: query
 *  `declined`     definitely not done; a new attempt needs a new number
 *  `unknown`      may have happened: query
 *  `retry_later`  not done now; the same request again, and tell an operator
 *  `refused`      will not be done this way at all (a cancel: return the money by a refund if it was paid)
 *  `not_found`    the wallet has no such trade, or not yet */
export type Obligation =
  | 'succeeded'
  | 'pending'
  | 'declined'
  | 'unknown'
  | 'retry_later'
  | 'refused'
  | 'not_found';

type Step = 'pay' | 'precreate' | 'query' | 'cancel' | 'refund' | 'refundQuery';
type Obligations = Readonly<Partial<Record<Step, Obligation>>>;

export interface ResultCodeRow {
  readonly code: string;
  /** Null: the code alone decides, whatever stands in `sub_code`. */
  readonly subCode: string | null;
  readonly meaning: string;
  readonly obliges: Obligations;
}

export const STEP_OF_METHOD: Readonly<Record<AlipayMethod, Step>> = {
  'alipay.trade.pay': 'pay',
  'alipay.trade.precreate': 'precreate',
  'alipay.trade.query': 'query',
  'alipay.trade.cancel': 'cancel',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'refundQuery',
};

const every = (obligation: Obligation): Obligations => ({
  pay: obligation,
  precreate: obligation,
  query: obligation,
  cancel: obligation,
  refund: obligation,
  refundQuery: obligation,
});

/** The request was turned away at the door. It says nothing of a trade that may exist under the number. */
const TURNED_AWAY: Obligations = {
  pay: 'declined',
  precreate: 'declined',
  query: 'unknown',
  cancel: 'retry_later',
  refund: 'retry_later',
  refundQuery: 'unknown',
};
const PAY_DECLINED: Obligations = { pay: 'declined', precreate: 'declined' };
/** A person or an operator must change something before the same thing can work. */
const FINAL_FAULT: Obligations = {
  pay: 'declined',
  precreate: 'declined',
  query: 'unknown',
  cancel: 'refused',
  refund: 'declined',
  refundQuery: 'unknown',
};

const row = (code: string, subCode: string | null, meaning: string, obliges: Obligations): ResultCodeRow => ({
  code,
  subCode,
  meaning,
  obliges,
});
const acq = (name: string, meaning: string, obliges: Obligations): ResultCodeRow =>
  row('40004', `ACQ.${name}`, meaning, obliges);

export const RESULT_CODES: readonly ResultCodeRow[] = [
  row('10000', null, 'The request was carried out.', every('succeeded')),
  row('10003', null, 'The customer is confirming the payment.', { pay: 'pending' }),
  row('20000', null, 'The service is unavailable; the outcome is not known.', every('unknown')),
  row('20001', null, 'The authorisation token is not valid.', TURNED_AWAY),
  row('40001', null, 'A required parameter is missing.', TURNED_AWAY),
  row('40002', null, 'A parameter is not valid.', TURNED_AWAY),
  row('40003', null, 'The conditions for this service are not met.', TURNED_AWAY),
  row('40006', null, 'The application has no permission for this service.', TURNED_AWAY),

  acq('SYSTEM_ERROR', 'The wallet failed; the outcome is not known.', every('unknown')),
  acq('PAYMENT_UNKNOWN', 'The wallet does not know the outcome yet.', every('unknown')),
  row('40004', 'PAYMENT_UNKNOWN', 'The wallet does not know the outcome yet.', every('unknown')),
  acq('TRADE_HAS_SUCCESS', 'The number is paid already; a query says whether by us.', {
    pay: 'unknown',
    precreate: 'unknown',
  }),
  acq('CONTEXT_INCONSISTENT', 'A trade with this number exists with other content.', {
    pay: 'unknown',
    precreate: 'unknown',
  }),
  acq('TRADE_HAS_CLOSE', 'The trade is closed; its number is used up.', {
    pay: 'declined',
    precreate: 'declined',
    cancel: 'unknown',
    refund: 'declined',
  }),

  acq('PAYMENT_AUTH_CODE_INVALID', 'The payment code is wrong, used or expired.', PAY_DECLINED),
  acq('BUYER_BALANCE_NOT_ENOUGH', 'The balance is not enough.', PAY_DECLINED),
  acq('BUYER_BANKCARD_BALANCE_NOT_ENOUGH', 'The linked card has not enough.', PAY_DECLINED),
  acq('NO_PAYMENT_INSTRUMENTS_AVAILABLE', 'No means of payment can be used.', PAY_DECLINED),
  acq('BUYER_ENABLE_STATUS_FORBID', "The customer's account is restricted.", PAY_DECLINED),
  acq('BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR', "The customer's daily limit is reached.", PAY_DECLINED),
  acq('ERROR_BALANCE_PAYMENT_DISABLE', 'Payment from the balance is switched off.', PAY_DECLINED),
  acq('PULL_MOBILE_CASHIER_FAIL', 'The phone could not be woken; refresh the code.', PAY_DECLINED),
  acq('TOTAL_FEE_EXCEED', 'The amount is over what is allowed.', FINAL_FAULT),
  acq('BEYOND_PAY_RESTRICTION', 'The amount is beyond the limit for this seller.', PAY_DECLINED),
  acq('EXIST_FORBIDDEN_WORD', 'The description holds a forbidden word.', PAY_DECLINED),
  acq('INVALID_PARAMETER', 'A parameter is not valid for the trade.', FINAL_FAULT),
  acq('ACCESS_FORBIDDEN', 'The seller has no contract for this service.', FINAL_FAULT),

  acq('TRADE_NOT_EXIST', 'The wallet has no such trade, or not yet.', {
    query: 'not_found',
    cancel: 'not_found',
    refund: 'declined',
    refundQuery: 'not_found',
  }),
  acq('SELLER_BALANCE_NOT_ENOUGH', 'The seller has not enough to pay back from.', {
    cancel: 'retry_later',
    refund: 'retry_later',
  }),
  acq('TRADE_CANCEL_TIME_OUT', 'The cancel window has passed.', { cancel: 'refused' }),
  acq('TRADE_HAS_FINISHED', 'The trade is finished and takes no more changes.', {
    cancel: 'refused',
    refund: 'declined',
  }),
  acq('TRADE_STATUS_ERROR', 'The state of the trade does not allow it.', {
    cancel: 'refused',
    refund: 'declined',
  }),
  acq('REASON_TRADE_STATUS_INVALID', 'The state of the trade does not allow it.', {
    cancel: 'refused',
    refund: 'declined',
  }),
  acq('REASON_TRADE_REFUND_FEE_ERR', 'The refund exceeds what remains.', { refund: 'declined' }),
  acq('REFUND_AMT_NOT_EQUAL_TOTAL', 'The refund exceeds what remains.', { refund: 'declined' }),
  acq('TRADE_NOT_ALLOW_REFUND', 'The trade may not be refunded.', { refund: 'declined' }),
  acq('DISCORDANT_REPEAT_REQUEST', 'This refund number was used with other content.', {
    refund: 'unknown',
  }),
];

const BY_CODE: ReadonlyMap<string, ResultCodeRow> = new Map(
  RESULT_CODES.map((entry) => [keyOf(entry.code, entry.subCode), entry]),
);

/** Null when the pair is not listed for this method: the caller treats it as unknown and logs it. */
export function obligationOf(method: AlipayMethod, code: string, subCode: string): Obligation | null {
  const found = BY_CODE.get(keyOf(code, subCode)) ?? BY_CODE.get(keyOf(code, null));
  return found?.obliges[STEP_OF_METHOD[method]] ?? null;
}

function keyOf(code: string, subCode: string | null): string {
  return `${code} ${subCode ?? '*'}`;
}
