/** One article of the shop as the catalogue holds it. */
import type { VatCode } from '../../drivers/contract/fiscal.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import type { Names } from '../contract/view.ts';

export const UNITS = ['piece', 'kg'] as const;
export type Unit = (typeof UNITS)[number];

export const VAT_CODES = ['vat22', 'vat10', 'vat0', 'none'] as const satisfies readonly VatCode[];

export interface Goods {
  readonly goodsId: string;
  /** EAN-13 or EAN-8, or empty. */
  readonly barcode: string;
  readonly names: Names;
  /** Roubles for one piece or one kilogram. */
  readonly price: Money;
  readonly vat: VatCode;
  readonly unit: Unit;
  readonly group: string;
  /** Place among the quick keys, smallest first; null has none. */
  readonly quick: number | null;
}
