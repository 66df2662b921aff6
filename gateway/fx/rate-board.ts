/** The board: what the pricing source, the Bank of Russia, has published, held against a second source; rates set by hand;
 *  and what a customer pays at.
 *
 *  The acquirer buys the customer's currency, so its rate is source x (1 - mark-up), exact: a mark-up can only raise what is
 *  due. A set of rates is in effect from its own date (Moscow) until a later one is; the set for tomorrow, published this
 *  afternoon, waits. A set that is refused leaves the board as it was. */
import { CNY, type CurrencyCode, parseCurrencyCode, RUB } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { ExactRate } from '../kernel/rate.ts';
import { type Clock, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import { daysBetween, requireNear } from './band.ts';
import { parseDailyRates } from './cbr.ts';
import { type ManualRate, tickManualRates } from './manual-rate.ts';
import { type MarkupRow, markupFor } from './markup.ts';
import type { Pricing } from './pricing.ts';
import { inEffect, pathIn, type RateSet } from './rate-set.ts';

export interface RateBoardConfig {
  /** How long a quote given to a terminal holds. */
  readonly quoteLifeMs: number;
  /** A rate older than this is not used. The longest Russian holidays leave about twelve days without a new one. */
  readonly maxAgeDays: number;
  /** RUB per CNY outside this band, decimals as `8.50`, is a mistake and is not loaded. */
  readonly sanity: { readonly lowest: string; readonly highest: string };
  /** The second source: how far it may be from the first, and how many days apart the two may be to be compared. */
  readonly second?: {
    readonly widestBp: number;
    readonly apartDaysMost: number;
    /** Currencies compared, each in roubles: CNY unless told. */
    readonly traded?: readonly string[];
  };
  readonly markups?: readonly MarkupRow[];
}

export interface QuoteTerms {
  readonly rate: ExactRate;
  readonly sourceRate: ExactRate;
  /** `CBR`, or `MANUAL` for a rate set by hand. */
  readonly source: string;
  readonly sourceDate: string;
  readonly markupBp: number;
}

export const PRICING_SOURCE = 'CBR';
export const MANUAL_SOURCE = 'MANUAL';
/** Sets kept of a source: the one in effect, the next, and some past. */
const KEPT_MOST = 8;

export class RateBoard {
  readonly quoteLifeMs: number;
  readonly #config: RateBoardConfig;
  readonly #clock: Clock;
  readonly #band: { readonly lowest: ExactRate; readonly highest: ExactRate };
  readonly #traded: readonly CurrencyCode[];
  #first: readonly RateSet[] = [];
  #second: readonly RateSet[] = [];
  #manual: readonly ManualRate[] = [];

  /** Errors  RATE_MALFORMED for a band that is not two decimals | CURRENCY_UNKNOWN */
  constructor(config: RateBoardConfig, clock: Clock) {
    this.quoteLifeMs = config.quoteLifeMs;
    this.#config = config;
    this.#clock = clock;
    const { lowest, highest } = config.sanity;
    this.#band = { lowest: parseRate(lowest), highest: parseRate(highest) };
    this.#traded = (config.second?.traded ?? [CNY]).map(parseCurrencyCode);
  }

  /** Takes the bytes of a daily file; answers the file's date.
   *  Errors  RATE_FILE_INVALID | FX_RATE_OUT_OF_BAND */
  load(bytes: Uint8Array): string {
    const { date, rates } = parseDailyRates(bytes);
    const yuan = rates.get(CNY);
    if (yuan === undefined) throw new AmurError('RATE_FILE_INVALID', { reason: 'no CNY' });
    if (isBelow(yuan, this.#band.lowest) || isBelow(this.#band.highest, yuan)) {
      throw new AmurError('RATE_FILE_INVALID', { reason: 'sanity', ...this.#config.sanity });
    }
    const loadedAt = this.#clock.now();
    const all = [...rates.values()];
    const set: RateSet = { source: PRICING_SOURCE, side: 'middle', effectiveOn: date, rates: all, loadedAt };
    this.#compare(set, inEffect(this.#second, this.#secondSource(), date));
    this.#first = kept(this.#first, set);
    return date;
  }

  /** Takes a set of the second source; whichever of two comes later is the one refused when they are too far apart.
   *  Errors  FX_RATE_OUT_OF_BAND */
  loadSecond(set: RateSet): string {
    this.#compare(set, inEffect(this.#first, PRICING_SOURCE, set.effectiveOn));
    this.#second = kept(
      this.#second.filter(({ source }) => source === set.source),
      set,
    );
    return set.effectiveOn;
  }

  /** Takes back what was on the board before a restart, oldest first; it was looked at when it came. */
  recall(sets: readonly RateSet[]): void {
    for (const set of sets) {
      if (set.source === PRICING_SOURCE) this.#first = kept(this.#first, set);
    }
  }

  /** All rates set by hand that may yet be in force; which of them are is looked at with each question. */
  setManual(rates: readonly ManualRate[]): void {
    this.#manual = rates;
  }

  /** What a quote in yuan given now would say. Errors  RATE_UNAVAILABLE | RATE_MALFORMED for a mark-up out of range */
  quoteTerms(markupBp: number, group: string | null = null): QuoteTerms {
    const { legs, source, sourceDate, ...priced } = this.pricing(RUB, CNY, markupBp, group);
    const [sourceRate] = legs;
    if (sourceRate?.base !== CNY) throw new AmurError('RATE_UNAVAILABLE', {});
    const rate = markedUp(sourceRate, priced.markupBp);
    return { rate, sourceRate, source, sourceDate, markupBp: priced.markupBp };
  }

  /** The way from a price's currency to a customer's, now.
   *  Errors  RATE_UNAVAILABLE | RATE_MALFORMED | FX_PATH_UNKNOWN where no source has a way */
  pricing(from: CurrencyCode, to: CurrencyCode, markupBp: number, group: string | null = null): Pricing {
    const day = this.#today();
    const manual = this.#manualInForce();
    const set = this.#current(day, manual.length > 0);
    const byHand = manual.map(({ rate }) => rate);
    const source = set?.source ?? MANUAL_SOURCE;
    const sourceDate = set?.effectiveOn ?? day;
    const rates = [...byHand, ...(set?.rates ?? [])];
    const legs = pathIn({ source, effectiveOn: sourceDate, rates }, from, to);
    const usesHand = legs.some((leg) => byHand.includes(leg));
    return {
      ...{ from, to, legs },
      markupBp: markupFor(this.#config.markups ?? [], { group, currency: to, day }, markupBp),
      source: usesHand ? MANUAL_SOURCE : source,
      sourceDate: usesHand ? day : sourceDate,
    };
  }

  /** Official rates of a day, for valuing what is held; null before any were loaded. */
  officialOn(day: string): RateSet | null {
    return inEffect(this.#first, PRICING_SOURCE, day);
  }

  /** What the board has of both sources, oldest first. */
  history(): readonly RateSet[] {
    return [...this.#first, ...this.#second];
  }

  #current(day: string, othersAnswer: boolean): RateSet | null {
    const current = inEffect(this.#first, PRICING_SOURCE, day);
    const { maxAgeDays } = this.#config;
    const fresh = current !== null && daysBetween(day, current.effectiveOn) <= maxAgeDays;
    if (fresh) return current;
    if (othersAnswer) return null;
    throw new AmurError(
      'RATE_UNAVAILABLE',
      current === null ? {} : { sourceDate: current.effectiveOn, maxAgeDays },
    );
  }

  #manualInForce(): readonly ManualRate[] {
    return tickManualRates(this.#manual, this.#clock.now()).filter(({ state }) => state === 'in_force');
  }

  #compare(set: RateSet, other: RateSet | null): void {
    const { second } = this.#config;
    if (second === undefined) return;
    requireNear(set, other, { ...second, traded: this.#traded, home: RUB });
  }

  #secondSource(): string {
    return this.#second.at(-1)?.source ?? '';
  }

  #today(): string {
    return localTime(this.#clock.now(), MOSCOW_OFFSET_MINUTES).date;
  }
}

/** `source` x (10000 - markupBp) / 10000, exact, without trailing zeros. Errors  RATE_MALFORMED */
export function markedUp(source: ExactRate, markupBp: number): ExactRate {
  if (!Number.isInteger(markupBp) || markupBp < 0 || markupBp >= 10_000) {
    throw new AmurError('RATE_MALFORMED', { markupBp, lowest: 0, highest: 9_999 });
  }
  let value = source.value * BigInt(10_000 - markupBp);
  let scale = source.scale + 4;
  while (scale > 0 && value % 10n === 0n) {
    value /= 10n;
    scale -= 1;
  }
  return { ...source, value, scale };
}

/** A later set of a date takes its place; the newest dates stay. */
function kept(sets: readonly RateSet[], set: RateSet): readonly RateSet[] {
  return [...sets.filter(({ effectiveOn }) => effectiveOn !== set.effectiveOn), set]
    .sort((a, b) => (a.effectiveOn < b.effectiveOn ? -1 : 1))
    .slice(-KEPT_MOST);
}

function parseRate(text: string): ExactRate {
  const match = /^([0-9]{1,9})(?:\.([0-9]{1,9}))?$/.exec(text);
  if (match === null) throw new AmurError('RATE_MALFORMED', { value: text });
  const fraction = match[2] ?? '';
  return { base: CNY, quote: RUB, value: BigInt(`${match[1]}${fraction}`), scale: fraction.length };
}

function isBelow(left: ExactRate, right: ExactRate): boolean {
  return left.value * 10n ** BigInt(right.scale) < right.value * 10n ** BigInt(left.scale);
}
