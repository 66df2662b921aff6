/** Drives a payment attempt: journals what the machine says, makes the request it wants, and ends the sale when it is paid. */
import { RUB } from '../../gateway/kernel/currency.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import type { PaymentWire, QuoteWire } from '../../gateway/wire/messages.ts';
import { yuanOfCard } from '../card/card-attempt.ts';
import { hasAttempts, insertAttempt, saveAttempt } from '../journal/attempts.ts';
import { cardAttemptById } from '../journal/card-attempts.ts';
import { recordCash } from '../journal/counter.ts';
import { endSale, insertTender, type TenderRecord } from '../journal/sales.ts';
import { basketTotal } from '../sale/basket.ts';
import { type Attempt, type AttemptRequest, newAttempt, type RateSource } from '../tender/attempt.ts';
import { cancelBody, startBody } from '../tender/bodies.ts';
import { type AttemptEvent, sameOrder, stepAttempt, yuanOf } from '../tender/step.ts';
import { watchAfterwards } from './afterwards.ts';
import { askGateway } from './ask.ts';
import { cashierOf, type TillCore } from './core.ts';
import { registerSale } from './fiscal.ts';
import { learnAside } from './follow-up.ts';
import { requireGiftTold, saleTotal } from './gifts.ts';
import { renewed, validQuote, wantQuote, yuanAt } from './quotes.ts';
import { Refusal } from './refusal.ts';
import { currentHead, tellClosed } from './sales.ts';

/** Journals the intent to collect the basket's total and sends it. `code` is the customer's, or null to show a QR.
 *  Errors  NO_RATE | LINK_DOWN | BASKET_EMPTY | GIFT_NOT_TOLD */
export function beginPayment(core: TillCore, code: string | null): void {
  const head = currentHead(core);
  const amount = requireTotal(core);
  const { gift } = core.state.gift;
  if (core.parts.link.state !== 'up') throw new Refusal('LINK_DOWN');
  requireGiftTold(core);
  const held = validQuote(core.state, core.now());
  if (held === null) {
    // Behind this transition, which is refused and leaves nothing.
    core.happen(() => wantQuote(core, true));
    throw new Refusal('NO_RATE');
  }
  const attempt = newAttempt(
    {
      attemptId: core.newId(),
      saleId: head.saleId,
      tenderId: head.tenderId,
      receiptNumber: head.receiptNumber,
      amount,
      ...(gift === null ? {} : { gift: { charity: gift.charity, amount: gift.amount } }),
      quoteId: held.quote.quoteId,
      yuan: yuanAt(amount, held.quote),
      rateSource: rateSourceOf(held.quote),
      method: code === null ? 'shown' : 'scanned',
      codeTail: code === null ? null : code.slice(-4),
      subject: `${core.parts.shop.nameRu} ${head.receiptNumber}`.slice(0, 128),
      operator: cashierOf(core).staffId.slice(0, 28),
      startedAt: core.now(),
    },
    code === null ? null : new Secret(code, code.slice(-4)),
  );
  insertAttempt(core.journal, attempt);
  // A quote prices one attempt; the next one's is asked for while this one runs.
  core.set({ attempt, quote: null, screen: { name: 'payment' } });
  wantQuote(core, true);
  advance(core, attempt, { kind: 'begin' });
  core.arm('unknown-after', core.parts.policy.unknownAfterMs, () => core.touch());
}

function rateSourceOf({ source, sourceDate, markupBp }: QuoteWire): RateSource {
  return { name: source, date: sourceDate, markupBp };
}

/** Goods and gift. Errors  BASKET_EMPTY */
export function requireTotal(core: TillCore): Money {
  if (basketTotal(core.state.basket.lines).amountMinor <= 0n) throw new Refusal('BASKET_EMPTY');
  return saleTotal(core.state);
}

/** Anything that happens to the payment that owns the screen. */
export function paymentEvent(core: TillCore, event: AttemptEvent): void {
  const { attempt, screen } = core.state;
  if (attempt === null || screen.name !== 'payment') return;
  advance(core, attempt, event);
}

function advance(core: TillCore, before: Attempt, event: AttemptEvent): void {
  if (event.kind === 'answered' && !sameOrder(before, event.payment)) {
    core.notice('warning', 'PAYMENT_MISMATCH', { attemptId: before.order.attemptId });
  }
  const { attempt, send } = stepAttempt(before, event, core.now(), core.parts.policy);
  saveAttempt(core.journal, before, attempt);
  core.set({ attempt });
  if (send !== null) core.effect(() => request(core, attempt, send));
  if (attempt.askAt !== null) armAsk(core, attempt.order.attemptId, attempt.askAt);
  if (attempt.phase === 'final' && before.phase !== 'final') finish(core, attempt);
}

function armAsk(core: TillCore, attemptId: string, askAt: number): void {
  const tick = (): void => paymentEvent(core, { kind: 'tick' });
  core.arm('ask', askAt - core.now(), () => core.happen(tick, () => askAgain(core, attemptId)));
}

