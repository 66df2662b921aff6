/** Customers of one shop round up to a charity. The till has no line for it yet, so the gift is booked of chosen sales through its
 *  template: the whole of it goes to the charity, and the discount on that part is given back to the shop. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { parseMid } from '../../gateway/kernel/identifiers.ts';
import { cumulativeShare, money, zero } from '../../gateway/kernel/money.ts';
import { donationTransfer } from '../../gateway/ledger/settlement-postings.ts';
import { CHARITY } from '../bank-day-config.ts';
import type { BankSide } from './bank-side.ts';
import { GIVING_MID } from './parties.ts';

const GIFT_MINOR = 50_00n;
const GIVING_MOST = 3;

interface Sale {
  readonly attemptId: string;
  readonly minor: bigint;
  readonly mdr: bigint;
}

/** Paid today in roubles by wallet, with the discount that was booked. */
const SALES = `SELECT p.attempt_id AS attemptId, p.amount_minor AS minor, sum(e.amount_minor) AS mdr
  FROM payment p JOIN transfer t ON t.reference = p.attempt_id AND t.template LIKE 'wallet_sale%' AND t.business_date = ?
    JOIN entry e ON e.transfer_id = t.transfer_id AND e.account LIKE 'mdr_income%' AND e.currency = 'RUB'
  WHERE p.mid = ? AND p.state = 'approved' AND p.amount_minor > ? GROUP BY p.attempt_id ORDER BY p.attempt_id LIMIT ?`;

export async function giveToCharity(bank: BankSide, today: string): Promise<void> {
  const sales = bank.db
    .prepare(SALES)
    .safeIntegers()
    .all(today, GIVING_MID, GIFT_MINOR * 2n, GIVING_MOST) as Sale[];
  for (const { attemptId, minor, mdr } of sales) {
    const donation = money(GIFT_MINOR, RUB);
    const share = cumulativeShare(money(mdr, RUB), money(minor, RUB), zero(RUB), donation);
    const postedAt = bank.context.store.now();
    const meta = { reference: `gift/${attemptId}`, mid: parseMid(GIVING_MID), charity: CHARITY };
    await bank.post(donationTransfer(donation, share, { ...meta, businessDate: today, postedAt }));
  }
}
