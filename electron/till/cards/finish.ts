/** The end of a card transaction: a sale paid or not, money on its way back, a hold placed or lifted. */
import type { CardAttempt } from '../../card/card-attempt.ts';
import { settleSetAside } from '../../journal/outbox.ts';
import type { TillCore } from '../core.ts';
import { paySale } from '../payments.ts';
import { closeBehindGateway } from './batch.ts';
import { settleCardRefund } from './refund-end.ts';
import { issueCardSlips, issueDeclineSlip, issueOperationSlips } from './slips.ts';

/** Part of the transition in which the outcome is journaled. */
export function finishCard(core: TillCore, attempt: CardAttempt, shown: boolean): void {
  core.disarm('card-unknown');
  core.disarm('card-offer');
  core.effect(() => {
    if (core.cards !== null) core.cards.material = null;
  });
  if (attempt.answer?.responseCode === BATCH_CLOSED) closeBehindGateway(core);
  switch (attempt.order.operation) {
    case 'sale':
    case 'completion':
      finishSale(core, attempt, shown);
      return;
    case 'refund':
    case 'void':
      if (attempt.outcome?.kind === 'approved') issueOperationSlips(core, attempt);
      else issueDeclineSlip(core, attempt);
      settleCardRefund(core, attempt, shown);
      return;
    case 'preauthorisation':
    case 'cancellation':
    case 'balance':
      finishOther(core, attempt, shown);
      return;
  }
}

/** DE39 of a transaction. */
const BATCH_CLOSED = '95';

function finishSale(core: TillCore, attempt: CardAttempt, shown: boolean): void {
  const { order, outcome } = attempt;
  if (outcome === null) return;
  if (core.state.cardsAside.has(order.attemptId)) {
    settleAside(core, attempt);
    return;
  }
  const current = core.state.head?.saleId === order.saleId;
  if (outcome.kind === 'approved' && current && order.saleId !== null && order.tenderId !== null) {
    issueCardSlips(core, attempt);
    paySale(core, {
      tenderId: order.tenderId,
      saleId: order.saleId,
      means: 'card',
      amount: order.amount,
      tendered: null,
      change: null,
      attemptId: null,
      cardAttemptId: order.attemptId,
    });
    return;
  }
  issueDeclineSlip(core, attempt);
  if (!shown || outcome.kind === 'approved') return;
  core.set({ screen: { name: 'not_paid', outcome: outcome.kind, reasonCode: outcome.reason } });
}

/** The gateway has been told that the sale is closed: what a late answer took, it gives back by itself. */
function settleAside(core: TillCore, { order, outcome }: CardAttempt): void {
  const cardsAside = new Map(core.state.cardsAside);
  cardsAside.delete(order.attemptId);
  core.set({ cardsAside });
  const taken = outcome?.kind === 'approved';
  if (order.saleId !== null) settleSetAside(core.journal, order.saleId, taken ? 'returned' : 'not_paid');
  const { receiptNumber } = order;
  core.notice('info', taken ? 'SET_ASIDE_RETURNED' : 'SET_ASIDE_NOT_PAID', { receiptNumber });
}

function finishOther(core: TillCore, attempt: CardAttempt, shown: boolean): void {
  const { outcome, order } = attempt;
  const approved = outcome?.kind === 'approved';
  if (approved) issueOperationSlips(core, attempt);
  else issueDeclineSlip(core, attempt);
  if (shown) {
    core.set({ screen: { name: 'card_done' } });
    return;
  }
  const code = approved ? 'CARD_OPERATION_APPROVED' : 'CARD_OPERATION_NOT_DONE';
  core.notice(approved ? 'info' : 'warning', code, { operation: order.operation });
}
