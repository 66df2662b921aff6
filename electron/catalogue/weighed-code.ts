/** In-store EAN-13 labels of a scale: `2CIIIIIWWWWWX`, where the first two digits choose a rule, then item and grams.
 *  Prefixes 20 to 29 are the shop's own (GS1), so the rules are data. A payment code begins alike but is longer. */
import { isEan } from './ean.ts';

export interface WeighedRule {
  /** Two digits, 20 to 29. */
  readonly prefix: string;
  readonly itemDigits: number;
  readonly gramsDigits: number;
}

export const WEIGHED_RULES: readonly WeighedRule[] = [{ prefix: '21', itemDigits: 5, gramsDigits: 5 }];

export interface WeighedCode {
  /** Price look-up number with its leading zeros: the `goodsId` of the weighed article. */
  readonly plu: string;
  readonly grams: number;
}

export function readWeighedCode(
  text: string,
  rules: readonly WeighedRule[] = WEIGHED_RULES,
): WeighedCode | null {
  if (text.length !== 13 || !isEan(text)) return null;
  const rule = rules.find((r) => text.startsWith(r.prefix) && r.itemDigits + r.gramsDigits === 10);
  if (rule === undefined) return null;
  const split = 2 + rule.itemDigits;
  return { plu: text.slice(2, split), grams: Number.parseInt(text.slice(split, 12), 10) };
}
