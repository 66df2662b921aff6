/** Text in the character set that every bank on the way takes: letters without marks, digits and / - ? : ( ) . , ' + space.
 *
 *  Cyrillic is transliterated as in passports (ICAO Doc 9303, part 3, table B), typographic marks become their plain kin;
 *  anything else is refused, because a name that was guessed pays the wrong person.
 *  Source  SWIFT character set X; European Payments Council, EPC217-08 for the reduced set in ISO 20022 */

import { latinLetters } from '../../kernel/latin-letters.ts';

const MARKS: Readonly<Record<string, string>> = {
  '«': "'",
  '»': "'",
  '„': "'",
  '“': "'",
  '”': "'",
  '"': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '№': 'No',
  '\u00a0': ' ',
};

/** The text in the set, or the first character that has no place in it. */
export function swiftText(value: string): { readonly text: string } | { readonly unfit: string } {
  let text = '';
  for (const character of value) {
    const written = inSet(character);
    if (written === null) return { unfit: character };
    text += written;
  }
  return { text: text.trim().replace(/ +/g, ' ') };
}

export const SWIFT_TEXT = /^[A-Za-z0-9/\-?:().,'+ ]*$/;

function inSet(character: string): string | null {
  if (SWIFT_TEXT.test(character)) return character;
  return MARKS[character] ?? latinLetters(character);
}
