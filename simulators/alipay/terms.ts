/** The contract between this wallet and its one merchant, and the wallet's own habits. Durations in milliseconds. */
import type { KeyObject } from 'node:crypto';
import type { CurrencyCode } from '../../gateway/kernel/currency.ts';
import type { ExactRate } from '../../gateway/kernel/rate.ts';

export interface WalletTerms {
  readonly appId: string;
  /** 2088…, 16 digits. */
  readonly sellerId: string;
  readonly merchantName: string;
  readonly merchantPublicKey: KeyObject;
  readonly alipayPrivateKey: KeyObject;
  /** Where bills are downloaded from, without a slash at the end. */
  readonly publicUrl: string;
  /** For each foreign currency, how many yuan one unit costs. */
  readonly rates: ReadonlyMap<CurrencyCode, ExactRate>;
  /** Above this a payment asks for the PIN on the phone. */
  readonly passwordAboveFen: bigint;
  readonly paymentCodeLifeMs: number;
  readonly qrLifeMs: number;
  readonly paymentTimeoutMs: number;
  readonly cancelWindowMs: number;
  readonly refundWindowMs: number;
  readonly billUrlLifeMs: number;
  /** What the wallet keeps of each payment when it settles, in millionths. */
  readonly settlementFeeMillionths: number;
}

export const USUAL_HABITS = {
  passwordAboveFen: 100_000n,
  paymentCodeLifeMs: 60_000,
  qrLifeMs: 2 * 3_600_000,
  paymentTimeoutMs: 180_000,
  cancelWindowMs: 24 * 3_600_000,
  refundWindowMs: 365 * 24 * 3_600_000,
  billUrlLifeMs: 30_000,
  settlementFeeMillionths: 6_000,
} as const;
