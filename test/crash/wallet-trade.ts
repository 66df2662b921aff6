/** Sales and refunds by cash and by wallet. */
import type { SeededRandom } from '../sim/seeded-random.ts';
import { violations } from './checks.ts';
import { Counter } from './counter.ts';
import { DRILLS, type Drill, type DrillName } from './drills.ts';
import { KILL_POINTS } from './points.ts';
import { Shop } from './shop.ts';
import { paperViolations } from './stray-papers.ts';
import type { Revive, Trade } from './trade.ts';

/** Enough for every bound of the quick terms, one after the other, on a busy machine. */
const DRILL_MS = 40_000;

export const WALLETS: Trade = {
  points: KILL_POINTS,
  undisturbed: ['cash', 'scan', 'qr'],
  aimsAtOnce: 1,
  openShop: () => Shop.open(),
  play,
  calm: async (shop) => {
    await shop.setPaperEnd(false);
    await shop.wallet.disarm();
  },
  violations: (shop) => violations(shop.directory, shop.memory),
  settled: () => [],
  afterwards: (shop) => paperViolations(shop.directory),
};

async function play(
  shop: Shop,
  name: string,
  random: SeededRandom,
  revive: Revive,
  shoot: () => Promise<void>,
): Promise<void> {
  const drill: Drill = DRILLS[name as DrillName];
  const counter = new Counter(shop, drill, random);
  for (const { scenario, method, times } of drill.saleArms) await shop.wallet.arm(scenario, method, times);
  if (drill.paperEnd) await shop.setPaperEnd(true);
  if (drill.refund === 'none') await shoot();
  const saleId = await counter.sell(revive, DRILL_MS);
  if (drill.refund === 'none') return;
  for (const { scenario, method, times } of drill.refundArms) await shop.wallet.arm(scenario, method, times);
  await shoot();
  await counter.refund(saleId, revive, DRILL_MS);
}
