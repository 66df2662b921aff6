import { expect, test } from 'vitest';
import { strayNumbers } from './stray-papers.ts';

const PAID = new Set(['1-0001']);
const NONE = new Set<string>();
const SUPPORT = 'KEV8-QVX1-G2';
const paper = (number: string, outcome: string, more = ''): string =>
  `   Магазин\nЧек № ${number}       22.11.2026 13:53\n      ${outcome}\nSTAN 000015\n${more}Номер для поддержки       ${SUPPORT}\n`;

test('a paper of a paid sale is in its place, one of another is not', () => {
  expect(strayNumbers(paper('1-0001', 'ИТОГ 734,00'), PAID, NONE)).toEqual([]);
  expect(strayNumbers(paper('1-0002', 'ИТОГ 734,00'), PAID, NONE)).toEqual(['1-0002']);
  expect(strayNumbers(paper('1-0002', 'ОДОБРЕНО 交易成功 APPROVED'), PAID, NONE)).toEqual(['1-0002']);
});

test.each(['ОТКЛОНЕНО 交易失败 DECLINED', 'ОТМЕНЕНО 交易已冲正 REVERSED'])(
  'a note that says %s belongs to a sale that was not paid',
  (outcome) => {
    expect(strayNumbers(paper('1-0002', outcome), PAID, NONE)).toEqual([]);
  },
);

test('the slip of a signature that was refused is in its place, any other approval is not', () => {
  const approved = 'ОДОБРЕНО 交易成功 APPROVED';
  const toSign = paper('1-0002', approved, 'Подпись держателя карты\n');
  expect(strayNumbers(toSign, PAID, new Set([SUPPORT]))).toEqual([]);
  expect(strayNumbers(toSign, PAID, new Set(['AAAA-AAAA-AA']))).toEqual(['1-0002']);
  expect(strayNumbers(paper('1-0002', approved), PAID, new Set([SUPPORT]))).toEqual(['1-0002']);
});
