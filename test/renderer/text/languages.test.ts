import { describe, expect, test } from 'vitest';
import { HOST_ERROR_CODES } from '../../../electron/contract/commands.ts';
import { SCAN_RULES } from '../../../electron/sale/scan-rules.ts';
import { codeWords, isWorded } from '../../../renderer/text/code-list.ts';
import { CODES, WORDS } from '../../../renderer/text/languages.ts';

const TECHNICAL = new Set(['COMMAND_MALFORMED']);
const LANGUAGES = ['ru', 'zh', 'en'] as const;

describe('the words of a language', () => {
  test('every code a scan is refused with has its own sentences', () => {
    const refusals = Object.values(SCAN_RULES).flatMap((row) =>
      Object.values(row).flatMap((verdict) => ('refuse' in verdict ? [verdict.refuse] : [])),
    );
    for (const language of LANGUAGES) {
      for (const code of new Set(refusals))
        expect([code, isWorded(CODES[language], code)]).toEqual([code, true]);
    }
  });

  test('every code of the host has its own sentences, but for a broken screen', () => {
    for (const language of LANGUAGES) {
      for (const code of HOST_ERROR_CODES.filter((c) => !TECHNICAL.has(c))) {
        expect([code, isWorded(CODES[language], code)]).toEqual([code, true]);
      }
    }
  });

  test('a code nobody has worded gets the calm general sentence', () => {
    expect(codeWords(CODES.ru, 'ACQ.SOMETHING_NEW')).toBe(CODES.ru.general);
    expect(codeWords(CODES.ru, 'ACQ.BUYER_BALANCE_NOT_ENOUGH')[0]).toBe(
      'На счёте покупателя не хватает денег',
    );
  });

  test('no language leaves a word empty', () => {
    for (const language of LANGUAGES) expect(emptyWords(WORDS[language], language)).toEqual([]);
  });
});

function emptyWords(words: object, path: string): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? emptyWords(value, `${path}.${name}`)
      : value === ''
        ? [`${path}.${name}`]
        : [],
  );
}
