/** One drill with one kill: sell or refund, die at the point, come back, settle, compare. */
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { KillPoint } from './points.ts';
import type { Kill, Shop } from './shop.ts';
import type { Revive, Trade } from './trade.ts';

export interface DrillResult {
  readonly drill: string;
  readonly hit: boolean;
  /** From the end of the drill at the till until all books agree. */
  readonly settleMs: number;
  readonly violations: readonly string[];
}

const SETTLE_MS = 20_000;
const TRIES = 3;
/** How often a process that was killed is killed at the same point again when it comes back. */
const KILL_AGAIN_PERMILLE = 120;

export async function killAt(
  trade: Trade,
  shop: Shop,
  point: KillPoint,
  random: SeededRandom,
  beside: (drill: string) => readonly KillPoint[] = () => [],
): Promise<DrillResult> {
  let result: DrillResult | null = null;
  for (let tries = 0; tries < TRIES && (result === null || !result.hit); tries += 1) {
    const drill = random.pick(point.drills);
    const nth = tries === 0 && random.chance(200) ? 2 : 1;
    // Who dies beside it may die before the point can come: then it is tried alone.
    const others = tries === 0 ? beside(drill).map((other) => ({ point: other, nth: 1 })) : [];
    result = await playDrill(trade, shop, drill, [{ point, nth }, ...others], random);
    if (result.violations.length > 0) return result;
  }
  if (result === null) throw new Error('A drill is tried at least once.');
  return result;
}

interface Aim {
  readonly point: KillPoint;
  readonly nth: number;
}

/** Without an aim it is played undisturbed. The first aim is what the drill was chosen for. */
export async function playDrill(
  trade: Trade,
  shop: Shop,
  drill: string,
  aims: readonly Aim[],
  random: SeededRandom,
): Promise<DrillResult> {
  const killsBefore = shop.kills.length;
  const again = random.chance(KILL_AGAIN_PERMILLE) ? (aims[0]?.point.point ?? null) : null;
  let aimedAgain = false;
  const revive = (): Promise<boolean> =>
    shop.revive(() => {
      const point = aimedAgain ? null : again;
      aimedAgain = true;
      return point;
    });
  const shoot = async (): Promise<void> => {
    for (const { point, nth } of aims) await shop.aim(point.process, point.point, nth);
  };
  const faults: string[] = [];
  try {
    await trade.play(shop, drill, random, revive, shoot);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  const startedAt = performance.now();
  await calmly(() => trade.calm(shop), revive);
  let found = await settle(trade, shop, revive);
  for (const { point } of aims) await shop.aim(point.process, null, 0);
  // Aimed until now, it may have died after all.
  if (!(await revive())) found = await settle(trade, shop, revive);
  const settleMs = performance.now() - startedAt;
  faults.push(...found, ...trade.settled(shop), ...shop.faults.splice(0));
  const kills = shop.kills.slice(killsBefore);
  const hit = aims.slice(0, 1).some(({ point }) => kills.some((kill) => isHit(kill, point)));
  return { drill, hit, settleMs, violations: faults };
}

export function isHit({ process, points }: Kill, point: KillPoint): boolean {
  return process === point.process && points.includes(point.point);
}

/** What still does not hold when the last bound has passed; nothing when all is well, as soon as it is. */
async function settle(trade: Trade, shop: Shop, revive: Revive): Promise<readonly string[]> {
  const endAt = performance.now() + SETTLE_MS;
  for (;;) {
    await revive();
    const found = trade.violations(shop);
    if (found.length === 0 || performance.now() > endAt) return found;
    await pause(60);
  }
}

/** Who is asked may be dead just now: then it is asked again once it is back. */
async function calmly(ask: () => Promise<unknown>, revive: Revive): Promise<void> {
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
