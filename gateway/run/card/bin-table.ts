/** Which partner a card's leading digits lead to: the longest prefix that the table has decides. */
import { invariant } from '../../kernel/errors.ts';
import type { BinRoute } from '../../payments/card/ports.ts';

export class BinTable {
  readonly #byPrefix = new Map<string, BinRoute>();
  /** Lengths that occur, longest first. */
  readonly #lengths: readonly number[];

  constructor(routes: readonly BinRoute[]) {
    for (const route of routes) {
      invariant(/^[0-9]{1,8}$/.test(route.prefix), 'A prefix of card numbers is one to eight digits.');
      invariant(!this.#byPrefix.has(route.prefix), 'A prefix of card numbers has one row.');
      this.#byPrefix.set(route.prefix, route);
    }
    this.#lengths = [...new Set(routes.map((route) => route.prefix.length))].sort((a, b) => b - a);
  }

  /** What cards of a bank may be charged in: the price's currency, and those of its cards. */
  currenciesOf(bank: string, price: string): readonly string[] {
    const own = [...this.#byPrefix.values()].filter((route) => route.bank === bank);
    return [price, ...own.map((route) => route.currency)];
  }

  /** `bin`: six to eight digits. */
  find(bin: string): BinRoute | null {
    for (const length of this.#lengths) {
      const route = this.#byPrefix.get(bin.slice(0, length));
      if (route !== undefined && length <= bin.length) return route;
    }
    return null;
  }
}
