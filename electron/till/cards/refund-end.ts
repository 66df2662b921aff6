/** The end of a refund to a card, or of a void: into the refund it carries out. */
import type { CardAttempt } from '../../card/card-attempt.ts';
import { saveRefund } from '../../journal/refunds.ts';
import type { Refund } from '../../refund/step.ts';
import type { TillCore } from '../core.ts';
import { finishRefund } from '../refunds.ts';

export function settleCardRefund(core: TillCore, attempt: CardAttempt, shown: boolean): void {
  const { outcome, order } = attempt;
  const before = core.state.refunds.get(order.refundId ?? '');
  if (before === undefined || outcome === null) return;
  const after: Refund =
    outcome.kind === 'approved'
      ? { ...before, state: 'approved' }
      : { ...before, state: 'declined', reasonCode: outcome.reason };
  saveRefund(core.journal, before, after);
  const refunds = new Map(core.state.refunds);
  refunds.delete(before.order.refundId);
  core.set({ refunds });
  if (shown) core.set({ screen: { name: 'refund_progress', refundId: before.order.refundId } });
  finishRefund(core, after);
}
