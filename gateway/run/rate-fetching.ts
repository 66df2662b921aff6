/** Fetches the daily rates from an address, again and again. What cannot be had or used leaves the board as it was and raises
 *  an alarm once for each reason; the next try comes sooner. */
import { failureName } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { CancelTimer, Runtime } from '../kernel/time.ts';

/** One request, bounded in time and size by whoever makes it. */
export type RateFetch = () => Promise<Uint8Array>;

export interface RateFetching {
  readonly fetch: RateFetch;
  readonly load: (bytes: Uint8Array) => string;
  readonly everyMs: number;
  readonly retryMs: number;
}

/** Returns the way to stop; what is under way then changes nothing any more. */
export function followRateAddress(
  { fetch, load, everyMs, retryMs }: RateFetching,
  { timers }: Pick<Runtime, 'timers'>,
  log: Log,
): () => void {
  let stopped = false;
  let refused = '';
  let loaded = '';
  let cancel: CancelTimer = () => undefined;
  const again = (delayMs: number) => {
    if (!stopped) cancel = timers.after(delayMs, () => void look());
  };
  const look = async (): Promise<void> => {
    try {
      const bytes = await fetch();
      if (stopped) return;
      const sourceDate = load(bytes);
      if (sourceDate !== loaded) log.info('rates_loaded', { sourceDate });
      loaded = sourceDate;
      refused = '';
      again(everyMs);
    } catch (error) {
      const code = failureName(error);
      if (!stopped && code !== refused) log.alarm('rates_refused', { code });
      refused = code;
      again(retryMs);
    }
  };
  void look();
  return () => {
    stopped = true;
    cancel();
  };
}
