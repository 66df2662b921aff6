/** Value-added tax contained in a receipt, per rate. Source: Russian Tax Code art. 164 p. 4, rates of 2026. */
import type { VatCode } from '../../drivers/contract/fiscal.ts';
import { RUB } from '../../gateway/kernel/currency.ts';
import { add, type Money, scaleMoney, zero } from '../../gateway/kernel/money.ts';
import { lineSum, type SaleLine } from './basket.ts';

/** Percent of the price before tax. */
export const VAT_PERCENT: Readonly<Record<VatCode, bigint>> = {
  vat22: 22n,
  vat10: 10n,
  vat0: 0n,
  none: 0n,
};

export interface VatPart {
  readonly vat: VatCode;
  /** Price with tax of the goods under this rate. */
  readonly sum: Money;
  readonly tax: Money;
}

/** One row per code present, rounded half up once per rate on the receipt's sum, never per line. */
export function vatParts(lines: readonly SaleLine[]): readonly VatPart[] {
  const sums = new Map<VatCode, Money>();
  for (const line of lines) sums.set(line.vat, add(sums.get(line.vat) ?? zero(RUB), lineSum(line)));
  const codes = Object.keys(VAT_PERCENT) as VatCode[];
  return codes.flatMap((vat) => {
    const sum = sums.get(vat);
    if (sum === undefined) return [];
    const percent = VAT_PERCENT[vat];
    return [{ vat, sum, tax: scaleMoney(sum, percent, 100n + percent, 'half_up') }];
  });
}

export function vatIncluded(lines: readonly SaleLine[]): Money {
  return vatParts(lines).reduce((sum, part) => add(sum, part.tax), zero(RUB));
}
