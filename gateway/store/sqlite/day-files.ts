/** Files that came and went, and the rows of those that came. */
import type Database from 'better-sqlite3';
import { type MoneyJson, moneyFromJson, moneyToJson } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { FileRecord, SchemeRow, StatementRow } from '../../settlement/contract.ts';
import type { FileFilter } from '../../settlement/ports.ts';
import {
  bigintOf,
  insertSql,
  moneyColumns,
  moneyOf,
  moneyOrNull,
  numberOf,
  prepare,
  prepareNamed,
  type Row,
  type SqlValue,
  textOf,
  textOrNull,
} from './columns.ts';
import { filteredRows } from './filtered-rows.ts';

export type DayFiles = ReturnType<typeof dayFiles>;

const FILE_COLUMNS = [
  ...['file_id', 'direction', 'kind', 'name', 'party', 'state', 'cycle_id', 'staged_as', 'at', 'bytes'],
  ...['row_count', 'totals', 'refused_code', 'schema_checked'],
];
const SCHEME_COLUMNS = [
  ...['file_id', 'line', 'kind', 'ours', 'theirs', 'amount_minor', 'amount_currency', 'fee_minor'],
  ...['fee_currency', 'settlement_minor', 'settlement_currency', 'at', 'batch'],
];
const STATEMENT_COLUMNS = [
  ...['file_id', 'line', 'account', 'direction', 'amount_minor', 'amount_currency', 'value_date'],
  ...['bank_reference', 'end_to_end_id', 'counterparty', 'purpose', 'reversal'],
];
/** Rows of one read of a stream. */
const BATCH = 2_000;

export function dayFiles(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('bank_file', FILE_COLUMNS));
  const setState = prepare(db, 'UPDATE bank_file SET state = ? WHERE file_id = ?');
  const find = prepare(db, 'SELECT * FROM bank_file WHERE file_id = ?');
  const named = prepare(db, "SELECT * FROM bank_file WHERE direction = 'out' AND party = ? AND name = ?");
  const stagedAs = prepare(db, 'SELECT 1 AS found FROM bank_file WHERE staged_as = ?');
  const discarded = prepare(db, 'SELECT 1 AS found FROM discarded_staging WHERE staged_as = ?');
  const discard = prepare(
    db,
    'INSERT INTO discarded_staging (staged_as, at) VALUES (?, ?) ON CONFLICT (staged_as) DO NOTHING',
  );
  const some = filteredRows(db, 'bank_file', 'at, name, file_id');
  const schemeInsert = prepareNamed(db, insertSql('scheme_row', SCHEME_COLUMNS));
  const schemeFind = prepare(db, 'SELECT * FROM scheme_row WHERE file_id = ? AND line = ?');
  const schemeRows = prepare(
    db,
    'SELECT * FROM scheme_row WHERE file_id = ? AND line > ? ORDER BY line LIMIT ? + 0',
  );
  const statementInsert = prepareNamed(db, insertSql('statement_row', STATEMENT_COLUMNS));
  const statementFind = prepare(db, 'SELECT * FROM statement_row WHERE file_id = ? AND line = ?');
  const statementRows = prepare(
    db,
    'SELECT * FROM statement_row WHERE file_id = ? AND line > ? ORDER BY line LIMIT ? + 0',
  );
  const statementOf = prepare(
    db,
    `SELECT r.*, f.party FROM statement_row r JOIN bank_file f ON f.file_id = r.file_id
     WHERE r.end_to_end_id = ? AND f.state = 'imported' ORDER BY f.at, r.file_id, r.line`,
  );

  const findFile = (fileId: string): FileRecord | null => {
    const row = find.get(fileId);
    return row === undefined ? null : fileOf(row);
  };
  const list = ({ direction, cycleId, party, states }: FileFilter): readonly FileRecord[] =>
    some({ direction, cycle_id: cycleId, party, state: states }).map(fileOf);
  return {
    find: findFile,
    findNamed: (party: string, name: string): FileRecord | null => {
      const row = named.get(party, name);
      return row === undefined ? null : fileOf(row);
    },
    list,
    isStaged: (name: string): boolean => stagedAs.get(name) !== undefined,
    isDiscarded: (name: string): boolean => discarded.get(name) !== undefined,
    discard: (name: string, at: EpochMs): void => {
      discard.run(name, at);
    },
    insert: (row: FileRecord): void => {
      insert.run(fileColumns(row));
    },
    setState: (fileId: string, state: FileRecord['state']): void => {
      setState.run(state, fileId);
    },
    insertScheme: (row: SchemeRow): void => {
      schemeInsert.run(schemeColumns(row));
    },
    findScheme: (fileId: string, line: number): Row | null => schemeFind.get(fileId, line) ?? null,
    insertStatement: (row: StatementRow): void => {
      statementInsert.run(statementColumns(row));
    },
    findStatement: (fileId: string, line: number): Row | null => statementFind.get(fileId, line) ?? null,
    statementOf: (endToEndId: string): readonly StatementRow[] =>
      statementOf.all(endToEndId).map((row) => statementRowOf(row, textOf(row, 'party'))),
    statementAt: (file: FileRecord, line: number): StatementRow | null => {
      const row = statementFind.get(file.fileId, line);
      return row === undefined ? null : statementRowOf(row, file.party);
    },
    /** The next rows of a file, after a line. */
    schemeAfter: (file: FileRecord, line: number): readonly SchemeRow[] =>
      schemeRows.all(file.fileId, line, BATCH).map((row) => schemeRowOf(row, file.party)),
    statementAfter: (file: FileRecord, line: number): readonly StatementRow[] =>
      statementRows.all(file.fileId, line, BATCH).map((row) => statementRowOf(row, file.party)),
  };
}

