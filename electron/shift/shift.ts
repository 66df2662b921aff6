/** Shifts: one a business date, opened by its first sign-in, at most 24 hours long. */
import { type EpochMs, localTime } from '../../gateway/kernel/time.ts';

export interface Shift {
  readonly number: number;
  readonly businessDate: string;
  readonly openedAt: EpochMs;
}

export const SHIFT_MAX_MS = 86_400_000;

export type ShiftDecision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'open'; readonly closes: number | null; readonly shift: Shift };

/** What a sign-in at `now` does to the shift. */
export function decideShift(current: Shift | null, now: EpochMs, utcOffsetMinutes: number): ShiftDecision {
  const businessDate = localTime(now, utcOffsetMinutes).date;
  if (current !== null && current.businessDate === businessDate) return { kind: 'keep' };
  const number = (current?.number ?? 0) + 1;
  return { kind: 'open', closes: current?.number ?? null, shift: { number, businessDate, openedAt: now } };
}

export function isOverdue(shift: Shift, now: EpochMs): boolean {
  return now - shift.openedAt >= SHIFT_MAX_MS;
}

/** `214-0087`: unique on a till for its life. */
export function receiptNumber(shift: number, sequence: number): string {
  return `${shift}-${String(sequence).padStart(4, '0')}`;
}
