/** A bank's statement as 1CClientBankExchange: balances of the account in СекцияРасчСчет, one document for each movement.
 *
 *  Shape   ДатаСписано marks what went out of our account, ДатаПоступило what came in; one section for the period or one a day
 *  Units   windows-1251; amounts decimal, perhaps without decimals; the currency is digits six to eight of the account
 *  Errors  FILE_* : the whole file, with the place; refused where the balances do not follow from the movements
 *  Source  v8.1c.ru, standard of exchange 1.03 */
import { type CurrencyCode, currencyOf, RUB } from '../../kernel/currency.ts';
import { type Money, money } from '../../kernel/money.ts';
import type { StatementRow } from '../contract.ts';
import { amount, fault, filled, matching, text } from './cells.ts';
import { type ExchangeDocument, ExchangeGrammar, exchangeDate, type Section } from './exchange-1c.ts';
import { referenceIn } from './payment-reference.ts';
import { type Reading, readingOf } from './reading.ts';
import type { FileSource } from './source.ts';
import type { AccountStatement, StatementSummary } from './statement-summary.ts';

/** `party`: whose statement it is, for the rows' source. */
export function readStatement1c(source: FileSource, party: string): Reading<StatementRow, StatementSummary> {
  return readingOf(source, new Statement(source, party));
}

interface Running {
  readonly currency: CurrencyCode;
  readonly section: Section;
  readonly from: string;
  to: string;
  readonly opening: bigint;
  closing: bigint;
  statedIn: bigint;
  statedOut: bigint;
  cameIn: bigint;
  wentOut: bigint;
  rows: number;
}

class Statement extends ExchangeGrammar<StatementRow, StatementSummary> {
  readonly #party: string;
  readonly #accounts = new Map<string, Running>();
  #rows = 0;

  constructor(source: FileSource, party: string) {
    super(source);
    this.#party = party;
  }

  protected headOf(head: Section): void {
    exchangeDate(head, 'ДатаНачала');
    exchangeDate(head, 'ДатаКонца');
  }

  protected account(section: Section): void {
    const account = matching(section, 'РасчСчет', /^[0-9]{20}$/, 'an account of 20 digits');
    const currency = currencyOfAccount(section, account);
    const sum = (key: string): bigint => amount(section, key, currency).amountMinor;
    const opening = sum('НачальныйОстаток');
    const closing = sum('КонечныйОстаток');
    const [statedIn, statedOut] = [sum('ВсегоПоступило'), sum('ВсегоСписано')];
    if (opening + statedIn - statedOut !== closing) {
      const reason = 'Not the opening balance with what came in and went out.';
      throw fault(section, 'КонечныйОстаток', reason, 'FILE_TOTALS_WRONG');
    }
    const from = exchangeDate(section, 'ДатаНачала');
    const to = section.cells.has('ДатаКонца') ? exchangeDate(section, 'ДатаКонца') : from;
    const known = this.#accounts.get(account);
    if (known === undefined) {
      const nothing = { cameIn: 0n, wentOut: 0n, rows: 0 };
      const stated = { opening, closing, statedIn, statedOut };
      this.#accounts.set(account, { currency, section, from, to, ...stated, ...nothing });
      return;
    }
    if (known.closing !== opening || from <= known.to) {
      const reason = 'Does not continue the section before of the same account.';
      throw fault(section, 'НачальныйОстаток', reason, 'FILE_TOTALS_WRONG');
    }
    known.to = to;
    known.closing = closing;
    known.statedIn += statedIn;
    known.statedOut += statedOut;
  }

  protected document({ section }: ExchangeDocument): StatementRow {
    const payer = this.#accountIn(section, 'Плательщик');
    const payee = this.#accountIn(section, 'Получатель');
    const out = this.#accounts.has(payer) && isFilled(section, 'ДатаСписано');
    const into = this.#accounts.has(payee) && isFilled(section, 'ДатаПоступило');
    if (out === into) {
      const reason = out
        ? 'A movement between two accounts of one file: ask for one statement an account.'
        : 'Neither went out of nor came into an account of the statement.';
      throw fault(section, 'СекцияДокумент', reason);
    }
    const account = out ? payer : payee;
    const running = this.#accounts.get(account);
    if (running === undefined) throw fault(section, 'СекцияДокумент', 'The account has no balances.');
    const sum = amount(section, 'Сумма', running.currency);
    if (sum.amountMinor <= 0n) throw fault(section, 'Сумма', 'Not above zero.');
    running.rows += 1;
    this.#rows += 1;
    if (out) running.wentOut += sum.amountMinor;
    else running.cameIn += sum.amountMinor;
    return this.#row(section, out, account, sum, running);
  }

  #row(section: Section, out: boolean, account: string, sum: Money, running: Running): StatementRow {
    const valueDate = exchangeDate(section, out ? 'ДатаСписано' : 'ДатаПоступило');
    if (valueDate < running.from || valueDate > running.to)
      throw fault(section, out ? 'ДатаСписано' : 'ДатаПоступило', 'Outside the period of the statement.');
    const purpose = text(section, 'НазначениеПлатежа');
    const other = out ? 'Получатель' : 'Плательщик';
    return {
      source: this.#party,
      fileId: this.source.fileId,
      line: section.line,
      account,
      direction: out ? 'out' : 'in',
      amount: sum,
      valueDate,
      bankReference: `${filled(section, 'Номер', 64)}/${exchangeDate(section, 'Дата')}`,
      endToEndId: referenceIn(purpose),
      counterparty: section.cells.get(`${other}1`) ?? section.cells.get(other) ?? '',
      purpose,
    };
  }

  protected summary(lines: number): StatementSummary {
    if (this.#accounts.size === 0)
      throw this.refused('FILE_MALFORMED', lines, 'СекцияРасчСчет', 'The statement states no balances.');
    return {
      accounts: [...this.#accounts].map(([account, running]) => proved(account, running)),
      rows: this.#rows,
    };
  }

  #accountIn(section: Section, role: 'Плательщик' | 'Получатель'): string {
    return section.cells.get(`${role}Счет`) || section.cells.get(`${role}РасчСчет`) || '';
  }
}

function proved(account: string, running: Running): AccountStatement {
  const { section, currency } = running;
  if (running.cameIn !== running.statedIn)
    throw fault(section, 'ВсегоПоступило', 'Not the sum of what came in.', 'FILE_TOTALS_WRONG');
  if (running.wentOut !== running.statedOut)
    throw fault(section, 'ВсегоСписано', 'Not the sum of what went out.', 'FILE_TOTALS_WRONG');
  return {
    account,
    from: running.from,
    to: running.to,
    opening: money(running.opening, currency),
    closing: money(running.closing, currency),
    cameIn: money(running.cameIn, currency),
    wentOut: money(running.wentOut, currency),
    rows: running.rows,
  };
}

/** Rouble accounts keep the digits 810 of the currency before 1998. */
function currencyOfAccount(section: Section, account: string): CurrencyCode {
  const digits = account.slice(5, 8);
  if (digits === '810') return RUB;
  try {
    return currencyOf(digits).code;
  } catch {
    throw fault(section, 'РасчСчет', 'Its digits six to eight are no currency.');
  }
}

function isFilled(section: Section, key: string): boolean {
  return (section.cells.get(key) ?? '') !== '';
}
