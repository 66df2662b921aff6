/** Gives a terminal a rate that holds for a while and for one payment, and keeps it: whoever names it later is judged by the
 *  store's clock, and the row by its signature. */
import { isSigned, quoteSignature } from '../fx/quote-signature.ts';
import { AmurError } from '../kernel/errors.ts';
import { newUlid, parseQuoteId } from '../kernel/identifiers.ts';
import type { Log } from '../kernel/log.ts';
import type { Secret } from '../kernel/secret.ts';
import type { QuoteRecord } from '../payments/ports.ts';
import type { QuoteBoard, RunContext } from './context.ts';
import type { Asker } from './who-asks.ts';

/** `cardBin`: of the card that it is offered to. Errors  RATE_UNAVAILABLE */
export async function issueQuote(
  { store, runtime, quoteKey }: Pick<RunContext, 'store' | 'runtime' | 'quoteKey'>,
  rates: QuoteBoard,
  asker: Asker,
  cardBin?: string,
): Promise<QuoteRecord> {
  const { markupBp, terms: contract } = asker.merchant;
  const terms = rates.quoteTerms(markupBp, contract.markupGroup ?? null);
  const issuedAt = store.now();
  const unsigned: QuoteRecord = {
    quoteId: parseQuoteId(newUlid(runtime.clock, runtime.random)),
    tid: asker.terminal.tid,
    rate: terms.rate,
    sourceRate: terms.sourceRate,
    source: terms.source,
    sourceDate: terms.sourceDate,
    markupBp: terms.markupBp,
    issuedAt,
    expiresAt: issuedAt + rates.quoteLifeMs,
    ...(cardBin === undefined ? {} : { cardBin }),
  };
  const row = quoteKey === null ? unsigned : { ...unsigned, signature: quoteSignature(unsigned, quoteKey) };
  const result = await store.commit([{ kind: 'quote.insert', row }]);
  if (!result.ok) throw new AmurError('INTERNAL', {});
  return row;
}

/** Whether a stored quote is what this gateway promised. One that is not is nobody's promise, and somebody must look. */
export function isOurs(
  quote: QuoteRecord,
  quoteKey: Secret<Uint8Array> | null | undefined,
  log: Log,
): boolean {
  if (quoteKey === null || quoteKey === undefined) return true;
  const signed = isSigned(quote, quote.signature, quoteKey);
  if (!signed) log.alarm('quote_signature_invalid', { quoteId: quote.quoteId, tid: quote.tid });
  return signed;
}
