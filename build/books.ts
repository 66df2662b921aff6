/** The same money in three books: the till's journal, the gateway's store, the wallet's own records. Reads the files as
 *  they lie on the disk, from outside, and compares them to the minor unit. */
import { join } from 'node:path';
import { type BookRow, query } from './book-file.ts';

/** One payment attempt, as each of the three has it. Amounts in minor units; null where a book has no such row. */
export interface AttemptRow {
  readonly attemptId: string;
  readonly saleId: string;
  readonly till: {
    readonly outcome: string | null;
    readonly priceMinor: bigint;
    readonly refundedMinor: bigint;
  } | null;
  readonly gateway: {
    readonly state: string;
    readonly currency: string;
    readonly priceMinor: bigint;
    readonly orderMinor: bigint;
    readonly refundedPriceMinor: bigint;
    readonly refundedOrderMinor: bigint;
    readonly autoReturned: boolean;
    readonly closed: boolean;
  } | null;
  readonly wallet: {
    readonly status: string;
    readonly paidMinor: bigint;
    readonly returnedMinor: bigint;
  } | null;
}

export interface BooksReport {
  readonly rows: readonly AttemptRow[];
  readonly violations: readonly string[];
}

interface WalletDoc {
  readonly outTradeNo: string;
  readonly status: string;
  readonly totalMinor: string;
  readonly paidAt: number | null;
}

const TILL_ATTEMPTS = `
  SELECT a.attempt_id, a.sale_id, a.phase, a.outcome, a.order_json, s.state AS sale_state,
         COALESCE((SELECT SUM(r.amount_minor) FROM refunds r WHERE r.attempt_id = a.attempt_id AND r.state = 'approved'), 0) AS refunded
  FROM attempts a JOIN sales s USING (sale_id)`;

const GATEWAY_PAYMENTS = `
  SELECT p.attempt_id, p.sale_id, p.state, p.order_currency, p.amount_minor, p.order_minor, s.disposition,
         COALESCE((SELECT SUM(r.amount_minor) FROM refund r WHERE r.attempt_id = p.attempt_id AND r.state = 'approved' AND r.cause = 'till'), 0) AS refunded_price,
         COALESCE((SELECT SUM(r.order_minor) FROM refund r WHERE r.attempt_id = p.attempt_id AND r.state = 'approved'), 0) AS refunded_order,
         EXISTS (SELECT 1 FROM refund r WHERE r.attempt_id = p.attempt_id AND r.cause = 'auto_return' AND r.state = 'approved') AS auto_returned
  FROM payment p JOIN sale s USING (sale_id)`;

/** Errors  what SQLite says of a file that cannot be read */
export function compareBooks(directory: string): BooksReport {
  const journal = join(directory, 'terminal', 'journal.db');
  const store = join(directory, 'gateway.sqlite');
  const wallet = join(directory, 'alipay', 'wallet.sqlite');
  const rows = joinRows(
    query(journal, TILL_ATTEMPTS),
    query(store, GATEWAY_PAYMENTS),
    query(wallet, 'SELECT doc FROM trade').map((row) => JSON.parse(String(row.doc)) as WalletDoc),
    query(wallet, 'SELECT out_trade_no, amount_minor FROM refund'),
  );
  return {
    rows,
    violations: [
      ...rows.flatMap(rowFaults),
      ...doublyPaid(rows),
      ...openWork(journal, store),
      ...ledgerFaults(store, rows),
    ],
  };
}

function joinRows(
  till: readonly BookRow[],
  gateway: readonly BookRow[],
  trades: readonly WalletDoc[],
  walletRefunds: readonly BookRow[],
): readonly AttemptRow[] {
  const tillBy = new Map(till.map((row) => [String(row.attempt_id), row]));
  const gatewayBy = new Map(gateway.map((row) => [String(row.attempt_id), row]));
  const tradeBy = new Map(trades.map((trade) => [trade.outTradeNo, trade]));
  const returned = new Map<string, bigint>();
  for (const refund of walletRefunds) {
    const key = String(refund.out_trade_no);
    returned.set(key, (returned.get(key) ?? 0n) + BigInt(String(refund.amount_minor)));
  }
  const keys = [...new Set([...tillBy.keys(), ...gatewayBy.keys(), ...tradeBy.keys()])].sort();
  return keys.map((attemptId) => {
    const t = tillBy.get(attemptId);
    const g = gatewayBy.get(attemptId);
    const w = tradeBy.get(attemptId);
    return {
      attemptId,
      saleId: String(t?.sale_id ?? g?.sale_id ?? ''),
      till:
        t === undefined
          ? null
          : {
              outcome: t.outcome === null ? null : String(t.outcome),
              priceMinor: orderPrice(String(t.order_json)),
              refundedMinor: t.refunded as bigint,
            },
      gateway:
        g === undefined
          ? null
          : {
              state: String(g.state),
              currency: String(g.order_currency),
              priceMinor: g.amount_minor as bigint,
              orderMinor: g.order_minor as bigint,
              refundedPriceMinor: g.refunded_price as bigint,
              refundedOrderMinor: g.refunded_order as bigint,
              autoReturned: g.auto_returned === 1n,
              closed: g.disposition !== null,
            },
      wallet:
        w === undefined
          ? null
          : {
              status: w.status,
              paidMinor: w.paidAt === null ? 0n : BigInt(w.totalMinor),
              returnedMinor: returned.get(attemptId) ?? 0n,
            },
    };
  });
}

