/** Payment orders in roubles as 1CClientBankExchange 1.03, for the bank that keeps our account.
 *
 *  Shape   heading, one СекцияДокумент=Платежное поручение for each order, КонецФайла; CRLF
 *  Units   windows-1251; amounts with two decimals and a point; dates дд.мм.гггг; times of Moscow
 *  Errors  FILE_VALUE_UNFIT naming the key; nothing is cut, replaced or transliterated
 *  Source  v8.1c.ru, standard of exchange 1.03; Bank of Russia, Rules 762-P, details of a payment order */
import { RUB } from '../../kernel/currency.ts';
import { formatDecimal, type Money, money } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { BankDetails, PayoutOrder } from '../contract.ts';
import { EXCHANGE_MARK, exchangeDateText } from './exchange-1c.ts';
import { withReference } from './payment-reference.ts';
import { isAccountOf, isBic, isInn } from './russian-accounts.ts';
import { refusal } from './source.ts';
import { encodeWindows1251 } from './windows-1251.ts';

export const ORDER_KIND = 'Платежное поручение';
const PROGRAM = 'Amur';
const AMOUNT_MAX = 10n ** 18n;

export interface WrittenDocument {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly totals: readonly Money[];
}

/** Orders of one payer and of one day or more, at least one. The same orders make the same bytes. */
export function writePaymentOrders1c(orders: readonly PayoutOrder[], file: string): WrittenDocument {
  const [first] = orders;
  if (first === undefined) throw unfit(file, 'СекцияДокумент', 'There is no order.');
  const account = accountOf(first.payer, file, 'РасчСчет');
  const dates = orders.map((order) => order.documentDate).toSorted();
  const made = localTime(Math.max(...orders.map((order) => order.createdAt)), MOSCOW_OFFSET_MINUTES);
  const numbers = new Set<number>();
  const head: readonly Line[] = [
    ['ВерсияФормата', '1.03'],
    ['Кодировка', 'Windows'],
    ['Отправитель', PROGRAM],
    ['Получатель', ''],
    ['ДатаСоздания', exchangeDateText(made.date)],
    ['ВремяСоздания', made.time],
    ['ДатаНачала', exchangeDateText(dates[0] ?? '')],
    ['ДатаКонца', exchangeDateText(dates.at(-1) ?? '')],
    ['РасчСчет', account],
    ['Документ', ORDER_KIND],
  ];
  let total = 0n;
  const texts = orders.map((order) => {
    if (accountOf(order.payer, file, 'ПлательщикСчет') !== account)
      throw unfit(file, 'ПлательщикСчет', 'The orders are not all from one account.');
    if (numbers.has(order.documentNumber)) throw unfit(file, 'Номер', 'Two orders have one number.');
    numbers.add(order.documentNumber);
    total += order.amount.amountMinor;
    const lines = orderLines(order, file);
    return `СекцияДокумент=${ORDER_KIND}\r\n${textOf(lines, file)}КонецДокумента\r\n`;
  });
  const text = `${EXCHANGE_MARK}\r\n${textOf(head, file)}${texts.join('')}КонецФайла\r\n`;
  return { bytes: encoded(text, file), rows: orders.length, totals: [money(total, RUB)] };
}

type Line = readonly [key: string, value: string];

function orderLines(order: PayoutOrder, file: string): readonly Line[] {
  const { amount, payer, partner } = order;
  if (amount.currency !== RUB) throw unfit(file, 'Сумма', 'A payment order is in roubles.');
  if (amount.amountMinor <= 0n || amount.amountMinor >= AMOUNT_MAX)
    throw unfit(file, 'Сумма', 'The amount is not above zero and within 16 digits.');
  if (!Number.isInteger(order.documentNumber) || order.documentNumber < 1 || order.documentNumber > 999_999)
    throw unfit(file, 'Номер', 'The number is not from 1 to 999999.');
  return [
    ['Номер', String(order.documentNumber)],
    ['Дата', dateText(order.documentDate, file, 'Дата')],
    ['Сумма', formatDecimal(amount)],
    ...partyLines('Плательщик', payer, file),
    ...partyLines('Получатель', partner, file),
    ['ВидПлатежа', 'Электронно'],
    ['ВидОплаты', '01'],
    ['Код', '0'],
    ['СрокПлатежа', dateText(order.valueDate, file, 'СрокПлатежа')],
    ['Очередность', '5'],
    ['НазначениеПлатежа', withReference(order.purpose, order.endToEndId, file)],
  ];
}

function partyLines(role: 'Плательщик' | 'Получатель', party: BankDetails, file: string): readonly Line[] {
  const account = accountOf(party, file, `${role}Счет`);
  if (!isInn(party.inn)) throw unfit(file, `${role}ИНН`, 'Not an INN with right check digits.');
  if (party.kpp !== null && !/^[0-9]{4}[0-9A-Z]{2}[0-9]{3}$/.test(party.kpp))
    throw unfit(file, `${role}КПП`, 'Not a KPP of nine characters.');
  if (!isAccountOf(party.bic, party.correspondentAccount))
    throw unfit(file, `${role}Корсчет`, 'The key of the account does not fit the BIC.');
  // Names stand twice: once with the INN before them for whoever reads one line, once by themselves.
  return [
    [`${role}Счет`, account],
    [role, named(`ИНН ${party.inn} ${party.name}`, file, role, 210)],
    [`${role}ИНН`, party.inn],
    [`${role}КПП`, party.kpp ?? ''],
    [`${role}1`, named(party.name, file, `${role}1`, 160)],
    [`${role}РасчСчет`, account],
    [`${role}Банк1`, named(party.bankName, file, `${role}Банк1`, 160)],
    [`${role}БИК`, party.bic],
    [`${role}Корсчет`, party.correspondentAccount],
  ];
}

function accountOf(party: BankDetails, file: string, key: string): string {
  const account = party.accounts[RUB];
  if (!isBic(party.bic)) throw unfit(file, key, 'The BIC is not nine digits.');
  if (account === undefined || !isAccountOf(party.bic, account))
    throw unfit(file, key, 'There is no rouble account, or its key does not fit the BIC.');
  return account;
}

function named(value: string, file: string, key: string, charactersMax: number): string {
  if (value.trim() === '' || value.length > charactersMax)
    throw unfit(file, key, `Not 1 to ${charactersMax} characters.`);
  return value;
}

function dateText(date: string, file: string, key: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw unfit(file, key, 'Not a date.');
  return exchangeDateText(date);
}

function textOf(lines: readonly Line[], file: string): string {
  return lines
    .map(([key, value]) => {
      if (/\p{Cc}/u.test(value)) throw unfit(file, key, 'A value holds a line end or a control character.');
      if (!(encodeWindows1251(value) instanceof Uint8Array))
        throw unfit(file, key, 'A character is not in windows-1251.');
      return `${key}=${value}\r\n`;
    })
    .join('');
}

function encoded(text: string, file: string): Uint8Array {
  const bytes = encodeWindows1251(text);
  if (bytes instanceof Uint8Array) return bytes;
  throw unfit(file, '', 'A character is not in windows-1251.');
}

function unfit(file: string, column: string, reason: string) {
  return refusal('FILE_VALUE_UNFIT', file, { line: 0, column }, reason);
}