function fileColumns(row: FileRecord): Record<string, SqlValue> {
  return {
    file_id: row.fileId,
    direction: row.direction,
    kind: row.kind,
    name: row.name,
    party: row.party,
    state: row.state,
    cycle_id: row.cycleId,
    staged_as: row.stagedAs,
    at: row.at,
    bytes: row.bytes,
    row_count: row.rows,
    totals: JSON.stringify(row.totals.map(moneyToJson)),
    refused_code: row.refusedCode,
    schema_checked: row.schemaChecked === undefined ? null : Number(row.schemaChecked),
  };
}

function fileOf(row: Row): FileRecord {
  return {
    fileId: textOf(row, 'file_id'),
    direction: textOf(row, 'direction') as FileRecord['direction'],
    kind: textOf(row, 'kind') as FileRecord['kind'],
    name: textOf(row, 'name'),
    party: textOf(row, 'party'),
    state: textOf(row, 'state') as FileRecord['state'],
    cycleId: textOrNull(row, 'cycle_id'),
    stagedAs: textOrNull(row, 'staged_as'),
    at: numberOf(row, 'at'),
    bytes: numberOf(row, 'bytes'),
    rows: numberOf(row, 'row_count'),
    totals: (JSON.parse(textOf(row, 'totals')) as MoneyJson[]).map(moneyFromJson),
    refusedCode: textOrNull(row, 'refused_code'),
    ...(row.schema_checked === null ? {} : { schemaChecked: bigintOf(row, 'schema_checked') === 1n }),
  };
}

/** Of a row of a scheme's file: everything but its source, which is its file's party. */
export function schemeColumns(row: SchemeRow): Record<string, SqlValue> {
  return {
    file_id: row.fileId,
    line: row.line,
    kind: row.kind,
    ours: row.ids.ours,
    theirs: row.ids.theirs,
    ...moneyColumns('amount', row.amount),
    ...moneyColumns('fee', row.fee),
    ...moneyColumns('settlement', row.settlement),
    at: row.at,
    batch: row.batch ?? null,
  };
}

function schemeRowOf(row: Row, source: string): SchemeRow {
  return {
    source,
    fileId: textOf(row, 'file_id'),
    line: numberOf(row, 'line'),
    kind: textOf(row, 'kind') as SchemeRow['kind'],
    ids: { ours: textOrNull(row, 'ours'), theirs: textOrNull(row, 'theirs') },
    amount: moneyOf(row, 'amount'),
    fee: moneyOrNull(row, 'fee'),
    settlement: moneyOrNull(row, 'settlement'),
    at: textOf(row, 'at'),
    batch: textOrNull(row, 'batch'),
  };
}

export function statementColumns(row: StatementRow): Record<string, SqlValue> {
  return {
    file_id: row.fileId,
    line: row.line,
    account: row.account,
    direction: row.direction,
    ...moneyColumns('amount', row.amount),
    value_date: row.valueDate,
    bank_reference: row.bankReference,
    end_to_end_id: row.endToEndId,
    counterparty: row.counterparty,
    purpose: row.purpose,
    reversal: row.reversal === true ? 1 : 0,
  };
}

function statementRowOf(row: Row, source: string): StatementRow {
  return {
    source,
    fileId: textOf(row, 'file_id'),
    line: numberOf(row, 'line'),
    account: textOf(row, 'account'),
    direction: textOf(row, 'direction') as StatementRow['direction'],
    amount: moneyOf(row, 'amount'),
    valueDate: textOf(row, 'value_date'),
    bankReference: textOf(row, 'bank_reference'),
    endToEndId: textOrNull(row, 'end_to_end_id'),
    counterparty: textOf(row, 'counterparty'),
    purpose: textOf(row, 'purpose'),
    ...(bigintOf(row, 'reversal') === 1n ? { reversal: true } : {}),
  };
}
