/** Which point comes next: always one that was hit least, so that a short run already spreads and a long one evens out. */
import type { SeededRandom } from '../sim/seeded-random.ts';
import { type KillPoint, nameOf } from './points.ts';
import type { Kill } from './shop.ts';

export class Schedule {
  readonly #points: readonly KillPoint[];
  readonly #hits: Map<string, number>;
  /** Aimed at in vain, however often it was tried. */
  readonly #misses = new Map<string, number>();
  /** Aimed at without a hit, beside another too, whose death may well have come first: such a point waits a little longer for
   *  its next turn. */
  readonly #passed = new Map<string, number>();
  readonly #underWay = new Map<string, number>();

  constructor(points: readonly KillPoint[]) {
    this.#points = points;
    this.#hits = new Map(points.map((point) => [nameOf(point), 0]));
  }

  /** With `below`, of those only that were hit less often, where there are any: what is hard to hit would else be passed over
   *  more and more. */
  next(random: SeededRandom, below?: number): KillPoint {
    const lacking =
      below === undefined ? [] : this.#points.filter((point) => (this.#hits.get(nameOf(point)) ?? 0) < below);
    const possible = lacking.length > 0 ? lacking : this.#points;
    const weights = possible.map((point) => this.#weight(nameOf(point)));
    const least = Math.min(...weights);
    const chosen = random.pick(possible.filter((_, index) => weights[index] === least));
    this.#count(this.#underWay, nameOf(chosen), 1);
    return chosen;
  }

  /** A point of another process that comes in the same drill: of those hit least, or null when there is none. */
  beside(first: KillPoint, drill: string, random: SeededRandom): KillPoint | null {
    const possible = this.#points.filter(
      ({ process, drills }) => process !== first.process && drills.includes(drill),
    );
    if (possible.length === 0) return null;
    const weights = possible.map((point) => this.#weight(nameOf(point)));
    const least = Math.min(...weights);
    const chosen = random.pick(possible.filter((_, index) => weights[index] === least));
    this.#count(this.#underWay, nameOf(chosen), 1);
    return chosen;
  }

  /** The drill of a point is over. */
  done(point: KillPoint, hit: boolean, as: 'first' | 'beside'): void {
    this.#count(this.#underWay, nameOf(point), -1);
    if (hit) return;
    this.#count(this.#passed, nameOf(point), 1);
    if (as === 'first') this.#count(this.#misses, nameOf(point), 1);
  }

  record(kill: Kill): void {
    for (const point of kill.points) {
      const name = nameOf({ process: kill.process, point });
      if (this.#hits.has(name)) this.#count(this.#hits, name, 1);
    }
  }

  get histogram(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#hits);
  }

  get misses(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#misses);
  }

  #weight(name: string): number {
    const of = (map: ReadonlyMap<string, number>): number => map.get(name) ?? 0;
    return of(this.#hits) + of(this.#underWay) + of(this.#passed) / 2;
  }

  #count(map: Map<string, number>, name: string, by: number): void {
    map.set(name, (map.get(name) ?? 0) + by);
  }
}
