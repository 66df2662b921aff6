/** What can be wrong with a link. */
import type { SeededRandom } from './seeded-random.ts';

/** `up` is towards the server. */
export type Direction = 'up' | 'down';

export type LinkFault =
  | { readonly kind: 'none' }
  /** Every chunk arrives this much later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** Both ends see an orderly end after so many bytes of either direction. */
  | { readonly kind: 'drop'; readonly afterBytes: number }
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** After so many bytes nothing passes any more, not even the end of the connection. */
  | { readonly kind: 'half_open'; readonly afterBytes: number }
  | { readonly kind: 'blackhole'; readonly direction: Direction };

/** Weighted choice per connection; the same seed gives the same faults in the same order. */
export interface FaultPlan {
  readonly faultPercent: number;
  readonly delayMostMs: number;
  readonly bytesMost: number;
}

export function chooseFault(random: SeededRandom, plan: FaultPlan): LinkFault {
  if (random.below(100) >= plan.faultPercent) return { kind: 'none' };
  const afterBytes = random.below(plan.bytesMost + 1);
  switch (random.below(6)) {
    case 0:
      return { kind: 'delay', delayMs: random.below(plan.delayMostMs + 1) };
    case 1:
      return { kind: 'throttle', bytesPerSecond: 50 + random.below(2_000) };
    case 2:
      return { kind: 'drop', afterBytes };
    case 3:
      return { kind: 'reset', afterBytes };
    case 4:
      return { kind: 'half_open', afterBytes };
    default:
      return { kind: 'blackhole', direction: random.below(2) === 0 ? 'up' : 'down' };
  }
}
