/** What is owed, as the message that tells it. */
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { CardAttempt, CardRequest, MessageName } from './card-attempt.ts';
import type { ReversalCause } from './card-events.ts';
import { type CardTerminal, followingRequest, kindOf, type MacKey, reversalAdvice } from './messages.ts';

export interface OwedAdvice {
  readonly kind: 'reversal' | 'cancellation' | 'completion' | 'void';
  readonly stan: string;
  readonly transmittedAt: string;
  readonly original: MessageName;
  readonly reason: ReversalCause | null;
  readonly dueAt: EpochMs;
}

/** `repeat`: it has been sent before, perhaps. */
export function adviceMessage(
  terminal: CardTerminal,
  attempt: CardAttempt,
  advice: OwedAdvice,
  repeat: boolean,
  mac: MacKey,
): IsoMessage {
  const { order, answer, request } = attempt;
  if (request !== null && (advice.kind === 'void' || advice.kind === 'completion')) {
    return followingRequest(terminal, attempt, request, repeat, mac);
  }
  const undone = request ?? originalRequest(attempt);
  const ofPreauthorisation = order.operation === 'cancellation' ? order.original : null;
  return reversalAdvice(
    terminal,
    {
      order,
      name: advice,
      dueAt: advice.dueAt,
      original: advice.original,
      processingCode: undone.processingCode,
      conditionCode: undone.conditionCode,
      entryMode: undone.entryMode,
      charged: undone.charged,
      rrn: ofPreauthorisation?.rrn ?? answer?.rrn ?? null,
      authCode: ofPreauthorisation?.authCode ?? answer?.authCode ?? null,
      responseCode: answer?.responseCode ?? null,
      chip: ofPreauthorisation === null ? attempt.chip : null,
      reason: advice.reason ?? 'timeout',
    },
    repeat,
    mac,
  );
}

/** A cancellation has no request of its own: it says again what the pre-authorisation said. */
function originalRequest({
  order,
}: CardAttempt): Pick<CardRequest, 'processingCode' | 'conditionCode' | 'entryMode' | 'charged'> {
  const { processingCode, conditionCode } = kindOf(order.operation);
  return {
    processingCode,
    conditionCode,
    entryMode: order.original?.entryMode ?? '000',
    charged: order.charged ?? order.amount,
  };
}
