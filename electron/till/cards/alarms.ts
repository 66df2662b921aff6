/** What a bank's answer calls for beside the cashier's screen: a notice for the supervisor and a line in the terminal's log. The
 *  customer's display shows neither. */
import type { CardAttempt } from '../../card/card-attempt.ts';
import type { CardEffect } from '../../card/card-events.ts';
import type { CodeAlarm } from '../../card/response-codes.ts';
import type { TillCore } from '../core.ts';
import { supportOf } from './slips.ts';

const NOTICES: Readonly<Record<CodeAlarm, string>> = {
  service: 'CARD_ALARM_SERVICE',
  card: 'CARD_ALARM_CARD',
};

/** Part of a transition; the log has it once that is durable. */
export function raiseAlarm(
  core: TillCore,
  attempt: CardAttempt,
  { alarm, responseCode, reason }: Extract<CardEffect, { readonly do: 'alarm' }>,
): void {
  core.notice('warning', NOTICES[alarm], { code: responseCode, supportNumber: supportOf(attempt) });
  core.effect(() => core.parts.onTrouble?.('card_alarm', { code: responseCode, cause: reason }));
}
