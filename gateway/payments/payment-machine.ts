/** The payment attempt as a pure state machine.
 *
 *    intent ── waiting / unknown ── cancelling ──┬── cancelled ──┐
 *       └───────────┴──────┬─────────────────────┤               ├── returned_late
 *                          ├── approved          └── declined  ──┘
 *
 *  Unknown is never declined: it is inquired about on a cadence, then cancelled at once after the last inquiry, and the
 *  cancel is repeated until the wallet is definite. Money found for an attempt that ended without it goes back by itself.
 *  Nothing here reads a clock; the wallet is called by whoever runs the effects, after the record is committed. */
import { unreachable } from '../kernel/errors.ts';
import type { EpochMs } from '../kernel/time.ts';
import { stepCancelling } from './payment-cancelling.ts';
import type { PaymentDecision, PaymentEvent } from './payment-events.ts';
import { stepApproved, stepEndedUnpaid, stepReturnedLate } from './payment-final.ts';
import { stepOpen } from './payment-open.ts';
import type { PaymentPolicy } from './policy.ts';
import type { PaymentRecord } from './ports.ts';

export function step(
  record: PaymentRecord,
  event: PaymentEvent,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  switch (record.state) {
    case 'intent':
    case 'waiting':
    case 'unknown':
      return stepOpen(record, event, now, policy);
    case 'cancelling':
      return stepCancelling(record, event, now, policy);
    case 'approved':
      return stepApproved(record, event, now, policy);
    case 'declined':
    case 'cancelled':
      return stepEndedUnpaid(record, event, now, policy);
    case 'returned_late':
      return stepReturnedLate(record, event, now);
    default:
      return unreachable(record.state);
  }
}
