/** The same card money in three books: the till's journal, the gateway's store, the partner banks' own records. Reads the files
 *  as they lie on the disk, from outside, and compares them attempt by attempt and currency by currency, to the minor unit. */
import { join } from 'node:path';
import { type BookRow, query } from './book-file.ts';
import { bankFile } from './card-config.ts';
import { cardLedgerFaults } from './card-ledger.ts';
import { PARTNERS } from './partners.ts';

/** What one book says of an attempt: what the card paid in the end (below zero where money went back), and what is held of it. */
export interface CardStanding {
  readonly state: string;
  readonly netMinor: bigint;
  readonly heldMinor: bigint;
  readonly authCode: string | null;
}

/** Null where a book has no such attempt. Amounts in minor units of `currency`, which is the charge's. */
export interface CardRow {
  readonly attemptId: string;
  readonly saleId: string;
  readonly operation: string;
  readonly currency: string;
  readonly till: CardStanding | null;
  readonly gateway: CardStanding | null;
  readonly bank: CardStanding | null;
}

/** What one book has charged and returned. */
export interface CardSums {
  readonly charged: bigint;
  readonly returned: bigint;
}

export interface CardTotal {
  readonly currency: string;
  readonly till: CardSums;
  readonly gateway: CardSums;
  readonly bank: CardSums;
}

export interface CardBooksReport {
  readonly rows: readonly CardRow[];
  /** One a currency; never added up over currencies. */
  readonly totals: readonly CardTotal[];
  readonly batches: number;
  readonly violations: readonly string[];
}

/** A sale that the till holds to be paid has a tender; one that was set aside has none, whatever came of it. */
const TILL = `
  SELECT a.attempt_id, a.sale_id, a.operation, COALESCE(a.outcome, a.phase) AS state, a.charged_minor, a.charged_currency, a.auth_code,
    a.outcome = 'approved' AS approved,
    EXISTS (SELECT 1 FROM tenders t WHERE t.card_attempt_id = a.attempt_id) AS tendered,
    EXISTS (SELECT 1 FROM card_attempts f WHERE f.original_id = a.attempt_id AND f.outcome = 'approved'
      AND f.operation IN ('void', 'completion', 'cancellation')) AS followed
  FROM card_attempts a ORDER BY a.started_at, a.attempt_id`;

const GATEWAY = `
  SELECT card_id, attempt_id, sale_id, kind, state, amount_minor, amount_currency, auth_code, refunded_minor, tid, bank,
    bank || ' ' || tid || ' ' || substr(bank_mti, 2, 1) || ' ' || bank_stan || ' ' || bank_transmitted_at AS named
  FROM card_transaction ORDER BY created_at, card_id`;

const BANK = `
  SELECT kind, state, code, approved_minor, currency, auth_code, tid,
    tid || ' ' || substr(mti, 2, 1) || ' ' || stan || ' ' || sent AS named
  FROM transactions WHERE kind <> 'reversal' ORDER BY id`;

/** Errors  what SQLite says of a file that cannot be read */
export function compareCardBooks(directory: string): CardBooksReport {
  const journal = join(directory, 'terminal', 'journal.db');
  const store = join(directory, 'gateway.sqlite');
  const till = query(journal, TILL);
  const gateway = query(store, GATEWAY);
  const bank = new Map(
    PARTNERS.flatMap((partner) =>
      query(bankFile(directory, partner.bank), BANK).map(
        (row) => [`${partner.bank} ${String(row.named)}`, row] as const,
      ),
    ),
  );
  const rows = joinRows(till, gateway, bank);
  const batches = query(journal, "SELECT batch, agreed FROM card_batches WHERE state = 'closed'");
  return {
    rows,
    totals: totalsOf(rows),
    batches: batches.length,
    violations: [
      ...rows.flatMap(rowFaults),
      ...doublyCharged(rows),
      ...unknownAtGateway(gateway, bank),
      ...openWork(journal, store),
      ...batches
        .filter(({ agreed }) => agreed !== 1n)
        .map(({ batch }) => `batch ${String(batch)} was closed without agreement`),
      ...cardLedgerFaults(directory),
    ],
  };
}

function joinRows(
  till: readonly BookRow[],
  gateway: readonly BookRow[],
  bank: ReadonlyMap<string, BookRow>,
): readonly CardRow[] {
  const tillBy = new Map(till.map((row) => [String(row.attempt_id), row]));
  const gatewayBy = Map.groupBy<string, BookRow>(gateway, (row) => String(row.attempt_id ?? row.card_id));
  return [...new Set([...tillBy.keys(), ...gatewayBy.keys()])].map((attemptId) => {
    const own = tillBy.get(attemptId);
    // A wrong PIN, or an answer that was lost, leaves more than one message of an attempt.
    const messages = gatewayBy.get(attemptId) ?? [];
    const last = messages.at(-1);
    const told = messages
      .map((row) => bank.get(String(row.named)))
      .filter((row): row is BookRow => row !== undefined);
    return {
      attemptId,
      saleId: String(own?.sale_id ?? last?.sale_id ?? ''),
      operation: String(own?.operation ?? last?.kind ?? ''),
      currency: String(own?.charged_currency ?? last?.amount_currency ?? ''),
      till: own === undefined ? null : tillStanding(own),
      gateway: last === undefined ? null : together(messages.map(gatewayStanding)),
      bank: told.length === 0 ? null : together(told.map(bankStanding)),
    };
  });
}

