import { expect, test } from 'vitest';
import { cardBench } from './card.ts';

test('a few card sales through the real gateway and bank, then more of them after both started again: all approved under right MACs, and the books agree', async () => {
  const result = await cardBench({ seconds: 2, rate: 20, rampSteps: 1, say: () => undefined });
  expect(result.violations).toEqual([]);
  expect(result).toMatchObject({
    bench: 'card',
    figures: {
      sustained: { sent: 40, answered: 40, approved: 40, macsChecked: 40, notApproved: {} },
      ramp: [{ offeredPerSecond: 270, sent: 540, answered: 540, approved: 540, notApproved: {} }],
    },
    books: {
      gateway: { approved: 1160, unfinished: 0, reversed: 0 },
      bank: { approved: 1160 },
      ledger: { differenceMinor: 0 },
    },
  });
});
