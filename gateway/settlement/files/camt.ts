/** Bank statements and notifications of ISO 20022: camt.053 and camt.054, versions 02 to 08.
 *
 *  Shape   each booked entry is one row, or one row for each of its transactions where the bank booked several at once
 *  Units   amounts in the account's currency; direction as booked, so that a reversed payment comes in
 *  Errors  FILE_* : the whole file, with line and element; a statement whose balances do not follow from its entries is refused
 *  Source  ISO 20022 message definition reports, Bank-to-Customer Cash Management */
import type { CurrencyCode } from '../../kernel/currency.ts';
import { type Money, money } from '../../kernel/money.ts';
import type { StatementRow } from '../contract.ts';
import { type BookedEntry, entryRows, readEntry } from './camt-entry.ts';
import { currencyAt, dateAt, moneyAt, nodeFault } from './camt-fields.ts';
import type { WholeFile } from './reading.ts';
import type { FileSource } from './source.ts';
import type { AccountStatement, StatementSummary } from './statement-summary.ts';
import { childOf, childrenOf, readXml, textAt, type XmlNode } from './xml-tree.ts';

const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:camt\.(053|054)\.001\.0([2-8])$/;

/** `party`: whose statement it is, for the rows' source. */
export function readCamt(
  source: FileSource,
  bytes: Uint8Array,
  party: string,
): WholeFile<StatementRow, StatementSummary> {
  const document = readXml(source, bytes);
  const kind = NAMESPACE.exec(document.attributes.get('xmlns') ?? prefixed(document))?.[1];
  if (document.name !== 'Document' || kind === undefined)
    throw nodeFault(
      source,
      document,
      'Document',
      'Not camt.053 or camt.054 of version 02 to 08.',
      'FILE_KIND_UNKNOWN',
    );
  const message = only(source, document, kind === '053' ? 'BkToCstmrStmt' : 'BkToCstmrDbtCdtNtfctn');
  const parts = childrenOf(message, kind === '053' ? 'Stmt' : 'Ntfctn');
  if (parts.length === 0) throw nodeFault(source, message, 'Stmt', 'There is no statement.');
  const rows: StatementRow[] = [];
  const accounts: AccountStatement[] = [];
  for (const part of parts) {
    const account = accountOf(source, part);
    const entries = childrenOf(part, 'Ntry').map((node) => readEntry(source, node, account.currency));
    const booked = entries.filter((entry) => entry !== null);
    const before = rows.length;
    for (const entry of booked)
      for (const row of entryRows(source, entry, account.number, party)) rows.push(row);
    checkCounts(source, part, booked);
    if (kind === '053') accounts.push(proved(source, part, account, booked, rows.length - before));
  }
  return { rows: apart(rows), summary: { accounts, rows: rows.length }, bytes: bytes.length };
}

/** Rows by which a store can tell them apart. Many banks write the whole document on one line: then rows are counted instead of
 *  lines. A row without a reference of the bank's is named by its count too. */
function apart(rows: readonly StatementRow[]): readonly StatementRow[] {
  const onOneLine = new Set(rows.map(({ line }) => line)).size < rows.length;
  return rows.map((row, index) => ({
    ...row,
    line: onOneLine ? index + 1 : row.line,
    bankReference: row.bankReference === '' ? `row ${index + 1}` : row.bankReference,
  }));
}

interface Account {
  readonly number: string;
  readonly currency: CurrencyCode;
}

function accountOf(source: FileSource, part: XmlNode): Account {
  const node = only(source, part, 'Acct');
  const number = textAt(node, 'Id/IBAN', source) || textAt(node, 'Id/Othr/Id', source);
  if (!/^[A-Za-z0-9/-]{1,34}$/.test(number)) throw nodeFault(source, node, 'Acct/Id', 'Not an account.');
  // The account's currency may be left out; then the balances, or the entries, say it.
  const letters =
    textAt(node, 'Ccy', source) ||
    [...childrenOf(part, 'Bal'), ...childrenOf(part, 'Ntry')]
      .map((child) => childOf(child, 'Amt', source)?.attributes.get('Ccy') ?? '')
      .find((found) => found !== '');
  if (letters === undefined) throw nodeFault(source, node, 'Acct/Ccy', 'The currency is not stated.');
  return { number, currency: currencyAt(source, node, letters) };
}