const CHARGES: ReadonlySet<string> = new Set(['sale', 'completion']);

function tillStanding(row: BookRow): CardStanding {
  const operation = String(row.operation);
  const amount = row.charged_minor as bigint;
  const stands = row.approved === 1n && row.followed === 0n;
  const charged = CHARGES.has(operation) && stands && row.tendered === 1n;
  const returned = operation === 'refund' && stands;
  return {
    state: String(row.state),
    netMinor: charged ? amount : returned ? -amount : 0n,
    heldMinor: operation === 'preauthorisation' && stands ? amount : 0n,
    authCode: textOf(row.auth_code),
  };
}

function gatewayStanding(row: BookRow): CardStanding {
  const used = row.refunded_minor !== 0n;
  return standing(row, String(row.kind), row.amount_minor as bigint, used);
}

function bankStanding(row: BookRow): CardStanding {
  return standing(row, String(row.kind), row.approved_minor as bigint, false);
}

/** At gateway and bank what is undone is no longer `approved`. */
function standing(row: BookRow, kind: string, amount: bigint, used: boolean): CardStanding {
  const stands = row.state === 'approved';
  return {
    state: String(row.state),
    netMinor: !stands ? 0n : CHARGES.has(kind) ? amount : kind === 'refund' ? -amount : 0n,
    heldMinor: stands && kind === 'preauthorisation' && !used ? amount : 0n,
    authCode: textOf(row.auth_code),
  };
}

/** The state and the code are the last message's. */
function together(all: readonly CardStanding[]): CardStanding {
  const last = all.at(-1);
  return {
    state: last?.state ?? '',
    netMinor: all.reduce((sum, { netMinor }) => sum + netMinor, 0n),
    heldMinor: all.reduce((sum, { heldMinor }) => sum + heldMinor, 0n),
    authCode: last?.authCode ?? null,
  };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function rowFaults({ attemptId, till, gateway, bank }: CardRow): readonly string[] {
  const faults: string[] = [];
  const net = [till, gateway, bank].map((book) => book?.netMinor ?? 0n);
  const held = [till, gateway, bank].map((book) => book?.heldMinor ?? 0n);
  if (new Set(net).size > 1)
    faults.push(`card ${attemptId}: till, gateway and bank have ${net.join(', ')} of it`);
  if (new Set(held).size > 1)
    faults.push(`card ${attemptId}: till, gateway and bank hold ${held.join(', ')} of it`);
  const codes = [till, gateway, bank].flatMap((book) =>
    book === null || (book.netMinor === 0n && book.heldMinor === 0n) ? [] : [book.authCode],
  );
  if (new Set(codes).size > 1)
    faults.push(`card ${attemptId}: it has several authorisation codes, ${codes.join(', ')}`);
  return faults;
}

function doublyCharged(rows: readonly CardRow[]): readonly string[] {
  const charged = Map.groupBy(
    rows.filter(({ saleId, bank }) => saleId !== '' && (bank?.netMinor ?? 0n) > 0n),
    ({ saleId }) => saleId,
  );
  return [...charged]
    .filter(([, attempts]) => attempts.length > 1)
    .map(([saleId]) => `sale ${saleId} was charged to a card twice`);
}

function unknownAtGateway(
  gateway: readonly BookRow[],
  bank: ReadonlyMap<string, BookRow>,
): readonly string[] {
  const known = new Set(gateway.map((row) => String(row.named)));
  return [...bank.keys()]
    .filter((named) => !known.has(named))
    .map((named) => `the bank has a message that the gateway never sent: ${named}`);
}

function openWork(journal: string, store: string): readonly string[] {
  const open: Readonly<Record<string, readonly BookRow[]>> = {
    'card transactions open at the till': query(
      journal,
      "SELECT 1 AS n FROM card_attempts WHERE phase <> 'final'",
    ),
    'card advices the till still owes': query(
      journal,
      "SELECT 1 AS n FROM card_advices WHERE state IN ('armed', 'due')",
    ),
    'card transactions open at the gateway': query(
      store,
      "SELECT 1 AS n FROM card_transaction WHERE state IN ('sent', 'reversing')",
    ),
    'card advices a bank is still owed': query(store, 'SELECT 1 AS n FROM card_advice WHERE done_at IS NULL'),
  };
  return Object.entries(open)
    .filter(([, rows]) => rows.length > 0)
    .map(([what, rows]) => `${rows.length} ${what}`);
}

function totalsOf(rows: readonly CardRow[]): readonly CardTotal[] {
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const own = rows.filter((row) => row.currency === currency);
    const sums = (book: 'till' | 'gateway' | 'bank'): CardSums => {
      const nets = own.map((row) => row[book]?.netMinor ?? 0n);
      const of = (wanted: (net: bigint) => boolean) =>
        nets.filter(wanted).reduce((sum, net) => sum + net, 0n);
      return { charged: of((net) => net > 0n), returned: -of((net) => net < 0n) };
    };
    return { currency, till: sums('till'), gateway: sums('gateway'), bank: sums('bank') };
  });
}
