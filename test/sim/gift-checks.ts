/** Gifts over all books: a sale's sum is its goods and its gift, the gateway knows the gift that the till charged, and a charity is
 *  owed the gifts of what was approved and not given back whole. Counted here from the rows alone, not by the ledger's functions. */
import type { BooksOfAll } from './books.ts';
import { require } from './violation.ts';
import type { SimWorld } from './world.ts';

export const SIM_CHARITIES = [
  { charity: 'tiger', name: 'Фонд «Амурский тигр»', nameZh: '阿穆尔虎基金会', nameEn: 'Amur Tiger' },
  { charity: 'crane', name: 'Журавли Приамурья', nameZh: '阿穆尔鹤', nameEn: 'Cranes of the Amur' },
];

interface PaidSale {
  readonly sale_id: string;
  readonly means: 'cash' | 'wallet' | 'card';
  readonly total_minor: bigint;
  readonly tender_minor: bigint;
  readonly goods_minor: bigint;
  readonly charity: string | null;
  readonly gift_minor: bigint | null;
}

interface Given {
  readonly sale_id: string;
  readonly reference: string;
  readonly charity: string;
  readonly gift_minor: bigint;
  /** Null while nothing was approved. */
  readonly owed_minor: bigint;
}

/** Of what is approved, and stands: its gift, unless the whole of it went back. */
const GIVEN = `
  SELECT p.sale_id, p.attempt_id AS reference, p.gift_charity AS charity, p.gift_minor,
    p.gift_minor - max(0, coalesce((SELECT sum(r.amount_minor) FROM refund r WHERE r.attempt_id = p.attempt_id
      AND r.state = 'approved'), 0) - (p.amount_minor - p.gift_minor)) AS owed_minor
    FROM payment p WHERE p.state = 'approved' AND p.gift_charity IS NOT NULL
  UNION ALL
  SELECT c.sale_id, c.card_id, c.gift_charity, c.gift_minor,
    iif(c.refunds_booked_minor = c.amount_minor, 0, c.gift_minor)
    FROM card_transaction c WHERE c.state = 'approved' AND c.kind IN ('sale', 'completion') AND c.gift_charity IS NOT NULL`;

const PAID = `
  SELECT s.sale_id, s.means, s.total_minor, t.amount_minor AS tender_minor, g.charity, g.amount_minor AS gift_minor,
    (SELECT sum(l.sum_minor) FROM lines l WHERE l.sale_id = s.sale_id) AS goods_minor
    FROM sales s JOIN tenders t ON t.sale_id = s.sale_id LEFT JOIN gifts g ON g.sale_id = s.sale_id WHERE s.state = 'paid'`;

export function checkGifts(world: SimWorld, { payments }: BooksOfAll): void {
  const { db } = world.gateway;
  const given = db.prepare<[], Given>(GIVEN).safeIntegers().all();
  const known = new Map(given.map((gift) => [gift.sale_id, gift]));
  const completed = new Set(given.map(({ reference }) => reference));
  for (const till of world.tills) {
    for (const sale of till.db.prepare<[], PaidSale>(PAID).safeIntegers().all()) {
      const { sale_id: saleId, means, charity } = sale;
      const gift = sale.gift_minor ?? 0n;
      const sound = sale.total_minor === sale.goods_minor + gift && sale.tender_minor === sale.total_minor;
      require(sound, 'a sale is not its goods and its gift', { saleId, total: String(sale.total_minor) });
      require(means !== 'cash' || gift === 0n, 'a gift was taken in cash', { saleId });
      if (gift === 0n || charity === null || isUndone(db, saleId)) continue;
      const same = known.get(saleId)?.gift_minor === gift && known.get(saleId)?.charity === charity;
      require(same || isCompletion(till.db, saleId), 'the gateway lacks a gift that was charged', { saleId });
    }
  }
  for (const { attemptId, amount, gift } of payments) {
    if (gift !== undefined)
      require(gift.amount.amountMinor < amount.amountMinor, 'a gift is not within its payment', {
        attemptId,
      });
  }
  owedToCharities(world, given, completed);
}

type Db = SimWorld['gateway']['db'];

/** A void, or a card sale that was reversed: nothing of it stands. */
function isUndone(db: Db, saleId: string): boolean {
  const sql =
    "SELECT 1 FROM card_transaction WHERE sale_id = ? AND kind = 'sale' AND state IN ('reversing', 'reversed')";
  return db.prepare(sql).get(saleId) !== undefined;
}

/** Paid from a hold: the gateway keeps it under the hold's own sale. */
function isCompletion(db: Db, saleId: string): boolean {
  const sql =
    "SELECT 1 FROM card_attempts WHERE sale_id = ? AND json_extract(order_json, '$.operation') = 'completion'";
  return db.prepare(sql).get(saleId) !== undefined;
}

function owedToCharities(world: SimWorld, given: readonly Given[], stands: ReadonlySet<string>): void {
  const { db } = world.gateway;
  const booked = db
    .prepare<[], { reference: string; times: bigint; minor: bigint }>(
      `SELECT t.reference, count(*) AS times, sum(e.amount_minor) AS minor FROM transfer t
       JOIN entry e ON e.transfer_id = t.transfer_id AND e.account LIKE 'charity_payable:%'
       WHERE t.template = 'donation' GROUP BY t.reference`,
    )
    .safeIntegers()
    .all();
  const byReference = new Map(booked.map((row) => [row.reference, row]));
  for (const { reference, gift_minor: gift } of given) {
    const row = byReference.get(reference);
    require(row?.times === 1n && row.minor === gift, 'an approved gift was not given once and whole', {
      reference,
    });
  }
  require(stands.size === given.length, 'one payment gives twice', { given: given.length });
  for (const { charity } of SIM_CHARITIES) {
    const owed = given.reduce((sum, one) => (one.charity === charity ? sum + one.owed_minor : sum), 0n);
    const payable = db
      .prepare<[string], bigint>(
        `SELECT coalesce(sum(iif(side = 'credit', amount_minor, -amount_minor)), 0) FROM entry
         WHERE account = ? AND currency = 'RUB'`,
      )
      .safeIntegers()
      .pluck()
      .get(`charity_payable:${charity}`);
    require(payable === owed, 'a charity is not owed its gifts', {
      charity,
      owed: `${owed}`,
      payable: `${payable}`,
    });
  }
}
