import { expect, test } from 'vitest';
import { strayNumbers } from './stray-papers.ts';

const PAID = new Set(['1-0001']);
const paper = (number: string, outcome: string): string =>
  `   Магазин\nЧек № ${number}       22.11.2026 13:53\n      ${outcome}\nSTAN 000015\n`;

test('a paper of a paid sale is in its place, one of another is not', () => {
  expect(strayNumbers(paper('1-0001', 'ИТОГ 734,00'), PAID)).toEqual([]);
  expect(strayNumbers(paper('1-0002', 'ИТОГ 734,00'), PAID)).toEqual(['1-0002']);
  expect(strayNumbers(paper('1-0002', 'ОДОБРЕНО 交易成功 APPROVED'), PAID)).toEqual(['1-0002']);
});

test.each(['ОТКЛОНЕНО 交易失败 DECLINED', 'ОТМЕНЕНО 交易已冲正 REVERSED'])(
  'a note that says %s belongs to a sale that was not paid',
  (outcome) => {
    expect(strayNumbers(paper('1-0002', outcome), PAID)).toEqual([]);
  },
);
