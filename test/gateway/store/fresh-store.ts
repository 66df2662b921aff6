/** What a store's contract works with: a new store for each test, its clock at the first instant of the rows. */
import { afterEach, beforeEach, expect } from 'vitest';
import type { Change } from '../../../gateway/payments/ports.ts';
import type { StoreUnderTest } from './payment-store.contract.ts';
import { T0 } from './records.ts';

export function freshStore(make: () => Promise<StoreUnderTest>) {
  let under: StoreUnderTest;
  beforeEach(async () => {
    under = await make();
    under.setNow(T0);
  });
  afterEach(() => under.dispose());
  return {
    get store() {
      return under.store;
    },
    setNow: (at: number) => under.setNow(at),
    ok: async (...unit: Change[]) => expect(await under.store.commit(unit)).toMatchObject({ ok: true }),
    /** `ok`, or which change was refused and why. */
    reason: async (...unit: Change[]) => {
      const result = await under.store.commit(unit);
      return result.ok ? 'ok' : `${result.refusal.change} ${result.refusal.reason}`;
    },
  };
}
