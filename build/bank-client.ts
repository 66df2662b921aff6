/** A partner bank's control address: scenarios to be armed, and its books as it shows them. */
import type { Estate } from './estate.ts';
import type { Partner } from './partners.ts';

/** As the bank prints it: whole numbers of money as decimal texts. */
export interface BankTransaction {
  readonly id: string;
  readonly kind: string;
  readonly card: string | null;
  readonly code: string;
  readonly state: string;
  readonly approvedMinor: string;
  readonly currency: string;
}

export interface Wanted {
  readonly mti?: string;
  readonly card?: string;
  readonly times?: number;
  readonly delayMs?: number;
}

const LOOK_EVERY_MS = 50;

export class BankClient {
  private readonly base: string;

  constructor(estate: Estate, bank: Partner['bank']) {
    this.base = estate.address('bank', `${bank}.control`);
  }

  async arm(scenario: string, wanted: Wanted): Promise<void> {
    await this.call('POST', 'arm', { scenario, ...wanted });
  }

  async transactions(): Promise<readonly BankTransaction[]> {
    const books = (await this.call('GET', 'books')) as { readonly transactions: readonly BankTransaction[] };
    return books.transactions;
  }

  /** Resolves with the last transaction of a card once it `holds`. */
  async lastOf(
    card: string,
    holds: (transaction: BankTransaction) => boolean,
    withinMs = 30_000,
  ): Promise<BankTransaction> {
    const end = Date.now() + withinMs;
    for (;;) {
      const last = (await this.transactions())
        .filter((one) => one.card === card && one.kind !== 'reversal')
        .at(-1);
      if (last !== undefined && holds(last)) return last;
      if (Date.now() > end)
        throw new Error(`The bank’s last transaction of ${card} is ${last?.kind ?? 'none'}, ${last?.state}.`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  private async call(verb: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.base}/${path}`, {
      method: verb,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`The bank simulator answered ${answer.status} to ${path}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as unknown;
  }
}
