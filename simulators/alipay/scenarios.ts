/** Every behaviour that can be asked for, by name. A row is the whole definition: nothing here looks at an amount. */

export type Method =
  | 'alipay.trade.pay'
  | 'alipay.trade.precreate'
  | 'alipay.trade.query'
  | 'alipay.trade.cancel'
  | 'alipay.trade.refund'
  | 'alipay.trade.fastpay.refund.query'
  | 'alipay.trade.close'
  | 'alipay.data.dataservice.bill.downloadurl.query';

/** `notify` is not a method of the gateway: it stands for the moment a notification is queued. */
export type Moment = Method | 'notify';

export const METHODS: readonly Method[] = [
  'alipay.trade.pay',
  'alipay.trade.precreate',
  'alipay.trade.query',
  'alipay.trade.cancel',
  'alipay.trade.refund',
  'alipay.trade.fastpay.refund.query',
  'alipay.trade.close',
  'alipay.data.dataservice.bill.downloadurl.query',
];

export type ScenarioKind = 'answer' | 'delivery' | 'timing' | 'signature' | 'notification' | 'rule';

export interface Scenario {
  readonly kind: ScenarioKind;
  readonly moments: readonly Moment[];
  readonly means: string;
  /** For answers: what is said, and whether the effect took place first. */
  readonly code?: string;
  readonly subCode?: string;
  readonly effect?: 'done' | 'not_done';
  readonly node?: 'error_signed' | 'error_unsigned';
}

const PAYING: readonly Moment[] = ['alipay.trade.pay', 'alipay.trade.precreate'];
const PAY: readonly Moment[] = ['alipay.trade.pay'];
const RETURNING: readonly Moment[] = ['alipay.trade.refund', 'alipay.trade.cancel'];
const NOTIFY: readonly Moment[] = ['notify'];

function answer(moments: readonly Moment[], code: string, subCode: string, means: string): Scenario {
  return { kind: 'answer', moments, code, subCode, means, effect: 'not_done' };
}

function after(moments: readonly Moment[], code: string, subCode: string, means: string): Scenario {
  return { kind: 'answer', moments, code, subCode, means, effect: 'done' };
}

function other(kind: ScenarioKind, moments: readonly Moment[], means: string): Scenario {
  return { kind, moments, means };
}

