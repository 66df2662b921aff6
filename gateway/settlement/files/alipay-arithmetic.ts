/** What Alipay settles for one payment, from its amount, the rate and the fee's rate.
 *
 *  The fee is rounded in each currency by itself, so the yuan settled are not the settlement converted.
 *  Units   fee rate in millionths: 6000 is 0.6 %
 *  Source  the sample of the settlement file: 369.30 AUD at 5.41940000 gives 2001.38, 2.22, 367.08 and 1989.37 */
import { type Money, scaleMoney, subtract } from '../../kernel/money.ts';
import { convert, type ExactRate } from '../../kernel/rate.ts';

export interface ExpectedSettlement {
  readonly rmbAmount: Money;
  readonly fee: Money;
  readonly settlement: Money;
  readonly rmbFee: Money;
  readonly rmbSettlement: Money;
}

/** `rate`: yuan for one unit of the amount's currency. Errors  CURRENCY_MISMATCH */
export function expectedSettlement(
  amount: Money,
  rate: ExactRate,
  feeMillionths: bigint,
): ExpectedSettlement {
  const rmbAmount = amount.currency === rate.quote ? amount : convert(amount, rate, 'half_up');
  const fee = scaleMoney(amount, feeMillionths, 1_000_000n, 'half_up');
  const rmbFee = scaleMoney(rmbAmount, feeMillionths, 1_000_000n, 'half_up');
  return {
    rmbAmount,
    fee,
    settlement: subtract(amount, fee),
    rmbFee,
    rmbSettlement: subtract(rmbAmount, rmbFee),
  };
}
