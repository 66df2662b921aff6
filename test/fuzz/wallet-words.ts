/** The wallet's replies to begin from, and what may be concluded from a node that is validly signed: necessary conditions
 *  written by hand from the platform's documents, for every answer that says anything definite. */
import { createHash, verify } from 'node:crypto';
import type { AlipayMethod } from '../../gateway/wallets/alipay/config.ts';
import { alipayKeys, NO, REFUND_NO, signBytes } from '../gateway/wallets/alipay/wallet-double.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';

export type Fields = Readonly<Record<string, unknown>>;
/** An answer of the wallet port, whichever it is. */
export interface PortAnswer {
  readonly kind: string;
  readonly action?: string;
  readonly trade?: { readonly order: { readonly amountMinor: bigint; readonly currency: string } } | null;
}

const TRADE = {
  code: '10000',
  msg: 'Success',
  out_trade_no: NO,
  trade_no: '2026112222001400001000000001',
  buyer_logon_id: '138****0022',
  total_amount: '88.88',
  gmt_payment: '2026-11-22 14:00:05',
  fund_bill_list: [{ amount: '88.88', fund_channel: 'ALIPAYACCOUNT' }],
};
const failure = (subCode: string) => ({
  code: '40004',
  msg: 'Business Failed',
  sub_code: subCode,
  out_trade_no: NO,
});

export const REPLIES: readonly (readonly [AlipayMethod, Fields])[] = [
  ['alipay.trade.pay', TRADE],
  ['alipay.trade.pay', { ...TRADE, code: '10003' }],
  ['alipay.trade.pay', failure('ACQ.BUYER_BALANCE_NOT_ENOUGH')],
  ['alipay.trade.pay', failure('ACQ.SYSTEM_ERROR')],
  [
    'alipay.trade.precreate',
    { code: '10000', msg: 'Success', out_trade_no: NO, qr_code: 'https://qr.alipay.com/bax00001' },
  ],
  ['alipay.trade.query', { ...TRADE, trade_status: 'TRADE_SUCCESS' }],
  ['alipay.trade.query', { ...TRADE, trade_status: 'WAIT_BUYER_PAY' }],
  ['alipay.trade.query', { ...TRADE, trade_status: 'TRADE_CLOSED' }],
  ['alipay.trade.query', failure('ACQ.TRADE_NOT_EXIST')],
  [
    'alipay.trade.cancel',
    { code: '10000', msg: 'Success', out_trade_no: NO, retry_flag: 'N', action: 'refund' },
  ],
  ['alipay.trade.cancel', { code: '10000', msg: 'Success', out_trade_no: NO, retry_flag: 'N' }],
  [
    'alipay.trade.refund',
    {
      code: '10000',
      msg: 'Success',
      out_trade_no: NO,
      fund_change: 'Y',
      refund_fee: '10.00',
      trade_no: '2026',
    },
  ],
  ['alipay.trade.refund', failure('ACQ.SELLER_BALANCE_NOT_ENOUGH')],
  [
    'alipay.trade.fastpay.refund.query',
    {
      ...{ code: '10000', msg: 'Success', out_trade_no: NO, out_request_no: REFUND_NO },
      ...{ refund_amount: '10.00', refund_status: 'REFUND_SUCCESS' },
    },
  ],
  ['alipay.trade.fastpay.refund.query', { code: '10000', msg: 'Success' }],
];

/** Values that another reply might well carry: what is signed and false must be told by its meaning alone. */
const PLAUSIBLE: Readonly<Record<string, readonly string[]>> = {
  total_amount: [
    '88.87',
    '88.89',
    '8888.00',
    '8.88',
    '0.01',
    '887.10',
    '887.12',
    '88711.00',
    '88.88',
    '887.11',
  ],
  out_trade_no: [REFUND_NO, '7A000000000000000000000099', NO, ''],
  out_request_no: [NO, REFUND_NO, ''],
  trans_currency: ['RUB', 'JPY', 'USD', 'CNY', ''],
  code: ['10000', '10003', '20000', '40002', '40004', '40006', '99999', ''],
  sub_code: [
    'ACQ.TRADE_NOT_EXIST',
    'ACQ.SYSTEM_ERROR',
    'ACQ.TRADE_HAS_SUCCESS',
    'ACQ.TRADE_HAS_CLOSE',
    'ACQ.NEW_ONE',
    '',
  ],
  trade_status: ['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED', 'toString'],
  action: ['close', 'refund', 'none', ''],
  retry_flag: ['Y', 'N', ''],
  refund_amount: ['0.01', '10.00', '-10.00', ''],
  refund_fee: ['9.99', '10.01', '0.00'],
  refund_status: ['REFUND_SUCCESS', 'REFUND_PROCESSING', ''],
  trade_no: ['', '2026112222001400001000000002'],
};

/** A node with one to three of its fields saying something else, or fields of another kind of reply put in. */
export function misstated(fields: Fields, draw: SeededRandom, made: string[]): Fields {
  const changed: Record<string, unknown> = { ...fields };
  for (let changes = 1 + draw.below(3); changes > 0; changes -= 1) {
    const own = Object.keys(PLAUSIBLE).filter((name) => Object.hasOwn(fields, name));
    const name = draw.chance(800) ? draw.pick(own) : draw.pick(Object.keys(PLAUSIBLE));
    changed[name] = draw.pick(PLAUSIBLE[name] ?? ['']);
    made.push(`${name} misstated`);
  }
  return changed;
}

