/** The bank's cards: found by number in memory, with what changes about them (tries, stops, days) in the tables by name. */
import type { Books } from './books.ts';
import type { CardTerms } from './terms.ts';

export interface CardStanding {
  readonly wrongPins: number;
  readonly stopped: CardTerms['stopped'];
}

export interface CardDay {
  readonly spentMinor: bigint;
  readonly count: bigint;
}

export class Cards {
  readonly #books: Books;
  readonly #byPan: ReadonlyMap<string, CardTerms>;

  constructor(books: Books, cards: readonly CardTerms[]) {
    this.#books = books;
    this.#byPan = new Map(cards.map((card) => [card.pan, card]));
  }

  open(): void {
    for (const { name, stopped } of this.#byPan.values())
      this.#books.sql('INSERT INTO cards VALUES (?, 0, ?, NULL) ON CONFLICT DO NOTHING').run(name, stopped);
  }

  find(pan: string): CardTerms | null {
    return this.#byPan.get(pan) ?? null;
  }

  all(): readonly CardTerms[] {
    return [...this.#byPan.values()];
  }

  standing(name: string): CardStanding {
    const row = this.#books.sql('SELECT wrong_pins, stopped FROM cards WHERE card = ?').get(name) as {
      wrong_pins: bigint;
      stopped: CardTerms['stopped'];
    };
    return { wrongPins: Number(row.wrong_pins), stopped: row.stopped };
  }

  setWrongPins(name: string, count: number): void {
    this.#books.sql('UPDATE cards SET wrong_pins = ? WHERE card = ?').run(count, name);
  }

  setStopped(name: string, stopped: CardTerms['stopped']): void {
    this.#books.sql('UPDATE cards SET stopped = ? WHERE card = ?').run(stopped, name);
  }

  /** Notes the chip's counter (9F36) at which it is approved; false where it was at that one the last time too. */
  takeCounter(name: string, atc: number): boolean {
    const noted = this.#books.sql('UPDATE cards SET last_atc = ? WHERE card = ? AND last_atc IS NOT ?');
    return noted.run(atc, name, atc).changes > 0;
  }

  day(name: string, date: string): CardDay {
    const row = this.#books
      .sql('SELECT spent_minor AS spentMinor, count FROM card_days WHERE card = ? AND date = ?')
      .get(name, date);
    return (row as CardDay | undefined) ?? { spentMinor: 0n, count: 0n };
  }

  /** Below zero takes back what a reversal undid. */
  spend(name: string, date: string, amountMinor: bigint): void {
    this.#books
      .sql(
        `INSERT INTO card_days VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET spent_minor = spent_minor + excluded.spent_minor, count = count + excluded.count`,
      )
      .run(name, date, amountMinor, amountMinor < 0n ? -1 : 1);
  }
}
