/** From a payee's totals to what it is credited, and from the lines of all payees to what moves between us and the partner. */
import type { CurrencyCode } from '../kernel/currency.ts';
import { money } from '../kernel/money.ts';
import type { CycleOutcome, CycleRecord, NetLine, PartnerRecord, PayeeKind } from './contract.ts';
import type { CycleTotals } from './cycle.ts';
import type { PayeeTotals } from './netting.ts';

/** What a calculation adds to the entries of a payee. */
export interface PayeeCharges {
  /** Tax in the fees, or on top of them; below zero of fees given back. */
  readonly vat: bigint;
  readonly vatBorne: 'within' | 'on_top';
  readonly partnerShare: bigint;
  readonly reserveHeld: bigint;
  readonly reserveReleased: bigint;
}

export interface NetLineInput {
  readonly cycle: CycleRecord;
  readonly payee: { readonly kind: PayeeKind; readonly id: string };
  readonly totals: Readonly<PayeeTotals>;
  readonly charges: PayeeCharges;
  readonly carry: NetLine | null;
}

/** With everything due; what is carried out is decided when all lines are known. */
export function netLineOf({ cycle, payee, totals, charges, carry }: NetLineInput): NetLine {
  const onTop = charges.vatBorne === 'on_top' ? charges.vat : 0n;
  const { feeParts: _parts, tenders: _tenders, ...sums } = totals;
  const fees = totals.fees + onTop;
  const carriedIn = carry?.carriedOut ?? 0n;
  const net =
    carriedIn +
    (totals.sales - totals.refunds - totals.chargebacks) -
    (fees - totals.feesReturned) -
    totals.donations +
    totals.adjustments -
    charges.reserveHeld +
    charges.reserveReleased;
  return {
    cycleId: cycle.cycleId,
    kind: payee.kind,
    id: payee.id,
    currency: cycle.currency,
    carriedFrom: carry?.cycleId ?? null,
    carriedIn,
    ...sums,
    fees,
    reserveHeld: charges.reserveHeld,
    reserveReleased: charges.reserveReleased,
    vat: charges.vat,
    partnerShare: charges.partnerShare,
    net,
    due: net,
    carriedOut: 0n,
  };
}

export interface NetCycle {
  readonly lines: readonly NetLine[];
  readonly totals: CycleTotals;
}

/** Decides what is due and what is carried. `shareIn` is the partner's share that waited from the cycle before. */
export function netCycleOf(
  cycle: CycleRecord,
  partner: PartnerRecord,
  all: readonly NetLine[],
  shareIn: bigint,
): NetCycle {
  const lines = partner.negativeNet === 'carry' ? all.map(carryNegative) : all;
  const share = shareIn + lines.reduce((sum, line) => sum + line.partnerShare, 0n);
  const dues = lines.reduce((sum, line) => sum + line.due, 0n);
  const net = dues + share;
  if (net > 0n && net < minimumOf(partner, cycle.currency)) {
    return { lines: lines.map(carryAll), totals: totalsOf(cycle.currency, 0n, 'carry', share) };
  }
  const outcome: CycleOutcome = net > 0n ? 'pay' : net < 0n ? 'claim' : 'nothing';
  return { lines, totals: totalsOf(cycle.currency, net, outcome, 0n) };
}

function carryNegative(line: NetLine): NetLine {
  return line.net < 0n ? carryAll(line) : line;
}

function carryAll(line: NetLine): NetLine {
  return { ...line, due: 0n, carriedOut: line.net };
}

function minimumOf(partner: PartnerRecord, currency: CurrencyCode): bigint {
  return partner.minimumPayout.find((minimum) => minimum.currency === currency)?.amountMinor ?? 0n;
}

function totalsOf(currency: CurrencyCode, net: bigint, outcome: CycleOutcome, share: bigint): CycleTotals {
  return { net: money(net, currency), outcome, carriedShare: money(share, currency) };
}
