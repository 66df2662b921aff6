/** Time as an argument: nothing in a pure room reads a clock or starts a timer by itself.
 *  Composition roots pass the real ones; the seeded world passes virtual ones. */

/** Milliseconds since 1970-01-01T00:00:00Z. Wall time, for records and expiry; never for measuring. */
export type EpochMs = number;

export interface Clock {
  now(): EpochMs;
}

export type CancelTimer = () => void;

/** One-shot timers. `run` is called once, never synchronously, unless cancelled before. */
export interface Timers {
  after(delayMs: number, run: () => void): CancelTimer;
}

export interface Random {
  /** Cryptographically strong outside the seeded world. */
  bytes(length: number): Uint8Array;
}

/** Everything a room may need of the world beside its own ports. */
export interface Runtime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

export function sleep(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}

/** `2026-11-22T14:27:05.123Z`, for records and logs. */
export function instantText(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** Local calendar parts at a fixed offset. Moscow is +180 and Beijing +480 the whole year, by law and by practice. */
export interface LocalTime {
  readonly date: string;
  readonly time: string;
}

export function localTime(at: EpochMs, offsetMinutes: number): LocalTime {
  const text = new Date(at + offsetMinutes * 60_000).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
}

export const MOSCOW_OFFSET_MINUTES = 180;
export const BEIJING_OFFSET_MINUTES = 480;
