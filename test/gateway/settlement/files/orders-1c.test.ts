import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { CNY } from '../../../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../../../gateway/kernel/money.ts';
import { writePaymentOrders1c } from '../../../../gateway/settlement/files/orders-1c.ts';
import { readPaymentOrders1c } from '../../../../gateway/settlement/files/read-orders-1c.ts';
import { readBytes } from '../../../../gateway/settlement/files/reading.ts';
import { isAccountOf, isInn } from '../../../../gateway/settlement/files/russian-accounts.ts';
import { AMURBANK, orderOf, PAYER } from './orders.ts';
import { codeOf, expectNoCrash, expectRefusedWhereverCut, placeOf } from './soundness.ts';

const read = (bytes: Uint8Array) => readBytes('orders.txt', bytes, readPaymentOrders1c);
const write = (...orders: ReturnType<typeof orderOf>[]) => writePaymentOrders1c(orders, 'orders.txt');
/** Decoded by another hand. */
const textOf = (bytes: Uint8Array) => iconv.decode(Buffer.from(bytes), 'win1251');

describe('Payment orders as 1CClientBankExchange', () => {
  test('are written in windows-1251 with every key in its order', () => {
    const text = textOf(write(orderOf()).bytes);
    expect(text.split('\r\n')).toEqual([
      '1CClientBankExchange',
      'ВерсияФормата=1.03',
      'Кодировка=Windows',
      'Отправитель=Amur',
      'Получатель=',
      'ДатаСоздания=21.11.2026',
      'ВремяСоздания=10:08:09',
      'ДатаНачала=21.11.2026',
      'ДатаКонца=21.11.2026',
      `РасчСчет=${PAYER.accounts.RUB}`,
      'Документ=Платежное поручение',
      'СекцияДокумент=Платежное поручение',
      'Номер=17',
      'Дата=21.11.2026',
      'Сумма=1234567.89',
      `ПлательщикСчет=${PAYER.accounts.RUB}`,
      `Плательщик=ИНН ${PAYER.inn} ПАО «Эквайрер Восток»`,
      `ПлательщикИНН=${PAYER.inn}`,
      'ПлательщикКПП=770901001',
      'Плательщик1=ПАО «Эквайрер Восток»',
      `ПлательщикРасчСчет=${PAYER.accounts.RUB}`,
      'ПлательщикБанк1=БАНК ВОСТОК (ПАО), г. Москва',
      'ПлательщикБИК=044525745',
      `ПлательщикКорсчет=${PAYER.correspondentAccount}`,
      `ПолучательСчет=${AMURBANK.accounts.RUB}`,
      `Получатель=ИНН ${AMURBANK.inn} Амур-Банк (АО)`,
      `ПолучательИНН=${AMURBANK.inn}`,
      'ПолучательКПП=280101001',
      'Получатель1=Амур-Банк (АО)',
      `ПолучательРасчСчет=${AMURBANK.accounts.RUB}`,
      'ПолучательБанк1=АМУР-БАНК (АО), г. Благовещенск',
      'ПолучательБИК=041012001',
      `ПолучательКорсчет=${AMURBANK.correspondentAccount}`,
      'ВидПлатежа=Электронно',
      'ВидОплаты=01',
      'Код=0',
      'СрокПлатежа=23.11.2026',
      'Очередность=5',
      'НазначениеПлатежа=Расчёты с предприятиями за 20.11.2026, без НДС. Реф. amurbank-RUB-20261120.',
      'КонецДокумента',
      'КонецФайла',
      '',
    ]);
  });

  test('are read back as they were ordered, with the reference', () => {
    const written = write(
      orderOf(),
      orderOf({
        documentNumber: 18,
        day: '20261119',
        documentDate: '2026-11-20',
        amount: money(100n, PAYER_RUB),
      }),
    );
    const { rows, summary } = read(written.bytes);
    expect(
      rows.map((row) => [row.number, row.date, formatDecimal(row.amount), row.endToEndId, row.payee.name]),
    ).toEqual([
      [17, '2026-11-21', '1234567.89', 'amurbank-RUB-20261120', 'Амур-Банк (АО)'],
      [18, '2026-11-20', '1.00', 'amurbank-RUB-20261119', 'Амур-Банк (АО)'],
    ]);
    expect(summary).toEqual({
      account: PAYER.accounts.RUB,
      from: '2026-11-20',
      to: '2026-11-21',
      rows: 2,
      totals: written.totals,
    });
    expect(written.rows).toBe(2);
  });

  test('the same orders make the same bytes', () => {
    expect(write(orderOf()).bytes).toEqual(write(orderOf()).bytes);
  });

  test('a value that does not fit is refused by its key, and nothing is cut or replaced', () => {
    const place = (changes: Parameters<typeof orderOf>[0]) => placeOf(() => write(orderOf(changes)));
    expect(place({ purpose: '结算款' })).toEqual(['FILE_VALUE_UNFIT', 0, 'НазначениеПлатежа']);
    expect(place({ purpose: 'а'.repeat(200) })).toEqual(['FILE_VALUE_UNFIT', 0, 'НазначениеПлатежа']);
    expect(place({ purpose: 'Оплата\r\nСумма=1.00' })).toEqual(['FILE_VALUE_UNFIT', 0, 'НазначениеПлатежа']);
    expect(place({ amount: money(1n, CNY) })).toEqual(['FILE_VALUE_UNFIT', 0, 'Сумма']);
    expect(place({ amount: money(0n, PAYER_RUB) })).toEqual(['FILE_VALUE_UNFIT', 0, 'Сумма']);
    expect(place({ documentNumber: 0 })).toEqual(['FILE_VALUE_UNFIT', 0, 'Номер']);
    expect(place({ partner: { ...AMURBANK, inn: '2801001128' } })).toEqual([
      'FILE_VALUE_UNFIT',
      0,
      'ПолучательИНН',
    ]);
    const account = `${AMURBANK.accounts.RUB?.slice(0, 19)}8`;
    expect(place({ partner: { ...AMURBANK, accounts: { RUB: account } } })).toEqual([
      'FILE_VALUE_UNFIT',
      0,
      'ПолучательСчет',
    ]);
  });

  test('two orders of one number or of two accounts are refused', () => {
    expect(placeOf(() => write(orderOf(), orderOf({ day: '20261119' })))).toEqual([
      'FILE_VALUE_UNFIT',
      0,
      'Номер',
    ]);
    expect(codeOf(() => write())).toBe('FILE_VALUE_UNFIT');
  });

  test('a file is refused wherever it is cut before its last line end, and survives any change of bytes', () => {
    const { bytes } = write(orderOf());
    expectRefusedWhereverCut(bytes, read, 2);
    expectNoCrash(bytes, read);
  });

  test('an order that was changed on the way is refused at its key', () => {
    const { bytes } = write(orderOf());
    const changed = (from: string, to: string) =>
      placeOf(() => read(new Uint8Array(iconv.encode(textOf(bytes).replace(from, to), 'win1251'))));
    expect(
      changed(
        `ПолучательСчет=${AMURBANK.accounts.RUB}`,
        `ПолучательСчет=${AMURBANK.accounts.RUB?.slice(0, 19)}9`,
      ),
    ).toEqual(['FILE_MALFORMED', 25, 'ПолучательСчет']);
    expect(changed('Сумма=1234567.89', 'Сумма=1234567,89')).toEqual(['FILE_MALFORMED', 15, 'Сумма']);
    expect(changed('Номер=17', 'Номер=17\r\nНомер=18')).toEqual(['FILE_MALFORMED', 14, 'Номер']);
    expect(changed('Кодировка=Windows', 'Кодировка=DOS')).toEqual(['FILE_ENCODING_WRONG', 3, 'Кодировка']);
    expect(changed('=1.03', '=2.00')).toEqual(['FILE_KIND_UNKNOWN', 2, 'ВерсияФормата']);
  });
});

const PAYER_RUB = orderOf().amount.currency;

describe('Numbers of Russian payment documents', () => {
  test('account keys follow the order of the Bank of Russia', () => {
    // Published details of a bank and of the Federal Treasury's kind: BIC, correspondent account.
    expect(isAccountOf('044525225', '30101810400000000225')).toBe(true);
    expect(isAccountOf('044525225', '30101810500000000225')).toBe(false);
    expect(isAccountOf('044525593', '30101810200000000593')).toBe(true);
  });

  test('INN check digits follow the order of the tax service', () => {
    expect(['7707083893', '7728168971', '500100732259'].map(isInn)).toEqual([true, true, true]);
    expect(['7707083894', '500100732258', '770708389', ''].map(isInn)).toEqual([false, false, false, false]);
  });
});
