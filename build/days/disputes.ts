/** A customer of a card bank disputes a sale: the bank takes the money back with its next clearing file, whose row proposes what is
 *  to be booked; two persons let it be, and days later the shop accepts it. */
import { parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import { parseMid } from '../../gateway/kernel/identifiers.ts';
import { money, zero } from '../../gateway/kernel/money.ts';
import { chargebackAccepted } from '../../gateway/ledger/chargeback-postings.ts';
import type { BankSide } from './bank-side.ts';
import type { Chargeback } from './chargeback-line.ts';

interface Disputed {
  readonly cardId: string;
  readonly rrn: string;
  readonly stan: string;
  readonly tid: string;
  readonly minor: bigint;
  readonly currency: string;
}

/** The largest sale that nothing was given back of. */
const DISPUTABLE = `SELECT card_id AS cardId, bank_rrn AS rrn, bank_stan AS stan, tid, amount_minor AS minor, amount_currency AS currency
  FROM card_transaction WHERE mid = ? AND kind = 'sale' AND state = 'approved' AND bank = 'mir-bank' AND amount_currency = 'RUB'
    AND refunded_minor = 0 ORDER BY amount_minor DESC, card_id LIMIT 1`;

export class Disputes {
  readonly #bank: BankSide;
  readonly #mid: string;
  #open: Disputed | null = null;
  #accepted = false;

  constructor(bank: BankSide, mid: string) {
    this.#bank = bank;
    this.#mid = mid;
  }

  /** Undefined while no sale could be disputed, or one is already. */
  async open(today: string): Promise<Chargeback | undefined> {
    if (this.#open !== null) return undefined;
    const sale = this.#bank.db.prepare(DISPUTABLE).safeIntegers().get(this.#mid) as Disputed | undefined;
    if (sale === undefined) return undefined;
    this.#open = sale;
    const { rrn, stan, tid, minor } = sale;
    return { rrn, stan, tid, minor, at: `${today} 07:00:00` };
  }

  /** What the file proposed. */
  async book(): Promise<void> {
    for (const exception of await this.#bank.openExceptions()) {
      if (exception.facts.proposal === 'chargeback')
        await this.#bank.end(exception, 'the customer disputes it');
    }
  }

  /** The shop bears it; its contract gives no discount back. Nothing where no dispute is open. */
  async accept(today: string): Promise<void> {
    const sale = this.#open;
    if (sale === null || this.#accepted) return;
    this.#accepted = true;
    const amount = money(sale.minor, parseCurrencyCode(sale.currency));
    const postedAt = this.#bank.context.store.now();
    const meta = { reference: sale.cardId, mid: parseMid(this.#mid), businessDate: today, postedAt };
    await this.#bank.post(chargebackAccepted({ order: amount, price: amount }, zero(amount.currency), meta));
  }
}
