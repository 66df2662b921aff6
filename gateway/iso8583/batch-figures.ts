/** Sales and refunds of a till's batch as data elements: DE63, which terminals send, has counts of three digits and sums of
 *  twelve. Where they have no room, the standard's own say it: DE74 and DE86 of refunds, DE76 and DE88 of sales. */
import { CodecError } from './codec-error.ts';
import { amountDigits, countDigits } from './composite.ts';
import type { FieldValue } from './message.ts';
import { type CountAndSum, packBatchTotals, parseBatchTotals } from './private-data.ts';

export interface BatchFigures {
  readonly sales: CountAndSum;
  readonly refunds: CountAndSum;
}

type Fields = Readonly<Record<number, FieldValue | undefined>>;

/** Errors  CodecError for a count or a sum beyond the standard's digits */
export function batchFigureFields({ sales, refunds }: BatchFigures): Fields {
  if (hasRoom(sales) && hasRoom(refunds)) {
    const none = { count: 0, amountMinor: 0n };
    const others = { debitSales: none, debitRefunds: none, authorisedSales: none, authorisedRefunds: none };
    return { 63: packBatchTotals({ sales, refunds, ...others }) };
  }
  return {
    74: countDigits(74, refunds.count, 10),
    76: countDigits(76, sales.count, 10),
    86: amountDigits(86, refunds.amountMinor, 16),
    88: amountDigits(88, sales.amountMinor, 16),
  };
}

function hasRoom({ count, amountMinor }: CountAndSum): boolean {
  return count < 1_000 && amountMinor < 1_000_000_000_000n;
}

/** Null of a message that has neither. Errors  CodecError COMPOSITE_MALFORMED */
export function readBatchFigures(fields: readonly (FieldValue | undefined)[]): BatchFigures | null {
  const text = (de: number): string | null => {
    const value = fields[de];
    return typeof value === 'string' ? value : null;
  };
  const totals = text(63);
  if (totals !== null) return parseBatchTotals(totals);
  if (text(76) === null) return null;
  const part = (de: number): string => {
    const digits = text(de);
    if (digits === null) throw new CodecError('COMPOSITE_MALFORMED', de, 0);
    return digits;
  };
  return {
    sales: { count: Number(part(76)), amountMinor: BigInt(part(88)) },
    refunds: { count: Number(part(74)), amountMinor: BigInt(part(86)) },
  };
}
