/** The numbers the gateway gives its own messages to banks: STAN, DE7 and RRN. One row of STANs serves all banks, so that
 *  an RRN is one transaction's alone. A number is durable with its row before the message that bears it is sent. */
import { transmissionTime } from '../../iso8583/transmission-time.ts';
import { nextStan, parseStan, type Stan } from '../../kernel/identifiers.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { CardBooks } from '../../payments/card/books.ts';

export interface BankNumber {
  readonly stan: Stan;
  /** DE7, MMDDhhmmss in UTC. */
  readonly transmittedAt: string;
  /** Digit of the year, day of the year, hour, STAN. Where the STANs come round within an hour, the hour is said as 24 more
   *  each time, which serves four million of them. */
  readonly rrn: string;
}

const FIRST = parseStan('000001');
const LAST = parseStan('999999');

export class BankNumbers {
  #last: Stan;
  #second = -1;
  #transmittedAt = '';
  #hour = -1;
  #rrnHead = '';
  /** How often the STANs have come round in this hour; null before its first. */
  #rounds: number | null = null;

  constructor(last: Stan) {
    this.#last = last;
  }

  /** Goes on after the highest number of the day in which the process starts, over all banks, and where this hour has
   *  references already, behind the latest of them. Numbers of the days before may come again: DE7 tells them apart. */
  static async after(books: CardBooks, banks: readonly string[], now: EpochMs): Promise<BankNumbers> {
    const day = transmissionTime(now).slice(0, 4);
    const rounds = Array.from({ length: ROUNDS_MOST }, (_, round) =>
      books.lastBankStan(null, rrnHead(now, round)),
    );
    const [ofDay, ofHour] = await Promise.all([
      Promise.all(banks.map((bank) => books.lastBankStan(bank, day))),
      Promise.all(rounds),
    ]);
    const highest = ofDay.reduce<string>(
      (most, stan) => (stan !== null && stan > most ? stan : most),
      LAST_OF_NONE,
    );
    const round = ofHour.findLastIndex((stan) => stan !== null);
    const latest = ofHour[round] ?? null;
    // An advice has no reference. What lies far ahead is of before the STANs came round.
    const ahead = latest === null ? 0 : Number(highest) - Number(latest);
    const last = latest === null || (ahead > 0 && ahead < ADVICES_MOST) ? highest : latest;
    const numbers = new BankNumbers(last === LAST_OF_NONE ? LAST : parseStan(last));
    if (latest !== null) numbers.#goOn(round, now);
    return numbers;
  }

  next(now: EpochMs): BankNumber {
    const comesRound = this.#last === LAST;
    this.#last = comesRound ? FIRST : nextStan(this.#last);
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) this.#tick(second, now);
    if (this.#rounds === null || comesRound) {
      this.#rounds = this.#rounds === null ? 0 : (this.#rounds + 1) % ROUNDS_MOST;
      this.#rrnHead = rrnHead(now, this.#rounds);
    }
    return { stan: this.#last, transmittedAt: this.#transmittedAt, rrn: `${this.#rrnHead}${this.#last}` };
  }

  #goOn(rounds: number, now: EpochMs): void {
    this.#tick(Math.floor(now / 1_000), now);
    this.#rounds = rounds;
    this.#rrnHead = rrnHead(now, rounds);
  }

  #tick(second: number, now: EpochMs): void {
    this.#second = second;
    this.#transmittedAt = transmissionTime(now);
    const hour = Math.floor(now / 3_600_000);
    if (hour !== this.#hour) this.#rounds = null;
    this.#hour = hour;
  }
}

const HOURS = 24;
/** Two digits name an hour: 00 to 95. */
const ROUNDS_MOST = 4;

const LAST_OF_NONE = '000000';
/** More advices than this are not made without a request among them. */
const ADVICES_MOST = 10_000;

/** `632630`: 2026, day 326, hour 6 for the second time. */
function rrnHead(now: EpochMs, rounds: number): string {
  const hour = Number(transmissionTime(now).slice(4, 6)) + rounds * HOURS;
  return `${dayOfYear(now)}${String(hour).padStart(2, '0')}`;
}

/** `6326`: 2026, day 326. */
function dayOfYear(now: EpochMs): string {
  const date = new Date(now);
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const day = Math.floor((now - first) / 86_400_000) + 1;
  return `${date.getUTCFullYear() % 10}${String(day).padStart(3, '0')}`;
}
