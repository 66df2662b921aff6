/** A payment order to a bank abroad or in foreign currency: ISO 20022 customer credit transfer initiation, pain.001.001.03.
 *
 *  Shape   Document/CstmrCdtTrfInitn: GrpHdr, one PmtInf (one payer's account, one day), one CdtTrfTxInf for each order
 *  Units   amounts with the decimals of their currency; times in UTC; text in the SWIFT character set, transliterated
 *  Errors  FILE_VALUE_UNFIT naming the element; nothing is cut
 *  Source  ISO 20022 message definition report, Payments Initiation 2009 */
import { currencyExponent } from '../../kernel/currency.ts';
import { formatDecimal, type Money, money } from '../../kernel/money.ts';
import { instantText } from '../../kernel/time.ts';
import type { AcquirerRecord, BankDetails, PayoutOrder } from '../contract.ts';
import { dayExists } from './cells.ts';
import type { WrittenDocument } from './orders-1c.ts';
import { withReference } from './payment-reference.ts';
import { refusal } from './source.ts';
import { swiftText } from './swift-characters.ts';
import { type Element, element, xmlText } from './xml-write.ts';

export const PAIN001_NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.03';

export interface WrittenPain001 extends WrittenDocument {
  readonly messageId: string;
  /** `CtrlSum`: the amounts added up whatever their currency; here they have one. */
  readonly controlSum: string;
}

const AMOUNT_DIGITS_MAX = 18;

