/** Waits for work, but no longer than a terminal is kept waiting: the work goes on, and events follow it. */
import type { Timers } from '../kernel/time.ts';

/** `work` does not reject. */
export async function withinReplyWindow(
  timers: Timers,
  replyAfterMs: number,
  work: Promise<unknown>,
): Promise<void> {
  let cancel = (): void => {};
  const window = new Promise<void>((resolve) => {
    cancel = timers.after(replyAfterMs, resolve);
  });
  await Promise.race([work, window]);
  cancel();
}
