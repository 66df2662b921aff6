/** The gateway's ledger and the wallet's own books: every transfer balances, balances are the fold of their entries,
 *  suspense is empty, and what the wallet owes is what it holds. */
import type { BooksOfAll } from './books.ts';
import { require, Violation } from './violation.ts';
import type { SimWorld } from './world.ts';

interface Sum {
  readonly account: string;
  readonly currency: string;
  readonly debit: bigint;
  readonly credit: bigint;
}

export function checkLedger(world: SimWorld, { trades }: BooksOfAll): void {
  const { db, store } = world.gateway;
  const skewed = db
    .prepare<[], string>(
      `SELECT transfer_id FROM entry GROUP BY transfer_id, currency
       HAVING sum(iif(side = 'debit', amount_minor, -amount_minor)) <> 0 LIMIT 1`,
    )
    .pluck()
    .get();
  require(skewed === undefined, 'a transfer does not balance', { transferId: skewed ?? '' });
  for (const { currency, debit, credit } of store.trialBalance()) {
    require(debit === credit, 'the ledger does not balance', { currency, debit: String(debit) });
  }
  const sums = db
    .prepare<[], Sum>(
      `SELECT account, currency, sum(iif(side = 'debit', amount_minor, 0)) AS debit,
         sum(iif(side = 'credit', amount_minor, 0)) AS credit FROM entry GROUP BY account, currency`,
    )
    .safeIntegers()
    .all();
  const balances = new Map(store.balances().map((b) => [`${b.account} ${b.currency}`, b]));
  for (const { account, currency, debit, credit } of sums) {
    const balance = balances.get(`${account} ${currency}`);
    const folded = balance?.debit === debit && balance.credit === credit;
    require(folded, 'a balance is not the fold of its entries', { account, currency });
    if (account.startsWith('suspense:')) {
      require(debit === credit, 'suspense is not back at zero', { currency, left: String(credit - debit) });
    }
  }
  for (const currency of ['CNY', 'RUB']) {
    const owed = sums.find((s) => s.account === 'wallet_receivable:alipay' && s.currency === currency);
    let held = 0n;
    for (const trade of trades.values()) {
      if (trade.paidAt === null || trade.settleCurrency !== currency) continue;
      held += trade.settleMinor - trade.refundedSettleMinor;
    }
    const receivable = owed === undefined ? 0n : owed.debit - owed.credit;
    require(receivable === held, 'the receivable is not what the wallet holds', {
      ...{ currency, receivable: String(receivable), held: String(held) },
    });
  }
  walletsOwnBooks(world);
}

function walletsOwnBooks(world: SimWorld): void {
  const wallet = world.wallet.open;
  if (wallet === null) throw new Violation('the wallet is down in a calm', {});
  const [fault] = wallet.desk.books.audit();
  require(fault === undefined, 'the wallet does not balance', { fault: fault ?? '' });
  const twice = world.wallet.db
    .prepare<[], string>(
      `SELECT reference FROM movement WHERE kind IN ('pay', 'refund', 'cancel') GROUP BY kind, reference
       HAVING count(DISTINCT entry) > 1 LIMIT 1`,
    )
    .pluck()
    .get();
  require(twice === undefined, 'one operation key had two effects at the wallet', { reference: twice ?? '' });
}
