/** Refusals of the gateway's own, kept with the reason, so that a merchant who asks why can be told. A message whose MAC was
 *  not verified leaves a log line only: anybody could send it. */
import { failureName } from '../../kernel/errors.ts';
import type { Money } from '../../kernel/money.ts';
import type { KeyUse } from '../../keys/hsm.ts';
import type { CardRefusal } from '../../payments/card/matters.ts';
import type { Change } from '../../payments/ports.ts';
import { packAnswer } from './answer.ts';
import type { CardContext } from './context.ts';
import { amountOf, FactsError, textAt } from './facts.ts';
import type { TillMessage } from './till-message.ts';

export interface Wrong {
  readonly code: string;
  /** A word. */
  readonly reason: string;
}

export interface Verified {
  readonly message: TillMessage;
  readonly key: KeyUse | null;
}

/** The answer, once the refusal is kept. Where it cannot be, the terminal is told all the same. */
export async function refuse(
  context: CardContext,
  { message, key }: Verified,
  wrong: Wrong,
): Promise<Uint8Array> {
  const { tid } = message.identity;
  try {
    await context.store.commit([refusalNote(context, message, wrong)]);
  } catch (error) {
    context.log.alarm('card_refusal_not_kept', { tid, reason: wrong.reason, error: failureName(error) });
  }
  return packAnswer(context, message, key, { 39: wrong.code });
}

export function refusalNote(
  { store }: Pick<CardContext, 'store'>,
  message: TillMessage,
  { code, reason }: Wrong,
): Change {
  const { tid, mid, stan, transmittedAt } = message.identity;
  const row: CardRefusal = {
    ...{ at: store.now(), tid, mid, mti: message.mti, stan, transmittedAt },
    processingCode: textAt(message.iso.fields[3]),
    amount: amountOrNull(message),
    responseCode: code,
    reason,
  };
  return { kind: 'card_refusal.note', row };
}

function amountOrNull(message: TillMessage): Money | null {
  try {
    return amountOf(message);
  } catch (error) {
    if (error instanceof FactsError) return null;
    throw error;
  }
}