/** An answer to this attempt, wherever it is by now; one that has left the screen is followed elsewhere. */
function request(core: TillCore, attempt: Attempt, type: AttemptRequest): void {
  const { attemptId } = attempt.order;
  const mine = (event: AttemptEvent): void => {
    if (core.state.attempt?.order.attemptId === attemptId) paymentEvent(core, event);
    if (event.kind === 'answered') learnAside(core, event.payment);
  };
  const handlers = {
    answered: (payment: PaymentWire) => mine({ kind: 'answered', payment, by: type }),
    failed: (code: string) => mine({ kind: 'failed', request: type, code }),
    lost: () => askAgain(core, attemptId),
  };
  if (type === 'payment.start') askGateway(core, type, startBody(attempt), handlers);
  else if (type === 'payment.cancel') askGateway(core, type, cancelBody(attempt), handlers);
  else askGateway(core, type, { attemptId }, handlers);
}

/** An answer came and could not be journaled: as far as this till is concerned it has not come. */
function askAgain(core: TillCore, attemptId: string): void {
  const { attempt } = core.state;
  if (attempt?.order.attemptId !== attemptId || attempt.phase === 'final') return;
  const askAt = core.now() + core.parts.policy.askEveryMs;
  core.set({ attempt: { ...attempt, request: null, askAt } });
  armAsk(core, attemptId, askAt);
}

function finish(core: TillCore, attempt: Attempt): void {
  core.disarm('ask');
  core.disarm('unknown-after');
  const { outcome } = attempt;
  if (outcome === null) return;
  if (outcome.kind === 'approved') {
    paySale(core, {
      tenderId: attempt.order.tenderId,
      saleId: attempt.order.saleId,
      means: 'wallet',
      amount: attempt.order.amount,
      tendered: null,
      change: null,
      attemptId: attempt.order.attemptId,
      cardAttemptId: null,
    });
    return;
  }
  watchAfterwards(core);
  const renew = QUOTE_GONE.has(outcome.reasonCode);
  if (renew) {
    core.set({ screen: { name: 'wallet' }, attempt: null, quote: null });
    renewQuote(core, attempt.order.yuan);
    return;
  }
  core.set({ screen: { name: 'not_paid', outcome: outcome.kind, reasonCode: outcome.reasonCode } });
}

const QUOTE_GONE = new Set(['QUOTE_EXPIRED', 'QUOTE_USED', 'QUOTE_NOT_FOUND']);

/** The gateway did not take the payment because its rate had run out: fetch another and say what changed. */
function renewQuote(core: TillCore, yuanBefore: Money | null): void {
  core.notice('warning', 'QUOTE_EXPIRED');
  core.set({ quoteWanted: true });
  core.effect(() =>
    askGateway(
      core,
      'quote.get',
      {},
      {
        answered: (quote) => {
          renewed(core, quote);
          const yuan = yuanAt(saleTotal(core.state), quote);
          if (yuanBefore === null || yuanBefore.amountMinor === yuan.amountMinor) {
            core.notice('info', 'QUOTE_RENEWED');
            return;
          }
          core.notice('warning', 'QUOTE_CHANGED', {
            before: yuanBefore.amountMinor.toString(),
            after: yuan.amountMinor.toString(),
          });
        },
        failed: (code) => {
          core.set({ quoteWanted: false });
          core.notice('warning', 'NO_RATE', { code });
        },
        lost: () => core.set({ quoteWanted: false }),
      },
    ),
  );
}

/** What the buyer's account was charged in yuan, by wallet or card; null where it was not. */
function yuanPaid(core: TillCore, { means, cardAttemptId }: TenderRecord): Money | null {
  const { attempt } = core.state;
  if (means === 'wallet' && attempt !== null) return yuanOf(attempt);
  const card = cardAttemptId === null ? null : cardAttemptById(core.journal, cardAttemptId);
  return card === null ? null : yuanOfCard(card);
}

/** The sale is paid: journaled with its tender before any screen says so; then the fiscal step, then the receipt. */
export function paySale(core: TillCore, tender: TenderRecord): void {
  const head = currentHead(core);
  const { journal, state } = core;
  const yuan = yuanPaid(core, tender);
  insertTender(journal, tender);
  endSale(journal, head.saleId, state.basket.lines, {
    state: 'paid',
    means: tender.means,
    yuan,
    gift: state.gift.gift?.amount ?? null,
    businessDate: core.businessDate(),
  });
  if (tender.means === 'cash') {
    const cashier = cashierOf(core).staffId;
    recordCash(journal, {
      shiftNumber: state.shift?.number ?? head.shiftNumber,
      kind: 'sale',
      amount: { amountMinor: tender.amount.amountMinor, currency: RUB },
      saleId: head.saleId,
      refundId: null,
      staffId: cashier,
    });
    if (hasAttempts(journal, head.saleId)) {
      tellClosed(core, head.saleId, 'paid_otherwise', cashier, 'paid in cash');
    }
  }
  const { means, tendered, change } = tender;
  core.set({ screen: { name: 'paid', means, tendered, change }, receiptId: null });
  core.effect(() => registerSale(core, head.saleId, false));
}
