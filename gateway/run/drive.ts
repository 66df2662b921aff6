/** Runs a state machine over a subject: commit the step, then make the call it wants, then step again with the answer. */
import type { HeldLease } from './held-lease.ts';

export interface Applied<E> {
  /** The call the step wants; resolves to the event of its answer. Null ends the run, with the lease released. */
  readonly next: (() => Promise<E>) | null;
}

/** One committed step. With `held`, the commit carries the lease, and gives it up when no call is wanted. */
export type ApplyEvent<E> = (event: E, held: HeldLease) => Promise<Applied<E>>;

/** The longest chain by the machines is inquiry, cancel, inquiry; beyond this the subject waits for its next time. */
const CALLS_MOST = 6;

/** Errors  LeaseLostError | what the store throws */
export async function drive<E>(apply: ApplyEvent<E>, held: HeldLease, first: E): Promise<void> {
  let event = first;
  for (let calls = 0; calls < CALLS_MOST; calls += 1) {
    const { next } = await apply(event, held);
    if (next === null) return;
    event = await held.during(next);
  }
  await apply(event, held);
  await held.release();
}
