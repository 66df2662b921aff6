/** Gifts with the sales of a drill: what a customer gives, and that in the end each charity is owed what the till charged for it
 *  and did not give back. */
import { join } from 'node:path';
import { type BookRow, query } from '../../build/book-file.ts';
import type { CashierCommand } from '../../electron/contract/commands.ts';
import type { BasketView } from '../../electron/contract/view.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';

/** Rounds the goods up, or gives a sum of the customer's own. Null where nothing can be given. */
export function someGift({ giftOffer }: BasketView, random: SeededRandom): CashierCommand | null {
  if (giftOffer === null) return null;
  const { charity } = random.pick(giftOffer.charities);
  const roundsUp = giftOffer.roundUps.length > 0 && random.chance(700);
  const sum = roundsUp ? random.pick(giftOffer.roundUps).amountMinor : String(1 + random.below(50_000));
  return { command: 'gift_add', charity, amountMinor: sum, roundsUp };
}

/** A gift goes back with the whole sale only. */
const CHARGED = `
  SELECT g.charity, sum(g.amount_minor) AS minor FROM gifts g JOIN tenders t USING (sale_id)
    WHERE g.charity IS NOT NULL AND t.amount_minor > (SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r
      WHERE r.sale_id = g.sale_id AND r.state = 'approved')
    GROUP BY g.charity`;
const OWED = `
  SELECT substr(account, length('charity_payable:') + 1) AS charity,
    sum(iif(side = 'credit', amount_minor, -amount_minor)) AS minor
    FROM entry WHERE account LIKE 'charity_payable:%' GROUP BY account`;

/** Read from the disk, as the books are. */
export function giftFaults(directory: string): readonly string[] {
  const charged = byCharity(query(join(directory, 'terminal', 'journal.db'), CHARGED));
  const owed = byCharity(query(join(directory, 'gateway.sqlite'), OWED));
  return [...new Set([...charged.keys(), ...owed.keys()])]
    .filter((charity) => (charged.get(charity) ?? 0n) !== (owed.get(charity) ?? 0n))
    .map(
      (charity) =>
        `charity ${charity} is owed ${owed.get(charity) ?? 0n}, the till charged ${charged.get(charity) ?? 0n} for it`,
    );
}

function byCharity(rows: readonly BookRow[]): ReadonlyMap<string, bigint> {
  return new Map(rows.map(({ charity, minor }) => [String(charity), minor as bigint]));
}
