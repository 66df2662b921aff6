/** Which partner a card's leading digits lead to: the longest prefix that the table has decides. */
import { invariant } from '../../kernel/errors.ts';
import type { BinRoute } from '../../payments/card/ports.ts';

export class BinTable {
  readonly #byPrefix = new Map<string, BinRoute>();
  /** Lengths that occur, longest first. */
  readonly #lengths: readonly number[];
  /** Beginnings of prefixes, as short as a terminal may say: by these alone a card has no route. */
  readonly #undecided: ReadonlySet<string>;

  constructor(routes: readonly BinRoute[]) {
    for (const route of routes) {
      invariant(/^[0-9]{1,8}$/.test(route.prefix), 'A prefix of card numbers is one to eight digits.');
      invariant(!this.#byPrefix.has(route.prefix), 'A prefix of card numbers has one row.');
      this.#byPrefix.set(route.prefix, route);
    }
    const begins = ({ prefix }: BinRoute) => [6, 7].map((digits) => prefix.slice(0, digits));
    this.#undecided = new Set(
      routes.flatMap((route) => begins(route).filter((begin) => begin !== route.prefix)),
    );
    this.#lengths = [...new Set(routes.map((route) => route.prefix.length))].sort((a, b) => b - a);
  }

  /** What cards of a bank may be charged in: the price's currency, and those of its cards. */
  currenciesOf(bank: string, price: string): readonly string[] {
    const own = [...this.#byPrefix.values()].filter((route) => route.bank === bank);
    return [price, ...own.map((route) => route.currency)];
  }

  /** Whether all cards that begin so have one route. */
  decides(bin: string): boolean {
    return !this.#undecided.has(bin);
  }

  /** `bin`: six to eight digits, the first eight of a card's number where fewer do not decide. */
  find(bin: string): BinRoute | null {
    for (const length of this.#lengths) {
      const route = this.#byPrefix.get(bin.slice(0, length));
      if (route !== undefined && length <= bin.length) return route;
    }
    return null;
  }
}
