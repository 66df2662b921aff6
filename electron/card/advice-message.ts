/** What is owed, as the message that tells it. */
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { CardAttempt, CardRequest, MessageName } from './card-attempt.ts';
import type { ReversalCause } from './card-events.ts';
import { type CardTerminal, followingRequest, type MacKey, reversalAdvice } from './messages.ts';

export interface OwedAdvice {
  readonly kind: 'reversal' | 'cancellation' | 'completion' | 'void';
  readonly stan: string;
  readonly transmittedAt: string;
  readonly original: MessageName;
  readonly reason: ReversalCause | null;
  readonly dueAt: EpochMs;
}

/** `request`: of the attempt, which is undone or said again; a cancellation's is the reversal itself. `repeat`: it has been sent
 *  before, perhaps. */
export function adviceMessage(
  terminal: CardTerminal,
  attempt: CardAttempt,
  request: CardRequest,
  advice: OwedAdvice,
  repeat: boolean,
  mac: MacKey,
): IsoMessage {
  const { order, answer } = attempt;
  if (advice.kind === 'void' || advice.kind === 'completion') {
    return followingRequest(terminal, attempt, request, repeat, mac);
  }
  const ofPreauthorisation = order.operation === 'cancellation' ? order.original : null;
  return reversalAdvice(
    terminal,
    {
      order,
      name: advice,
      dueAt: advice.dueAt,
      original: advice.original,
      processingCode: request.processingCode,
      conditionCode: request.conditionCode,
      entryMode: request.entryMode,
      charged: request.charged,
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