export function nodeName(method: AlipayMethod): string {
  return `${method.replaceAll('.', '_')}_response`;
}

export function signedReply(method: AlipayMethod, nodeText: string): string {
  return `{"${nodeName(method)}":${nodeText},"sign":"${signBytes(nodeText)}"}`;
}

function text(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** Hundredths, or null for what is no decimal text. */
export function fenOf(decimal: string): bigint | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(decimal);
  if (match === null) return null;
  const fraction = (match[2] ?? '').padEnd(2, '0');
  if (/[1-9]/.test(fraction.slice(2))) return null;
  return BigInt(`${match[1]}${fraction.slice(0, 2)}`);
}

const TURNED_AWAY = new Set(['20001', '40001', '40002', '40003', '40006']);
/** Business refusals of an order that the documents call final. */
const FINAL = new Set(
  `PAYMENT_AUTH_CODE_INVALID BUYER_BALANCE_NOT_ENOUGH BUYER_BANKCARD_BALANCE_NOT_ENOUGH NO_PAYMENT_INSTRUMENTS_AVAILABLE
   BUYER_ENABLE_STATUS_FORBID BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR ERROR_BALANCE_PAYMENT_DISABLE PULL_MOBILE_CASHIER_FAIL
   TOTAL_FEE_EXCEED BEYOND_PAY_RESTRICTION EXIST_FORBIDDEN_WORD INVALID_PARAMETER ACCESS_FORBIDDEN TRADE_HAS_CLOSE`
    .split(/\s+/)
    .map((name) => `ACQ.${name}`),
);

/** Whether a validly signed node allows such an answer about an order of `fen` under `outTradeNo`. */
export function allows(
  method: AlipayMethod,
  fields: Fields,
  answer: PortAnswer,
  outTradeNo: string,
  fen: bigint | null,
): boolean {
  const [code, subCode, named] = [
    text(fields, 'code'),
    text(fields, 'sub_code'),
    text(fields, 'out_trade_no'),
  ];
  const ours = named === outTradeNo;
  const notOthers = ours || named === '';
  const done = code === '10000' && ours;
  const currency = text(fields, 'trans_currency');
  const total = fenOf(text(fields, 'total_amount'));
  const amountFits =
    total !== null && (currency === '' || currency === 'CNY') && (fen === null || total === fen);
  const missing = code === '40004' && subCode === 'ACQ.TRADE_NOT_EXIST' && notOthers;
  switch (answer.kind) {
    case 'unknown':
      return true;
    case 'paid': {
      const told = answer.trade?.order;
      const status =
        method === 'alipay.trade.query'
          ? /^TRADE_(SUCCESS|FINISHED)$/.test(text(fields, 'trade_status'))
          : true;
      return done && status && amountFits && text(fields, 'trade_no') !== '' && told?.amountMinor === total;
    }
    case 'pending':
      return method === 'alipay.trade.pay'
        ? code === '10003' && notOthers
        : done && text(fields, 'trade_status') === 'WAIT_BUYER_PAY';
    case 'declined':
      return (
        notOthers &&
        (TURNED_AWAY.has(code) ||
          (code === '40004' && (method === 'alipay.trade.refund' || FINAL.has(subCode))))
      );
    case 'qr':
      return done && /^[^\p{Cc}]{1,1024}$/u.test(text(fields, 'qr_code'));
    case 'closed':
      return done && text(fields, 'trade_status') === 'TRADE_CLOSED';
    case 'not_found':
      if (method === 'alipay.trade.fastpay.refund.query' && code === '10000')
        return notOthers && text(fields, 'refund_amount') === '' && text(fields, 'refund_status') === '';
      return missing;
    case 'cancelled':
      if (missing) return answer.action === 'none';
      return (
        done && text(fields, 'retry_flag') !== 'Y' && (text(fields, 'action') || 'none') === answer.action
      );
    case 'retry_later':
    case 'refused':
      return notOthers;
    case 'refunded':
      return code === '10000' && (ours || (method === 'alipay.trade.fastpay.refund.query' && notOthers));
    default:
      return false;
  }
}

/** Whether a reply that was spoilt after signing still carries the node and the signature it was sent with. */
export function isWhole(body: Uint8Array, method: AlipayMethod, nodeText: string): boolean {
  const bytes = Buffer.from(body);
  if (!bytes.includes(Buffer.from(nodeText, 'utf8'))) return false;
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<
      string,
      unknown
    >;
    const node = JSON.stringify(value[nodeName(method)]);
    const signature = Buffer.from(String(value.sign), 'base64');
    return node === nodeText && verify('sha256', Buffer.from(nodeText), alipayKeys.publicPem, signature);
  } catch {
    return false;
  }
}

export function digest(value: unknown): string {
  const asText = JSON.stringify(value, (_name, part) => (typeof part === 'bigint' ? `${part}n` : part));
  return createHash('sha256').update(asText).digest('hex');
}
