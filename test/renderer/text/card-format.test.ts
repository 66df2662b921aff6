import { expect, test } from 'vitest';
import { panTail, panText, schemeName } from '../../../renderer/text/card-format.ts';
import { WORDS } from '../../../renderer/text/languages.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('a masked number reads in groups of four, its last four unbroken', () => {
  expect(plain(panText('220070******1234'))).toBe('2200 70·· ···· 1234');
  expect(plain(panText('621977*********4321'))).toBe('6219 77·· ···· ··· 4321');
  expect(plain(panText('621977******0014'))).toBe('6219 77·· ···· 0014');
  expect(plain(panText('621977*******0014'))).toBe('6219 77·· ···· · 0014');
  expect(panText('')).toBe('');
});

test('where there is little room the last four stand alone', () => {
  expect(plain(panTail('220070******1234'))).toBe('···· 1234');
});

test('a scheme goes by its name in the language, an unknown one as it is called', () => {
  expect(schemeName('MIR', null, WORDS.ru.card)).toBe('Мир');
  expect(schemeName('UnionPay', null, WORDS.zh.card)).toBe('银联');
  expect(schemeName('JCB', null, WORDS.en.card)).toBe('JCB');
  expect(schemeName(null, 'UNIONPAY DEBIT', WORDS.en.card)).toBe('UnionPay');
  expect(schemeName(null, 'MIR DEBIT', WORDS.ru.card)).toBe('Мир');
  expect(schemeName(null, 'Mirage Club', WORDS.ru.card)).toBe('Mirage Club');
  expect(schemeName(null, null, WORDS.en.card)).toBeNull();
});
