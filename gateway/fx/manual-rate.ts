/** A rate set by hand, for the day a source is wrong or silent: proposed by one person, approved by another, in force from
 *  its moment until its end or until another takes its place. Two persons take it out of force before its end as well.
 *
 *  proposed -> approved -> in_force -> superseded;  proposed -> refused;  approved -> superseded */
import { AmurError, unreachable } from '../kernel/errors.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { EpochMs } from '../kernel/time.ts';

export type ManualRateState = 'proposed' | 'approved' | 'in_force' | 'superseded' | 'refused';

/** Somebody wants it out of force; it stays until another person agrees. */
export interface ManualWithdrawal {
  readonly reason: string;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
  /** Who agreed; null while nobody has. */
  readonly decidedBy: string | null;
  readonly decidedAt: EpochMs | null;
}

export interface ManualRate {
  readonly manualId: string;
  readonly rate: ExactRate;
  readonly state: ManualRateState;
  /** Starts at 1, one more with every change. */
  readonly version: number;
  /** In force from here on, until `until` where it is not null; then the sources hold again. */
  readonly from: EpochMs;
  readonly until: EpochMs | null;
  readonly reason: string;
  /** How far from the source's rate it was when it was proposed; null where no source had one. The approver sees it. */
  readonly apartBp: bigint | null;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
  readonly decidedBy: string | null;
  readonly decidedAt: EpochMs | null;
  readonly withdrawal: ManualWithdrawal | null;
}

export type ManualRateEvent =
  | { readonly kind: 'approve'; readonly by: string }
  | { readonly kind: 'refuse'; readonly by: string }
  | { readonly kind: 'propose_withdrawal'; readonly by: string; readonly reason: string }
  | { readonly kind: 'approve_withdrawal'; readonly by: string }
  | { readonly kind: 'refuse_withdrawal'; readonly by: string }
  /** Its moment has come, or its end. */
  | { readonly kind: 'tick' }
  /** Another rate of its pair took its place. */
  | { readonly kind: 'supersede' };

/** Errors  RATE_MALFORMED for an end that is not after the beginning, or no reason */
export function proposeManualRate(
  proposal: Pick<ManualRate, 'manualId' | 'rate' | 'from' | 'until' | 'reason' | 'apartBp' | 'proposedBy'>,
  now: EpochMs,
): ManualRate {
  const { until, from, reason } = proposal;
  if ((until !== null && until <= from) || reason.trim() === '' || proposal.rate.value <= 0n) {
    throw new AmurError('RATE_MALFORMED', {
      reason: reason.length,
      endsAfter: until === null ? 0 : until - from,
    });
  }
  const open = { decidedBy: null, decidedAt: null, withdrawal: null };
  return { ...proposal, ...open, state: 'proposed', version: 1, proposedAt: now };
}

/** The rate after the event; the same object where nothing changes. A rate that was superseded or refused stays so.
 *  Errors  FX_APPROVAL_REFUSED when the proposer decides, or what is decided is decided again, or there is nothing to be
 *          withdrawn; RATE_MALFORMED for a withdrawal without a reason */
export function stepManualRate(rate: ManualRate, event: ManualRateEvent, now: EpochMs): ManualRate {
  const to = (state: ManualRateState, more: Partial<ManualRate> = {}): ManualRate => ({
    ...rate,
    ...more,
    state,
    version: rate.version + 1,
  });
  switch (event.kind) {
    case 'approve':
    case 'refuse': {
      requireOther(rate, event.by);
      const decided = { decidedBy: event.by, decidedAt: now };
      return to(event.kind === 'approve' ? 'approved' : 'refused', decided);
    }
    case 'propose_withdrawal':
      requireWithdrawable(rate, event.by);
      if (event.reason.trim() === '') throw new AmurError('RATE_MALFORMED', { reason: 0 });
      return to(rate.state, {
        withdrawal: {
          ...{ reason: event.reason, proposedBy: event.by, proposedAt: now },
          ...{ decidedBy: null, decidedAt: null },
        },
      });
    case 'approve_withdrawal': {
      const withdrawal = requireWithdrawal(rate, event.by);
      return to('superseded', { withdrawal: { ...withdrawal, decidedBy: event.by, decidedAt: now } });
    }
    case 'refuse_withdrawal':
      requireWithdrawal(rate, event.by);
      return to(rate.state, { withdrawal: null });
    case 'tick':
      if (rate.state === 'approved' && rate.until !== null && rate.until <= now) return to('superseded');
      if (rate.state === 'approved' && rate.from <= now) return to('in_force');
      if (rate.state === 'in_force' && rate.until !== null && rate.until <= now) return to('superseded');
      return rate;
    case 'supersede':
      return rate.state === 'approved' || rate.state === 'in_force' ? to('superseded') : rate;
    default:
      return unreachable(event);
  }
}

/** All rates after time has passed: of each pair at most one is in force, the one approved last; what it replaced is superseded. */
export function tickManualRates(rates: readonly ManualRate[], now: EpochMs): readonly ManualRate[] {
  const ticked = rates.map((rate) => stepManualRate(rate, { kind: 'tick' }, now));
  return ticked.map((rate) => {
    if (rate.state !== 'in_force') return rate;
    const later = ticked.some(
      (other) => other.state === 'in_force' && samePair(other, rate) && isAfter(other, rate),
    );
    return later ? stepManualRate(rate, { kind: 'supersede' }, now) : rate;
  });
}

export function samePair({ rate: one }: ManualRate, { rate: other }: ManualRate): boolean {
  return (
    (one.base === other.base && one.quote === other.quote) ||
    (one.base === other.quote && one.quote === other.base)
  );
}

function isAfter(one: ManualRate, other: ManualRate): boolean {
  const [a, b] = [one.decidedAt ?? 0, other.decidedAt ?? 0];
  return a === b ? one.manualId > other.manualId : a > b;
}

function requireOther(rate: ManualRate, by: string): void {
  if (rate.state !== 'proposed' || by === rate.proposedBy || by === '') {
    throw new AmurError('FX_APPROVAL_REFUSED', { manualId: rate.manualId, state: rate.state });
  }
}

function requireWithdrawable({ manualId, state, withdrawal }: ManualRate, by: string): void {
  const isHeld = state === 'approved' || state === 'in_force';
  if (!isHeld || withdrawal !== null || by === '')
    throw new AmurError('FX_APPROVAL_REFUSED', { manualId, state });
}

function requireWithdrawal({ manualId, state, withdrawal }: ManualRate, by: string): ManualWithdrawal {
  const isHeld = state === 'approved' || state === 'in_force';
  if (!isHeld || withdrawal === null || by === withdrawal.proposedBy || by === '') {
    throw new AmurError('FX_APPROVAL_REFUSED', { manualId, state });
  }
  return withdrawal;
}
