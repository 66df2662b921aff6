/** Terminals and merchants, remembered for a moment: at a thousand messages a second most reads would find the same rows. A
 *  revoked terminal is found out within the moment. */
import type { Mid, Tid } from '../../kernel/identifiers.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import { merchantOn } from '../../payments/month-terms.ts';
import type { MerchantRecord, PaymentStore, TerminalRecord } from '../../payments/ports.ts';

interface Remembered<T> {
  readonly row: T | null;
  readonly until: EpochMs;
}

const REMEMBER_MS = 1_000;
const REMEMBERED_MOST = 20_000;

export class Parties {
  readonly #store: Pick<PaymentStore, 'terminal' | 'merchant' | 'now'>;
  readonly #terminals = new Map<Tid, Remembered<TerminalRecord>>();
  readonly #merchants = new Map<Mid, Remembered<MerchantRecord>>();

  constructor(store: Pick<PaymentStore, 'terminal' | 'merchant' | 'now'>) {
    this.#store = store;
  }

  async terminal(tid: Tid): Promise<TerminalRecord | null> {
    const known = this.#terminals.get(tid);
    if (known !== undefined && isFresh(known, this.#store.now())) return known.row;
    const row = await this.#store.terminal(tid);
    remember(this.#terminals, tid, { row, until: this.#store.now() + REMEMBER_MS });
    return row;
  }

  async merchant(mid: Mid): Promise<MerchantRecord | null> {
    const known = this.#merchants.get(mid);
    if (known !== undefined && isFresh(known, this.#store.now())) return known.row;
    const stored = await this.#store.merchant(mid);
    const now = this.#store.now();
    const { date } = localTime(now, MOSCOW_OFFSET_MINUTES);
    const row = stored === null ? null : merchantOn(stored, date);
    remember(this.#merchants, mid, { row, until: now + REMEMBER_MS });
    return row;
  }
}

/** A moment longer than a moment is of a clock that was set back since. */
function isFresh({ until }: Remembered<unknown>, now: EpochMs): boolean {
  return until > now && until - now <= REMEMBER_MS;
}

/** The map begins anew when it is full, so that numbers which nobody has cannot fill it for good. */
function remember<K, T>(map: Map<K, Remembered<T>>, key: K, value: Remembered<T>): void {
  if (map.size >= REMEMBERED_MOST) map.clear();
  map.set(key, value);
}
