/** Systems trace audit numbers of this terminal: six digits, durable before they are used, 999999 followed by 000001. */

export const STAN_MAX = 999_999;

export function nextStan(last: number): number {
  return last >= STAN_MAX ? 1 : last + 1;
}

export function stanText(stan: number): string {
  return String(stan).padStart(6, '0');
}

/** DE7: `MMDDhhmmss`, UTC. */
export function transmissionTime(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(5, 7)}${text.slice(8, 10)}${text.slice(11, 13)}${text.slice(14, 16)}${text.slice(17, 19)}`;
}
