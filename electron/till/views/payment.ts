/** A payment attempt as screens show it. */
import { parseAttemptId, supportNumber } from '../../../gateway/kernel/identifiers.ts';
import { moneyToJson } from '../../../gateway/kernel/money.ts';
import type { PaymentView } from '../../contract/view.ts';
import type { Attempt } from '../../tender/attempt.ts';
import { yuanOf } from '../../tender/step.ts';
import type { TillCore } from '../core.ts';
import { setAsideFrom } from '../tender-commands.ts';
import { moneyOrNull } from './basket.ts';

export function paymentView(core: TillCore, attempt: Attempt): PaymentView {
  const { order, payment } = attempt;
  const first = { step: 'sent', at: order.startedAt } as const;
  const qr = payment?.qr ?? null;
  const shownAt = payment?.steps.find((s) => s.step === 'qr_shown')?.at ?? order.startedAt;
  return {
    attemptId: order.attemptId,
    supportNumber: supportNumber(parseAttemptId(order.attemptId)),
    method: order.method,
    amount: moneyToJson(order.amount),
    yuan: moneyOrNull(yuanOf(attempt)),
    codeTail: order.codeTail,
    qr: qr === null ? null : { ...qr, shownAt },
    steps: payment === null || payment.steps.length === 0 ? [first] : payment.steps,
    startedAt: order.startedAt,
    inquiry: payment?.inquiry ?? null,
    gatewayAnswering: attempt.gatewayAnswering && core.parts.link.state === 'up',
    setAsideFrom: setAsideFrom(core, attempt),
  };
}
