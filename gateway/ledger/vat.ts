/** Value added tax on our fees, as dated data.
 *
 *  Source  Tax Code of Russia, article 164(3): 20 % from 2019-01-01 (law 303-FZ of 2018-08-03), 22 % from 2026-01-01 (law
 *          425-FZ of 2025-11-28, article 2). Article 149(3): servicing bank cards was exempt until the same law took that away
 *          from 2026-01-01. Read in public reports of the law, not in its full text; how the tax office classes acquiring of
 *          foreign wallets is not verified, so it is taxed here like any service, and a table of one's own can be handed in. */
import { AmurError } from '../kernel/errors.ts';
import { type Money, scaleMoney } from '../kernel/money.ts';

export type TaxedService = 'card_acquiring' | 'wallet_acquiring';

export interface VatRow {
  readonly tax: string;
  readonly service: TaxedService;
  /** The first business date it holds for. */
  readonly inForceFrom: string;
  /** Basis points of the price without tax; 0 where the service is exempt. */
  readonly bp: number;
}

export const RU_VAT: readonly VatRow[] = [
  { tax: 'RU', service: 'card_acquiring', inForceFrom: '2019-01-01', bp: 0 },
  { tax: 'RU', service: 'card_acquiring', inForceFrom: '2026-01-01', bp: 2_200 },
  { tax: 'RU', service: 'wallet_acquiring', inForceFrom: '2019-01-01', bp: 2_000 },
  { tax: 'RU', service: 'wallet_acquiring', inForceFrom: '2026-01-01', bp: 2_200 },
];

/** The rate of the day the service was done, which is the payment's business date. Errors  FEE_NOT_AGREED before the first row */
export function vatBp(rows: readonly VatRow[], service: TaxedService, businessDate: string): number {
  const found = rows
    .filter((row) => row.service === service && row.inForceFrom <= businessDate)
    .reduce<VatRow | null>(
      (best, row) => (best === null || row.inForceFrom > best.inForceFrom ? row : best),
      null,
    );
  if (found === null) throw new AmurError('FEE_NOT_AGREED', { tax: service, businessDate });
  return found.bp;
}

/** The tax that a fee contains: fee x bp / (10000 + bp), half up. A fee given back, below zero, contains the same below zero. */
export function vatWithin(fee: Money, bp: number): Money {
  return scaleMoney(fee, BigInt(bp), BigInt(10_000 + bp), 'half_up');
}

/** The tax to be charged on top of a fee, half up. */
export function vatOnTop(fee: Money, bp: number): Money {
  return scaleMoney(fee, BigInt(bp), 10_000n, 'half_up');
}
