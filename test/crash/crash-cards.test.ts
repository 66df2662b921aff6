import { expect, test } from 'vitest';
import { CARD_POINTS } from './card-points.ts';
import { CARDS } from './card-trade.ts';
import { crash } from './crash.ts';
import { nameOf } from './points.ts';

/** A few of each kind: every process, commits and sends, both sides, sale, reversal, void and batch. The whole table:
 *  `npm run crash -- --cards`. */
const CHOSEN = [
  'terminal:card.sending:after_commit',
  'terminal:card.completing:after_commit',
  'terminal:card.reversal:before_send',
  'terminal:void.due:after_commit',
  'gateway:sale.sent:after_commit',
  'gateway:bank.sale:after_send',
  'gateway:card.reversing:before_commit',
  'gateway:batch.closed:after_commit',
  'bank:sale.approved:after_commit',
  'bank:bank.answer.reversal:before_send',
  'counter:memory.authorised:after_commit',
  'counter:pad.reply.complete:before_send',
];

test('whatever is killed while cards are taken, each is charged once, each reversal counts once, and no card data lies anywhere', async () => {
  const points = CARD_POINTS.filter((point) => CHOSEN.includes(nameOf(point)));
  expect(points).toHaveLength(CHOSEN.length);
  const said: string[] = [];
  const report = await crash({
    trade: CARDS,
    ...{ runs: 3, killsPerRun: 4, hitsAtLeast: 1, seed: 20_261_122, parallel: 1, keep: false },
    ...{ points, say: (text: string) => said.push(text) },
  });
  expect(report.violationTexts, said.join('\n')).toEqual([]);
  expect(report.minPerPoint).toBeGreaterThanOrEqual(1);
}, 900_000);
