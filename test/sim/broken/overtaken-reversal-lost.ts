/** Broken: a reversal that comes before its original is answered and not kept, so that the original is carried out. */
import type { Breakage } from '../gateway-host.ts';

export const overtakenReversalLost: Breakage = {
  store: (inner) => ({
    ...inner,
    commit: async (unit) => {
      const kept = unit.filter((change) => change.kind !== 'card.insert' || change.row.state !== 'parked');
      return kept.length === 0 ? { ok: true, leases: [], activatedTid: null } : inner.commit(kept);
    },
  }),
};
