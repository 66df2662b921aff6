/** Beijing days: when they begin, and which follow. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';

const DAY_MS = 86_400_000;

export function dayStart(day: string): EpochMs {
  return Date.parse(`${day}T00:00:00+08:00`);
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export function compact(day: string): string {
  return day.replaceAll('-', '');
}
