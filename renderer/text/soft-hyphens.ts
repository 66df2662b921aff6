/** Places where a long Russian word may be broken on a small tile. Chromium ships no Russian hyphenation to Electron.
 *  The rules are the usual ones of syllables: a vowel on either side of the break, never before ь, ъ or й. */

const VOWEL = '[аеёиоуыэюя]';
const CONSONANT = '[бвгджзклмнпрстфхцчшщ]';
const SOFT_HYPHEN = '\u00ad';

/** The break stands between the two groups of each row. */
const RULES: readonly RegExp[] = [
  `([йьъ])([а-яё]{2})`,
  `(${VOWEL})(${VOWEL}[а-яё])`,
  `(${VOWEL}${CONSONANT})(${CONSONANT}${VOWEL})`,
  `(${CONSONANT}${VOWEL})(${CONSONANT}${VOWEL})`,
  `(${VOWEL}${CONSONANT})(${CONSONANT}{2}${VOWEL})`,
  `(${VOWEL}${CONSONANT}{2})(${CONSONANT}{2}${VOWEL})`,
].map((rule) => new RegExp(rule, 'gi'));

const LONG_WORD = /[а-яё]{9,}/gi;

/** A number and the short unit behind it: `80 г`. */
const MEASURE = /([0-9]) ([а-яё]{1,3}|m?l|k?g|[cm]?m|克|升|千克|毫升)(?![а-яёa-z])/gi;
const NO_BREAK = '\u00a0';

/** A measure stays together, so that no tile ends in a lonely `г`. */
export function softened(text: string): string {
  return text.replace(MEASURE, `$1${NO_BREAK}$2`).replace(LONG_WORD, (word) =>
    // Twice, because neighbouring breaks share letters and one pass sees them once.
    [...RULES, ...RULES].reduce((done, rule) => done.replace(rule, `$1${SOFT_HYPHEN}$2`), word),
  );
}
