/** One drill with one kill: sell or refund, die at the point, come back, settle, compare. */
import type { SeededRandom } from '../sim/seeded-random.ts';
import { violations } from './checks.ts';
import { Counter } from './counter.ts';
import { DRILLS, type Drill, type DrillName } from './drills.ts';
import type { KillPoint } from './points.ts';
import type { Shop } from './shop.ts';

export interface DrillResult {
  readonly drill: DrillName;
  readonly hit: boolean;
  /** From the end of the drill at the till until all books agree. */
  readonly settleMs: number;
  readonly violations: readonly string[];
}

/** Enough for every bound of the quick terms, one after the other, on a busy machine. */
const DRILL_MS = 40_000;
const SETTLE_MS = 20_000;
const TRIES = 3;
/** How often a process that was killed is killed at the same point again when it comes back. */
const KILL_AGAIN_PERMILLE = 120;

export async function killAt(shop: Shop, point: KillPoint, random: SeededRandom): Promise<DrillResult> {
  let result: DrillResult | null = null;
  for (let tries = 0; tries < TRIES && (result === null || !result.hit); tries += 1) {
    const drill = random.pick(point.drills);
    const nth = tries === 0 && random.chance(200) ? 2 : 1;
    result = await playDrill(shop, drill, { point, nth }, random);
    if (result.violations.length > 0) return result;
  }
  if (result === null) throw new Error('A drill is tried at least once.');
  return result;
}

interface Aim {
  readonly point: KillPoint;
  readonly nth: number;
}

/** `aim` null plays it undisturbed. */
export async function playDrill(
  shop: Shop,
  name: DrillName,
  aim: Aim | null,
  random: SeededRandom,
): Promise<DrillResult> {
  const drill: Drill = DRILLS[name];
  const killsBefore = shop.kills.length;
  const again = random.chance(KILL_AGAIN_PERMILLE) ? (aim?.point.point ?? null) : null;
  let aimedAgain = false;
  const revive = (): Promise<boolean> =>
    shop.revive(() => {
      const point = aimedAgain ? null : again;
      aimedAgain = true;
      return point;
    });
  const faults: string[] = [];
  try {
    await play(shop, drill, aim, random, revive);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  const startedAt = performance.now();
  if (drill.paperEnd) await shop.setPaperEnd(false);
  await calmly(() => shop.wallet.disarm(), revive);
  let found = await settle(shop, revive);
  if (aim !== null) await shop.aim(aim.point.process, null, 0);
  // Aimed until now, it may have died after all.
  if (!(await revive())) found = await settle(shop, revive);
  faults.push(...found, ...shop.faults.splice(0));
  return {
    drill: name,
    hit: shop.kills.length > killsBefore,
    settleMs: performance.now() - startedAt,
    violations: faults,
  };
}

async function play(
  shop: Shop,
  drill: Drill,
  aim: Aim | null,
  random: SeededRandom,
  revive: () => Promise<boolean>,
): Promise<void> {
  const shoot = async (): Promise<void> => {
    if (aim !== null) await shop.aim(aim.point.process, aim.point.point, aim.nth);
  };
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

/** What still does not hold when the last bound has passed; nothing when all is well, as soon as it is. */
async function settle(shop: Shop, revive: () => Promise<boolean>): Promise<readonly string[]> {
  const endAt = performance.now() + SETTLE_MS;
  for (;;) {
    await revive();
    const found = violations(shop.directory, shop.memory);
    if (found.length === 0 || performance.now() > endAt) return found;
    await pause(60);
  }
}

/** The wallet may be dead just now: then it is asked again once it is back. */
async function calmly(ask: () => Promise<unknown>, revive: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    await revive();
    try {
      await ask();
      return;
    } catch (error) {
      if (tries >= 20) throw error;
      await pause(50);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
