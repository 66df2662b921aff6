/** What a calculation adds to a payee's entries: tax, the partner's share, what is held back and what comes back. */
import type { CurrencyCode } from '../../kernel/currency.ts';
import { money } from '../../kernel/money.ts';
import { splitFee } from '../../ledger/fee-split.ts';
import { releaseOn, reserveOf } from '../../ledger/rolling-reserve.ts';
import { vatBp, vatOnTop, vatWithin } from '../../ledger/vat.ts';
import type { CycleRecord, PayeeRecord, ReserveRecord } from '../../settlement/contract.ts';
import type { PayeeCharges } from '../../settlement/net-line.ts';
import type { PayeeTotals } from '../../settlement/netting.ts';
import type { DayTerms } from './context.ts';

export interface ChargesInput {
  readonly cycle: CycleRecord;
  readonly payee: PayeeRecord;
  readonly totals: Readonly<PayeeTotals>;
  /** Of this payee, to be released in this cycle. */
  readonly released: readonly ReserveRecord[];
}

/** A charity pays no fee, so it has no tax, no share and no reserve; and nothing is held of what goes on to one.
 *  Errors  FEE_NOT_AGREED | FEE_TERMS_INVALID */
export function chargesOf(terms: DayTerms, { cycle, payee, totals, released }: ChargesInput): PayeeCharges {
  const { currency } = cycle;
  const vat = vatOf(terms, totals, currency);
  const borne = terms.vat?.borne ?? 'within';
  const net = totals.fees - totals.feesReturned - (borne === 'within' ? vat : 0n);
  const held =
    payee.kind === 'merchant'
      ? reserveOf(money(totals.sales - totals.refunds - totals.donations, currency), {
          bp: payee.reserveBp,
          days: payee.reserveDays,
        }).amountMinor
      : 0n;
  return {
    vat,
    vatBorne: borne,
    partnerShare: shareOf(terms, cycle.partner, net, currency),
    reserveHeld: held,
    reserveReleased: released.reduce((sum, { amount }) => sum + amount.amountMinor, 0n),
  };
}

export function releaseDateOf(cycle: CycleRecord, payee: PayeeRecord): string {
  return releaseOn(cycle.businessDate, payee.reserveDays);
}

/** By service and by the payments' day, each rounded once. */
function vatOf({ vat }: DayTerms, { feeParts }: Readonly<PayeeTotals>, currency: CurrencyCode): bigint {
  if (vat === null) return 0n;
  const taxOf = vat.borne === 'within' ? vatWithin : vatOnTop;
  return feeParts.reduce((sum, { service, businessDate, amountMinor }) => {
    const bp = vatBp(vat.rows, service, businessDate);
    return sum + taxOf(money(amountMinor, currency), bp).amountMinor;
  }, 0n);
}

function shareOf({ splits }: DayTerms, partner: string, net: bigint, currency: CurrencyCode): bigint {
  const terms = Object.hasOwn(splits, partner) ? splits[partner] : undefined;
  if (terms === undefined || net === 0n) return 0n;
  return splitFee(money(net, currency), terms)
    .filter(({ party }) => party === partner)
    .reduce((sum, { amount }) => sum + amount.amountMinor, 0n);
}
