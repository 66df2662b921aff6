/** The fiscal step of a sale. Where a shop has no register, the driver is `none` and the step is recorded as not required. */
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { Device } from './device.ts';

export type VatCode = 'vat22' | 'vat10' | 'vat0' | 'none';

export interface FiscalItem {
  readonly name: string;
  /** Thousandths of the unit: 1000 is one piece or one kilogram. */
  readonly quantityMilli: number;
  readonly unitPrice: MoneyJson;
  readonly sum: MoneyJson;
  readonly vat: VatCode;
}

export interface FiscalReceipt {
  /** The key under which a repeat finds the first registration. */
  readonly operationId: string;
  readonly sign: 'sale' | 'sale_return';
  readonly items: readonly FiscalItem[];
  readonly payments: readonly { readonly kind: 'cash' | 'electronic'; readonly amount: MoneyJson }[];
  readonly cashier: string;
}

export type FiscalResult =
  | {
      readonly kind: 'registered';
      readonly documentNumber: string;
      readonly fiscalSign: string;
      readonly qr: string;
    }
  | { readonly kind: 'not_required' }
  | { readonly kind: 'failed'; readonly cause: string }
  /** The register did not answer: ask for its last document before anything else. */
  | { readonly kind: 'unknown'; readonly cause: string };

export interface FiscalRegister extends Device {
  readonly driver: string;
  register(receipt: FiscalReceipt): Promise<FiscalResult>;
  /** What became of an operation whose answer was lost. */
  lastDocument(operationId: string): Promise<FiscalResult>;
}
