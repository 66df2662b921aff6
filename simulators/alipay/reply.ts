/** What a method answers: a node of strings, in the order in which it is sent and signed. */

export type NodeValue = string | readonly NodeValue[] | { readonly [name: string]: NodeValue };
export type ReplyNode = { readonly [name: string]: NodeValue };

const GATEWAY_MESSAGES: Readonly<Record<string, string>> = {
  '10000': 'Success',
  '10003': 'order success pay inprocess',
  '20000': 'Service Currently Unavailable',
  '20001': 'Insufficient Token Permissions',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40003': 'Insufficient Conditions',
  '40004': 'Business Failed',
  '40006': 'Insufficient Permissions',
};

const SUB_MESSAGES: Readonly<Record<string, string>> = {
  'ACQ.ACCESS_FORBIDDEN': '无权限使用接口',
  'ACQ.BEYOND_PAY_RESTRICTION': '商户收款额度超限',
  'ACQ.BUYER_BALANCE_NOT_ENOUGH': '买家余额不足',
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH': '买家银行卡余额不足',
  'ACQ.BUYER_ENABLE_STATUS_FORBID': '买家状态非法',
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR': '买家付款日限额超限',
  'ACQ.CONTEXT_INCONSISTENT': '交易信息被篡改',
  'ACQ.DISCORDANT_REPEAT_REQUEST': '不一致的请求',
  'ACQ.ERROR_BALANCE_PAYMENT_DISABLE': '余额支付功能关闭',
  'ACQ.EXIST_FORBIDDEN_WORD': '订单信息中包含违禁词',
  'ACQ.INVALID_PARAMETER': '参数无效',
  'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE': '没有可用的支付工具',
  'ACQ.PAYMENT_AUTH_CODE_INVALID': '支付授权码无效',
  'ACQ.PULL_MOBILE_CASHIER_FAIL': '唤起移动收银台失败',
  'ACQ.REASON_TRADE_STATUS_INVALID': '交易状态异常',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': '退款金额超限',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': '卖家余额不足',
  'ACQ.SYSTEM_ERROR': '接口返回错误',
  'ACQ.TOTAL_FEE_EXCEED': '订单总金额不在允许范围内',
  'ACQ.TRADE_CANCEL_TIME_OUT': '超过撤销时间范围',
  'ACQ.TRADE_HAS_CLOSE': '交易已经关闭',
  'ACQ.TRADE_HAS_FINISHED': '交易已经完结',
  'ACQ.TRADE_HAS_SUCCESS': '交易已被支付',
  'ACQ.TRADE_NOT_EXIST': '交易不存在',
  PAYMENT_UNKNOWN: '支付结果未知',
};

export function success(fields: ReplyNode = {}): ReplyNode {
  return { code: '10000', msg: 'Success', ...fields };
}

/** A refusal of the gateway itself, before any business was looked at. */
export function gatewayFailure(code: string, subCode: string, subMessage: string): ReplyNode {
  return { code, msg: GATEWAY_MESSAGES[code] ?? 'Unknown', sub_code: subCode, sub_msg: subMessage };
}

export function businessFailure(subCode: string, fields: ReplyNode = {}): ReplyNode {
  return { ...gatewayFailure('40004', subCode, SUB_MESSAGES[subCode] ?? subCode), ...fields };
}

export function stillPaying(fields: ReplyNode): ReplyNode {
  return { code: '10003', msg: GATEWAY_MESSAGES['10003'] ?? '', ...fields };
}

export function nodeName(method: string): string {
  return `${method.replaceAll('.', '_')}_response`;
}
