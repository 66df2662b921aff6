/** Sums of a file's rows by currency, kept while it is read. */
import type { CurrencyCode } from '../../kernel/currency.ts';
import { type Money, money } from '../../kernel/money.ts';

export class Sums {
  readonly #byCurrency = new Map<CurrencyCode, bigint>();

  add(value: Money): void {
    this.#byCurrency.set(value.currency, (this.#byCurrency.get(value.currency) ?? 0n) + value.amountMinor);
  }

  of(currency: CurrencyCode): Money {
    return money(this.#byCurrency.get(currency) ?? 0n, currency);
  }

  /** In the order in which the currencies first came. */
  all(): readonly Money[] {
    return [...this.#byCurrency].map(([currency, amountMinor]) => money(amountMinor, currency));
  }
}
