/** One step of closing a batch as its message, and what its answer is worth. */
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import type { BatchCurrencyTotals, BatchProgress } from '../journal/card-batches.ts';
import { totalsRequest, uploadAdvice } from './batch-messages.ts';
import type { CardAttempt } from './card-attempt.ts';
import type { CardExchangeEnd } from './card-events.ts';
import type { CardTerminal, MacKey } from './messages.ts';
import { isDefinite } from './response-codes.ts';

export interface BatchStepFacts {
  readonly batch: string;
  readonly progress: BatchProgress;
  readonly totals: BatchCurrencyTotals;
  readonly upload: CardAttempt | null;
}

export function batchMessage(
  terminal: CardTerminal,
  { batch, progress, totals, upload }: BatchStepFacts,
  mac: MacKey,
): IsoMessage {
  const repeat = progress.tries > 1;
  if (progress.step === 'upload' && upload !== null && upload.request !== null) {
    const { order, request, answer } = upload;
    const facts = {
      order,
      request,
      charged: request.charged,
      rrn: answer?.rrn ?? order.original?.rrn ?? '',
      authCode: answer?.authCode ?? null,
    };
    return uploadAdvice(terminal, progress, progress.at, facts, repeat, mac);
  }
  const facts = {
    batch,
    currency: totals.currency,
    sales: totals.sales,
    salesMinor: totals.salesSum.amountMinor,
    refunds: totals.refunds,
    refundsMinor: totals.refundsSum.amountMinor,
    trailer: progress.step !== 'totals',
  };
  return totalsRequest(terminal, progress, progress.at, facts, repeat, mac);
}

/** DE39, or null while nothing definite has been said. */
export function batchAnswerCode(end: CardExchangeEnd): string | null {
  const code = end.kind === 'answered' ? end.answer.fields[39] : undefined;
  return typeof code === 'string' && isDefinite(code) ? code : null;
}

/** It does not fit its message, and never will: asking again is of no use. */
export function cannotBeSaid(end: CardExchangeEnd): boolean {
  return end.kind === 'not_sent' && end.cause === 'UNPACKABLE';
}
