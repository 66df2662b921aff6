/** DE43 holds ASCII only: a Russian shop's name is put into Latin letters, as ICAO Doc 9303 part 3 does for passports.
 *
 *  Shape   name 23 | town 13 | state, two spaces | country 2 */

import { latinLetters } from '../kernel/latin-letters.ts';

const MARKS: Readonly<Record<string, string>> = { '«': '"', '»': '"', '–': '-', '—': '-', '№': 'No' };

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
    spelled += letter >= ' ' && letter <= '~' ? letter : (MARKS[letter] ?? latinLetters(letter) ?? '?');
  }
  return spelled;
}
