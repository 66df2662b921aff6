/** The numbers the gateway gives its own messages to banks: STAN, DE7 and RRN. One row of STANs serves all banks, so that
 *  an RRN is one transaction's alone. A number is durable with its row before the message that bears it is sent. */
import { nextStan, parseStan, type Stan } from '../../kernel/identifiers.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { CardBooks } from '../../payments/card/books.ts';

export interface BankNumber {
  readonly stan: Stan;
  /** DE7, MMDDhhmmss in UTC. */
  readonly transmittedAt: string;
  /** Digit of the year, day of the year, hour, STAN. */
  readonly rrn: string;
}

const FIRST = parseStan('000001');
const LAST = parseStan('999999');

export class BankNumbers {
  #last: Stan;
  #second = -1;
  #transmittedAt = '';
  #rrnHead = '';

  constructor(last: Stan) {
    this.#last = last;
  }

  /** Goes on after the highest number of the day in which the process starts, over all banks. Numbers of the days before
   *  may come again: DE7 tells them apart. */
  static async after(books: CardBooks, banks: readonly string[], now: EpochMs): Promise<BankNumbers> {
    const day = transmissionTime(now).slice(0, 4);
    const highest = await Promise.all(banks.map((bank) => books.lastBankStan(bank, day)));
    const last = highest.reduce<string>(
      (most, stan) => (stan !== null && stan > most ? stan : most),
      LAST_OF_NONE,
    );
    return new BankNumbers(last === LAST_OF_NONE ? LAST : parseStan(last));
  }

  next(now: EpochMs): BankNumber {
    this.#last = this.#last === LAST ? FIRST : nextStan(this.#last);
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#transmittedAt = transmissionTime(now);
      this.#rrnHead = `${dayOfYear(now)}${this.#transmittedAt.slice(4, 6)}`;
    }
    return { stan: this.#last, transmittedAt: this.#transmittedAt, rrn: `${this.#rrnHead}${this.#last}` };
  }
}

const LAST_OF_NONE = '000000';

/** DE7: MMDDhhmmss in UTC. */
export function transmissionTime(now: EpochMs): string {
  const text = new Date(now).toISOString();
  return `${text.slice(5, 7)}${text.slice(8, 10)}${text.slice(11, 13)}${text.slice(14, 16)}${text.slice(17, 19)}`;
}

/** `6326`: 2026, day 326. */
function dayOfYear(now: EpochMs): string {
  const date = new Date(now);
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const day = Math.floor((now - first) / 86_400_000) + 1;
  return `${date.getUTCFullYear() % 10}${String(day).padStart(3, '0')}`;
}
