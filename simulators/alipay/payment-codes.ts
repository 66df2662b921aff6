/** The rotating code on the customer's phone: prefix 25 to 30, 16 to 24 digits, 18 usually, good once and for about a minute. */
import type { EpochMs, Random } from '../../gateway/kernel/time.ts';
import type { Books } from './books.ts';
import { randomDigits } from './buyers.ts';

export interface PaymentCode {
  readonly code: string;
  readonly buyerId: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly usedBy: string | null;
}

const PREFIXES = ['25', '26', '27', '28', '29', '30'] as const;

interface CodeRow {
  code: string;
  buyer_id: string;
  created_at: number;
  expires_at: number;
  used_by: string | null;
}

export class PaymentCodes {
  readonly #books: Books;
  readonly #random: Random;

  constructor(books: Books, random: Random) {
    this.#books = books;
    this.#random = random;
  }

  issue(buyerId: string, length: number, lifeMs: number, at: EpochMs): PaymentCode {
    const digits = randomDigits(this.#random, length - 1);
    const prefix = PREFIXES[Number(digits[0]) % PREFIXES.length] ?? '28';
    const code = `${prefix}${digits.slice(1)}`;
    this.#books.sql('INSERT INTO payment_code VALUES (?, ?, ?, ?, NULL)').run(code, buyerId, at, at + lifeMs);
    return { code, buyerId, createdAt: at, expiresAt: at + lifeMs, usedBy: null };
  }

  find(code: string): PaymentCode | null {
    const row = this.#books.sql('SELECT * FROM payment_code WHERE code = ?').get(code) as CodeRow | undefined;
    if (row === undefined) return null;
    return {
      code: row.code,
      buyerId: row.buyer_id,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      usedBy: row.used_by,
    };
  }

  /** A code is spent by the first payment that presents it, whatever becomes of that payment. */
  spend(code: string, outTradeNo: string): void {
    this.#books.sql('UPDATE payment_code SET used_by = ? WHERE code = ?').run(outTradeNo, code);
  }
}
