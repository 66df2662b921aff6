/** Every point at which a process is killed: each durable state of each machine and each message that carries a fact, from
 *  both sides. A row names the drills in which the point comes; a state without a row would be missing in the histogram. */
import type { DrillName } from './drills.ts';
import type { ProcessUnderTest } from './durable-labels.ts';

type Rows<Drill extends string> = Readonly<Record<string, readonly Drill[]>>;
export type PointTable<Drill extends string> = Readonly<Partial<Record<ProcessUnderTest, Rows<Drill>>>>;

const ANY_SALE: readonly DrillName[] = ['cash', 'scan', 'qr', 'password'];
const WALLET_SALE: readonly DrillName[] = ['scan', 'qr', 'password'];
const ANY_REFUND: readonly DrillName[] = ['refund_part', 'refund_whole'];
const NO_MONEY: readonly DrillName[] = ['poor', 'poor_cleared', 'given_up'];

const COMMITS: PointTable<DrillName> = {
  terminal: {
    'sale.open': ANY_SALE,
    'sale.lines': ANY_SALE,
    'attempt.sending': WALLET_SALE,
    'attempt.open': ['password', 'qr'],
    'attempt.given_up': ['given_up', 'qr_given_up'],
    'attempt.approved': WALLET_SALE,
    'attempt.declined': ['poor', 'poor_cleared'],
    'attempt.cancelled': ['given_up', 'never_confirmed'],
    'attempt.later_word': ['qr_paid_too_late'],
    'sale.paid': ANY_SALE,
    'sale.cancelled': ['poor_cleared', 'qr_given_up'],
    'sale.set_aside': ['set_aside'],
    'sale.fiscal': ANY_SALE,
    'receipt.sent': ANY_SALE,
    'receipt.printed': ANY_SALE,
    'receipt.failed': ['no_paper'],
    'close.queued': ['poor', 'set_aside'],
    'close.acknowledged': ['poor', 'set_aside'],
    'set_aside.open': ['set_aside'],
    'set_aside.not_paid': ['set_aside'],
    'set_aside.returned': ['set_aside_found'],
    'refund.sending': [...ANY_REFUND, 'refund_cash'],
    'refund.unknown': ['refund_lost', 'refund_unsent'],
    'refund.awaiting_funds': ['refund_short_of_funds'],
    'refund.approved': [...ANY_REFUND, 'refund_cash'],
    'refund.declined': ['refund_declined'],
    'refund.fiscal': ANY_REFUND,
  },
  gateway: {
    'quote.issued': ANY_SALE,
    'payment.intent': WALLET_SALE,
    'payment.waiting': ['password', 'qr'],
    'payment.unknown': ['reply_lost'],
    'payment.cancelling': ['given_up', 'never_confirmed', 'qr_given_up'],
    'payment.approved': WALLET_SALE,
    'payment.declined': ['poor', 'poor_cleared'],
    'payment.cancelled': ['given_up', 'qr_given_up', 'paid_in_silence'],
    'payment.returned_late': ['qr_paid_too_late', 'set_aside_paid_too_late'],
    'sale.cancelled': ['poor_cleared', 'qr_given_up'],
    'sale.set_aside': ['set_aside'],
    'sale.paid_otherwise': ['poor'],
    'refund.intent': ANY_REFUND,
    'refund.unknown': ['refund_lost', 'refund_unsent'],
    'refund.awaiting_funds': ['refund_short_of_funds'],
    'refund.approved': ANY_REFUND,
    'refund.declined': ['refund_declined'],
    'return.intent': ['qr_paid_too_late'],
    'return.unknown': ['return_lost'],
    'return.awaiting_funds': ['return_short_of_funds'],
    'return.approved': ['qr_paid_too_late'],
    'ledger.posted': ['scan', 'refund_part'],
    'ledger.folded': ['scan', 'refund_part'],
  },
  alipay: {
    'trade.CODE_SHOWN': ['qr'],
    'trade.WAIT_BUYER_PAY': ['password', 'qr'],
    'trade.TRADE_SUCCESS': WALLET_SALE,
    'trade.TRADE_CLOSED': ['given_up', 'refund_whole'],
    'pay.declined': ['poor'],
    'number.cancelled': ['qr_given_up'],
    'returned.by_refund': ANY_REFUND,
    'returned.by_cancel': ['paid_in_silence'],
    'notification.queued': ['qr'],
    'notification.delivered': ['qr'],
    'notification.pending': ['notification_lost'],
  },
};

const SENDS: PointTable<DrillName> = {
  terminal: {
    'quote.get': ANY_SALE,
    'payment.start': WALLET_SALE,
    'payment.get': ['never_confirmed', 'paid_in_silence'],
    'payment.check': ['checked'],
    'payment.cancel': ['given_up', 'qr_given_up'],
    'sale.close': ['poor', 'set_aside'],
    'refund.start': ANY_REFUND,
    'refund.get': ['refund_short_of_funds'],
    'view.paid': ANY_SALE,
    'view.not_paid': NO_MONEY,
    'view.set_aside': ['set_aside'],
    'view.refund_done': ANY_REFUND,
    'printer.paper': ANY_SALE,
  },
  gateway: {
    'alipay.pay': ['scan', 'password'],
    'alipay.precreate': ['qr'],
    'alipay.query': ['reply_lost', 'password'],
    'alipay.cancel': ['given_up', 'qr_given_up'],
    'alipay.refund': ANY_REFUND,
    'alipay.fastpay.refund.query': ['refund_lost', 'refund_unsent'],
    'reply.quote': ANY_SALE,
    'reply.payment': WALLET_SALE,
    'reply.refund': ANY_REFUND,
    'reply.sale_close': ['poor', 'set_aside'],
    'reply.notification': ['qr'],
    'event.payment.changed': WALLET_SALE,
    'event.refund.changed': ANY_REFUND,
  },
  alipay: {
    'reply.pay': ['scan', 'password'],
    'reply.precreate': ['qr'],
    'reply.query': ['reply_lost', 'password'],
    'reply.cancel': ['given_up', 'qr_given_up'],
    'reply.refund': ANY_REFUND,
    'reply.fastpay.refund.query': ['refund_lost', 'refund_unsent'],
    'reply.phone_approve': ['password', 'qr'],
    notification: ['qr'],
  },
};

export interface KillPoint {
  readonly process: ProcessUnderTest;
  /** `<label>:<side>`, as the preloaded module names it. */
  readonly point: string;
  readonly drills: readonly string[];
}

/** Each row from both sides: a table of commits and one of sends. */
export function pointsOf<Drill extends string>(
  commits: PointTable<Drill>,
  sends: PointTable<Drill>,
): readonly KillPoint[] {
  return [
    ...rowsOf(commits, ['before_commit', 'after_commit']),
    ...rowsOf(sends, ['before_send', 'after_send']),
  ];
}

function rowsOf<Drill extends string>(
  table: PointTable<Drill>,
  sides: readonly string[],
): readonly KillPoint[] {
  return (Object.keys(table) as ProcessUnderTest[]).flatMap((process) =>
    Object.entries<readonly Drill[]>(table[process] ?? {}).flatMap(([label, drills]) =>
      sides.map((side) => ({ process, point: `${label}:${side}`, drills })),
    ),
  );
}

export const KILL_POINTS: readonly KillPoint[] = pointsOf(COMMITS, SENDS);

export function nameOf(point: Pick<KillPoint, 'process' | 'point'>): string {
  return `${point.process}:${point.point}`;
}
