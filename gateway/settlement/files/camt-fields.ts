/** Dates, amounts and currencies of a camt message, with the element's place where one is wrong. */
import { type CurrencyCode, parseCurrencyCode } from '../../kernel/currency.ts';
import { AmurError } from '../../kernel/errors.ts';
import { type Money, parseDecimalMoney } from '../../kernel/money.ts';
import { dayExists } from './cells.ts';
import { type FileErrorCode, type FileSource, refusal } from './source.ts';
import { textAt, type XmlNode } from './xml-tree.ts';

export function nodeFault(
  source: FileSource,
  node: XmlNode,
  column: string,
  reason: string,
  code: FileErrorCode = 'FILE_MALFORMED',
): AmurError {
  return refusal(code, source.name, { line: node.line, column }, reason);
}

/** `Dt/Dt` or `Dt/DtTm` under the named element, as a date. */
export function dateAt(source: FileSource, node: XmlNode, name: string): string | null {
  const text = textAt(node, `${name}/Dt`, source) || textAt(node, `${name}/DtTm`, source);
  if (text === '') return null;
  const date = text.slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}($|[T+Z-])/.test(text) || !dayExists(date))
    throw nodeFault(source, node, name, 'Not a date.');
  return date;
}

export function moneyAt(source: FileSource, node: XmlNode, text: string, currency: CurrencyCode): Money {
  try {
    // Trailing zeros beyond the currency's decimals say nothing: 10.500 is 10.50.
    const short = text.replace(/^(\d+\.\d*?)0+$/, '$1').replace(/\.$/, '');
    const value = parseDecimalMoney(/^\d+(\.\d+)?$/.test(text) ? short : 'x', currency);
    return value;
  } catch (error) {
    if (!(error instanceof AmurError)) throw error;
    throw nodeFault(source, node, node.name, 'Not an amount of its currency.');
  }
}

export function currencyAt(source: FileSource, node: XmlNode, letters: string): CurrencyCode {
  try {
    return parseCurrencyCode(letters);
  } catch (error) {
    if (!(error instanceof AmurError)) throw error;
    throw nodeFault(source, node, 'Ccy', 'Not a currency of ISO 4217.');
  }
}
