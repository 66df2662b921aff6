import { describe, expect, test } from 'vitest';
import { CNY } from '../../../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../../../gateway/kernel/money.ts';
import { readCamt } from '../../../../gateway/settlement/files/camt.ts';
import { writePain001 } from '../../../../gateway/settlement/files/pain001.ts';
import { readPain001 } from '../../../../gateway/settlement/files/read-pain001.ts';
import { sourceOf } from '../../../../gateway/settlement/files/source.ts';
import { CAMT054, camt053 } from './camt-samples.ts';
import { orderOf } from './orders.ts';
import { bytesOf, codeOf, expectNoCrash, expectRefusedWhereverCut, placeOf } from './soundness.ts';

const read = (bytes: Uint8Array) => readCamt(sourceOf('st.xml', bytes), bytes, 'bank');
const readText = (text: string) => read(bytesOf(text));
const VERSIONS = [2, 3, 4, 5, 6, 7, 8];

describe('A statement camt.053', () => {
  test.each(VERSIONS)(
    'of version 0%i gives booked movements, batches taken apart, with direction, dates and references',
    (version) => {
      const { rows, summary } = readText(camt053(version));
      expect(
        rows.map((row) => [
          row.direction,
          formatDecimal(row.amount),
          row.valueDate,
          row.bankReference,
          row.endToEndId,
          row.counterparty,
          row.reversal ?? false,
        ]),
      ).toEqual([
        ['out', '887.11', '2026-11-24', 'BANK-1', 'amurbank-CNY-20261120', 'Amur-Bank (AO)', false],
        ['in', '500.00', '2026-11-23', 'T1', null, 'Alipay', false],
        ['in', '200.00', '2026-11-23', 'N2', 'B2', 'Alipay & Co', false],
        ['in', '50.00', '2026-11-23', 'BANK-3', 'amurbank-CNY-20261119', '', true],
      ]);
      expect(rows[0]?.purpose).toBe('Raschety s predpriiatiiami');
      expect(rows[3]?.purpose).toBe('Возврат. Реф. amurbank-CNY-20261119.');
      expect(rows[0]?.account).toBe('30233156000000000001');
      expect(summary).toEqual({
        rows: 4,
        accounts: [
          {
            account: '30233156000000000001',
            from: '2026-11-23',
            to: '2026-11-23',
            opening: money(1_000_000n, CNY),
            closing: money(986_289n, CNY),
            cameIn: money(75_000n, CNY),
            wentOut: money(88_711n, CNY),
            rows: 4,
          },
        ],
      });
    },
  );

  test('rows know the line they stand on, two of them never the same', () => {
    const { rows } = readText(camt053(8));
    const lines = rows.map((row) => row.line);
    expect(new Set(lines).size).toBe(lines.length);
    expect(camt053(8).split('\n')[(lines[1] ?? 0) - 1]).toContain('T1');
  });

  test('a document on one line has rows that are told apart by their count', () => {
    const flat = camt053(8).replaceAll(/\n\s*/g, '');
    const { rows } = readText(flat);
    expect(rows.map((row) => row.line)).toEqual([1, 2, 3, 4]);
  });

  test('of one transaction the entry is what moved, charges apart, and a batch without amounts is one row', () => {
    const one = camt053(8).replace('<TxDtls>\n     <Refs>', '<TxDtls><Refs>');
    const charged = one.replace(
      '<TxDtls><Refs>',
      '<TxDtls><Amt Ccy="CNY">880.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Refs>',
    );
    expect(readText(charged).rows.map(({ amount }) => formatDecimal(amount))[0]).toBe('887.11');
    const bare = camt053(8).replaceAll(
      /<Amt Ccy="CNY">(5|2)00.00<\/Amt><CdtDbtInd>CRDT<\/CdtDbtInd>(?=<Rltd)/g,
      '',
    );
    expect(
      readText(bare).rows.map(({ amount, endToEndId }) => [formatDecimal(amount), endToEndId])[1],
    ).toEqual(['700.00', null]);
    const half = camt053(8).replace('<Amt Ccy="CNY">200.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>', '');
    expect(codeOf(() => readText(half))).toBe('FILE_MALFORMED');
  });

  test('balances, batches and counts that contradict the entries are refused', () => {
    const changed = (from: string, to: string) => placeOf(() => readText(camt053(8).replace(from, to)));
    expect(changed('9862.89', '9862.90')).toEqual(['FILE_TOTALS_WRONG', 5, 'Bal/CLBD']);
    expect(changed('<Amt Ccy="CNY">200.00', '<Amt Ccy="CNY">200.01')).toEqual([
      'FILE_TOTALS_WRONG',
      22,
      'NtryDtls',
    ]);
    expect(changed('<NbOfNtries>4', '<NbOfNtries>5')).toEqual(['FILE_TOTALS_WRONG', 11, 'NbOfNtries']);
    expect(changed('<Cd>PDNG</Cd>', '<Cd>BOOK</Cd>')).toEqual(['FILE_TOTALS_WRONG', 5, 'Bal/CLBD']);
    expect(changed('<Cd>OPBD</Cd>', '<Cd>ITAV</Cd>')).toEqual(['FILE_MALFORMED', 5, 'Bal']);
  });

  test('another currency, an impossible date, a direction of its own and an unknown status are refused at their place', () => {
    const changed = (from: string, to: string) => placeOf(() => readText(camt053(8).replace(from, to)));
    expect(changed('Ccy="CNY">887.11', 'Ccy="RUB">887.11')).toEqual(['FILE_MALFORMED', 13, 'Amt']);
    expect(changed('2026-11-24', '2026-02-30')).toEqual(['FILE_MALFORMED', 12, 'ValDt']);
    expect(changed('<CdtDbtInd>DBIT', '<CdtDbtInd>DEBIT')).toEqual(['FILE_MALFORMED', 12, 'CdtDbtInd']);
    expect(changed('>887.11<', '>887.111<')).toEqual(['FILE_MALFORMED', 13, 'Amt']);
    expect(changed('<Cd>PDNG</Cd>', '<Cd>WHAT</Cd>')).toEqual(['FILE_MALFORMED', 37, 'Sts']);
  });

  test('a document type, another message and another version are refused', () => {
    expect(codeOf(() => readText(camt053(8).replace('?>', '?><!DOCTYPE a [<!ENTITY b "c">]>')))).toBe(
      'FILE_MALFORMED',
    );
    expect(codeOf(() => readText(camt053(8).replace('camt.053.001.08', 'camt.053.001.09')))).toBe(
      'FILE_KIND_UNKNOWN',
    );
    expect(codeOf(() => readText(camt053(8).replace('camt.053.001.08', 'camt.052.001.08')))).toBe(
      'FILE_KIND_UNKNOWN',
    );
  });

  test('is refused wherever it is cut before its last line end, and survives any change of bytes', () => {
    expectRefusedWhereverCut(bytesOf(camt053(8)), read, 1);
    expectNoCrash(bytesOf(camt053(4)), read);
  });
});

