/** How a trade is told to the merchant: the fields that pay, query and notification share. */
import { CNY } from '../../gateway/kernel/currency.ts';
import { beijingText, type Desk, decimal } from './desk.ts';
import { maskedLogonId } from './logon-id.ts';
import type { ReplyNode } from './reply.ts';
import type { Trade } from './trades.ts';

export function idFields(trade: Trade): ReplyNode {
  return { out_trade_no: trade.outTradeNo, ...(trade.tradeNo === null ? {} : { trade_no: trade.tradeNo }) };
}

export function buyerFields(desk: Desk, trade: Trade): ReplyNode {
  const buyer = trade.buyerId === null ? null : desk.buyers.find(trade.buyerId);
  if (buyer === null) return {};
  return { buyer_logon_id: maskedLogonId(buyer.logonId), buyer_user_id: buyer.buyerId };
}

/** Amounts, and for a cross-border order both currencies and both rates. */
export function amountFields(trade: Trade): ReplyNode {
  const total = decimal(trade.totalMinor, trade.transCurrency);
  const fields = { total_amount: total };
  if (!trade.crossBorder) return fields;
  return {
    ...fields,
    trans_currency: trade.transCurrency,
    settle_currency: trade.settleCurrency,
    settle_amount: decimal(trade.settleMinor, trade.settleCurrency),
    pay_currency: CNY,
    pay_amount: decimal(trade.payFen, CNY),
    trans_pay_rate: trade.transPayRate,
    settle_trans_rate: trade.settleTransRate,
  };
}

export function paidFields(trade: Trade): ReplyNode {
  if (trade.paidAt === null) return {};
  const total = decimal(trade.totalMinor, trade.transCurrency);
  return {
    receipt_amount: total,
    buyer_pay_amount: total,
    invoice_amount: total,
    point_amount: '0.00',
    gmt_payment: beijingText(trade.paidAt),
    fund_bill_list: [{ amount: decimal(trade.payFen, CNY), fund_channel: 'ALIPAYACCOUNT' }],
  };
}

export function tradeNode(desk: Desk, trade: Trade): ReplyNode {
  return { ...idFields(trade), ...buyerFields(desk, trade), ...amountFields(trade), ...paidFields(trade) };
}