function orderPrice(orderJson: string): bigint {
  return BigInt((JSON.parse(orderJson) as { amount: { amountMinor: string } }).amount.amountMinor);
}

/** What the gateway says the wallet must hold of this attempt, net. */
function expectedNet(row: AttemptRow): bigint {
  const { gateway } = row;
  return gateway?.state === 'approved' ? gateway.orderMinor - gateway.refundedOrderMinor : 0n;
}

function rowFaults(row: AttemptRow): readonly string[] {
  const { attemptId, till, gateway, wallet } = row;
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`${attemptId}: ${text}`);
  const net = wallet === null ? 0n : wallet.paidMinor - wallet.returnedMinor;
  if (net !== expectedNet(row)) fault(`the wallet holds ${net}, the gateway expects ${expectedNet(row)}`);
  if (wallet !== null && wallet.paidMinor > 0n && wallet.paidMinor !== gateway?.orderMinor)
    fault(`the wallet took ${wallet.paidMinor}, the order was ${gateway?.orderMinor}`);
  if (wallet !== null && gateway === null) fault('the wallet has a trade that the gateway never ordered');
  const paidAtGateway = gateway?.state === 'approved' && !gateway.autoReturned;
  if (till?.outcome === 'approved' && !paidAtGateway)
    fault(`paid at the till, ${gateway?.state} at the gateway`);
  if (till !== null && till.outcome !== 'approved' && paidAtGateway)
    fault(`paid at the gateway, ${till.outcome} at the till`);
  if (till !== null && gateway !== null && till.priceMinor !== gateway.priceMinor)
    fault('till and gateway differ in the price');
  if (till !== null && till.refundedMinor !== (gateway?.refundedPriceMinor ?? 0n))
    fault(`the till refunded ${till.refundedMinor}, the gateway ${gateway?.refundedPriceMinor ?? 0n}`);
  return faults;
}

function doublyPaid(rows: readonly AttemptRow[]): readonly string[] {
  const paid = new Map<string, number>();
  for (const row of rows) {
    if (row.wallet === null || row.wallet.paidMinor === row.wallet.returnedMinor) continue;
    paid.set(row.saleId, (paid.get(row.saleId) ?? 0) + 1);
  }
  return [...paid].filter(([, count]) => count > 1).map(([saleId]) => `sale ${saleId} was charged twice`);
}

function openWork(journal: string, store: string): readonly string[] {
  const count = (file: string, sql: string) => Number(query(file, sql)[0]?.n ?? 0n);
  const open = {
    'payments open at the gateway': count(
      store,
      "SELECT COUNT(*) AS n FROM payment WHERE state IN ('intent', 'waiting', 'unknown', 'cancelling')",
    ),
    'refunds open at the gateway': count(
      store,
      "SELECT COUNT(*) AS n FROM refund WHERE state NOT IN ('approved', 'declined')",
    ),
    'attempts open at the till': count(journal, "SELECT COUNT(*) AS n FROM attempts WHERE phase <> 'final'"),
    'refunds open at the till': count(
      journal,
      "SELECT COUNT(*) AS n FROM refunds WHERE state NOT IN ('approved', 'declined')",
    ),
    'messages not delivered': count(
      journal,
      'SELECT COUNT(*) AS n FROM outbox WHERE acknowledged_at IS NULL',
    ),
  };
  return Object.entries(open)
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${what}`);
}

/** Every transfer and the whole ledger balance per currency; suspense is empty; the receivable is what the wallet holds. */
function ledgerFaults(store: string, rows: readonly AttemptRow[]): readonly string[] {
  const signed = "SUM(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END)";
  const unbalanced = query(
    store,
    `SELECT transfer_id, currency FROM entry GROUP BY transfer_id, currency HAVING ${signed} <> 0`,
  );
  const faults = unbalanced.map((row) => `transfer ${row.transfer_id} does not balance in ${row.currency}`);
  for (const row of query(
    store,
    `SELECT account, currency, ${signed} AS net FROM entry GROUP BY account, currency`,
  )) {
    const account = String(row.account);
    const net = row.net as bigint;
    if (account.startsWith('suspense:') && net !== 0n)
      faults.push(`${account} holds ${-net} ${row.currency}`);
    if (!account.startsWith('wallet_receivable:')) continue;
    const held = rows
      .filter((one) => one.gateway?.currency === row.currency && one.wallet !== null)
      .reduce((sum, one) => sum + (one.wallet?.paidMinor ?? 0n) - (one.wallet?.returnedMinor ?? 0n), 0n);
    if (held !== net) faults.push(`${account} is ${net} ${row.currency}, the wallet holds ${held}`);
  }
  return faults;
}
