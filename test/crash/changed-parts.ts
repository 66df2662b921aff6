/** What of a file is not as it was, so that looking again at a file that grows costs what was added. */

export interface Part {
  /** Where it begins in the file. */
  readonly from: number;
  readonly bytes: Buffer;
}

/** The page of a SQLite file. */
const STEP_BYTES = 4_096;

/** Parts of `now` that differ from `before` at the same place, each with `around` bytes of what stands beside it: what is looked
 *  for may begin or end in what stayed. Everything where there is no `before`. */
export function changedParts(before: Buffer | undefined, now: Buffer, around: number): readonly Part[] {
  if (before === undefined) return [{ from: 0, bytes: now }];
  const parts: { from: number; to: number }[] = [];
  for (let at = 0; at < now.length; at += STEP_BYTES) {
    const end = Math.min(at + STEP_BYTES, now.length);
    if (before.length >= end && before.compare(now, at, end, at, end) === 0) continue;
    const [from, to] = [Math.max(0, at - around), Math.min(now.length, end + around)];
    const last = parts.at(-1);
    if (last !== undefined && last.to >= from) last.to = to;
    else parts.push({ from, to });
  }
  return parts.map(({ from, to }) => ({ from, bytes: now.subarray(from, to) }));
}
