import { expect, test } from 'vitest';
import { softened } from '../../../renderer/text/soft-hyphens.ts';

const shown = (text: string): string => softened(text).replaceAll('\u00ad', '-');

test('a long Russian word may break between syllables and a short one may not', () => {
  expect(shown('Платок павловопосадский')).toBe('Платок пав-ло-во-по-сад-ский');
  expect(shown('Вода 0,5 л')).toBe('Вода 0,5 л');
  expect(softened('Платок павловопосадский').replaceAll('\u00ad', '')).toBe('Платок павловопосадский');
});
