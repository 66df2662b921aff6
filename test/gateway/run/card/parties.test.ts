import { expect, test } from 'vitest';
import type { TerminalRecord } from '../../../../gateway/payments/ports.ts';
import { Parties } from '../../../../gateway/run/card/parties.ts';
import { MERCHANT, TID } from '../../payments/samples.ts';

test('a terminal is remembered for a moment, also when the clock is set back meanwhile', async () => {
  let now = 86_400_000;
  let reads = 0;
  const row: TerminalRecord = { tid: TID, mid: MERCHANT.mid, publicKey: null, revokedAt: null };
  const parties = new Parties({
    now: () => now,
    merchant: async () => MERCHANT,
    terminal: async () => {
      reads += 1;
      return row;
    },
  });
  await parties.terminal(TID);
  now += 900;
  await parties.terminal(TID);
  expect(reads).toBe(1);
  now += 200;
  await parties.terminal(TID);
  expect(reads).toBe(2);
  now -= 3_600_000;
  await parties.terminal(TID);
  expect(reads).toBe(3);
});
