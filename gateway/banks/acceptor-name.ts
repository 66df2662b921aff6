/** DE43 holds ASCII only: a Russian shop's name is put into Latin letters, as ICAO Doc 9303 part 3 does for passports.
 *
 *  Shape   name 23 | town 13 | state, two spaces | country 2 */

const LATIN: Readonly<Record<string, string>> = {
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
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '№': 'No',
};

/** The same with capitals, so that a letter is looked up once. */
const SPELLED: ReadonlyMap<string, string> = new Map(
  Object.entries(LATIN).flatMap(([letter, spelled]) => [
    [letter.toUpperCase(), spelled.charAt(0).toUpperCase() + spelled.slice(1)],
    [letter, spelled],
  ]),
);

/** What has no Latin spelling here becomes a question mark. */
export function acceptorName(name: string, town: string, country: string): string {
  const whole = `${column(name, 23)}${column(town, 13)}  ${column(country, 2)}`;
  return whole.trimEnd();
}

function column(text: string, width: number): string {
  return latin(text, width).slice(0, width).padEnd(width);
}

/** As much as fills the width. */
function latin(text: string, width: number): string {
  let spelled = '';
  for (const letter of text) {
    if (spelled.length >= width) break;
    spelled += letter >= ' ' && letter <= '~' ? letter : (SPELLED.get(letter) ?? '?');
  }
  return spelled;
}
