/** The board of RUB per CNY: what the Bank of Russia has published, and the rate a customer pays at.
 *
 *  The acquirer buys the customer's yuan, so its rate is source x (1 - mark-up), exact: a mark-up can only raise the yuan
 *  due. A set of rates is in effect from its own date (Moscow) until a later one is; the set for tomorrow, published this
 *  afternoon, waits. */
import { CNY, RUB } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { ExactRate } from '../kernel/rate.ts';
import { type Clock, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import { parseDailyRates } from './cbr.ts';

export interface RateBoardConfig {
  /** How long a quote given to a terminal holds. */
  readonly quoteLifeMs: number;
  /** A rate older than this is not used. The longest Russian holidays leave about twelve days without a new one. */
  readonly maxAgeDays: number;
  /** RUB per CNY outside this band, decimals as `8.50`, is a mistake and is not loaded. */
  readonly sanity: { readonly lowest: string; readonly highest: string };
}

export interface QuoteTerms {
  readonly rate: ExactRate;
  readonly sourceRate: ExactRate;
  readonly source: 'CBR';
  readonly sourceDate: string;
  readonly markupBp: number;
}

interface DatedRate {
  readonly date: string;
  readonly rate: ExactRate;
}

/** Sets kept: the one in effect, the next, and some past. */
const KEPT_MOST = 8;
const DAY_MS = 86_400_000;

export class RateBoard {
  readonly quoteLifeMs: number;
  readonly #config: RateBoardConfig;
  readonly #clock: Clock;
  readonly #band: { readonly lowest: ExactRate; readonly highest: ExactRate };
  /** By date, rising. */
  #loaded: readonly DatedRate[] = [];

  /** Errors  RATE_MALFORMED for a band that is not two decimals */
  constructor(config: RateBoardConfig, clock: Clock) {
    this.quoteLifeMs = config.quoteLifeMs;
    this.#config = config;
    this.#clock = clock;
    const { lowest, highest } = config.sanity;
    this.#band = { lowest: parseRate(lowest), highest: parseRate(highest) };
  }

  /** Takes the bytes of a daily file; a file that is refused leaves the board as it was. Answers the file's date.
   *  Errors  RATE_FILE_INVALID */
  load(bytes: Uint8Array): string {
    const { date, rates } = parseDailyRates(bytes);
    const rate = rates.get(CNY);
    if (rate === undefined) throw new AmurError('RATE_FILE_INVALID', { reason: 'no CNY' });
    if (isBelow(rate, this.#band.lowest) || isBelow(this.#band.highest, rate)) {
      throw new AmurError('RATE_FILE_INVALID', { reason: 'sanity', ...this.#config.sanity });
    }
    this.#loaded = [...this.#loaded.filter((other) => other.date !== date), { date, rate }]
      .sort((a, b) => (a.date < b.date ? -1 : 1))
      .slice(-KEPT_MOST);
    return date;
  }

  /** What a quote given now would say. Errors  RATE_UNAVAILABLE | RATE_MALFORMED for a mark-up out of range */
  quoteTerms(markupBp: number): QuoteTerms {
    const today = localTime(this.#clock.now(), MOSCOW_OFFSET_MINUTES).date;
    const current = this.#loaded.findLast((dated) => dated.date <= today);
    if (current === undefined) throw new AmurError('RATE_UNAVAILABLE', {});
    const ageDays = (Date.parse(today) - Date.parse(current.date)) / DAY_MS;
    if (ageDays > this.#config.maxAgeDays) {
      throw new AmurError('RATE_UNAVAILABLE', {
        sourceDate: current.date,
        maxAgeDays: this.#config.maxAgeDays,
      });
    }
    return {
      rate: markedUp(current.rate, markupBp),
      sourceRate: current.rate,
      source: 'CBR',
      sourceDate: current.date,
      markupBp,
    };
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

function parseRate(text: string): ExactRate {
  const match = /^([0-9]{1,9})(?:\.([0-9]{1,9}))?$/.exec(text);
  if (match === null) throw new AmurError('RATE_MALFORMED', { value: text });
  const fraction = match[2] ?? '';
  return { base: CNY, quote: RUB, value: BigInt(`${match[1]}${fraction}`), scale: fraction.length };
}

function isBelow(left: ExactRate, right: ExactRate): boolean {
  return left.value * 10n ** BigInt(right.scale) < right.value * 10n ** BigInt(left.scale);
}
