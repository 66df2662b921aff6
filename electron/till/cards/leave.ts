/** Going on without a card transaction that is not over: a sale is set aside by a supervisor, anything else the cashier may leave
 *  to itself. What is owed goes on being told, and no other card transaction begins before it is through. */

import { CNY } from '../../../gateway/kernel/currency.ts';
import { type CardAttempt, chargedOf } from '../../card/card-attempt.ts';
import { dueAdviceOf } from '../../journal/card-advices.ts';
import { leaveCardAttempt } from '../../journal/card-attempts.ts';
import { insertSetAside } from '../../journal/outbox.ts';
import { leaveRefund } from '../../journal/refunds.ts';
import { saleById } from '../../journal/sales.ts';
import { setAsideSlip } from '../../receipt/slips.ts';
import type { TillCore } from '../core.ts';
import { paperHead } from '../fiscal.ts';
import { issuePaper } from '../printing.ts';
import { Refusal } from '../refusal.ts';
import { closeUnpaid, currentHead } from '../sales.ts';
import { type PinProof, record, requireSupervisor } from '../staff-commands.ts';
import { cardPolicy, isLongSince, isSlow } from './desk.ts';
import { cardEvent } from './drive.ts';
import { supportOf } from './slips.ts';

const SETTLING: ReadonlySet<CardAttempt['phase']> = new Set([
  'sending',
  'completing',
  'signing',
  'undoing',
  'asking',
]);

/** A clock that was set back behind the start says nothing of how long it is open; a supervisor does. What was refused for good
 *  need not be waited for. */
export function cardSetAsideFrom(core: TillCore, { order }: CardAttempt): number | null {
  if (order.tenderId === null) return null;
  if (dueAdviceOf(core.journal, order.attemptId)?.refused === true) return order.startedAt;
  const bound = cardPolicy(core.parts.policy).setAsideAfterMs;
  return core.now() < order.startedAt ? core.now() : order.startedAt + bound;
}

/** After the bound, or at once while the gateway or the PIN pad is away. What was sent is undone, whoever comes first.
 *  Errors  COMMAND_NOT_ALLOWED_HERE before its time, and requireSupervisor's */
export function setCardAside(core: TillCore, command: PinProof & { readonly reason: string }): void {
  const { card } = core.state;
  const from = card === null ? null : cardSetAsideFrom(core, card);
  if (card === null || from === null || !SETTLING.has(card.phase))
    throw new Refusal('COMMAND_NOT_ALLOWED_HERE');
  const reachable = core.parts.link.state === 'up' && core.cards?.pad.state === 'ready';
  if (reachable && core.now() < from) {
    throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { secondsLeft: Math.ceil((from - core.now()) / 1000) });
  }
  const { staffId } = requireSupervisor(core, command);
  const { attemptId } = card.order;
  const { saleId } = currentHead(core);
  record(core, { act: 'set_aside', staffId, subject: saleId, reason: command.reason });
  insertSetAside(core.journal, {
    saleId,
    attemptId: null,
    cardAttemptId: attemptId,
    supervisorId: staffId,
    reason: command.reason,
  });
  core.set({ cardsAside: new Map(core.state.cardsAside).set(attemptId, saleId) });
  closeUnpaid(core, 'set_aside', command.reason, staffId);
  leaveCardAttempt(core.journal, attemptId);
  cardEvent(core, attemptId, { kind: 'give_up' });
  core.disarm('card-unknown');
  core.set({ screen: { name: 'set_aside' }, receiptId: printSetAside(core, card, saleId) });
}

function printSetAside(core: TillCore, card: CardAttempt, saleId: string): number {
  const sale = saleById(core.journal, saleId);
  if (sale === null) throw new Refusal('JOURNAL_FAILED');
  const charged = chargedOf(card);
  const doc = setAsideSlip({
    head: paperHead(core, sale, core.now()),
    saleId,
    amount: card.order.amount,
    yuan: charged.currency === CNY ? charged : null,
    supportNumber: supportOf(card),
    means: 'card',
  });
  return issuePaper(core, { kind: 'set_aside', saleId, refundId: null, doc });
}

/** Errors  COMMAND_NOT_ALLOWED_HERE for a sale, and while its end may still come at once */
export function leaveCard(core: TillCore): void {
  const { card } = core.state;
  if (card === null || card.order.tenderId !== null || !mayLeave(core, card)) {
    throw new Refusal('COMMAND_NOT_ALLOWED_HERE');
  }
  leaveCardAttempt(core.journal, card.order.attemptId);
  if (card.order.refundId !== null) leaveRefund(core.journal, card.order.refundId);
  core.set({ card: null });
}

function mayLeave(core: TillCore, card: CardAttempt): boolean {
  switch (card.phase) {
    case 'undoing':
      return true;
    case 'asking':
      return isSlow(core, card);
    case 'completing': {
      // Only the PIN pad knows whether the card said yes: the till asks it whenever it comes back.
      const boundMs = cardPolicy(core.parts.policy).setAsideAfterMs;
      return core.cards?.pad.state !== 'ready' || isLongSince(core, card.order.startedAt, boundMs);
    }
    default:
      return false;
  }
}
