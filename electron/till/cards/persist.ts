/** A fact that came from outside or with the time, and must not be lost: if the journal cannot take it now, it is offered again.
 *  Should the process end first, the restart finds the request open and has it undone. */
import type { TillCore } from '../core.ts';

export function persist(core: TillCore, name: string, act: () => void): void {
  core.happen(act, () =>
    core.arm(`again ${name}`, core.parts.policy.askEveryMs, () => persist(core, name, act)),
  );
}
