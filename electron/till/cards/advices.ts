/** Telling the gateway what it is owed: one message at a time, oldest first, repeated with growing pauses until acknowledged. It
 *  goes on over restarts, and whenever link and PIN pad are there. Until it is through, no other card transaction begins.
 *  What the gateway refuses for good stays owed and is said again at a start and when a person asks for it, not by itself. */

import { adviceMessage } from '../../card/advice-message.ts';
import { readCardAnswer } from '../../card/answers.ts';
import { type CardAnswer, type CardAttempt, chargedOf } from '../../card/card-attempt.ts';
import type { CardExchangeEnd } from '../../card/card-events.ts';
import { repeatDelayMs } from '../../card/card-policy.ts';
import { kindOf } from '../../card/messages.ts';
import { isKeyDoubtful, type OwedFate, owedFate } from '../../card/response-codes.ts';
import {
  acknowledgeAdvice,
  type CardAdvice,
  countTry,
  firstDue,
  forgetRefusals,
  isDue,
  keepAdviceKey,
  noteNotTaken,
} from '../../journal/card-advices.ts';
import { cardAttemptById } from '../../journal/card-attempts.ts';
import { noteMessage } from '../../journal/card-messages.ts';
import type { TillCore } from '../core.ts';
import { Refusal } from '../refusal.ts';
import { cardPolicy, cardTerminal } from './desk.ts';
import { cardEvent } from './drive.ts';
import { wantNewKey } from './network.ts';
import { noteEnd } from './notes.ts';
import { persist } from './persist.ts';
import { supportOf } from './slips.ts';

/** Begins as soon as the current transition is durable. */
export function tellOwed(core: TillCore): void {
  core.effect(() => core.arm('card-owed', 0, () => tell(core)));
}

/** The same by a person or a start: what was refused for good is said once more. */
export function tellOwedAnew(core: TillCore): void {
  forgetRefusals(core.journal);
  core.touch();
  tellOwed(core);
}

function tell(core: TillCore): void {
  const { cards } = core;
  if (core.stopped || cards === null || cards.telling) return;
  cards.tellAt = null;
  const terminal = cardTerminal(core);
  // Link and pad each say when they are back.
  if (terminal === null || core.parts.link.state !== 'up' || cards.pad.state !== 'ready') return;
  const act = (): void => {
    const advice = firstDue(core.journal);
    const attempt = advice === null ? null : cardAttemptById(core.journal, advice.attemptId);
    const request = attempt?.request ?? null;
    if (advice === null || attempt === null || request === null || advice.refused) return;
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
            return adviceMessage(terminal, attempt, request, advice, repeat, mac);
          },
          cards.policy.replyTimeoutMs,
          advice.ksns,
        )
        .then(ended, () => ended({ kind: 'no_answer', cause: 'link_lost' }));
    });
  };
  // What could not be counted has not left, and nobody else would say it.
  core.happen(act, () => core.arm('card-owed', core.parts.policy.askEveryMs, () => tell(core)));
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
  // It was withdrawn meanwhile: whatever was said of it, its reversal follows.
  if (!isDue(core.journal, advice.adviceId)) {
    tellOwed(core);
    return;
  }
  const answer = answerOf(attempt, end);
  const fate: OwedFate = answer === null ? 'again' : owedFate(advice.kind, answer.responseCode);
  if (answer !== null && fate === 'settled') {
    acknowledgeAdvice(core.journal, advice.adviceId, answer.responseCode);
    cardEvent(core, attemptId, { kind: 'acknowledged', answer });
    tellOwed(core);
    return;
  }
  if (answer !== null) {
    noteNotTaken(core.journal, advice.adviceId, answer.responseCode, fate === 'refused');
    if (isKeyDoubtful(answer.responseCode)) wantNewKey(core);
  }
  alarm(core, attempt, advice, fate, answer?.responseCode ?? '');
  core.touch();
  if (fate === 'again') tellLater(core, advice.tries);
}

function tellLater(core: TillCore, tries: number): void {
  const { cards } = core;
  if (cards === null) return;
  const delayMs = repeatDelayMs(cards.policy, tries);
  const at = core.now() + delayMs;
  core.effect(() => {
    cards.tellAt = at;
    core.touch();
    core.arm('card-owed', delayMs, () => tell(core));
  });
}

/** Somebody is told at once of a refusal, and once of what takes too long. */
function alarm(core: TillCore, attempt: CardAttempt, advice: CardAdvice, fate: OwedFate, code: string): void {
  const supportNumber = supportOf(attempt);
  if (fate === 'refused') core.notice('warning', 'CARD_OWED_REFUSED', { code, supportNumber });
  else if (advice.tries === cardPolicy(core.parts.policy).alarmAfterTries)
    core.notice('warning', 'CARD_OWED_LONG', { code, supportNumber });
}

/** Null while nothing that can be read has been said. */
function answerOf(attempt: CardAttempt, end: CardExchangeEnd): CardAnswer | null {
  if (end.kind !== 'answered') return null;
  try {
    return readCardAnswer(end.answer, attempt.request?.charged ?? chargedOf(attempt));
  } catch {
    return null;
  }
}
