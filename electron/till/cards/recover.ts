/** Cards at the start of a till, and when link or PIN pad come back. A transaction found open was interrupted: what was sent is
 *  undone, what the card had agreed to stands, and nothing is ever sent again. */
import type { CardAttempt } from '../../card/card-attempt.ts';
import { cardAttemptById, openCardAttempts } from '../../journal/card-attempts.ts';
import { openSetAsides } from '../../journal/outbox.ts';
import type { StaffRecord } from '../../shift/staff.ts';
import type { TillCore } from '../core.ts';
import { tellOwed, tellOwedAnew } from './advices.ts';
import { tellBatch } from './batch.ts';
import { showWhenSlow } from './desk.ts';
import { cardEvent } from './drive.ts';
import { wantSignOn } from './network.ts';
import { askPad, returnCard } from './pad-steps.ts';
import { persist } from './persist.ts';

/** Part of the transition in which a till recovers. One that still obliges somebody at the counter owns the screen again, under
 *  the cashier who was there. */
export function recoverCards(core: TillCore, cashier: StaffRecord | null): void {
  const aside = openSetAsides(core.journal).flatMap(({ saleId, cardAttemptId }) =>
    cardAttemptId === null ? [] : [[cardAttemptId, saleId] as const],
  );
  core.set({ cardsAside: new Map(aside) });
  for (const { attempt, left } of openCardAttempts(core.journal)) {
    const { attemptId } = attempt.order;
    const shown = !left && !core.state.cardsAside.has(attemptId) && UNSETTLED.has(attempt.phase);
    if (shown) core.set({ cashier, card: attempt, attempt: null, screen: { name: 'card_payment' } });
    cardEvent(core, attemptId, { kind: 'restarted' });
    if (shown) showWhenSlow(core);
  }
  tellOwedAnew(core);
  core.effect(() => returnCard(core));
  cardsReachable(core);
}

const UNSETTLED: ReadonlySet<CardAttempt['phase']> = new Set([
  'sending',
  'completing',
  'signing',
  'undoing',
  'asking',
]);

/** Link and pad may both be there by now: whatever waited for them goes on. Part of a transition. */
export function cardsReachable(core: TillCore): void {
  const { cards } = core;
  if (cards === null) return;
  tellOwed(core);
  tellBatch(core);
  core.effect(() => logIn(core));
}

export function padReady(core: TillCore): void {
  const { cards } = core;
  if (cards === null) return;
  const { askPadFor } = cards;
  if (askPadFor !== null && cardAttemptById(core.journal, askPadFor) !== null) {
    core.effect(() => askPad(core, askPadFor));
  }
  core.effect(() => returnCard(core));
  cardsReachable(core);
}

function logIn(core: TillCore): void {
  const { cards } = core;
  if (cards === null || cards.pad.state !== 'ready') return;
  const signOn = (): void => persist(core, 'card-sign-on', () => wantSignOn(core));
  if (cards.pad.identity !== null) {
    signOn();
    return;
  }
  // A pad that cannot say who it is says so again when it comes back.
  cards.pad.login().then(signOn, () => undefined);
}
