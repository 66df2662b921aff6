/** Taking the money: cash, wallet, and a supervisor who sets a sale aside. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { parseAttemptId, supportNumber } from '../../gateway/kernel/identifiers.ts';
import { money } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import { insertSetAside } from '../journal/outbox.ts';
import { saleById } from '../journal/sales.ts';
import { setAsideSlip } from '../receipt/slips.ts';
import type { Attempt } from '../tender/attempt.ts';
import { changeFor } from '../tender/cash.ts';
import { yuanOf } from '../tender/step.ts';
import { setCardAside } from './cards/leave.ts';
import type { TillCore } from './core.ts';
import { paperHead } from './fiscal.ts';
import { requireNoGift } from './gifts.ts';
import { paymentEvent, paySale, requireTotal } from './payments.ts';
import { issuePaper } from './printing.ts';
import { wantQuote } from './quotes.ts';
import { Refusal } from './refusal.ts';
import { beginSale, closeUnpaid, currentHead, resumeSale } from './sales.ts';
import { type PinProof, record, requireSupervisor } from './staff-commands.ts';

/** Errors  BASKET_EMPTY | GIFT_NOT_IN_CASH */
export function beginTender(core: TillCore, means: 'cash' | 'wallet'): void {
  requireTotal(core);
  if (means === 'cash') requireNoGift(core);
  core.set({ screen: { name: means }, attempt: null, card: null });
  if (means === 'wallet') wantQuote(core);
}

/** Errors  CASH_TOO_LITTLE | GIFT_NOT_IN_CASH */
export function payCash(core: TillCore, tenderedMinor: string): void {
  const head = currentHead(core);
  requireNoGift(core);
  const amount = requireTotal(core);
  const tendered = money(BigInt(tenderedMinor), RUB);
  const change = changeFor(amount, tendered);
  const { saleId, tenderId } = head;
  paySale(core, {
    tenderId,
    saleId,
    means: 'cash',
    amount,
    tendered,
    change,
    attemptId: null,
    cardAttemptId: null,
  });
}

export function cancelPayment(core: TillCore): void {
  paymentEvent(core, { kind: 'give_up', reason: 'CANCELLED_BY_CASHIER' });
}

export function backToBasket(core: TillCore): void {
  core.set({ screen: { name: 'sale' }, attempt: null, card: null });
}

/** After the bound, or at once while the gateway does not answer. The payment stays the gateway's to decide; money that
 *  was taken goes back by itself, and nobody can say here that it was paid.
 *  Errors  COMMAND_NOT_ALLOWED_HERE before its time, and requireSupervisor's */
export function setAside(core: TillCore, command: PinProof & { readonly reason: string }): void {
  const { attempt, card } = core.state;
  if (card !== null) {
    setCardAside(core, command);
    return;
  }
  const head = currentHead(core);
  if (attempt === null || attempt.phase === 'final') throw new Refusal('COMMAND_NOT_ALLOWED_HERE');
  const from = setAsideFrom(core, attempt);
  if (gatewayAnswers(core) && core.now() < from) {
    throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { secondsLeft: Math.ceil((from - core.now()) / 1000) });
  }
  const supervisor = requireSupervisor(core, command);
  const { staffId } = supervisor;
  const { attemptId, saleId } = attempt.order;
  record(core, { act: 'set_aside', staffId, subject: saleId, reason: command.reason });
  insertSetAside(core.journal, {
    saleId,
    attemptId,
    cardAttemptId: null,
    supervisorId: staffId,
    reason: command.reason,
  });
  closeUnpaid(core, 'set_aside', command.reason, staffId);
  core.disarm('ask');
  core.disarm('unknown-after');
  const sale = saleById(core.journal, head.saleId);
  if (sale === null) throw new Refusal('JOURNAL_FAILED');
  const doc = setAsideSlip({
    head: paperHead(core, sale, core.now()),
    saleId,
    amount: attempt.order.amount,
    yuan: yuanOf(attempt),
    supportNumber: supportNumber(parseAttemptId(attemptId)),
    means: 'wallet',
  });
  const receiptId = issuePaper(core, { kind: 'set_aside', saleId, refundId: null, doc });
  const aside = new Map(core.state.aside).set(attemptId, attempt);
  core.set({ screen: { name: 'set_aside' }, receiptId, aside });
}

/** A clock that was set back behind the attempt's start says nothing of how long it is open; a supervisor does. */
export function setAsideFrom(core: TillCore, { order }: Attempt): EpochMs {
  return core.now() < order.startedAt ? core.now() : order.startedAt + core.parts.policy.setAsideAfterMs;
}

/** Whether the gateway is answering at all, as far as the payment on the screen can tell. */
export function gatewayAnswers(core: TillCore): boolean {
  return core.parts.link.state === 'up' && core.state.attempt?.gatewayAnswering !== false;
}

export function next(core: TillCore): void {
  const { screen } = core.state;
  if (screen.name === 'not_paid') {
    backToBasket(core);
    return;
  }
  if (screen.name === 'refund_done' || screen.name === 'card_done') resumeSale(core);
  else beginSale(core);
}

/** The same goods at the same prices, and the same gift, as a sale of its own. */
export function repeatSale(core: TillCore): void {
  const { basket, gift } = core.state;
  if (core.state.screen.name === 'not_paid') closeUnpaid(core, 'cancelled', 'repeated as a new sale');
  beginSale(core, basket.lines, gift.gift);
}
