/** Card messages noted in the journal as they come and go. */
import type { CardAttempt, CardRequest } from '../../card/card-attempt.ts';
import type { CardExchangeEnd } from '../../card/card-events.ts';
import { noteOf, UNREADABLE } from '../../card/message-note.ts';
import { noteMessage } from '../../journal/card-messages.ts';
import type { TillCore } from '../core.ts';

type Answer = Extract<CardExchangeEnd, { kind: 'answered' }>['answer'];

export function noteSent(core: TillCore, attempt: CardAttempt, request: CardRequest): void {
  const { mti, stan, transmittedAt, processingCode } = request;
  noteMessage(core.journal, {
    attemptId: attempt.order.attemptId,
    direction: 'out',
    mti,
    stan,
    transmittedAt,
    processingCode,
    responseCode: null,
    rrn: null,
    fate: 'sent',
  });
}

/** What a message came to: its answer, or why there is none that counts. */
export function noteEnd(
  core: TillCore,
  attemptId: string | null,
  name: { readonly mti: string; readonly stan: string; readonly transmittedAt: string },
  end: CardExchangeEnd,
): void {
  const answered = end.kind === 'answered';
  noteMessage(core.journal, {
    attemptId,
    direction: 'in',
    ...(answered ? noteOf(end.answer) : { ...UNREADABLE, ...name }),
    fate: answered ? 'accepted' : `${end.kind}_${end.cause}`.toLowerCase(),
  });
}

/** An answer nobody waits for: logged, and nothing else. */
export function noteStray(core: TillCore, answer: Answer | null): void {
  noteMessage(core.journal, {
    attemptId: null,
    direction: 'in',
    ...(answer === null ? UNREADABLE : noteOf(answer)),
    fate: 'late',
  });
}
