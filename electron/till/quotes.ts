/** The rate in hand: taken when a sale begins and renewed before it runs out, while somebody is at the till. */
import type { Money } from '../../gateway/kernel/money.ts';
import { convert, rateFromJson } from '../../gateway/kernel/rate.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { QuoteWire } from '../../gateway/wire/messages.ts';
import { askGateway } from './ask.ts';
import type { TillCore } from './core.ts';
import type { HeldQuote, TillState } from './state.ts';

/** A quote with less life than this is not begun with: it might end on the way. */
const LIFE_LEAST_MS = 2_000;
const RETRY_MS = 5_000;

export function validQuote(state: TillState, now: EpochMs): HeldQuote | null {
  const held = state.quote;
  return held !== null && held.expiresAt - LIFE_LEAST_MS > now ? held : null;
}

export function yuanAt(total: Money, quote: QuoteWire): Money {
  return convert(total, rateFromJson(quote.rate), 'half_up');
}

/** Takes a fresh quote unless one with life enough is in hand. Part of a transition. */
export function wantQuote(core: TillCore, force = false): void {
  const { quote, quoteWanted, cashier } = core.state;
  if (quoteWanted || cashier === null || core.parts.link.state !== 'up') return;
  if (!force && quote !== null && renewAt(quote) > core.now()) return;
  core.set({ quoteWanted: true });
  core.effect(() =>
    askGateway(
      core,
      'quote.get',
      {},
      {
        answered: (fresh) => renewed(core, fresh),
        failed: () => {
          core.set({ quoteWanted: false });
          again(core, RETRY_MS);
        },
        lost: () => {
          core.set({ quoteWanted: false });
          again(core, RETRY_MS);
        },
      },
    ),
  );
}

/** Takes a fresh quote into hand and plans its renewal. */
export function renewed(core: TillCore, quote: QuoteWire): void {
  const life = quote.expiresAt - quote.issuedAt;
  const held = { quote, expiresAt: core.now() + life };
  core.set({ quote: held, quoteWanted: false });
  again(core, Math.max(1_000, renewAt(held) - core.now()));
  // What was shown must disappear when it ends, even if no fresh one comes.
  core.arm('quote-end', life - LIFE_LEAST_MS, () => core.touch());
}

/** With a quarter of its life left, and never later than a minute before its end. */
function renewAt({ quote, expiresAt }: HeldQuote): EpochMs {
  const life = quote.expiresAt - quote.issuedAt;
  return expiresAt - Math.min(Math.floor(life / 4), 60_000) - LIFE_LEAST_MS;
}

function again(core: TillCore, delayMs: number): void {
  // The timer counted the time; a clock that was set meanwhile must not talk it out of it.
  const renew = (): void => wantQuote(core, true);
  core.arm('quote', delayMs, () => core.happen(renew, () => again(core, RETRY_MS)));
}