export const SCENARIOS = {
  // the gateway itself
  service_unavailable: answer(
    METHODS,
    '20000',
    'isp.unknow-error',
    'The service is unavailable; nothing was done.',
  ),
  service_unavailable_effect_done: after(
    METHODS,
    '20000',
    'isp.unknow-error',
    'Unavailable is said, yet it was done.',
  ),
  auth_token_insufficient: answer(
    METHODS,
    '20001',
    'aop.invalid-auth-token',
    'The authorisation token is not accepted.',
  ),
  arguments_missing: answer(
    METHODS,
    '40001',
    'isv.missing-parameter',
    'The gateway says an argument is missing.',
  ),
  arguments_invalid: answer(
    METHODS,
    '40002',
    'isv.invalid-parameter',
    'The gateway says an argument is invalid.',
  ),
  conditions_insufficient: answer(
    METHODS,
    '40003',
    'isv.insufficient-conditions',
    'The contract does not cover this call.',
  ),
  permission_insufficient: answer(
    METHODS,
    '40006',
    'isv.insufficient-isv-permissions',
    'The application may not call this.',
  ),
  error_response_signed: {
    ...answer(METHODS, '20000', 'isp.unknow-error', 'An error under error_response, signed.'),
    node: 'error_signed',
  },
  error_response_unsigned: {
    ...answer(METHODS, '20000', 'isp.unknow-error', 'An error under error_response, without a signature.'),
    node: 'error_unsigned',
  },
  // business answers
  auth_code_invalid: answer(
    PAY,
    '40004',
    'ACQ.PAYMENT_AUTH_CODE_INVALID',
    'The payment code is not good any more.',
  ),
  balance_not_enough: answer(PAY, '40004', 'ACQ.BUYER_BALANCE_NOT_ENOUGH', 'The buyer lacks balance.'),
  bankcard_balance_not_enough: answer(
    PAY,
    '40004',
    'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH',
    'The card behind the wallet lacks money.',
  ),
  no_payment_instruments: answer(
    PAY,
    '40004',
    'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE',
    'No means of payment is available.',
  ),
  buyer_forbidden: answer(PAY, '40004', 'ACQ.BUYER_ENABLE_STATUS_FORBID', 'The buyer is blocked.'),
  day_limit: answer(PAY, '40004', 'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR', 'The day limit is reached.'),
  balance_payment_disabled: answer(
    PAY,
    '40004',
    'ACQ.ERROR_BALANCE_PAYMENT_DISABLE',
    'Paying from balance is switched off.',
  ),
  cashier_not_pulled: answer(
    PAY,
    '40004',
    'ACQ.PULL_MOBILE_CASHIER_FAIL',
    'The cashier could not be opened on the phone.',
  ),
  system_error_effect_not_done: answer(
    METHODS,
    '40004',
    'ACQ.SYSTEM_ERROR',
    'SYSTEM_ERROR, and nothing was done.',
  ),
  system_error_effect_done: after(
    METHODS,
    '40004',
    'ACQ.SYSTEM_ERROR',
    'SYSTEM_ERROR, although it was done.',
  ),
  payment_unknown_effect_not_done: answer(
    PAY,
    '40004',
    'PAYMENT_UNKNOWN',
    'The result is unknown; nothing was done.',
  ),
  payment_unknown_effect_done: after(PAY, '40004', 'PAYMENT_UNKNOWN', 'The result is unknown; it was done.'),
  trade_has_success: answer(
    PAYING,
    '40004',
    'ACQ.TRADE_HAS_SUCCESS',
    'The trade is said to be paid already.',
  ),
  trade_has_close: answer(PAYING, '40004', 'ACQ.TRADE_HAS_CLOSE', 'The trade is said to be closed.'),
  context_inconsistent: answer(
    PAYING,
    '40004',
    'ACQ.CONTEXT_INCONSISTENT',
    'The number is said to exist with other parameters.',
  ),
  trade_not_exist: answer(
    ['alipay.trade.query', 'alipay.trade.refund', 'alipay.trade.close'],
    '40004',
    'ACQ.TRADE_NOT_EXIST',
    'The trade is said not to exist.',
  ),
  seller_balance_not_enough: answer(
    RETURNING,
    '40004',
    'ACQ.SELLER_BALANCE_NOT_ENOUGH',
    'The merchant lacks balance to return money.',
  ),
  total_fee_exceed: answer(
    PAYING,
    '40004',
    'ACQ.TOTAL_FEE_EXCEED',
    'The amount is beyond what an order may have.',
  ),
  beyond_pay_restriction: answer(
    PAYING,
    '40004',
    'ACQ.BEYOND_PAY_RESTRICTION',
    "The merchant's own limit is reached.",
  ),
  forbidden_word: answer(
    PAYING,
    '40004',
    'ACQ.EXIST_FORBIDDEN_WORD',
    'The order is said to contain a forbidden word.',
  ),
  invalid_parameter: answer(
    METHODS,
    '40004',
    'ACQ.INVALID_PARAMETER',
    'The parameters are said to be invalid.',
  ),
  access_forbidden: answer(
    METHODS,
    '40004',
    'ACQ.ACCESS_FORBIDDEN',
    'The merchant may not use this product.',
  ),
  // the way back
  request_lost: other(
    'delivery',
    METHODS,
    'The request never arrives; the connection closes without a reply.',
  ),
  reply_lost: other('delivery', METHODS, 'It was done; the connection closes without a reply.'),
  reply_then_cut: other('delivery', METHODS, 'The reply is sent and the connection is cut at once.'),
  reply_half: other('delivery', METHODS, 'Half of the reply is sent and the connection is cut.'),
  http_500: other('delivery', METHODS, 'HTTP 500 before anything was done.'),
  http_500_effect_done: other('delivery', METHODS, 'HTTP 500 although it was done.'),
  reply_delayed: other('timing', METHODS, 'The reply waits delayMs (8 s unless told).'),
  signature_wrong: other('signature', METHODS, 'The reply carries a signature of something else.'),
  signature_missing: other('signature', METHODS, 'The reply carries no signature.'),
  // notifications
  notification_duplicate: other('notification', NOTIFY, 'The notification is sent twice at once.'),
  notification_late: other('notification', NOTIFY, 'The notification waits delayMs (120 s unless told).'),
  notification_lost: other('notification', NOTIFY, 'The first sending is lost; the schedule sends again.'),
  notification_never: other('notification', NOTIFY, 'No notification is ever sent.'),
  notification_after_cancel: other(
    'notification',
    NOTIFY,
    'The notification is held until the trade was cancelled.',
  ),
  notification_wrong_amount: other(
    'notification',
    NOTIFY,
    'The notification names another amount, correctly signed.',
  ),
  notification_wrong_signature: other(
    'notification',
    NOTIFY,
    'The notification is signed over something else.',
  ),
  notification_early: other(
    'timing',
    PAYING,
    'The buyer has paid and the notification arrives before the reply, which waits delayMs (1.5 s unless told).',
  ),
  // rules of the wallet
  password_required: other('rule', PAY, 'The phone asks for the PIN whatever the amount.'),
  still_payable_after_cancel: other(
    'rule',
    ['alipay.trade.cancel'],
    'A cancelled number that was never created can still be paid.',
  ),
  cancel_retry: other('rule', ['alipay.trade.cancel'], 'The cancel is not carried out; retry_flag is Y.'),
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];

export function isScenarioName(text: string): text is ScenarioName {
  return Object.hasOwn(SCENARIOS, text);
}

export function scenarioOf(name: ScenarioName): Scenario {
  return SCENARIOS[name];
}
