/** Which goods go back, counted before the host decides the amount. Weighed goods go back whole. */
import type { LineView, RefundSaleView } from '../../../electron/contract/view.ts';

export type RefundLine = RefundSaleView['lines'][number];
/** Pieces by line; a weighed line counts as one. */
export type Chosen = Readonly<Record<string, number>>;

/** Pieces of a line that may still go back. */
export function piecesLeft(line: RefundLine): number {
  const leftMilli = line.quantityMilli - line.refundedMilli;
  if (line.unit === 'kg') return leftMilli > 0 ? 1 : 0;
  return Math.trunc(leftMilli / 1000);
}

export function everything(lines: readonly RefundLine[]): Chosen {
  return Object.fromEntries(lines.map((line) => [line.lineId, piecesLeft(line)]));
}

/** What the chosen pieces are worth, kopecks. Only foretold: the host computes what is refunded. */
export function worthMinor(lines: readonly RefundLine[], chosen: Chosen): bigint {
  return lines.reduce((sum, line) => sum + lineWorth(line, chosen[line.lineId] ?? 0), 0n);
}

function lineWorth(line: LineView, pieces: number): bigint {
  if (line.unit === 'kg') return pieces > 0 ? BigInt(line.sum.amountMinor) : 0n;
  return BigInt(line.unitPrice.amountMinor) * BigInt(pieces);
}
