/** The life of a settlement cycle. Every step is taken from exactly one state, so a job that is repeated after a crash
 *  finds its step refused and knows that it was taken. */
import type { CurrencyCode } from '../kernel/currency.ts';
import { AmurError, unreachable } from '../kernel/errors.ts';
import type { Money } from '../kernel/money.ts';
import type { EpochMs } from '../kernel/time.ts';
import { addBusinessDays } from './business-days.ts';
import { addDays, type CalendarBook } from './calendar.ts';
import type { CycleOutcome, CycleRecord, CycleState, PartnerRecord } from './contract.ts';

/** What a calculation came to. */
export interface CycleTotals {
  readonly net: Money;
  readonly outcome: CycleOutcome;
  readonly carriedShare: Money;
}

export type CycleEvent =
  /** The store gives the position it is cut at. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'calculated'; readonly by: string; readonly totals: CycleTotals }
  | { readonly kind: 'approved'; readonly by: string }
  | { readonly kind: 'sent' }
  /** `bankReference` is null where no money moves. */
  | { readonly kind: 'confirmed'; readonly bankReference: string | null }
  | { readonly kind: 'closed' };

const FROM: Readonly<Record<CycleEvent['kind'], CycleState>> = {
  cut: 'OPEN',
  calculated: 'CUT',
  approved: 'CALCULATED',
  sent: 'APPROVED',
  confirmed: 'SENT',
  closed: 'CONFIRMED',
};

/** The cycle after the event, one version on.
 *  Errors  CYCLE_STEP_REFUSED | CYCLE_CHECKER_IS_MAKER */
export function stepCycle(cycle: CycleRecord, event: CycleEvent, now: EpochMs): CycleRecord {
  if (cycle.state !== FROM[event.kind]) {
    throw new AmurError('CYCLE_STEP_REFUSED', { cycle: cycle.cycleId, state: cycle.state, step: event.kind });
  }
  const after = { ...cycle, version: cycle.version + 1 };
  switch (event.kind) {
    case 'cut':
      return { ...after, state: 'CUT', cutAt: now };
    case 'calculated':
      return {
        ...after,
        ...event.totals,
        state: 'CALCULATED',
        calculatedBy: event.by,
        calculatedAt: now,
      };
    case 'approved':
      if (event.by === cycle.calculatedBy) {
        throw new AmurError('CYCLE_CHECKER_IS_MAKER', { cycle: cycle.cycleId });
      }
      return { ...after, state: 'APPROVED', approvedBy: event.by, approvedAt: now };
    case 'sent':
      return { ...after, state: 'SENT', sentAt: now };
    case 'confirmed':
      return { ...after, state: 'CONFIRMED', confirmedAt: now, bankReference: event.bankReference };
    case 'closed':
      return { ...after, state: 'CLOSED', closedAt: now };
    default:
      return unreachable(event);
  }
}

/** The cycle that a partner's currency is in on a business date. */
export function openCycle(
  partner: PartnerRecord,
  currency: CurrencyCode,
  businessDate: string,
  book: CalendarBook,
): CycleRecord {
  return {
    cycleId: cycleIdOf(partner.partner, currency, businessDate),
    partner: partner.partner,
    currency,
    businessDate,
    valueDate: addBusinessDays(businessDate, partner.tPlus, partner.calendars, book),
    state: 'OPEN',
    version: 1,
    fromPosition: 0,
    toPosition: null,
    net: null,
    carriedShare: null,
    outcome: null,
    cutAt: null,
    calculatedBy: null,
    calculatedAt: null,
    approvedBy: null,
    approvedAt: null,
    sentAt: null,
    confirmedAt: null,
    bankReference: null,
    closedAt: null,
  };
}

/** The cycle after one that is cut: of the next business day of the partner's own calendar. */
export function cycleAfter(cycle: CycleRecord, partner: PartnerRecord, book: CalendarBook): CycleRecord {
  const own = partner.calendars.slice(0, 1);
  const next = addBusinessDays(addDays(cycle.businessDate, 1), 0, own, book);
  return openCycle(partner, cycle.currency, next, book);
}

export function cycleIdOf(partner: string, currency: CurrencyCode, businessDate: string): string {
  return `${partner}-${currency}-${businessDate.replaceAll('-', '')}`;
}
