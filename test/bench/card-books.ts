/** What gateway and bank hold about the bench's sales when both have stopped, read from their files, beside the answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface Tally {
  readonly approved: number;
  readonly approvedMinor: number;
}

export interface CardBooksReport {
  readonly gateway: Tally & { readonly unfinished: number; readonly reversed: number };
  readonly bank: Tally;
  /** In the gateway's ledger: transfers posted, and what debits and credits differ by. */
  readonly ledger: { readonly transfers: number; readonly differenceMinor: number };
}

type Row = Readonly<Record<string, number | string | null>>;

function query(file: string, sql: string): readonly Row[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}

export function readCardBooks(directory: string): CardBooksReport {
  const gatewayFile = join(directory, 'gateway.sqlite');
  const states = query(
    gatewayFile,
    'SELECT state, count(*) AS count, sum(amount_minor) AS minor FROM card_transaction GROUP BY state',
  );
  const of = (state: string): Row => states.find((row) => row.state === state) ?? {};
  const [bank = {}] = query(
    join(directory, 'bank', 'books.sqlite'),
    "SELECT count(*) AS count, sum(approved_minor) AS minor FROM transactions WHERE state = 'approved' AND kind = 'sale'",
  );
  const [ledger = {}] = query(
    gatewayFile,
    `SELECT (SELECT count(*) FROM transfer) AS transfers,
       (SELECT sum(iif(side = 'debit', amount_minor, -amount_minor)) FROM entry) AS difference`,
  );
  return {
    gateway: {
      approved: Number(of('approved').count ?? 0),
      approvedMinor: Number(of('approved').minor ?? 0),
      unfinished: Number(of('sent').count ?? 0) + Number(of('reversing').count ?? 0),
      reversed: Number(of('reversed').count ?? 0),
    },
    bank: { approved: Number(bank.count ?? 0), approvedMinor: Number(bank.minor ?? 0) },
    ledger: { transfers: Number(ledger.transfers ?? 0), differenceMinor: Number(ledger.difference ?? 0) },
  };
}

/** In sentences; none when the three agree. */
export function disagreements(answers: Tally, books: CardBooksReport): readonly string[] {
  const found: string[] = [];
  const { gateway, bank, ledger } = books;
  const differ = (a: Tally, b: Tally): boolean =>
    a.approved !== b.approved || a.approvedMinor !== b.approvedMinor;
  if (differ(gateway, bank)) found.push(`The gateway has ${said(gateway)}, the bank ${said(bank)}.`);
  if (differ(answers, gateway))
    found.push(`Answered were ${said(answers)}, the gateway has ${said(gateway)}.`);
  if (gateway.unfinished > 0)
    found.push(`${gateway.unfinished} transactions stand unfinished at the gateway.`);
  if (ledger.differenceMinor !== 0) found.push(`The ledger's sides differ by ${ledger.differenceMinor}.`);
  return found;
}

const said = ({ approved, approvedMinor }: Tally): string => `${approved} sales of ${approvedMinor} kopecks`;

/** Commits of the gateway's store by how many units each held, from the lines of its log's last stop. */
export function commitSizes(directory: string): readonly { readonly most: number; readonly count: number }[] {
  const lines = readFileSync(join(directory, 'logs', 'gateway.log'), 'utf8')
    .trim()
    .split('\n');
  const events = lines.map((line) => JSON.parse(line) as { event: string; most: number; count: number });
  const from = events.findLastIndex(({ event }) => event === 'stopping');
  return events
    .slice(Math.max(0, from))
    .filter(({ event }) => event === 'store_commits')
    .map(({ most, count }) => ({ most, count }));
}
