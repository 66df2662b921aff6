/** When the next commit begins: at once where the last one was a while ago, and otherwise some milliseconds after it, so that
 *  more share it. A commit has its price for the processor whatever it holds, most of it the system's for writing and syncing
 *  pages: under load fewer and larger ones leave more of it for the work, and nobody waits for a timer who is alone. */
import type { Runtime } from './time.ts';

export type Defer = (run: () => void) => void;

/** `soon` calls back at the end of the present turn. */
export function paced(
  soon: Defer,
  { clock, timers }: Pick<Runtime, 'clock' | 'timers'>,
  pauseMs: number,
): Defer {
  let lastAt = Number.NEGATIVE_INFINITY;
  return (run) => {
    const go = (): void => {
      run();
      lastAt = clock.now();
    };
    const sinceMs = clock.now() - lastAt;
    // A clock that was set back ends no wait late.
    if (sinceMs < 0 || sinceMs >= pauseMs) soon(go);
    else timers.after(pauseMs - sinceMs, go);
  };
}
