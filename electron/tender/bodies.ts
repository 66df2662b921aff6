/** The messages of an attempt. Made from the order alone, so that a repeat is the same byte for byte. */
import { moneyToJson } from '../../gateway/kernel/money.ts';
import { openSecret } from '../../gateway/kernel/secret.ts';
import type { RequestBody } from '../../gateway/wire/messages.ts';
import type { Attempt } from './attempt.ts';

export function startBody({ order, code }: Attempt): RequestBody<'payment.start'> {
  const amount = moneyToJson(order.amount);
  const { gift } = order;
  return {
    attemptId: order.attemptId,
    saleId: order.saleId,
    tenderId: order.tenderId,
    saleTotal: amount,
    amount,
    ...(gift === undefined ? {} : { gift: { charity: gift.charity, amount: moneyToJson(gift.amount) } }),
    quoteId: order.quoteId,
    method: code === null ? { kind: 'shown' } : { kind: 'scanned', code: openSecret(code) },
    subject: order.subject,
    receiptNumber: order.receiptNumber,
    operator: order.operator,
  };
}

export function cancelBody({ order }: Attempt): RequestBody<'payment.cancel'> {
  const { attemptId, saleId, tenderId } = order;
  return { attemptId, saleId, tenderId, amount: moneyToJson(order.amount) };
}
