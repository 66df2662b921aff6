/** Reconciliation's memory on SQLite. */
import type Database from 'better-sqlite3';
import { localTime } from '../../kernel/time.ts';
import type { Earlier, Item } from '../../reconciliation/item.ts';
import type { IntakeAccount, OpenItem, Pairing, ReconStore, Settling } from '../../reconciliation/ports.ts';
import {
  bigintOf,
  moneyOf,
  numberOf,
  prepare,
  prepareNamed,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';

const PART = 5_000;

/** A transfer's entries on the account come to one movement. The wallet's own id is with the payment; a refund has none, and
 *  a card bank knows an operation by its retrieval reference. */
const TAKE_IN = `
  INSERT INTO recon_item (book, position, transfer_id, party, kind, our_id, other_id, amount_minor, amount_currency, date)
  SELECT :book, m.position, m.transfer_id, :party,
    CASE WHEN :book = 'clearing' THEN iif(m.net > 0, 'batch_in', 'batch_out')
      WHEN m.template LIKE '%chargeback%' THEN 'chargeback'
      ELSE iif(m.net > 0, 'payment', 'refund') END,
    coalesce(c.bank_rrn, m.reference),
    iif(m.net > 0, p.provider_ref, NULL),
    abs(m.net), m.currency, date((m.posted_at + :offset) / 1000, 'unixepoch')
  FROM (
    SELECT l.position, t.transfer_id, t.template, t.reference, t.posted_at, e.currency,
      sum(iif(e.side = 'debit', e.amount_minor, -e.amount_minor)) AS net
    FROM ledger_position l CROSS JOIN transfer t ON t.seq = l.transfer_seq
      CROSS JOIN entry e ON e.transfer_id = t.transfer_id AND e.account = :account
    WHERE l.position > :after AND l.position <= :upto AND t.state = 'posted'
      AND t.template NOT IN (SELECT value FROM json_each(:except))
    GROUP BY l.position, e.currency) m
    LEFT JOIN payment p ON p.attempt_id = m.reference
    LEFT JOIN card_transaction c ON c.card_id = m.reference
  WHERE m.net <> 0
  ON CONFLICT (book, position) DO NOTHING`;

/** What is undone before either side has shown it is in neither book. */
const UNDONE = `
  SELECT l.position AS undoing, ol.position AS undone
  FROM ledger_position l CROSS JOIN transfer t ON t.seq = l.transfer_seq AND instr(t.transfer_id, :undoing) > 0
    JOIN recon_item r ON r.book = 'receivable' AND r.position = l.position AND r.done IS NULL
    JOIN transfer ot ON ot.transfer_id = replace(t.transfer_id, :undoing, :undone)
    JOIN ledger_position ol ON ol.transfer_seq = ot.seq
    JOIN recon_item o ON o.book = 'receivable' AND o.position = ol.position
      AND o.done IS NULL AND o.amount_minor = r.amount_minor AND o.amount_currency = r.amount_currency
  WHERE l.position > :after AND l.position <= :upto`;

/** `card_sale:<id>` is undone by `card_sale_reversal:<id>`. And that one, where the sale was cleared before, by the money of a
 *  debit that the bank keeps; where it was not, that money is what the bank will show. So they go in this order. */
const UNDOING = [
  { undoing: '_reversal:', undone: ':' },
  { undoing: 'card_money_found:', undone: 'card_sale_reversal:' },
];

/** What was matched under our id. Looked for from the ledger, whose indexes are there anyway: an index of the items would
 *  cost something with each of a million. */
const MATCHED = `
  SELECT r.* FROM (
      SELECT seq FROM transfer WHERE reference = :id
      UNION
      SELECT t.seq FROM card_transaction c JOIN transfer t ON t.reference = c.card_id WHERE c.bank_rrn = :id
    ) k
    CROSS JOIN ledger_position l ON l.transfer_seq = k.seq
    CROSS JOIN recon_item r ON r.book = :book AND r.position = l.position
  WHERE r.our_id = :id AND r.party = :party AND r.kind = :kind AND r.file_id IS NOT NULL
  ORDER BY r.position LIMIT 1`;

/** Of a row `s` of a file `f`: an earlier file has shown the movement, as a notification and the day's statement do, or statements of
 *  overlapping days. The same account, reference and sum are one movement, and as often as one file has them, so many. Payers
 *  number their documents alike, so of two files of one kind the counterparty counts too; a row that we numbered proves nothing. */
const SHOWN_BEFORE = `
  s.bank_reference NOT GLOB 'row [0-9]*' AND (
    SELECT count(*) FROM statement_row o WHERE o.file_id = s.file_id AND o.line <= s.line AND o.account = s.account
      AND o.bank_reference = s.bank_reference AND o.direction = s.direction AND o.reversal = s.reversal
      AND o.amount_minor = s.amount_minor AND o.amount_currency = s.amount_currency
  ) <= coalesce((
    SELECT count(*) FROM statement_row o CROSS JOIN bank_file e ON e.file_id = o.file_id
    WHERE o.account = s.account AND o.bank_reference = s.bank_reference AND o.direction = s.direction
      AND o.reversal = s.reversal AND o.amount_minor = s.amount_minor AND o.amount_currency = s.amount_currency
      AND e.state = 'imported' AND (e.at, e.file_id) < (f.at, f.file_id)
      AND (e.kind <> f.kind OR o.counterparty = s.counterparty)
    GROUP BY o.file_id ORDER BY 1 DESC LIMIT 1
  ), 0)`;

export function openReconStore(db: Database.Database): ReconStore {
  const takenIn = prepare(db, 'SELECT position FROM recon_intake WHERE account = ?');
  const setTakenIn = prepare(
    db,
    'INSERT INTO recon_intake (account, position) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET position = excluded.position',
  );
  const insert = named(db, TAKE_IN);
  const undone = prepareNamed(db, UNDONE);
  const items = prepare(
    db,
    `SELECT * FROM recon_item WHERE book = ? AND party = ? AND done IS NULL AND position > ?
     ORDER BY position LIMIT ${PART}`,
  );
  const settlementFiles = prepare(
    db,
    `SELECT file_id FROM bank_file WHERE direction = 'in' AND state = 'imported' AND party = ?
       AND kind IN (SELECT value FROM json_each(?)) ORDER BY file_id`,
  );
  // File by file, so that each part is found by its key: a range over files is read from its beginning each time.
  const schemeRows = prepare(
    db,
    `SELECT s.* FROM scheme_row s LEFT JOIN recon_row d ON d.file_id = s.file_id AND d.line = s.line
     WHERE s.file_id = ? AND s.line > ? AND d.line IS NULL ORDER BY s.line LIMIT ${PART}`,
  );
  const statementRows = prepare(
    db,
    `SELECT s.* FROM bank_file f JOIN statement_row s ON s.file_id = f.file_id
       LEFT JOIN recon_row d ON d.file_id = s.file_id AND d.line = s.line
     WHERE f.direction = 'in' AND f.state = 'imported' AND (s.file_id, s.line) > (?, ?) AND d.line IS NULL
       AND NOT EXISTS (SELECT 1 FROM settlement_cycle c WHERE c.cycle_id = s.end_to_end_id)
       AND NOT EXISTS (SELECT 1 FROM payout_again p WHERE p.order_id = s.end_to_end_id)
       AND NOT EXISTS (SELECT 1 FROM transfer t JOIN entry e ON e.transfer_id = t.transfer_id
         WHERE t.reference = 'currency-sale/' || s.end_to_end_id AND e.account = 'nostro:' || s.account
           AND e.amount_minor = s.amount_minor AND e.currency = s.amount_currency
           AND e.side = iif(s.direction = 'in', 'debit', 'credit'))
       AND NOT (${SHOWN_BEFORE})
     ORDER BY s.file_id, s.line LIMIT ${PART}`,
  );
  const matched = db.prepare<[Record<string, string>], Row>(MATCHED).safeIntegers();
  const cardOf = prepare(
    db,
    'SELECT card_id AS operation FROM card_transaction WHERE bank = ? AND bank_rrn = ? ORDER BY card_id',
  );
  const policyOf = prepare(
    db,
    `SELECT json_extract(p.terms, '$.refundRatePolicy') AS policy FROM refund r
       JOIN payment p ON p.attempt_id = r.attempt_id WHERE r.refund_id = ?`,
  );
  const rowDone = prepare(
    db,
    'INSERT INTO recon_row (file_id, line, done) VALUES (?, ?, ?) ON CONFLICT (file_id, line) DO NOTHING',
  );
  const itemDone = prepare(
    db,
    `UPDATE recon_item SET done = ?, file_id = ?, line = ? WHERE book = ? AND position = ? AND done IS NULL`,
  );
  const isPaired = prepare(
    db,
    'SELECT 1 AS found FROM recon_item WHERE book = ? AND position = ? AND file_id IS NOT NULL',
  );
  const positionOf = prepare(
    db,
    `SELECT l.position FROM transfer t JOIN ledger_position l ON l.transfer_seq = t.seq WHERE t.transfer_id = ?`,
  );

  const takeIn = db.transaction((from: IntakeAccount, upTo: number, most: number): number => {
    const last = takenIn.get(from.account);
    const after = last === undefined ? 0 : numberOf(last, 'position');
    const stop = Math.min(upTo, after + most);
    if (stop <= after) return after;
    const { book, party, account } = from;
    const range = { after, upto: stop };
    const except = JSON.stringify(from.except);
    insert.run({ book, party, account, ...range, except, offset: from.offsetMinutes * 60_000 });
    for (const names of book === 'receivable' ? UNDOING : []) {
      for (const row of undone.all({ ...names, ...range })) {
        for (const side of ['undoing', 'undone'])
          itemDone.run('annulled', null, null, book, bigintOf(row, side));
      }
    }
    setTakenIn.run(account, stop);
    return stop;
  });
  const pair = db.transaction((pairings: readonly Pairing[]) => {
    for (const { book, position, row, pass } of pairings) {
      const [fileId, line] = rowKey(row);
      const { changes } = itemDone.run(pass, fileId, line, book, position);
      if (changes === 1) rowDone.run(fileId, line, pass);
    }
  });
  const settle = db.transaction(({ book, ours, rows }: Settling) => {
    for (const row of rows) rowDone.run(...rowKey(row), 'resolved');
    for (const transferId of ours) {
      const at = positionOf.get(transferId);
      if (at !== undefined) itemDone.run('resolved', null, null, book, bigintOf(at, 'position'));
    }
  });

  return {
    takeIn: async (from, upTo, most) => takeIn.immediate(from, upTo, most),
    open: (book, party) =>
      pages((after: number) => items.all(book, party, after), 0, positionIn, openItemReader()),
    openSchemeRows: async function* (party, fileKinds, offsetMinutes) {
      const item = schemeItemReader(offsetMinutes);
      for (const file of settlementFiles.all(party, JSON.stringify(fileKinds))) {
        const fileId = textOf(file, 'file_id');
        const read = (line: number) => schemeRows.all(fileId, line);
        yield* pages(read, 0, (row) => numberOf(row, 'line'), item);
      }
    },
    openStatementRows: () =>
      pages(([file, line]) => statementRows.all(file, line), ['', 0], placeOf, statementItemOf),
    matchedBefore: async (book, party, rows) => {
      const read = openItemReader();
      const found = new Map<string, Earlier>();
      for (const { key, kind, id } of rows) {
        const row = id === null ? undefined : matched.get({ book, party, kind, id });
        if (row === undefined) continue;
        found.set(key, { ours: read(row), row: `${textOf(row, 'file_id')}:${numberOf(row, 'line')}` });
      }
      return found;
    },
    operationOf: async ({ party, kind }, ids) => {
      // A wallet's row bears our own id; a card bank knows an operation by its retrieval reference.
      const cards = kind === 'wallet' ? [] : ids.flatMap((id) => cardOf.all(party, id));
      return [...new Set([...ids, ...cards.map((row) => textOf(row, 'operation'))])];
    },
    goesBackAtAnotherRate: async (refundId) => {
      const row = policyOf.get(refundId);
      return row !== undefined && textOf(row, 'policy') !== 'original';
    },
    isMatched: async (book, ours) => {
      const at = positionOf.get(ours);
      return at !== undefined && isPaired.get(book, bigintOf(at, 'position')) !== undefined;
    },
    pair: async (pairings) => pair.immediate(pairings),
    settle: async (settling) => settle.immediate(settling),
  };
}

function named(db: Database.Database, sql: string) {
  return db.prepare<[Record<string, string | number>]>(sql);
}

type Place = readonly [fileId: string, line: number];

/** Reads on from the last key, so that no cursor stays open between two parts. */
async function* pages<Key, T>(
  read: (after: Key) => readonly Row[],
  first: Key,
  keyIn: (row: Row) => Key,
  make: (row: Row) => T,
): AsyncIterable<readonly T[]> {
  let after = first;
  for (;;) {
    const rows = read(after);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(make);
    if (rows.length < PART) return;
    after = keyIn(last);
  }
}

const positionIn = (row: Row): number => numberOf(row, 'position');
const placeOf = (row: Row): Place => [textOf(row, 'file_id'), numberOf(row, 'line')];

function rowKey(row: string): [string, number] {
  const at = row.lastIndexOf(':');
  return [row.slice(0, at), Number(row.slice(at + 1))];
}

const NONE: readonly string[] = [];

/** Texts that a million rows have in common stand in memory once. */
function shared(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const first = known.get(text);
    if (first === undefined) known.set(text, text);
    return first ?? text;
  };
}

