/** Three books side by side: what the till, the gateway and the wallet each hold of every attempt, to the minor unit. */
import type Database from 'better-sqlite3';
import type { SqlitePaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import type { AlipayWallet } from '../../simulators/alipay/wallet.ts';

/** Sentences about what differs; empty when all agree, every entry balances and nothing is suspended.
 *  `open` payments are compared too: nobody may hold money for them. */
export function disagreements(
  till: Database.Database,
  store: SqlitePaymentStore,
  wallet: AlipayWallet,
): readonly string[] {
  const faults = [...wallet.desk.books.audit()];
  const held = new Map<string, bigint>();
  const attempts = till.prepare('SELECT attempt_id, outcome FROM attempts').all() as {
    attempt_id: string;
    outcome: string | null;
  }[];
  const atTill = new Map(attempts.map((row) => [row.attempt_id, row.outcome]));
  for (const payment of store.allPayments()) {
    const { attemptId, order, state, refundedOrder, settlement } = payment;
    const trade = wallet.desk.trades.find(attemptId, null);
    const kept = trade === null || trade.paidAt === null ? 0n : trade.totalMinor - trade.refundedMinor;
    const due = state === 'approved' ? order.amountMinor - refundedOrder.amountMinor : 0n;
    if (kept !== due) faults.push(`${state} ${attemptId}: the wallet keeps ${kept}, the gateway says ${due}`);
    const paidAtTill = atTill.get(attemptId) === 'approved';
    if (paidAtTill && state !== 'approved')
      faults.push(`${attemptId}: paid at the till, ${state} at the gateway`);
    const currency = settlement?.currency ?? order.currency;
    const settled =
      trade === null || trade.paidAt === null ? 0n : trade.settleMinor - trade.refundedSettleMinor;
    held.set(currency, (held.get(currency) ?? 0n) + settled);
  }
  for (const { currency, debit, credit } of store.trialBalance())
    if (debit !== credit) faults.push(`the ledger does not balance in ${currency}`);
  for (const balance of store.balances()) {
    const net = balance.debit - balance.credit;
    if (balance.account.startsWith('suspense') && net !== 0n) faults.push(`${balance.account} holds ${net}`);
    if (!balance.account.startsWith('wallet_receivable')) continue;
    const kept = held.get(balance.currency) ?? 0n;
    if (net !== kept) faults.push(`the receivable is ${net} ${balance.currency}, the wallet holds ${kept}`);
  }
  return faults;
}
