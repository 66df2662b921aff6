/** Cyrillic in Latin letters as passports have it: what card banks and banks abroad are sent is spelled in one way.
 *  Source  ICAO Doc 9303, part 3, table B (Russian) */

const SMALL: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: 'ie',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
};

/** With capitals, so that a letter is looked up once. */
const SPELLED: ReadonlyMap<string, string> = new Map(
  Object.entries(SMALL).flatMap(([letter, latin]) => [
    [letter, latin],
    [letter.toUpperCase(), latin.charAt(0).toUpperCase() + latin.slice(1)],
  ]),
);

/** Null for what is no letter of Russian; a soft sign is nothing. A capital is spelled with one capital: `Ж` is `Zh`. */
export function latinLetters(letter: string): string | null {
  return SPELLED.get(letter) ?? null;
}
