/** Which screen it is by now: an open payment changes its face with what is known and with time. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import type { ScreenName } from '../../contract/view.ts';
import type { Attempt } from '../../tender/attempt.ts';
import type { TillCore } from '../core.ts';
import { cardFace } from './card.ts';

export function screenName(core: TillCore): ScreenName {
  const { screen, attempt, card } = core.state;
  if (screen.name === 'card_payment') return card === null ? 'sale' : cardFace(core, card).name;
  if (screen.name !== 'payment') return screen.name;
  if (attempt === null) return 'wallet';
  return paymentFace(attempt, core.now(), core.parts.policy.unknownAfterMs).name;
}

export type PaymentFace =
  | { readonly name: 'wallet_sending' | 'wallet_qr' }
  | { readonly name: 'wallet_unknown'; readonly cause: 'buyer_confirming' | 'no_answer' | 'cancelling' };

export function paymentFace(attempt: Attempt, now: EpochMs, unknownAfterMs: number): PaymentFace {
  const { payment, order } = attempt;
  if (attempt.wish === 'cancel' || payment?.state === 'cancelling') {
    return { name: 'wallet_unknown', cause: 'cancelling' };
  }
  if (payment?.state === 'waiting' && payment.qr !== null && attempt.gatewayAnswering) {
    return { name: 'wallet_qr' };
  }
  if (payment?.state === 'waiting' && attempt.gatewayAnswering) {
    return { name: 'wallet_unknown', cause: 'buyer_confirming' };
  }
  const fresh = now - order.startedAt < unknownAfterMs && attempt.gatewayAnswering;
  if (fresh && payment?.state !== 'unknown') return { name: 'wallet_sending' };
  return { name: 'wallet_unknown', cause: 'no_answer' };
}