function proved(
  source: FileSource,
  part: XmlNode,
  account: Account,
  entries: readonly BookedEntry[],
  rows: number,
): AccountStatement {
  const balances = childrenOf(part, 'Bal').map((node) => balanceOf(source, node, account.currency));
  const opening =
    balances.find(({ code }) => code === 'OPBD') ?? balances.find(({ code }) => code === 'PRCD');
  const closing = balances.find(({ code }) => code === 'CLBD');
  if (opening === undefined || closing === undefined)
    throw nodeFault(source, part, 'Bal', 'Opening (OPBD or PRCD) or closing (CLBD) balance is missing.');
  const sum = (direction: 'in' | 'out'): bigint =>
    entries
      .filter((entry) => entry.direction === direction)
      .reduce((total, entry) => total + entry.amount.amountMinor, 0n);
  const [cameIn, wentOut] = [sum('in'), sum('out')];
  if (opening.minor + cameIn - wentOut !== closing.minor) {
    const reason = 'The closing balance is not the opening balance with the booked entries.';
    throw nodeFault(source, part, 'Bal/CLBD', reason, 'FILE_TOTALS_WRONG');
  }
  const of = (minor: bigint): Money => money(minor, account.currency);
  return {
    account: account.number,
    from: opening.date,
    to: closing.date,
    opening: of(opening.minor),
    closing: of(closing.minor),
    cameIn: of(cameIn),
    wentOut: of(wentOut),
    rows,
  };
}

/** Where the bank counts its entries, the count and sum are checked; entries not yet booked count with it. */
function checkCounts(source: FileSource, part: XmlNode, booked: readonly BookedEntry[]): void {
  const total = childOf(part, 'TxsSummry', source);
  const all = total === null ? null : childOf(total, 'TtlNtries', source);
  const stated = all === null ? '' : textAt(all, 'NbOfNtries', source);
  if (all !== null && stated !== '' && Number(stated) !== childrenOf(part, 'Ntry').length) {
    const reason = 'The statement holds another number of entries than it states.';
    throw nodeFault(source, all, 'NbOfNtries', reason, 'FILE_TOTALS_WRONG');
  }
  for (const [name, direction] of [
    ['TtlCdtNtries', 'in'],
    ['TtlDbtNtries', 'out'],
  ] as const) {
    const side = total === null ? null : childOf(total, name, source);
    const sum = side === null ? '' : textAt(side, 'Sum', source);
    const entries = booked.filter((entry) => entry.direction === direction);
    const [first] = booked;
    if (
      side === null ||
      sum === '' ||
      first === undefined ||
      booked.length !== childrenOf(part, 'Ntry').length
    )
      continue;
    const wanted = moneyAt(source, side, sum, first.amount.currency).amountMinor;
    const held = entries.reduce((minor, entry) => minor + entry.amount.amountMinor, 0n);
    if (wanted !== held)
      throw nodeFault(source, side, `${name}/Sum`, 'Not the sum of the entries.', 'FILE_TOTALS_WRONG');
  }
}

function balanceOf(source: FileSource, node: XmlNode, currency: CurrencyCode) {
  const code = textAt(node, 'Tp/CdOrPrtry/Cd', source);
  const amount = only(source, node, 'Amt');
  if (amount.attributes.get('Ccy') !== currency)
    throw nodeFault(source, amount, 'Bal/Amt', 'Another currency than the account.');
  const { amountMinor } = moneyAt(source, amount, amount.text, currency);
  const side = textAt(node, 'CdtDbtInd', source);
  if (side !== 'CRDT' && side !== 'DBIT') throw nodeFault(source, node, 'Bal/CdtDbtInd', 'Not CRDT or DBIT.');
  const date = dateAt(source, node, 'Dt');
  if (date === null) throw nodeFault(source, node, 'Bal/Dt', 'Missing.');
  return { code, minor: side === 'CRDT' ? amountMinor : -amountMinor, date };
}

function only(source: FileSource, node: XmlNode, name: string): XmlNode {
  const found = childOf(node, name, source);
  if (found === null) throw nodeFault(source, node, name, 'Missing.');
  return found;
}

/** Documents may bind the namespace to a prefix. */
function prefixed(document: XmlNode): string {
  return [...document.attributes.values()].find((value) => NAMESPACE.test(value)) ?? '';
}