describe('A notification camt.054', () => {
  test('is read with a prefix bound to its namespace, and has no balances', () => {
    const { rows, summary } = readText(CAMT054);
    expect(
      rows.map((row) => [row.direction, formatDecimal(row.amount), row.valueDate, row.endToEndId]),
    ).toEqual([['out', '12.30', '2026-11-23', 'E1']]);
    expect(summary).toEqual({ accounts: [], rows: 1 });
    expectNoCrash(bytesOf(CAMT054), read, 150);
  });
});

describe('A credit transfer initiation', () => {
  const orders = [1, 2].map((number) =>
    orderOf({
      currency: CNY,
      documentNumber: number,
      endToEndId: `E${number}`,
      amount: money(88_711n * BigInt(number), CNY),
    }),
  );
  const { bytes } = writePain001(orders, 'M1');
  const back = (content: Uint8Array) => readPain001(sourceOf('p.xml', content), content);

  test('is read back as it was ordered', () => {
    const { rows, summary } = back(bytes);
    expect(
      rows.map((row) => [row.endToEndId, formatDecimal(row.amount), row.valueDate, row.payeeAccount]),
    ).toEqual([
      ['E1', '887.11', '2026-11-23', '30232156500000000007'],
      ['E2', '1774.22', '2026-11-23', '30232156500000000007'],
    ]);
    expect(summary).toEqual({ messageId: 'M1', rows: 2, totals: [money(266_133n, CNY)] });
  });

  test('is refused when a count or sum was changed, wherever it is cut, and survives any change of bytes', () => {
    const text = new TextDecoder().decode(bytes);
    expect(codeOf(() => back(bytesOf(text.replace('<NbOfTxs>2', '<NbOfTxs>3'))))).toBe('FILE_TOTALS_WRONG');
    expect(codeOf(() => back(bytesOf(text.replace('>1774.22', '>1774.23'))))).toBe('FILE_TOTALS_WRONG');
    expectRefusedWhereverCut(bytes, back, 1);
    expectNoCrash(bytes, back, 200);
  });
});
