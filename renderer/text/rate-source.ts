/** Who sets a rate, as a person reads it: a source that has a name in the reader's language by it, any other by its own. */
import type { Language } from '../../electron/contract/commands.ts';

const NAMES: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map([
  ['CBR', { zh: '俄罗斯银行', ru: 'Банк России', en: 'Bank of Russia' }],
  // Set by hand at the acquirer, by two persons.
  ['MANUAL', { zh: '收单银行', ru: 'банк-эквайер', en: 'the acquiring bank' }],
]);

export function rateSourceName(source: string, language: Language): string {
  return NAMES.get(source.toUpperCase())?.[language] ?? source;
}
