/** Calls to the wallet as the machines want them, answered as their events. A connector that breaks its promise not to
 *  throw has left the outcome unknown, like every other silence. */
import { failureName, invariant } from '../kernel/errors.ts';
import type { Secret } from '../kernel/secret.ts';
import type { PaymentCall, PaymentEvent } from '../payments/payment-events.ts';
import { walletOrderOf } from '../payments/payment-opening.ts';
import { fullyRefunded } from '../payments/payment-record.ts';
import type { PaymentRecord, RefundRecord } from '../payments/ports.ts';
import type { RefundCall, RefundEvent } from '../payments/refund-machine.ts';
import type { WalletUnknown } from '../payments/wallet-port.ts';
import type { RunContext } from './context.ts';

type Calling = Pick<RunContext, 'wallet' | 'log' | 'payments'>;

export async function callForPayment(
  context: Calling,
  record: PaymentRecord,
  call: PaymentCall,
  authCode: Secret<string> | null,
): Promise<PaymentEvent> {
  const { wallet } = context;
  const id = record.attemptId;
  switch (call.call) {
    case 'pay': {
      invariant(authCode !== null, 'A scanned payment is sent by the process that holds its code.');
      const answer = await guarded(context, 'pay', () => wallet.pay(walletOrderOf(record), authCode));
      return { kind: 'pay_answered', answer };
    }
    case 'precreate': {
      const { qrLifeMs } = context.payments;
      const answer = await guarded(context, 'precreate', () =>
        wallet.precreate(walletOrderOf(record), qrLifeMs),
      );
      return { kind: 'precreate_answered', answer };
    }
    case 'query': {
      const answer = await guarded(context, 'query', () => wallet.query(id, record.order.currency));
      return { kind: 'query_answered', answer, purpose: call.purpose };
    }
    case 'cancel':
      return {
        kind: 'cancel_answered',
        answer: await guarded(context, 'cancel', () => wallet.cancel(id)),
      };
  }
}

export async function callForRefund(
  context: Calling,
  record: RefundRecord,
  payment: PaymentRecord,
  call: RefundCall,
): Promise<RefundEvent> {
  const { wallet } = context;
  const { attemptId, refundId, order, reason } = record;
  switch (call.call) {
    case 'refund': {
      const request = { outTradeNo: attemptId, outRequestNo: refundId, amount: order, reason };
      return {
        kind: 'refund_answered',
        answer: await guarded(context, 'refund', () => wallet.refund(request)),
      };
    }
    case 'refund_query': {
      const answer = await guarded(context, 'refund_query', () =>
        wallet.refundQuery(attemptId, refundId, order.currency),
      );
      return { kind: 'refund_query_answered', answer };
    }
    case 'trade_query': {
      const answer = await guarded(context, 'query', () => wallet.query(attemptId, order.currency));
      const trade = answer.kind === 'closed' ? answer.trade : null;
      return { kind: 'trade_answered', answer, fullyRefunded: fullyRefunded(payment, trade) };
    }
  }
}

async function guarded<A>(
  context: Calling,
  call: string,
  send: () => Promise<A>,
): Promise<A | WalletUnknown> {
  try {
    return await send();
  } catch (error) {
    context.log.alarm('wallet_connector_threw', {
      call,
      error: failureName(error),
    });
    return { kind: 'unknown', cause: 'connector_threw' };
  }
}
