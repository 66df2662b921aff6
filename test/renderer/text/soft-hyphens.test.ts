import { expect, test } from 'vitest';
import { softened } from '../../../renderer/text/soft-hyphens.ts';

const shown = (text: string): string => softened(text).replaceAll('\u00ad', '-');

test('a long Russian word may break between syllables and a short one may not', () => {
  expect(shown('Платок павловопосадский')).toBe('Платок пав-ло-во-по-сад-ский');
  expect(shown('Вода живая')).toBe('Вода живая');
  expect(softened('Платок павловопосадский').replaceAll('\u00ad', '')).toBe('Платок павловопосадский');
});

test('a measure is never torn from its number', () => {
  expect(shown('Мороженое пломбир, 80 г')).toBe('Мо-ро-же-ное пломбир, 80\u00a0г');
  expect(shown('Вода питьевая, 0,5 л')).toBe('Вода питьевая, 0,5\u00a0л');
  expect(shown('Матрёшка 5 мест')).toBe('Матрёшка 5 мест');
  expect(shown('Ivan-chai, 100 g')).toBe('Ivan-chai, 100\u00a0g');
  expect(shown('蜂蜜 500 克')).toBe('蜂蜜 500\u00a0克');
});
