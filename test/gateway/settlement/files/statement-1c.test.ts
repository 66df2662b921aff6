import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { formatDecimal } from '../../../../gateway/kernel/money.ts';
import { readBytes } from '../../../../gateway/settlement/files/reading.ts';
import { readStatement1c } from '../../../../gateway/settlement/files/statement-1c.ts';
import { AMURBANK, PAYER } from './orders.ts';
import { codeOf, expectNoCrash, expectRefusedWhereverCut, placeOf } from './soundness.ts';

const OURS = PAYER.accounts.RUB ?? '';
const THEIRS = AMURBANK.accounts.RUB ?? '';

const section = (date: string, opening: string, cameIn: string, wentOut: string, closing: string) => [
  'СекцияРасчСчет',
  `ДатаНачала=${date}`,
  `ДатаКонца=${date}`,
  `РасчСчет=${OURS}`,
  `НачальныйОстаток=${opening}`,
  `ВсегоПоступило=${cameIn}`,
  `ВсегоСписано=${wentOut}`,
  `КонечныйОстаток=${closing}`,
  'КонецРасчСчет',
];

const STATEMENT = [
  '1CClientBankExchange',
  'ВерсияФормата=1.02',
  'Кодировка=Windows',
  'Отправитель=Банк Восток',
  'ДатаСоздания=23.11.2026',
  'ДатаНачала=23.11.2026',
  'ДатаКонца=23.11.2026',
  `РасчСчет=${OURS}`,
  '',
  ...section('23.11.2026', '5000000', '1500.5', '1234567.89', '3766932.61'),
  'СекцияДокумент=Платежное поручение',
  'Номер=17',
  'Дата=21.11.2026',
  'Сумма=1234567.89',
  `ПлательщикСчет=${OURS}`,
  'ДатаСписано=23.11.2026',
  'Плательщик1=ПАО «Эквайрер Восток»',
  `ПолучательСчет=${THEIRS}`,
  'ДатаПоступило=',
  'Получатель1=Амур-Банк (АО)',
  'НазначениеПлатежа=Расчёты с предприятиями за 20.11.2026. Реф. amurbank-RUB-20261120.',
  'КонецДокумента',
  'СекцияДокумент=Банковский ордер',
  'Номер=B-9',
  'Дата=23.11.2026',
  'Сумма=1500.50',
  `ПлательщикРасчСчет=${THEIRS}`,
  'ДатаСписано=23.11.2026',
  'Плательщик=Амур-Банк (АО)',
  `ПолучательРасчСчет=${OURS}`,
  'ДатаПоступило=23.11.2026',
  'НазначениеПлатежа=Возврат излишне перечисленного',
  'КонецДокумента',
  'КонецФайла',
  '',
].join('\r\n');

const bytesOf = (text: string) => new Uint8Array(iconv.encode(text, 'win1251'));
const read = (bytes: Uint8Array) => readBytes('st.txt', bytes, (source) => readStatement1c(source, 'bank'));
const changed = (from: string, to: string) => placeOf(() => read(bytesOf(STATEMENT.replace(from, to))));

describe('A statement as 1CClientBankExchange', () => {
  test('gives what went out and what came in, with the reference out of the purpose', () => {
    const { rows, summary } = read(bytesOf(STATEMENT));
    expect(rows.map((row) => ({ ...row, fileId: '', amount: formatDecimal(row.amount) }))).toEqual([
      {
        source: 'bank',
        fileId: '',
        line: 19,
        account: OURS,
        direction: 'out',
        amount: '1234567.89',
        valueDate: '2026-11-23',
        bankReference: '17/2026-11-21',
        endToEndId: 'amurbank-RUB-20261120',
        counterparty: 'Амур-Банк (АО)',
        purpose: 'Расчёты с предприятиями за 20.11.2026. Реф. amurbank-RUB-20261120.',
      },
      {
        source: 'bank',
        fileId: '',
        line: 31,
        account: OURS,
        direction: 'in',
        amount: '1500.50',
        valueDate: '2026-11-23',
        bankReference: 'B-9/2026-11-23',
        endToEndId: null,
        counterparty: 'Амур-Банк (АО)',
        purpose: 'Возврат излишне перечисленного',
      },
    ]);
    const [account] = summary.accounts;
    expect(
      account && [account.opening, account.cameIn, account.wentOut, account.closing].map(formatDecimal),
    ).toEqual(['5000000.00', '1500.50', '1234567.89', '3766932.61']);
  });

  test('balances that do not follow from the movements are refused', () => {
    expect(changed('КонечныйОстаток=3766932.61', 'КонечныйОстаток=3766932.62')).toEqual([
      'FILE_TOTALS_WRONG',
      17,
      'КонечныйОстаток',
    ]);
    expect(changed('Сумма=1500.50', 'Сумма=1500.51')).toEqual(['FILE_TOTALS_WRONG', 15, 'ВсегоПоступило']);
    expect(changed('Сумма=1234567.89', 'Сумма=1234567.88')).toEqual([
      'FILE_TOTALS_WRONG',
      16,
      'ВсегоСписано',
    ]);
  });

  test('one section a day is one account, if each continues the one before', () => {
    const two = (opening: string) =>
      STATEMENT.replace('ДатаКонца=23.11.2026\r\nРасч', 'ДатаКонца=24.11.2026\r\nРасч').replace(
        'КонецРасчСчет\r\n',
        ['КонецРасчСчет', ...section('24.11.2026', opening, '0', '0', opening), ''].join('\r\n'),
      );
    const { summary } = read(bytesOf(two('3766932.61')));
    expect(summary.accounts.map(({ from, to }) => [from, to])).toEqual([['2026-11-23', '2026-11-24']]);
    expect(codeOf(() => read(bytesOf(two('3766932.60'))))).toBe('FILE_TOTALS_WRONG');
  });

  test('a movement of nobody’s account, one without its date and one outside the period are refused', () => {
    expect(changed(`ПлательщикСчет=${OURS}`, `ПлательщикСчет=${THEIRS}`)).toEqual([
      'FILE_MALFORMED',
      19,
      'СекцияДокумент',
    ]);
    expect(changed('ДатаСписано=23.11.2026\r\nПлательщик1', 'Плательщик1')).toEqual([
      'FILE_MALFORMED',
      19,
      'СекцияДокумент',
    ]);
    expect(changed('ДатаСписано=23.11.2026\r\nПлательщик1', 'ДатаСписано=24.11.2026\r\nПлательщик1')).toEqual(
      ['FILE_MALFORMED', 24, 'ДатаСписано'],
    );
  });

  test('a statement in another encoding is refused as such', () => {
    expect(codeOf(() => read(new TextEncoder().encode(STATEMENT)))).toMatch(
      /FILE_(ENCODING_WRONG|MALFORMED)/,
    );
    expect(codeOf(() => read(new Uint8Array(iconv.encode(STATEMENT, 'cp866'))))).toMatch(
      /FILE_(ENCODING_WRONG|MALFORMED)/,
    );
  });

  test('is refused wherever it is cut before its last line end, and survives any change of bytes', () => {
    expectRefusedWhereverCut(bytesOf(STATEMENT), read, 2);
    expectNoCrash(bytesOf(STATEMENT), read);
  });
});
