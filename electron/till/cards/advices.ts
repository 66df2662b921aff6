/** Telling the gateway what it is owed: one message at a time, oldest first, repeated with growing pauses until acknowledged. It
 *  goes on over restarts, and whenever link and PIN pad are there. Until it is through, no other card transaction begins. */

import { adviceMessage } from '../../card/advice-message.ts';
import { readCardAnswer } from '../../card/answers.ts';
import { type CardAnswer, type CardAttempt, chargedOf } from '../../card/card-attempt.ts';
import type { CardExchangeEnd } from '../../card/card-events.ts';
import { repeatDelayMs } from '../../card/card-policy.ts';
import { kindOf } from '../../card/messages.ts';
import { isDefinite, isReversalDone } from '../../card/response-codes.ts';
import {
  acknowledgeAdvice,
  type CardAdvice,
  countTry,
  firstDue,
  keepAdviceKey,
} from '../../journal/card-advices.ts';
import { cardAttemptById } from '../../journal/card-attempts.ts';
import { noteMessage } from '../../journal/card-messages.ts';
import type { TillCore } from '../core.ts';
import { Refusal } from '../refusal.ts';
import { cardTerminal } from './desk.ts';
import { cardEvent } from './drive.ts';
import { noteEnd } from './notes.ts';
import { persist } from './persist.ts';

/** Begins as soon as the current transition is durable. */
export function tellOwed(core: TillCore): void {
  core.effect(() => core.arm('card-owed', 0, () => tell(core)));
}

function tell(core: TillCore): void {
  const { cards } = core;
  if (core.stopped || cards === null || cards.telling) return;
  const terminal = cardTerminal(core);
  // Link and pad each say when they are back.
  if (terminal === null || core.parts.link.state !== 'up' || cards.pad.state !== 'ready') return;
  core.happen(() => {
    const advice = firstDue(core.journal);
    const attempt = advice === null ? null : cardAttemptById(core.journal, advice.attemptId);
    if (advice === null || attempt === null) return;
    const repeat = advice.tries > 0;
    countTry(core.journal, advice.adviceId);
    noteOut(core, attempt, advice, repeat);
    core.touch();
    core.effect(() => {
      cards.telling = true;
      const ended = (end: CardExchangeEnd): void =>
        persist(core, 'card-told', () => told(core, attempt, { ...advice, tries: advice.tries + 1 }, end));
      cards.line
        .exchange(
          (mac) => {
            keepKey(core, advice, mac.ksn);
            return adviceMessage(terminal, attempt, advice, repeat, mac);
          },
          cards.policy.replyTimeoutMs,
          advice.ksns,
        )
        .then(ended, () => ended({ kind: 'no_answer', cause: 'link_lost' }));
    });
  });
}

/** Durable before the message leaves under it. Errors  when it cannot be: then nothing is sent now */
function keepKey(core: TillCore, advice: CardAdvice, ksn: Uint8Array): void {
  let kept = false;
  core.happen(() => {
    keepAdviceKey(core.journal, advice, ksn);
    core.effect(() => {
      kept = true;
    });
  });
  if (!kept) throw new Refusal('JOURNAL_FAILED');
}

function noteOut(core: TillCore, attempt: CardAttempt, advice: CardAdvice, repeat: boolean): void {
  const { mti, processingCode } = kindOf(attempt.order.operation);
  const first = advice.kind === 'reversal' || advice.kind === 'cancellation' ? '0420' : mti;
  noteMessage(core.journal, {
    attemptId: attempt.order.attemptId,
    direction: 'out',
    mti: first,
    stan: advice.stan,
    transmittedAt: advice.transmittedAt,
    processingCode,
    responseCode: null,
    rrn: null,
    fate: repeat ? 'repeated' : 'sent',
  });
}

function told(core: TillCore, attempt: CardAttempt, advice: CardAdvice, end: CardExchangeEnd): void {
  const { cards } = core;
  if (cards !== null)
    core.effect(() => {
      cards.telling = false;
    });
  const { attemptId } = attempt.order;
  noteEnd(core, attemptId, { mti: '', ...advice }, end);
  const answer = acknowledgement(attempt, advice, end);
  if (answer === null) {
    const delayMs = cards === null ? 0 : repeatDelayMs(cards.policy, advice.tries);
    core.arm('card-owed', delayMs, () => tell(core));
    return;
  }
  acknowledgeAdvice(core.journal, advice.adviceId, answer.responseCode);
  cardEvent(core, attemptId, { kind: 'acknowledged', answer });
  tellOwed(core);
}

/** Null while nothing definite has been said. */
function acknowledgement(attempt: CardAttempt, advice: CardAdvice, end: CardExchangeEnd): CardAnswer | null {
  if (end.kind !== 'answered') return null;
  try {
    const answer = readCardAnswer(end.answer, attempt.request?.charged ?? chargedOf(attempt));
    const { responseCode } = answer;
    const done = advice.kind === 'reversal' ? isReversalDone(responseCode) : isDefinite(responseCode);
    return done ? answer : null;
  } catch {
    return null;
  }
}
