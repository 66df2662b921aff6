/** Reads payment orders of 1CClientBankExchange back, as the bank would: what is read is what was ordered.
 *
 *  Errors  FILE_* : the whole file, with the place */
import { RUB } from '../../kernel/currency.ts';
import { type Money, money } from '../../kernel/money.ts';
import { amount, fault, filled, matching, text } from './cells.ts';
import { type ExchangeDocument, ExchangeGrammar, exchangeDate, type Section } from './exchange-1c.ts';
import { ORDER_KIND } from './orders-1c.ts';
import { referenceIn } from './payment-reference.ts';
import { type Reading, readingOf } from './reading.ts';
import { isAccountOf, isInn } from './russian-accounts.ts';
import type { FileSource } from './source.ts';

export interface OrderParty {
  readonly name: string;
  readonly inn: string;
  readonly account: string;
  readonly bankName: string;
  readonly bic: string;
  readonly correspondentAccount: string;
}

export interface OrderRow {
  readonly line: number;
  readonly number: number;
  readonly date: string;
  readonly amount: Money;
  readonly payer: OrderParty;
  readonly payee: OrderParty;
  readonly purpose: string;
  readonly endToEndId: string | null;
}

export interface OrdersSummary {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly totals: readonly Money[];
}

export function readPaymentOrders1c(source: FileSource): Reading<OrderRow, OrdersSummary> {
  return readingOf(source, new Orders(source));
}

class Orders extends ExchangeGrammar<OrderRow, OrdersSummary> {
  #account = '';
  #from = '';
  #to = '';
  #rows = 0;
  #total = 0n;

  protected headOf(head: Section): void {
    this.#account = matching(head, 'РасчСчет', /^[0-9]{20}$/, 'an account of 20 digits');
    this.#from = exchangeDate(head, 'ДатаНачала');
    this.#to = exchangeDate(head, 'ДатаКонца');
  }

  protected account(section: Section): void {
    throw fault(section, 'СекцияРасчСчет', 'A file of orders states no balances: is it a statement?');
  }

  protected document({ kind, section }: ExchangeDocument): OrderRow {
    if (kind !== ORDER_KIND) throw fault(section, 'СекцияДокумент', `Not ${ORDER_KIND}.`);
    const sum = amount(section, 'Сумма', RUB);
    if (sum.amountMinor <= 0n) throw fault(section, 'Сумма', 'Not above zero.');
    const date = exchangeDate(section, 'Дата');
    if (date < this.#from || date > this.#to) throw fault(section, 'Дата', 'Outside the period of the file.');
    const payer = partyOf(section, 'Плательщик');
    if (payer.account !== this.#account)
      throw fault(section, 'ПлательщикСчет', 'Not the account of the file.');
    const purpose = filled(section, 'НазначениеПлатежа');
    this.#rows += 1;
    this.#total += sum.amountMinor;
    return {
      line: section.line,
      number: Number(matching(section, 'Номер', /^[1-9][0-9]{0,5}$/, 'a number from 1 to 999999')),
      date,
      amount: sum,
      payer,
      payee: partyOf(section, 'Получатель'),
      purpose,
      endToEndId: referenceIn(purpose),
    };
  }

  protected summary(): OrdersSummary {
    return {
      account: this.#account,
      from: this.#from,
      to: this.#to,
      rows: this.#rows,
      totals: [money(this.#total, RUB)],
    };
  }
}

function partyOf(at: Section, role: 'Плательщик' | 'Получатель'): OrderParty {
  const bic = matching(at, `${role}БИК`, /^[0-9]{9}$/, 'a BIC of nine digits');
  const account = text(at, `${role}Счет`);
  if (!isAccountOf(bic, account)) throw fault(at, `${role}Счет`, 'The key does not fit the BIC.');
  const inn = text(at, `${role}ИНН`);
  if (!isInn(inn)) throw fault(at, `${role}ИНН`, 'Not an INN with right check digits.');
  return {
    name: filled(at, `${role}1`),
    inn,
    account,
    bankName: filled(at, `${role}Банк1`),
    bic,
    correspondentAccount: text(at, `${role}Корсчет`),
  };
}
