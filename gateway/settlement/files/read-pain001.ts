/** Reads a credit transfer initiation back, as the bank would: what is read is what was ordered.
 *
 *  Errors  FILE_* : the whole file, with line and element; counts and control sums are checked */
import { type Money, money } from '../../kernel/money.ts';
import { currencyAt, moneyAt, nodeFault } from './camt-fields.ts';
import { PAIN001_NAMESPACE } from './pain001.ts';
import type { WholeFile } from './reading.ts';
import type { FileSource } from './source.ts';
import { childrenOf, down, readXml, textAt, type XmlNode } from './xml-tree.ts';

export interface TransferRow {
  readonly line: number;
  readonly endToEndId: string;
  readonly amount: Money;
  readonly valueDate: string;
  readonly payerAccount: string;
  readonly payeeName: string;
  readonly payeeAccount: string;
  readonly purpose: string;
}

export interface TransfersSummary {
  readonly messageId: string;
  readonly rows: number;
  readonly totals: readonly Money[];
}

export function readPain001(source: FileSource, bytes: Uint8Array): WholeFile<TransferRow, TransfersSummary> {
  const document = readXml(source, bytes);
  if (document.attributes.get('xmlns') !== PAIN001_NAMESPACE)
    throw nodeFault(source, document, 'Document', 'Not pain.001.001.03.', 'FILE_KIND_UNKNOWN');
  const header = required(source, document, 'CstmrCdtTrfInitn/GrpHdr');
  const information = required(source, document, 'CstmrCdtTrfInitn/PmtInf');
  const rows = childrenOf(information, 'CdtTrfTxInf').map((node) => rowOf(source, information, node));
  const [first] = rows;
  if (first === undefined) throw nodeFault(source, information, 'CdtTrfTxInf', 'Missing.');
  const { currency } = first.amount;
  if (rows.some((row) => row.amount.currency !== currency))
    throw nodeFault(source, information, 'InstdAmt', 'More than one currency.');
  const total = money(
    rows.reduce((sum, row) => sum + row.amount.amountMinor, 0n),
    currency,
  );
  for (const part of [header, information]) {
    if (textAt(part, 'NbOfTxs', source) !== String(rows.length))
      throw nodeFault(source, part, 'NbOfTxs', 'Not the number of transfers.', 'FILE_TOTALS_WRONG');
    const sum = required(source, part, 'CtrlSum');
    if (moneyAt(source, sum, sum.text, currency).amountMinor !== total.amountMinor)
      throw nodeFault(source, sum, 'CtrlSum', 'Not the sum of the transfers.', 'FILE_TOTALS_WRONG');
  }
  const messageId = textAt(header, 'MsgId', source);
  return { rows, summary: { messageId, rows: rows.length, totals: [total] }, bytes: bytes.length };
}

function rowOf(source: FileSource, information: XmlNode, node: XmlNode): TransferRow {
  const amount = required(source, node, 'Amt/InstdAmt');
  const currency = currencyAt(source, amount, amount.attributes.get('Ccy') ?? '');
  return {
    line: node.line,
    endToEndId: required(source, node, 'PmtId/EndToEndId').text,
    amount: moneyAt(source, amount, amount.text, currency),
    valueDate: required(source, information, 'ReqdExctnDt').text,
    payerAccount: accountIn(source, information, 'DbtrAcct'),
    payeeName: textAt(node, 'Cdtr/Nm', source),
    payeeAccount: accountIn(source, node, 'CdtrAcct'),
    purpose: textAt(node, 'RmtInf/Ustrd', source),
  };
}

function accountIn(source: FileSource, node: XmlNode, name: string): string {
  const account = required(source, node, `${name}/Id`);
  return textAt(account, 'IBAN', source) || textAt(account, 'Othr/Id', source);
}

function required(source: FileSource, node: XmlNode, path: string): XmlNode {
  const found = down(node, path, source);
  if (found === null) throw nodeFault(source, node, path, 'Missing.');
  return found;
}
