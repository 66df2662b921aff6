/** Removes what a killed process staged and never recorded: nobody will deliver it, and nobody else would take it away.
 *
 *  A process that is alive may be about to record what it staged. So the temporary name is given up in the store first, in one
 *  commit with the look whether a record names it; a record of it that comes later is refused, and its process stages anew. */
import type { DayContext } from './context.ts';

/** When the process starts. Answers how many were removed. */
export async function sweepStaged({
  store,
  outbox,
  log,
}: Pick<DayContext, 'store' | 'outbox' | 'log'>): Promise<number> {
  let swept = 0;
  for (const stagedAs of await outbox.staged()) {
    const given = await store.commit([{ kind: 'staged.discard', stagedAs }]);
    if (!given.ok) continue;
    await outbox.discard(stagedAs);
    swept += 1;
  }
  if (swept > 0) log.warn('staged_files_swept', { count: swept });
  return swept;
}
