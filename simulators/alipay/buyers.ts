/** The people with this wallet on their phones: balance, account class, limits, PIN and payment codes. */
import { CNY } from '../../gateway/kernel/currency.ts';
import { type EpochMs, localTime, type Random } from '../../gateway/kernel/time.ts';
import { type Books, buyerAccount, WORLD } from './books.ts';

export type AccountClass = 'I' | 'II' | 'III';

export interface BuyerConfig {
  /** 2088…, 16 digits. */
  readonly buyerId: string;
  /** A telephone number or a mail address; merchants see it masked. */
  readonly logonId: string;
  readonly name: string;
  readonly accountClass: AccountClass;
  /** Six digits. */
  readonly pin: string;
  readonly balanceFen: bigint;
  readonly dayLimitFen?: bigint;
  readonly yearLimitFen?: bigint;
}

export interface Buyer {
  readonly buyerId: string;
  readonly logonId: string;
  readonly name: string;
  readonly accountClass: AccountClass;
  readonly pin: string;
  readonly blocked: boolean;
  readonly dayLimitFen: bigint;
  /** Class I: over the account's whole life. */
  readonly yearLimitFen: bigint;
  readonly pinFailures: number;
  readonly pinLockedUntil: EpochMs;
}

interface ClassRule {
  readonly dayFen: bigint;
  readonly periodFen: bigint;
  readonly period: 'life' | 'year';
}

/** Yearly limits: the central bank's rule for payment accounts (in force since 2016-07-01); a day's limit is the wallet's own. */
const CLASS_RULES: Readonly<Record<AccountClass, ClassRule>> = {
  I: { dayFen: 100_000n, periodFen: 100_000n, period: 'life' },
  II: { dayFen: 500_000n, periodFen: 10_000_000n, period: 'year' },
  III: { dayFen: 5_000_000n, periodFen: 20_000_000n, period: 'year' },
};

const PIN_TRIES = 5;
const PIN_LOCK_MS = 600_000;
const BEIJING_MINUTES = 480;

export type Funding = 'ok' | 'blocked' | 'not_enough' | 'day_limit' | 'year_limit';
export type PinCheck = 'ok' | 'wrong' | 'locked';

interface BuyerRow {
  buyer_id: string;
  logon_id: string;
  name: string;
  account_class: AccountClass;
  pin: string;
  blocked: number;
  day_limit_fen: string | null;
  year_limit_fen: string | null;
  pin_failures: number;
  pin_locked_until: number;
}

export class Buyers {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  /** Opens an account and funds it; a buyer already known keeps what he has. */
  open(config: BuyerConfig, at: EpochMs): void {
    if (this.find(config.buyerId) !== null) return;
    this.#books.transaction(() => {
      this.#books
        .sql(
          `INSERT INTO buyer (buyer_id, logon_id, name, account_class, pin, blocked, day_limit_fen, year_limit_fen)
           VALUES (?, ?, ?, ?, ?, 0, ?, ?)`,
        )
        .run(
          config.buyerId,
          config.logonId,
          config.name,
          config.accountClass,
          config.pin,
          config.dayLimitFen?.toString() ?? null,
          config.yearLimitFen?.toString() ?? null,
        );
      if (config.balanceFen > 0n) this.#fund('opening', config.buyerId, config.balanceFen, at);
    });
  }

  topUp(buyerId: string, amountFen: bigint, at: EpochMs): void {
    this.#books.transaction(() => this.#fund('top_up', buyerId, amountFen, at));
  }

  setBlocked(buyerId: string, blocked: boolean): void {
    this.#books.sql('UPDATE buyer SET blocked = ? WHERE buyer_id = ?').run(blocked ? 1 : 0, buyerId);
  }

  find(buyerId: string): Buyer | null {
    const row = this.#books.sql('SELECT * FROM buyer WHERE buyer_id = ?').get(buyerId);
    return row === undefined ? null : buyerFrom(row as BuyerRow);
  }

  all(): readonly Buyer[] {
    return (this.#books.sql('SELECT * FROM buyer ORDER BY buyer_id').all() as BuyerRow[]).map(buyerFrom);
  }

  balanceFen(buyerId: string): bigint {
    return this.#books.balance(buyerAccount(buyerId), CNY);
  }

  /** Whether a buyer can pay this much now. */
  funding(buyer: Buyer, amountFen: bigint, at: EpochMs): Funding {
    if (buyer.blocked) return 'blocked';
    const date = localTime(at, BEIJING_MINUTES).date;
    const spentIn = (period: string): bigint => this.#books.spentFen(buyer.buyerId, period);
    if (spentIn(date) + amountFen > buyer.dayLimitFen) return 'day_limit';
    const life = CLASS_RULES[buyer.accountClass].period === 'life';
    if (spentIn(life ? 'life' : date.slice(0, 4)) + amountFen > buyer.yearLimitFen) return 'year_limit';
    return this.balanceFen(buyer.buyerId) < amountFen ? 'not_enough' : 'ok';
  }

  /** Five wrong PINs in a row lock the wallet for ten minutes. */
  checkPin(buyer: Buyer, pin: string, at: EpochMs): PinCheck {
    if (buyer.pinLockedUntil > at) return 'locked';
    const failures = pin === buyer.pin ? 0 : buyer.pinFailures + 1;
    const locked = failures >= PIN_TRIES;
    this.#books
      .sql('UPDATE buyer SET pin_failures = ?, pin_locked_until = ? WHERE buyer_id = ?')
      .run(locked ? 0 : failures, locked ? at + PIN_LOCK_MS : 0, buyer.buyerId);
    return failures === 0 ? 'ok' : locked ? 'locked' : 'wrong';
  }

  #fund(kind: 'opening' | 'top_up', buyerId: string, amountFen: bigint, at: EpochMs): void {
    this.#books.post(
      kind,
      buyerId,
      [
        { account: WORLD, currency: CNY, amountMinor: -amountFen },
        { account: buyerAccount(buyerId), currency: CNY, amountMinor: amountFen },
      ],
      at,
    );
  }
}

function buyerFrom(row: BuyerRow): Buyer {
  const rule = CLASS_RULES[row.account_class];
  return {
    buyerId: row.buyer_id,
    logonId: row.logon_id,
    name: row.name,
    accountClass: row.account_class,
    pin: row.pin,
    blocked: row.blocked !== 0,
    dayLimitFen: row.day_limit_fen === null ? rule.dayFen : BigInt(row.day_limit_fen),
    yearLimitFen: row.year_limit_fen === null ? rule.periodFen : BigInt(row.year_limit_fen),
    pinFailures: row.pin_failures,
    pinLockedUntil: row.pin_locked_until,
  };
}

/** The instant at which a Beijing date begins. */
export function beijingStart(date: string): EpochMs {
  return Date.parse(`${date}T00:00:00+08:00`);
}

/** Digits without bias: bytes of 250 and more are thrown away. */
export function randomDigits(random: Random, length: number): string {
  let digits = '';
  while (digits.length < length) {
    for (const byte of random.bytes(length * 2)) {
      if (byte < 250 && digits.length < length) digits += String(byte % 10);
    }
  }
  return digits;
}
