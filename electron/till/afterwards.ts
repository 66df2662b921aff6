/** Money that turns up for an attempt which had ended without it. The gateway sends it back and says so in an event, and
 *  an event may be lost; so the till asks too, a few times after each such end and when it starts, for a day at most.
 *  What it learns is for the day's list and the cashier: the money itself is the gateway's affair. */
import type { PaymentWire } from '../../gateway/wire/messages.ts';
import { attemptById, endedWithoutMoney, saveLaterWord } from '../journal/attempts.ts';
import type { Attempt } from '../tender/attempt.ts';
import { sameOrder } from '../tender/step.ts';
import { askGateway } from './ask.ts';
import type { TillCore } from './core.ts';

const AT_START_MS = 1_000;
const ASK_AFTER_MS = [60_000, 600_000, 3_600_000] as const;
/** While money is known to be on its way back. */
const FOLLOW_EVERY_MS = 3_600_000;
const LOOK_BACK_MS = 86_400_000;
const MOST_ASKED = 50;

/** An attempt ended without money: it is asked about a few times more. */
export function watchAfterwards(core: TillCore): void {
  plan(core, 0, ASK_AFTER_MS[0]);
}

export function watchFromStart(core: TillCore): void {
  if (watched(core).length > 0) plan(core, 0, AT_START_MS);
}

function plan(core: TillCore, nth: number, delayMs: number): void {
  core.arm('afterwards', delayMs, () => core.happen(() => round(core, nth)));
}

function round(core: TillCore, nth: number): void {
  const attempts = watched(core);
  if (attempts.length === 0) return;
  if (core.parts.link.state !== 'up') plan(core, nth, ASK_AFTER_MS[0]);
  else core.effect(() => askEach(core, attempts, () => planNext(core, nth + 1)));
}

function planNext(core: TillCore, nth: number): void {
  const onTheWay = watched(core).some(({ payment }) => payment?.autoReturn != null);
  const delayMs = ASK_AFTER_MS[nth] ?? (onTheWay ? FOLLOW_EVERY_MS : null);
  if (delayMs !== null) plan(core, nth, delayMs);
}

function askEach(core: TillCore, attempts: readonly Attempt[], done: () => void): void {
  const [first, ...rest] = attempts;
  if (first === undefined) {
    core.happen(done);
    return;
  }
  const next = (): void => core.effect(() => askEach(core, rest, done));
  const { attemptId } = first.order;
  askGateway(
    core,
    'payment.get',
    { attemptId },
    {
      answered: (payment) => {
        learnAfterwards(core, payment);
        next();
      },
      failed: next,
      lost: () => plan(core, 0, ASK_AFTER_MS[0]),
    },
  );
}

/** What the gateway had, and whose money is not known to be back. An attempt it never had cannot be paid. */
function watched(core: TillCore): readonly Attempt[] {
  return endedWithoutMoney(core.journal, core.now() - LOOK_BACK_MS, MOST_ASKED).filter(
    ({ payment }) => payment !== null && payment.autoReturn?.done !== true,
  );
}

/** The gateway's word on an attempt that has ended here: kept for the day's list, and told. */
export function learnAfterwards(core: TillCore, payment: PaymentWire): void {
  if (payment.autoReturn === null) return;
  const known = attemptById(core.journal, payment.attemptId);
  if (known === null || known.phase !== 'final' || !sameOrder(known, payment)) return;
  if ((known.payment?.version ?? 0) >= payment.version) return;
  saveLaterWord(core.journal, payment);
  core.notice('info', payment.autoReturn.done ? 'LATE_MONEY_RETURNED' : 'LATE_MONEY_GOES_BACK', {
    receiptNumber: known.order.receiptNumber,
  });
}
