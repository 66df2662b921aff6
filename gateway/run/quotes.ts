/** Gives a terminal a rate that holds for a while, and keeps it: whoever names it later is judged by the store's clock. */
import { AmurError } from '../kernel/errors.ts';
import { newUlid, parseQuoteId } from '../kernel/identifiers.ts';
import type { QuoteRecord } from '../payments/ports.ts';
import type { QuoteBoard, RunContext } from './context.ts';
import type { Asker } from './who-asks.ts';

/** Errors  RATE_UNAVAILABLE */
export async function issueQuote(
  { store, runtime }: Pick<RunContext, 'store' | 'runtime'>,
  rates: QuoteBoard,
  asker: Asker,
): Promise<QuoteRecord> {
  const terms = rates.quoteTerms(asker.merchant.markupBp);
  const issuedAt = store.now();
  const row: QuoteRecord = {
    quoteId: parseQuoteId(newUlid(runtime.clock, runtime.random)),
    tid: asker.terminal.tid,
    rate: terms.rate,
    sourceRate: terms.sourceRate,
    source: terms.source,
    sourceDate: terms.sourceDate,
    markupBp: terms.markupBp,
    issuedAt,
    expiresAt: issuedAt + rates.quoteLifeMs,
  };
  const result = await store.commit([{ kind: 'quote.insert', row }]);
  if (!result.ok) throw new AmurError('INTERNAL', {});
  return row;
}
