/** What a cashier and a customer do while something is killed. Each drill ends with the sale ended for good at the till. */

export interface Drill {
  readonly tender: 'cash' | 'scan' | 'qr';
  /** `password`: over CNY 1,000, so that the wallet asks for the PIN. `poor`: the buyer cannot pay it. */
  readonly size: 'small' | 'password' | 'poor';
  /** `too_late`: pays the code from the display after the till has given it up. */
  readonly customer: 'pays' | 'never' | 'too_late';
  readonly cashier: 'waits' | 'checks' | 'cancels' | 'sets_aside';
  /** What follows a payment that came to nothing. */
  readonly unpaid: 'cash' | 'clear';
  readonly refund: 'none' | 'part' | 'whole';
  /** Scenarios of the wallet, armed before the sale or before its refund. */
  readonly saleArms: readonly Arm[];
  readonly refundArms: readonly Arm[];
  /** The printer is out of paper while the sale is made. */
  readonly paperEnd: boolean;
}

export interface Arm {
  readonly scenario: string;
  readonly method: string;
  readonly times: number;
}

const once = (scenario: string, method: string, times = 1): Arm => ({
  scenario,
  method: method === 'notify' ? method : `alipay.trade.${method}`,
  times,
});

function drill(changes: Partial<Drill>): Drill {
  return {
    tender: 'scan',
    size: 'small',
    customer: 'pays',
    cashier: 'waits',
    unpaid: 'cash',
    refund: 'none',
    saleArms: [],
    refundArms: [],
    paperEnd: false,
    ...changes,
  };
}

export const DRILLS = {
  cash: drill({ tender: 'cash' }),
  scan: drill({}),
  qr: drill({ tender: 'qr' }),
  password: drill({ size: 'password' }),
  checked: drill({ size: 'password', cashier: 'checks' }),
  poor: drill({ size: 'poor' }),
  poor_cleared: drill({ size: 'poor', unpaid: 'clear' }),
  reply_lost: drill({ saleArms: [once('reply_lost', 'pay')] }),
  /** The buyer has paid and nobody can find out: given up, so the cancel gives the money back. */
  paid_in_silence: drill({ saleArms: [once('reply_lost', 'pay'), once('http_500', 'query', 40)] }),
  never_confirmed: drill({ size: 'password', customer: 'never' }),
  given_up: drill({ size: 'password', customer: 'never', cashier: 'cancels' }),
  qr_given_up: drill({ tender: 'qr', customer: 'never', cashier: 'cancels', unpaid: 'clear' }),
  qr_paid_too_late: drill({
    tender: 'qr',
    customer: 'too_late',
    cashier: 'cancels',
    saleArms: [once('still_payable_after_cancel', 'cancel')],
  }),
  return_lost: drill({
    tender: 'qr',
    customer: 'too_late',
    cashier: 'cancels',
    saleArms: [once('still_payable_after_cancel', 'cancel'), once('reply_lost', 'refund')],
  }),
  return_short_of_funds: drill({
    tender: 'qr',
    customer: 'too_late',
    cashier: 'cancels',
    saleArms: [once('still_payable_after_cancel', 'cancel'), once('seller_balance_not_enough', 'refund', 2)],
  }),
  notification_lost: drill({ tender: 'qr', saleArms: [once('notification_lost', 'notify')] }),
  no_paper: drill({ tender: 'cash', paperEnd: true }),
  set_aside: drill({ size: 'password', customer: 'never', cashier: 'sets_aside' }),
  set_aside_paid_too_late: drill({
    tender: 'qr',
    customer: 'too_late',
    cashier: 'sets_aside',
    saleArms: [once('still_payable_after_cancel', 'cancel')],
  }),
  /** Paid at the wallet, unknown to the gateway, set aside at the till: the money is found and goes back by itself. */
  set_aside_found: drill({
    cashier: 'sets_aside',
    saleArms: [once('reply_lost', 'pay'), once('http_500', 'query', 40)],
  }),
  refund_cash: drill({ tender: 'cash', refund: 'part' }),
  refund_part: drill({ refund: 'part' }),
  refund_whole: drill({ tender: 'qr', refund: 'whole' }),
  refund_lost: drill({ refund: 'whole', refundArms: [once('reply_lost', 'refund')] }),
  refund_unsent: drill({ refund: 'part', refundArms: [once('http_500', 'refund')] }),
  refund_short_of_funds: drill({
    refund: 'part',
    refundArms: [once('seller_balance_not_enough', 'refund', 3)],
  }),
  refund_declined: drill({ refund: 'part', refundArms: [once('trade_not_exist', 'refund')] }),
} as const satisfies Record<string, Drill>;

export type DrillName = keyof typeof DRILLS;
