import { expect, test } from 'vitest';
import { cardBench } from './card.ts';

test('a few card sales through the real gateway and bank: all approved under right MACs, and the books agree', async () => {
  const result = await cardBench({ seconds: 2, rate: 20, ramp: false, say: () => undefined });
  expect(result.violations).toEqual([]);
  expect(result).toMatchObject({
    bench: 'card',
    figures: { sustained: { sent: 40, answered: 40, approved: 40, macsChecked: 40, notApproved: {} } },
    books: {
      gateway: { approved: 80, unfinished: 0, reversed: 0 },
      bank: { approved: 80 },
      ledger: { differenceMinor: 0 },
    },
  });
});
