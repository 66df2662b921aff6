/** What a till's program would never send and a gateway must withstand: a second start for the same sale under a key of its
 *  own, and a refund of the whole sum where part of it has gone back already. */
import type { RequestBody } from '../../gateway/wire/messages.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TillHost } from './till-host.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import type { Weather } from './weather.ts';

interface Open {
  readonly order_json: string;
  readonly code: string | null;
}
interface Refunded {
  readonly attempt_id: string;
  readonly sale_id: string;
  readonly total_minor: number;
}

const EVERY_MS = [20_000, 240_000] as const;

export class Stutter {
  readonly #till: TillHost;
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #random: SeededRandom;

  constructor(till: TillHost, world: VirtualWorld, weather: Weather) {
    this.#till = till;
    this.#world = world;
    this.#weather = weather;
    this.#random = world.random.fork();
  }

  begin(): void {
    this.#world.timers.after(this.#weather.between(EVERY_MS[0], EVERY_MS[1]), () => {
      if (!this.#weather.calm && this.#till.link?.state === 'up') this.#act();
      this.begin();
    });
  }

  #act(): void {
    if (this.#random.chance(600)) this.#startAgain();
    else this.#refundAgain();
  }

  #startAgain(): void {
    const open = this.#till.db
      .prepare<[], Open>("SELECT order_json, code FROM attempts WHERE phase <> 'final' LIMIT 1")
      .get();
    if (open === undefined) return;
    const order = JSON.parse(open.order_json) as Omit<RequestBody<'payment.start'>, 'saleTotal' | 'method'>;
    const { saleId, tenderId, amount, quoteId, subject, receiptNumber, operator } = order;
    this.#till.link?.stutter('payment.start', {
      attemptId: this.#id(),
      ...{ saleId, tenderId, saleTotal: amount, amount, quoteId, subject, receiptNumber, operator },
      method: { kind: 'shown' },
    });
  }

  #refundAgain(): void {
    const refunded = this.#till.db
      .prepare<[], Refunded>(
        `SELECT r.attempt_id, r.sale_id, s.total_minor FROM refunds r JOIN sales s ON s.sale_id = r.sale_id
         WHERE r.state = 'approved' AND r.attempt_id IS NOT NULL ORDER BY r.updated_at DESC LIMIT 1`,
      )
      .get();
    if (refunded === undefined) return;
    this.#till.link?.stutter('refund.start', {
      refundId: this.#id(),
      attemptId: refunded.attempt_id,
      saleId: refunded.sale_id,
      amount: { amountMinor: String(refunded.total_minor), currency: 'RUB' },
      reason: 'again',
      operator: 'anna',
    });
  }

  #id(): string {
    const hex = Buffer.from(this.#random.bytes(12)).toString('hex').toUpperCase();
    return `7Z${hex}`.slice(0, 26);
  }
}
