/** One entry of a camt statement: what was booked, and the transactions it was booked for. */
import type { CurrencyCode } from '../../kernel/currency.ts';
import type { Money } from '../../kernel/money.ts';
import type { StatementRow } from '../contract.ts';
import { currencyAt, dateAt, moneyAt, nodeFault } from './camt-fields.ts';
import { referenceIn } from './payment-reference.ts';
import type { FileSource } from './source.ts';
import { childOf, childrenOf, textAt, type XmlNode } from './xml-tree.ts';

export interface BookedEntry {
  readonly node: XmlNode;
  readonly direction: 'in' | 'out';
  /** The bank takes an earlier movement back; the direction is that of the taking back. */
  readonly reversal: boolean;
  readonly amount: Money;
  readonly valueDate: string;
  readonly reference: string;
}

/** Null where the bank has not booked it: pending and informative entries move nothing. */
export function readEntry(source: FileSource, node: XmlNode, currency: CurrencyCode): BookedEntry | null {
  // Until version 05 the status is a word, later a code inside it.
  const status = textAt(node, 'Sts/Cd', source) || textAt(node, 'Sts', source);
  if (!['BOOK', 'PDNG', 'INFO', 'FUTR'].includes(status))
    throw nodeFault(source, node, 'Sts', 'Not BOOK, PDNG, INFO or FUTR.');
  const amount = childOf(node, 'Amt', source);
  if (amount === null) throw nodeFault(source, node, 'Amt', 'Missing.');
  if (currencyAt(source, amount, amount.attributes.get('Ccy') ?? '') !== currency)
    throw nodeFault(source, amount, 'Amt', 'Another currency than the account.');
  const direction = directionOf(source, node);
  const valueDate = dateAt(source, node, 'ValDt') ?? dateAt(source, node, 'BookgDt');
  if (valueDate === null) throw nodeFault(source, node, 'ValDt', 'Neither value date nor booking date.');
  const reversal = textAt(node, 'RvslInd', source);
  if (!['', 'true', 'false', '1', '0'].includes(reversal))
    throw nodeFault(source, node, 'RvslInd', 'Not true or false.');
  const value = moneyAt(source, amount, amount.text, currency);
  if (status !== 'BOOK') return null;
  return {
    node,
    direction,
    reversal: reversal === 'true' || reversal === '1',
    amount: value,
    valueDate,
    reference: textAt(node, 'AcctSvcrRef', source) || textAt(node, 'NtryRef', source),
  };
}

/** One row, or one for each transaction of a batch; these must come to the entry. */
export function entryRows(
  source: FileSource,
  entry: BookedEntry,
  account: string,
  party: string,
): readonly StatementRow[] {
  const details = childrenOf(entry.node, 'NtryDtls').flatMap((node) => childrenOf(node, 'TxDtls'));
  const row = (node: XmlNode | null, direction: 'in' | 'out', amount: Money): StatementRow =>
    rowOf(source, entry, node, { account, party, direction, amount });
  const amounts = details.map((node) => amountOf(source, node, entry));
  // The entry is what moved. Of one transaction the amount may differ from it by charges, and of several it may be left out.
  if (details.length <= 1 || amounts.every((amount) => amount === null))
    return [row(details.length === 1 ? (details[0] ?? null) : null, entry.direction, entry.amount)];
  const rows: StatementRow[] = [];
  let net = 0n;
  for (const [index, node] of details.entries()) {
    const amount = amounts[index] ?? null;
    if (amount === null)
      throw nodeFault(source, node, 'Amt', 'A transaction of a batch does not state its amount.');
    const direction =
      childOf(node, 'CdtDbtInd', source) === null ? entry.direction : directionOf(source, node);
    net += direction === entry.direction ? amount.amountMinor : -amount.amountMinor;
    rows.push(row(node, direction, amount));
  }
  if (net !== entry.amount.amountMinor) {
    const reason = 'The transactions do not add up to their entry.';
    throw nodeFault(source, entry.node, 'NtryDtls', reason, 'FILE_TOTALS_WRONG');
  }
  return rows;
}

/** The transaction's amount in the account's currency: `Amt`, or in version 02 `AmtDtls/TxAmt/Amt`. */
function amountOf(source: FileSource, node: XmlNode, entry: BookedEntry): Money | null {
  const details = childOf(node, 'AmtDtls', source);
  const settled = details === null ? null : childOf(details, 'TxAmt', source);
  const amount = childOf(node, 'Amt', source) ?? (settled === null ? null : childOf(settled, 'Amt', source));
  if (amount === null || amount.attributes.get('Ccy') !== entry.amount.currency) return null;
  return moneyAt(source, amount, amount.text, entry.amount.currency);
}

function directionOf(source: FileSource, node: XmlNode): 'in' | 'out' {
  const side = textAt(node, 'CdtDbtInd', source);
  if (side === 'CRDT') return 'in';
  if (side === 'DBIT') return 'out';
  throw nodeFault(source, node, 'CdtDbtInd', 'Not CRDT or DBIT.');
}

interface RowParts {
  readonly account: string;
  readonly party: string;
  readonly direction: 'in' | 'out';
  readonly amount: Money;
}

function rowOf(
  source: FileSource,
  entry: BookedEntry,
  details: XmlNode | null,
  parts: RowParts,
): StatementRow {
  const at = (path: string): string => (details === null ? '' : textAt(details, path, source).slice(0, 512));
  const remittance = details === null ? null : childOf(details, 'RmtInf', source);
  const purpose =
    remittance === null
      ? textAt(entry.node, 'AddtlNtryInf', source).slice(0, 512)
      : childrenOf(remittance, 'Ustrd')
          .map((node) => node.text)
          .join(' ')
          .slice(0, 512);
  const stated = at('Refs/EndToEndId');
  // The other side of the movement: whoever paid us, or whom we paid. From version 07 a party stands one level lower.
  const other = parts.direction === 'in' ? 'Dbtr' : 'Cdtr';
  return {
    source: parts.party,
    fileId: source.fileId,
    line: (details ?? entry.node).line,
    account: parts.account,
    direction: parts.direction,
    amount: parts.amount,
    valueDate: entry.valueDate,
    bankReference: at('Refs/AcctSvcrRef') || entry.reference,
    endToEndId: stated === '' || stated === 'NOTPROVIDED' ? referenceIn(purpose) : stated,
    counterparty: at(`RltdPties/${other}/Pty/Nm`) || at(`RltdPties/${other}/Nm`),
    purpose,
    ...(entry.reversal ? { reversal: true } : {}),
  };
}
