/** Figures of a run of measurements, milliseconds rounded to hundredths. */

export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** By nearest rank: every figure was really measured. */
export function spread(measuredMs: readonly number[]): Spread {
  const sorted = [...measuredMs].sort((left, right) => left - right);
  const at = (share: number): number =>
    rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), mostMs: at(1) };
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Milliseconds since the epoch, with their fractions: comparable between this process and a page on this machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly mostMs: number;
}

/** The same of very many, which are sorted in place. */
export function latencies(measuredMs: Float64Array): Latencies {
  const sorted = measuredMs.sort();
  const at = (share: number): number =>
    rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
  return { p50Ms: at(0.5), p99Ms: at(0.99), p999Ms: at(0.999), mostMs: at(1) };
}
