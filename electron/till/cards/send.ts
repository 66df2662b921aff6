/** The financial request: once, and what it came to back into the machine. */
import { issuerDataOf, readCardAnswer } from '../../card/answers.ts';
import type { CardAnswer, CardAttempt } from '../../card/card-attempt.ts';
import type { CardExchangeEnd, ExchangeEnd } from '../../card/card-events.ts';
import { isWholeApproval } from '../../card/match.ts';
import { financialRequest } from '../../card/messages.ts';
import { codeRow } from '../../card/response-codes.ts';
import type { TillCore } from '../core.ts';
import { cardTerminal } from './desk.ts';
import { cardEvent } from './drive.ts';
import { wantNewKey } from './network.ts';
import { noteEnd } from './notes.ts';
import { persist } from './persist.ts';

export function sendFinancial(core: TillCore, attempt: CardAttempt): void {
  const { cards } = core;
  const terminal = cardTerminal(core);
  const { request } = attempt;
  const material = cards?.material ?? null;
  const ended = (end: CardExchangeEnd): void =>
    persist(core, 'card-answer', () => exchanged(core, attempt, end));
  if (cards === null || terminal === null || request === null || material === null) {
    ended({ kind: 'not_sent', cause: 'LINK_DOWN' });
    return;
  }
  cards.line
    .exchange(
      (mac) => financialRequest(terminal, attempt, request, material, mac),
      cards.policy.replyTimeoutMs,
    )
    .then(ended, () => ended({ kind: 'no_answer', cause: 'link_lost' }));
}

function exchanged(core: TillCore, attempt: CardAttempt, end: CardExchangeEnd): void {
  const { request, order } = attempt;
  if (request === null) return;
  noteEnd(core, order.attemptId, request, end);
  const read = readEnd(attempt, end);
  if (read.kind === 'answered' && end.kind === 'answered') {
    const { answer } = end;
    core.effect(() => {
      const { cards } = core;
      if (cards?.material == null) return;
      cards.material = { ...cards.material, issuerData: issuerDataOf(answer) };
    });
  }
  cardEvent(core, order.attemptId, { kind: 'exchanged', stan: request.stan, end: read });
  if (keysDoubtful(read)) wantNewKey(core);
}

/** An answer that cannot be read whole is no answer. */
function readEnd(attempt: CardAttempt, end: CardExchangeEnd): ExchangeEnd<CardAnswer> {
  if (end.kind !== 'answered') return end;
  const { order, request } = attempt;
  try {
    if (request === null || !isWholeApproval(order.operation, end.answer)) {
      return { kind: 'invalid', cause: 'mismatch' };
    }
    return { kind: 'answered', answer: readCardAnswer(end.answer, request.charged) };
  } catch {
    return { kind: 'invalid', cause: 'malformed' };
  }
}

function keysDoubtful(end: ExchangeEnd<CardAnswer>): boolean {
  if (end.kind === 'invalid') return end.cause === 'mac';
  return end.kind === 'answered' && codeRow(end.answer.responseCode).reason === 'CARD_SECURITY';
}
