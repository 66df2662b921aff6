/** The ways an attempt ends or begins to end; each is reached from several states. */
import type { EpochMs } from '../kernel/time.ts';
import type { PaymentDecision, PaymentEffect } from './payment-events.ts';
import {
  advance,
  fullyRefunded,
  matchesOrder,
  type PaymentChanges,
  receivableOf,
  tradeFacts,
  withSteps,
} from './payment-record.ts';
import { nextLateLook, type PaymentPolicy } from './policy.ts';
import type { PaymentRecord } from './ports.ts';
import type { WalletTrade } from './wallet-port.ts';

export function unchanged(record: PaymentRecord, ...effects: readonly PaymentEffect[]): PaymentDecision {
  return { record, effects };
}

export const CALL_CANCEL: PaymentEffect = { kind: 'call', call: { call: 'cancel' } };

/** The alarm a trade deserves before it may count as this payment's money, or null. */
export function alarmOf(record: PaymentRecord, trade: WalletTrade): PaymentEffect | null {
  if (!matchesOrder(record, trade)) {
    const facts = {
      attemptId: record.attemptId,
      ordered: `${record.order.amountMinor} ${record.order.currency}`,
      found: `${trade.order.amountMinor} ${trade.order.currency}`,
    };
    return { kind: 'alarm', alarm: 'trade_differs_from_order', facts };
  }
  if (receivableOf({ ...record, settlement: trade.settlement ?? record.settlement }) === null) {
    return { kind: 'alarm', alarm: 'settlement_amount_missing', facts: { attemptId: record.attemptId } };
  }
  return null;
}

export function approve(record: PaymentRecord, trade: WalletTrade, now: EpochMs): PaymentDecision {
  const next = advance(record, now, {
    ...tradeFacts(record, trade),
    state: 'approved',
    nextActionAt: null,
    cancelAt: null,
    steps: withSteps(record, now, 'approved'),
  });
  return { record: next, effects: [{ kind: 'post', posting: 'sale' }] };
}

/** Money that no live sale waits for: booked apart from sales, and sent back in the same commit. */
export function foundLate(record: PaymentRecord, trade: WalletTrade, now: EpochMs): PaymentDecision {
  const next = advance(record, now, {
    ...tradeFacts(record, trade),
    state: 'returned_late',
    nextActionAt: null,
    cancelAt: null,
    steps: withSteps(record, now, 'money_found'),
  });
  return { record: next, effects: [{ kind: 'post', posting: 'money_found' }, { kind: 'auto_return' }] };
}

export function decline(
  record: PaymentRecord,
  code: string,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  const next = advance(record, now, {
    state: 'declined',
    declineCode: code,
    cancelAt: null,
    nextActionAt: nextLateLook(now, record.qrExpiresAt, now, policy),
    steps: withSteps(record, now, 'declined'),
  });
  return { record: next, effects: [] };
}

/** Cancelled without money having moved, as far as the wallet knows; looked at again later. */
export function cancelUnpaid(record: PaymentRecord, now: EpochMs, policy: PaymentPolicy): PaymentDecision {
  const next = advance(record, now, {
    state: 'cancelled',
    cancelAt: null,
    nextActionAt: nextLateLook(now, record.qrExpiresAt, now, policy),
    steps: withSteps(record, now, 'cancelled'),
  });
  return { record: next, effects: [] };
}

/** The wallet took the money and has already given it back: both are booked, nothing is owed. */
export function cameAndWent(
  record: PaymentRecord,
  now: EpochMs,
  end: 'cancelled' | 'returned_late',
  facts: PaymentChanges = {},
): PaymentDecision {
  const next = advance(record, now, {
    ...facts,
    state: end,
    nextActionAt: null,
    cancelAt: null,
    steps: withSteps(
      record,
      now,
      'money_found',
      'money_returned',
      ...(end === 'cancelled' ? ['cancelled' as const] : []),
    ),
  });
  return {
    record: next,
    effects: [
      { kind: 'post', posting: 'money_found' },
      { kind: 'post', posting: 'money_returned' },
    ],
  };
}

/** The wallet says closed while we were still collecting: unpaid, or paid and given back. */
export function closedWhileOpen(
  record: PaymentRecord,
  trade: WalletTrade | null,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  if (trade !== null && fullyRefunded(record, trade)) {
    return cameAndWent(record, now, 'cancelled', tradeFacts(record, trade));
  }
  return record.state === 'cancelling'
    ? cancelUnpaid(record, now, policy)
    : decline(record, 'TRADE_CLOSED', now, policy);
}

/** Gives the attempt up. `effects` hold the cancel call where the caller is the one who talks to the wallet. */
export function beginCancelling(
  record: PaymentRecord,
  now: EpochMs,
  ...effects: readonly PaymentEffect[]
): PaymentDecision {
  const next = advance(record, now, {
    state: 'cancelling',
    cancelAt: null,
    nextActionAt: now,
    steps: withSteps(record, now, 'cancelling'),
  });
  return { record: next, effects };
}
