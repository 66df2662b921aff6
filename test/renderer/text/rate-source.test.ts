import { expect, test } from 'vitest';
import { rateSourceName } from '../../../renderer/text/rate-source.ts';

test('a source with a name in the reader’s language is called by it, any other by its own', () => {
  expect(rateSourceName('CBR', 'zh')).toBe('俄罗斯银行');
  expect(rateSourceName('MANUAL', 'ru')).toBe('банк-эквайер');
  expect(rateSourceName('CFETS', 'en')).toBe('CFETS');
});
