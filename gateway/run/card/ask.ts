/** A verified message of a terminal that may ask, with what answering it takes. */

import { currencyOf } from '../../kernel/currency.ts';
import type { KeyUse } from '../../keys/hsm.ts';
import type { CardTerms } from '../../payments/card/card-opening.ts';
import { cardTermsOf } from '../../payments/card/contract.ts';
import type { CardRecord } from '../../payments/card/records.ts';
import type { MerchantRecord } from '../../payments/ports.ts';
import { type AnswerValues, type PreparedAnswer, packAnswer, prepareAnswer } from './answer.ts';
import type { CardPurpose, TakenCard } from './capture.ts';
import type { CardContext } from './context.ts';
import type { TillMessage } from './till-message.ts';

/** The card that a message brought; `taken` is null where its data could not be taken. */
export interface AskedCard extends CardPurpose {
  readonly taken: TakenCard | null;
}

export interface CardAsk {
  readonly message: TillMessage;
  /** Of the request's MAC; its response key makes the answer's. Null only for an echo without a MAC. */
  readonly key: KeyUse | null;
  readonly merchant: MerchantRecord;
  readonly bodyHash: string;
  /** Of what needs a card of its own. */
  readonly card: AskedCard | null;
}

export function answerTo(
  context: Pick<CardContext, 'hsm'>,
  ask: CardAsk,
  responseCode: string,
  values: AnswerValues = {},
): Promise<Uint8Array> {
  return packAnswer(context, ask.message, ask.key, { ...values, 39: responseCode });
}

/** The same, for an answer that its transaction keeps. */
export function preparedAnswerTo(
  context: Pick<CardContext, 'hsm'>,
  ask: CardAsk,
  responseCode: string,
  values: AnswerValues,
): PreparedAnswer {
  return prepareAnswer(context, ask.message, ask.key, { ...values, 39: responseCode });
}

export function termsOf({ merchant }: CardAsk): CardTerms {
  return cardTermsOf(merchant);
}

/** What an answer says of a transaction, from its record. DE4 is said anew, since a bank may approve a part. */
export function valuesOf(record: CardRecord): AnswerValues {
  const { amount, billing, authCode, bankReference } = record;
  return {
    4: minorDigits(amount.amountMinor),
    37: bankReference?.rrn,
    38: authCode === null ? undefined : authCode,
    ...(billing === null
      ? {}
      : {
          6: minorDigits(billing.amount.amountMinor),
          10: billing.rate,
          51: currencyOf(billing.amount.currency).numeric,
        }),
  };
}

function minorDigits(amountMinor: bigint): string {
  return amountMinor.toString().padStart(12, '0');
}
