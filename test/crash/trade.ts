/** What is sold while processes die: its points, its drills, and what must hold afterwards. Wallets are one trade, cards another;
 *  aiming, dying, coming back and counting are the same for both. */
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { KillPoint } from './points.ts';
import type { Shop } from './shop.ts';

export type Revive = () => Promise<boolean>;

export interface Trade {
  readonly points: readonly KillPoint[];
  /** Drills of a sale that nobody disturbs. */
  readonly undisturbed: readonly string[];
  /** How many processes are aimed at in one drill. */
  readonly aimsAtOnce: 1 | 2;
  openShop(): Promise<Shop>;
  /** Plays the drill until the till is free again; calls `shoot` when the part begins in which its points come. */
  play(
    shop: Shop,
    drill: string,
    random: SeededRandom,
    revive: Revive,
    shoot: () => Promise<void>,
  ): Promise<void>;
  /** Puts right what the drill had armed. May throw while something is dead. */
  calm(shop: Shop): Promise<void>;
  /** What does not hold, in sentences: asked again until all does. */
  violations(shop: Shop): readonly string[];
  /** What is looked through once more as soon as everything holds. */
  settled(shop: Shop): readonly string[];
  /** Once an estate is done with. */
  afterwards(shop: Shop): readonly string[];
}
