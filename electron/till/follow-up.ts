/** What the till owes after the customer has gone: telling the gateway how sales ended, and learning what became of the
 *  payments of sales set aside. It goes on over restarts until every answer is definite. */
import type { PaymentWire } from '../../gateway/wire/messages.ts';
import { attemptById, saveAttempt, saveLaterWord } from '../journal/attempts.ts';
import {
  acknowledgeClose,
  closeFailed,
  isAcknowledged,
  openSetAsides,
  type SaleClose,
  settleSetAside,
  unacknowledged,
} from '../journal/outbox.ts';
import type { Attempt } from '../tender/attempt.ts';
import { cancelBody } from '../tender/bodies.ts';
import { outcomeOf, sameOrder } from '../tender/step.ts';
import { watchAfterwards } from './afterwards.ts';
import { askGateway } from './ask.ts';
import type { TillCore } from './core.ts';

/** Codes that say the gateway has closed the sale already: it needs no more telling. */
const CLOSED_ALREADY = new Set(['SALE_CLOSED']);
const ROUNDS_PER_ASK = 3;

/** Begins a round as soon as the current transition is durable. */
export function deliverSoon(core: TillCore): void {
  core.effect(() => core.arm('follow-up', 0, () => round(core)));
}

function later(core: TillCore): void {
  if (core.state.aside.size === 0 && unacknowledged(core.journal).length === 0) return;
  core.arm('follow-up', core.parts.policy.askEveryMs * ROUNDS_PER_ASK, () => round(core));
}

/** One message at a time; the round ends, and the next is planned, when nothing more can be done now. */
export function round(core: TillCore): void {
  if (core.stopped) return;
  if (core.parts.link.state !== 'up') {
    later(core);
    return;
  }
  const closes = unacknowledged(core.journal);
  const asides = [...core.state.aside.values()];
  closeNext(core, closes, () => askNext(core, asides, () => later(core)));
}

function closeNext(core: TillCore, closes: readonly SaleClose[], done: () => void): void {
  const [first, ...rest] = closes;
  if (first === undefined) {
    done();
    return;
  }
  const next = (): void => core.effect(() => closeNext(core, rest, done));
  askGateway(core, 'sale.close', first, {
    answered: (reply) => {
      acknowledgeClose(core.journal, first.saleId, null);
      for (const payment of reply.payments) learnAside(core, payment);
      next();
    },
    failed: (code) => {
      if (CLOSED_ALREADY.has(code)) acknowledgeClose(core.journal, first.saleId, code);
      else closeFailed(core.journal, first.saleId, code);
      next();
    },
    lost: done,
  });
}

function askNext(core: TillCore, asides: readonly Attempt[], done: () => void): void {
  const [first, ...rest] = asides;
  if (first === undefined) {
    done();
    return;
  }
  const { attemptId, saleId } = first.order;
  const next = (): void => core.effect(() => askNext(core, rest, done));
  const known = core.state.aside.get(attemptId);
  if (known === undefined) {
    askNext(core, rest, done);
    return;
  }
  askGateway(
    core,
    'payment.get',
    { attemptId },
    {
      answered: (payment) => {
        learnAside(core, payment);
        next();
      },
      failed: (code) => {
        // The start never arrived. Once the gateway knows the sale as closed, a tombstone ends the matter.
        if (code === 'PAYMENT_NOT_FOUND' && isAcknowledged(core.journal, saleId)) {
          core.effect(() => bury(core, first, () => askNext(core, rest, done)));
        } else next();
      },
      lost: done,
    },
  );
}

function bury(core: TillCore, attempt: Attempt, done: () => void): void {
  askGateway(core, 'payment.cancel', cancelBody(attempt), {
    answered: (payment) => {
      learnAside(core, payment);
      core.effect(done);
    },
    failed: () => core.effect(done),
    lost: done,
  });
}

/** The gateway's word on a payment of a sale set aside. */
export function learnAside(core: TillCore, payment: PaymentWire): void {
  const before = core.state.aside.get(payment.attemptId);
  if (before === undefined || !sameOrder(before, payment)) return;
  if (before.payment !== null && before.payment.version > payment.version) return;
  const after = learnt(core, before, payment);
  const fate = fateBy(payment);
  const aside = new Map(core.state.aside);
  if (fate === null) aside.set(payment.attemptId, after);
  else aside.delete(payment.attemptId);
  core.set({ aside });
  if (fate === null) return;
  settleSetAside(core.journal, before.order.saleId, fate);
  watchAfterwards(core);
  const receiptNumber = before.order.receiptNumber;
  core.notice('info', fate === 'returned' ? 'SET_ASIDE_RETURNED' : 'SET_ASIDE_NOT_PAID', { receiptNumber });
}

function learnt(core: TillCore, before: Attempt, payment: PaymentWire): Attempt {
  if (before.phase === 'final') {
    saveLaterWord(core.journal, payment);
    return { ...before, payment };
  }
  const outcome = outcomeOf(payment, before);
  const after: Attempt = {
    ...before,
    payment,
    code: null,
    // An approval of a sale set aside is not an outcome yet: the gateway has still to send the money back.
    phase: outcome === null || outcome.kind === 'approved' ? 'open' : 'final',
    outcome: outcome?.kind === 'approved' ? null : outcome,
  };
  saveAttempt(core.journal, before, after);
  return after;
}

/** Settled: nothing was taken, or it is back with the customer. */
function fateBy(payment: PaymentWire): 'not_paid' | 'returned' | null {
  const { state, autoReturn } = payment;
  if (autoReturn !== null) return autoReturn.done ? 'returned' : null;
  return state === 'declined' || state === 'cancelled' ? 'not_paid' : null;
}

/** Attempts of sales set aside, as a restart finds them. */
export function asidesOf(core: TillCore): ReadonlyMap<string, Attempt> {
  const attempts = openSetAsides(core.journal).map(({ attemptId }) =>
    attemptId === null ? null : attemptById(core.journal, attemptId),
  );
  return new Map(attempts.flatMap((a) => (a === null ? [] : [[a.order.attemptId, a] as const])));
}