/** Orders of one payer, one currency and one value date, at least one. The same orders make the same bytes. */
export function writePain001(orders: readonly PayoutOrder[], messageId: string): WrittenPain001 {
  const file = messageId;
  const [first] = orders;
  if (first === undefined) throw unfit(file, 'CdtTrfTxInf', 'There is no order.');
  const { currency } = first.amount;
  const ids = new Set<string>();
  for (const order of orders) {
    if (order.amount.currency !== currency || order.valueDate !== first.valueDate)
      throw unfit(file, 'PmtInf', 'The orders are not of one currency and one day.');
    if (order.payer.accounts[currency] !== first.payer.accounts[currency])
      throw unfit(file, 'DbtrAcct', 'The orders are not all from one account.');
    if (ids.has(order.endToEndId)) throw unfit(file, 'EndToEndId', 'Two orders have one end-to-end id.');
    ids.add(order.endToEndId);
  }
  const total = money(
    orders.reduce((sum, order) => sum + order.amount.amountMinor, 0n),
    currency,
  );
  const controlSum = amountText(total, file);
  const createdAt = Math.max(...orders.map((order) => order.createdAt));
  const header = element('GrpHdr', [
    element('MsgId', idText(messageId, file, 'MsgId')),
    element('CreDtTm', `${instantText(createdAt).slice(0, 19)}Z`),
    element('NbOfTxs', String(orders.length)),
    element('CtrlSum', controlSum),
    element('InitgPty', [element('Nm', nameText(first.payer.name, file, 'InitgPty/Nm'))]),
  ]);
  const information = paymentInformation(orders, first, controlSum, file);
  const root: Element = {
    name: 'Document',
    attributes: { xmlns: PAIN001_NAMESPACE },
    content: [element('CstmrCdtTrfInitn', [header, information])],
  };
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${xmlText(root)}`;
  return {
    bytes: new TextEncoder().encode(text),
    rows: orders.length,
    totals: [total],
    messageId,
    controlSum,
  };
}

function paymentInformation(
  orders: readonly PayoutOrder[],
  first: PayoutOrder,
  controlSum: string,
  file: string,
): Element {
  const { payer, valueDate } = first;
  const { currency } = first.amount;
  if (!dayExists(valueDate)) throw unfit(file, 'ReqdExctnDt', 'Not a date.');
  return element('PmtInf', [
    element('PmtInfId', idText(`${file}-1`, file, 'PmtInfId')),
    element('PmtMtd', 'TRF'),
    element('BtchBookg', 'false'),
    element('NbOfTxs', String(orders.length)),
    element('CtrlSum', controlSum),
    element('ReqdExctnDt', valueDate),
    element('Dbtr', [element('Nm', nameText(payer.name, file, 'Dbtr/Nm'))]),
    element('DbtrAcct', [accountElement(payer, currency, file, 'DbtrAcct'), element('Ccy', currency)]),
    element('DbtrAgt', [agentElement(payer, payer.swiftBic, file, 'DbtrAgt')]),
    // Each side pays its own bank: what the partner is owed arrives whole from us.
    element('ChrgBr', 'SHAR'),
    ...orders.map((order) => transaction(order, file)),
  ]);
}

function transaction(order: PayoutOrder, file: string): Element {
  const { partner, amount } = order;
  return element('CdtTrfTxInf', [
    element('PmtId', [
      element('InstrId', idText(String(order.documentNumber), file, 'InstrId')),
      element('EndToEndId', idText(order.endToEndId, file, 'EndToEndId')),
    ]),
    element('Amt', [
      { name: 'InstdAmt', attributes: { Ccy: amount.currency }, content: amountText(amount, file) },
    ]),
    element('CdtrAgt', [agentElement(partner, null, file, 'CdtrAgt')]),
    element('Cdtr', [element('Nm', nameText(partner.name, file, 'Cdtr/Nm'))]),
    element('CdtrAcct', [accountElement(partner, amount.currency, file, 'CdtrAcct')]),
    element('RmtInf', [element('Ustrd', remittanceText(order, file))]),
  ]);
}

/** The end-to-end id once more in words: a statement in a format without that field repeats them.
 *  Errors  FILE_VALUE_UNFIT */
export function remittanceText(
  { purpose, endToEndId }: Pick<PayoutOrder, 'purpose' | 'endToEndId'>,
  file: string,
): string {
  return plainText(withReference(purpose, endToEndId, file), file, 'RmtInf/Ustrd', 140);
}

/** By its BIC of ISO 9362, or by its number in the clearing system that has numbers of this length. */
function agentElement(
  party: BankDetails,
  swiftBic: AcquirerRecord['swiftBic'],
  file: string,
  path: string,
): Element {
  const bic = swiftBic ?? party.bic;
  const name = element('Nm', nameText(party.bankName, file, `${path}/Nm`));
  if (/^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$/.test(bic))
    return element('FinInstnId', [element('BIC', bic), name]);
  const system = /^[0-9]{9}$/.test(bic) ? 'RUCBC' : /^[0-9]{12}$/.test(bic) ? 'CNAPS' : null;
  if (system === null) throw unfit(file, `${path}/BIC`, 'Neither a BIC nor a clearing number.');
  const member = element('ClrSysMmbId', [
    element('ClrSysId', [element('Cd', system)]),
    element('MmbId', bic),
  ]);
  return element('FinInstnId', [member, name]);
}

function accountElement(party: BankDetails, currency: string, file: string, path: string): Element {
  const account = party.accounts[currency] ?? '';
  if (/^[A-Z]{2}[0-9]{2}[A-Za-z0-9]{1,30}$/.test(account)) {
    if (!isIban(account)) throw unfit(file, `${path}/IBAN`, 'Its check digits are wrong.');
    return element('Id', [element('IBAN', account)]);
  }
  if (!/^[A-Za-z0-9/-]{1,34}$/.test(account))
    throw unfit(file, `${path}/Id`, 'There is no account in this currency of 1 to 34 characters.');
  return element('Id', [element('Othr', [element('Id', account)])]);
}

/** ISO 13616: the number made of letters and digits, moved by four, leaves 1 when divided by 97. */
export function isIban(account: string): boolean {
  const moved = `${account.slice(4)}${account.slice(0, 4)}`;
  const digits = [...moved].map((character) => Number.parseInt(character, 36).toString()).join('');
  return BigInt(digits) % 97n === 1n;
}

function amountText(amount: Money, file: string): string {
  const digits = amount.amountMinor.toString().length;
  if (amount.amountMinor <= 0n || digits > AMOUNT_DIGITS_MAX || currencyExponent(amount.currency) > 5)
    throw unfit(file, 'InstdAmt', `Not above zero and within ${AMOUNT_DIGITS_MAX} digits.`);
  return formatDecimal(amount);
}

/** Max35Text of the restricted set; it must not begin with a slash or hold two. */
function idText(value: string, file: string, path: string): string {
  if (!/^[A-Za-z0-9+?:().,'-][A-Za-z0-9+?:().,'/ -]{0,34}$/.test(value) || value.includes('//'))
    throw unfit(file, path, 'Not an id of 1 to 35 characters of the set.');
  return value;
}

function nameText(value: string, file: string, path: string): string {
  return plainText(value, file, path, 140);
}

function plainText(value: string, file: string, path: string, charactersMax: number): string {
  const converted = swiftText(value);
  if ('unfit' in converted) {
    const code = converted.unfit.codePointAt(0) ?? 0;
    throw unfit(file, path, `A character (U+${code.toString(16).toUpperCase()}) has no place in the set.`);
  }
  if (converted.text === '' || converted.text.length > charactersMax)
    throw unfit(file, path, `Not 1 to ${charactersMax} characters once transliterated.`);
  return converted.text;
}

function unfit(file: string, column: string, reason: string) {
  return refusal('FILE_VALUE_UNFIT', file, { line: 0, column }, reason);
}