function openItemReader(): (row: Row) => OpenItem {
  const one = shared();
  return (row) => {
    const other = textOrNull(row, 'other_id');
    const key = textOf(row, 'transfer_id');
    return {
      key,
      kind: kindByName(key) ?? one(textOf(row, 'kind')),
      id: textOf(row, 'our_id'),
      otherIds: other === null ? NONE : [other],
      amount: moneyOf(row, 'amount'),
      date: one(textOf(row, 'date')),
      party: one(textOf(row, 'party')),
      position: numberOf(row, 'position'),
    };
  };
}

const IN_OUR_FAVOUR = ['chargeback_reversed:', 'card_refund_reversal:'];

/** A dispute that was won and a refund that was undone come back as an adjustment in our favour: they have no other kind for it.
 *  A sale that was undone is no refund of it: both may stand under its one id. */
function kindByName(key: string): string | null {
  if (key.startsWith('card_sale_reversal:')) return 'cancel';
  return IN_OUR_FAVOUR.some((books) => key.startsWith(books)) ? 'adjustment_in' : null;
}

function schemeItemReader(offsetMinutes: number): (row: Row) => Item {
  const one = shared();
  const dates = new Map<string, string>();
  // The parties' clocks differ from UTC by whole hours, so an hour has one date.
  const dateOf = (at: string): string => {
    const hour = at.slice(0, 13);
    const known = dates.get(hour);
    if (known !== undefined) return known;
    const { date } = localTime(Date.parse(at), offsetMinutes);
    dates.set(hour, date);
    return date;
  };
  return (row) => {
    const theirs = textOrNull(row, 'theirs');
    return {
      key: `${one(textOf(row, 'file_id'))}:${numberOf(row, 'line')}`,
      kind: one(schemeKindOf(row)),
      id: textOrNull(row, 'ours'),
      otherIds: theirs === null ? NONE : [theirs],
      amount: moneyOf(row, 'amount'),
      date: dateOf(textOf(row, 'at')),
    };
  };
}

/** An adjustment may go either way. */
function schemeKindOf(row: Row): string {
  const kind = textOf(row, 'kind');
  const settlement = row.settlement_minor;
  return kind === 'adjustment' && typeof settlement === 'bigint' && settlement > 0n ? 'adjustment_in' : kind;
}

function statementItemOf(row: Row): Item {
  return {
    key: `${textOf(row, 'file_id')}:${numberOf(row, 'line')}`,
    kind: textOf(row, 'direction') === 'in' ? 'batch_in' : 'batch_out',
    id: null,
    otherIds: [textOrNull(row, 'end_to_end_id'), textOf(row, 'bank_reference')].filter((id) => id !== null),
    amount: moneyOf(row, 'amount'),
    date: textOf(row, 'value_date'),
  };
}
