/** What goes wrong, and how often: drawn from the world's seed, counted, and quiet while it is `calm`. */
import type { SeededRandom } from './seeded-random.ts';

export type Ill =
  | 'request_lost'
  | 'reply_lost'
  | 'request_late'
  | 'reply_late'
  | 'twice'
  | 'printer'
  | 'scenario'
  | 'unreachable'
  | 'pinpad';

/** `upkeep`: what a line of cards carries for itself: sign-on, keys, echoes. */
export type Call = 'link' | 'card' | 'wallet' | 'bank' | 'upkeep' | 'notification' | 'event' | 'print';
export const PROCESSES = ['till', 'gateway', 'wallet', 'bank', 'pinpad'] as const;
export type ProcessKind = (typeof PROCESSES)[number];

/** In a thousand calls. */
const ILLS: Readonly<Record<Call, readonly (readonly [Ill, number])[]>> = {
  link: [
    ['request_lost', 45],
    ['reply_lost', 50],
    ['request_late', 40],
    ['reply_late', 40],
    ['twice', 50],
  ],
  card: [
    ['request_lost', 50],
    ['reply_lost', 60],
    ['request_late', 70],
    ['reply_late', 50],
    ['twice', 60],
  ],
  // A connection that loses something is broken, and one that is late holds up what comes behind.
  bank: [
    ['request_lost', 40],
    ['reply_lost', 50],
    ['request_late', 70],
    ['reply_late', 60],
  ],
  upkeep: [
    ['request_lost', 15],
    ['reply_lost', 15],
    ['request_late', 15],
    ['reply_late', 15],
  ],
  wallet: [
    ['request_lost', 40],
    ['reply_lost', 40],
    ['request_late', 40],
    ['reply_late', 40],
    ['twice', 40],
  ],
  notification: [
    ['request_lost', 80],
    ['reply_lost', 80],
    ['request_late', 60],
    ['twice', 60],
  ],
  event: [
    ['request_lost', 120],
    ['request_late', 100],
    ['twice', 80],
  ],
  print: [['printer', 120]],
};

/** In a million passages of a process's membrane. */
const DEATHS: Readonly<Record<ProcessKind, number>> = {
  till: 250,
  gateway: 160,
  wallet: 900,
  bank: 2_000,
  pinpad: 1_500,
};

/** Nothing on a network outlives this: a connection is given up long before. Longer than every timeout of the system
 *  but the hold before a refund's decline is believed, which is made to be longer than any request's way. */
export const LATEST_MS = 45_000;

export interface Tally {
  calls: number;
  /** Calls of the days that are not calm. */
  stormy: number;
  faulted: number;
  readonly ills: Record<string, number>;
  readonly deaths: Record<ProcessKind, number>;
  /** What there was of cards, by name. */
  readonly cards: Record<string, number>;
}

export function newTally(): Tally {
  return {
    calls: 0,
    stormy: 0,
    faulted: 0,
    ills: {},
    deaths: { till: 0, gateway: 0, wallet: 0, bank: 0, pinpad: 0 },
    cards: {},
  };
}

export class Weather {
  /** A world begins in calm. */
  calm = true;
  readonly tally: Tally;
  readonly #random: SeededRandom;

  constructor(random: SeededRandom, tally: Tally) {
    this.#random = random;
    this.tally = tally;
  }

  /** What befalls one call; null for nothing. */
  draw(call: Call): Ill | null {
    if (call !== 'upkeep') this.tally.calls += 1;
    if (this.calm) return null;
    if (call !== 'upkeep') this.tally.stormy += 1;
    let roll = this.#random.below(1_000);
    for (const [ill, permille] of ILLS[call]) {
      if (roll < permille) {
        if (call === 'upkeep') this.#count(ill);
        else this.note(ill);
        return ill;
      }
      roll -= permille;
    }
    return null;
  }

  note(ill: Ill): void {
    this.tally.faulted += 1;
    this.#count(ill);
  }

  #count(ill: Ill): void {
    this.tally.ills[ill] = (this.tally.ills[ill] ?? 0) + 1;
  }

  strikes(kind: ProcessKind): boolean {
    if (this.calm || this.#random.below(1_000_000) >= DEATHS[kind]) return false;
    this.died(kind);
    return true;
  }

  died(kind: ProcessKind): void {
    this.tally.deaths[kind] += 1;
  }

  /** An ordinary way over a network, in milliseconds. */
  way(): number {
    return 5 + this.#random.below(120);
  }

  late(): number {
    return 1_000 + this.#random.below(LATEST_MS - 1_000);
  }

  between(from: number, to: number): number {
    return from + this.#random.below(Math.max(1, to - from));
  }

  chance(permille: number): boolean {
    return !this.calm && this.#random.chance(permille);
  }
}
