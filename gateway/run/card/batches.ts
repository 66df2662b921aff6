/** 0500 and 0320: a till's batch against the gateway's transactions, currency by currency. */
import { batchFigureFields, readBatchFigures } from '../../iso8583/batch-figures.ts';
import { currencyOf } from '../../kernel/currency.ts';
import type { Tid } from '../../kernel/identifiers.ts';
import { claimBatch, judgeItem, leaveBatch, type UploadItem } from '../../payments/card/batch.ts';
import type { BatchRecord, BatchTotals } from '../../payments/card/records.ts';
import type { AnswerValues } from './answer.ts';
import { answerTo, type CardAsk } from './ask.ts';
import { batchClaimed, batchNamed, claimName, nextBatch } from './batch-named.ts';
import { CARD_COMMIT_TRIES_MOST, type CardContext } from './context.ts';
import { amountOf, FactsError, originalRrn, reading, textAt } from './facts.ts';
import { refuse } from './refusing.ts';
import type { TillMessage } from './till-message.ts';

const AFTER_UPLOAD = '96';

/** 0500: DE3 92 claims the totals of the currency in DE50, 96 claims them after an upload. The answer brings ours.
 *  Errors  FactsError; what the store throws */
export async function takeTotals(context: CardContext, ask: CardAsk): Promise<Uint8Array> {
  const { message } = ask;
  const { tid } = message.identity;
  const batch = await batchClaimed(context, message);
  const claim = { ...claimOf(message), name: claimName(message) };
  const code = textAt(message.iso.fields[3]);
  if (code === null) throw new FactsError('de3');
  const after = code.startsWith(AFTER_UPLOAD) ? 'upload' : 'totals';
  await leaveBefore(context, tid, batch);
  const { responseCode, ours } = await changeBatch(context, tid, batch, (stored, ours) => {
    const decision = claimBatch(stored, { tid, batch }, ours, claim, after, context.store.now());
    return { ...decision, ours };
  });
  return answerTo(context, ask, responseCode, ourFigures(ours, claim.currency));
}

/** A terminal that is in this batch says no more of those before it. Errors  what the store throws */
export async function leaveBefore(context: CardContext, tid: Tid, batch: string): Promise<void> {
  for (const left of await context.store.cards.batchesBefore(tid, batch)) {
    await changeBatch(context, tid, left, (stored, ours) => ({
      batch: leaveBatch(stored, { tid, batch: left }, ours, context.store.now()),
    }));
  }
}

async function changeBatch<Decision extends { readonly batch: BatchRecord | null }>(
  { store, log }: CardContext,
  tid: Tid,
  batch: string,
  decide: (stored: BatchRecord | null, ours: readonly BatchTotals[]) => Decision,
): Promise<Decision> {
  for (let tries = 0; tries < CARD_COMMIT_TRIES_MOST; tries += 1) {
    const stored = await store.cards.batch(tid, batch);
    const decision = decide(stored, await store.cards.batchTotals(tid, batch));
    const { batch: row } = decision;
    if (row === null || row === stored) return decision;
    const result = await store.commit([{ kind: 'batch.put', row }]);
    if (!result.ok) continue;
    if (row.agreed === false) log.alarm('card_batch_differs', { tid, batch });
    return decision;
  }
  throw new Error('A batch kept changing under its writer.');
}

function claimOf({ iso }: TillMessage): BatchTotals {
  const numeric = textAt(iso.fields[50]);
  if (numeric === null) throw new FactsError('de50');
  const figures = reading(() => readBatchFigures(iso.fields));
  if (figures === null) throw new FactsError('de63');
  const { sales, refunds } = figures;
  return {
    currency: reading(() => currencyOf(numeric).code),
    sales: sales.count,
    salesMinor: sales.amountMinor,
    refunds: refunds.count,
    refundsMinor: refunds.amountMinor,
    open: 0,
  };
}

function ourFigures(ours: readonly BatchTotals[], currency: string): AnswerValues {
  const own = ours.find((row) => row.currency === currency);
  return batchFigureFields({
    sales: { count: own?.sales ?? 0, amountMinor: own?.salesMinor ?? 0n },
    refunds: { count: own?.refunds ?? 0, amountMinor: own?.refundsMinor ?? 0n },
  });
}

/** 0320: one transaction of the till's batch. Nothing is booked by it; what differs is for a person.
 *  Errors  FactsError; what the store throws */
export async function takeUpload(context: CardContext, ask: CardAsk): Promise<Uint8Array> {
  const { message } = ask;
  const { tid } = message.identity;
  const rrn = originalRrn(message);
  if (rrn === null) throw new FactsError('de37');
  const ours = await context.store.cards.ofTerminalByRrn(tid, rrn);
  const own = ours?.batch === (await batchNamed(context, message)) ? ours : null;
  const { verdict, responseCode } = judgeItem(own, itemOf(message));
  if (verdict !== 'same') {
    context.log.alarm('card_upload_differs', { tid, reason: verdict });
    return refuse(context, ask, { code: responseCode, reason: `upload_${verdict}` });
  }
  return answerTo(context, ask, responseCode);
}

/** By DE3, and DE25 of what completes a pre-authorisation. Errors  FactsError */
function itemOf(message: TillMessage): UploadItem {
  const code = textAt(message.iso.fields[3]) ?? '';
  const completed = message.iso.fields[25] === '06';
  const kind = code.startsWith('20') ? 'refund' : completed ? 'completion' : 'sale';
  return { kind, amount: amountOf(message) };
}

const BATCHES_LOOKED_AT = 1_000;

/** The batch a terminal is in: the one it names, or the first after it that is not closed. */
export async function openBatchFrom(context: CardContext, ask: CardAsk): Promise<string> {
  let batch = await batchNamed(context, ask.message);
  await leaveBefore(context, ask.message.identity.tid, batch);
  for (let looked = 0; looked < BATCHES_LOOKED_AT; looked += 1) {
    const stored = await context.store.cards.batch(ask.message.identity.tid, batch);
    if (stored?.state !== 'closed') return batch;
    batch = nextBatch(batch);
  }
  return batch;
}
