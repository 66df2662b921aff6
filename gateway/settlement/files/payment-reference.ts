/** Our reference inside a payment's purpose, for formats that have no field for an end-to-end id: the bank's statement repeats
 *  the purpose, and with it the reference. A payment that is ordered by ISO 20022 has it in Latin letters, because the bank
 *  may state it in a format that has no such field. */
import { refusal } from './source.ts';

/** Bank of Russia, Rules 762-P: the purpose of a payment order has at most 210 characters. */
export const PURPOSE_CHARACTERS_MAX = 210;

const REFERENCE = /(?<!\p{L})(?:Реф|Ref)\. ?([A-Za-z0-9-]{1,35})(?=\.|\s|$)/u;

/** `purpose. Реф. <id>.`; unchanged where it holds the reference already.
 *  Errors  FILE_VALUE_UNFIT */
export function withReference(purpose: string, endToEndId: string, file: string): string {
  const place = { line: 0, column: 'НазначениеПлатежа' };
  if (!/^[A-Za-z0-9-]{1,35}$/.test(endToEndId))
    throw refusal(
      'FILE_VALUE_UNFIT',
      file,
      place,
      'The reference is not 1 to 35 letters, digits and hyphens.',
    );
  const present = referenceIn(purpose);
  if (present !== null && present !== endToEndId)
    throw refusal('FILE_VALUE_UNFIT', file, place, 'The purpose holds another reference.');
  const full = present === null ? `${purpose.replace(/[.\s]+$/, '')}. Реф. ${endToEndId}.` : purpose;
  if (full.length > PURPOSE_CHARACTERS_MAX)
    throw refusal('FILE_VALUE_UNFIT', file, place, `More than ${PURPOSE_CHARACTERS_MAX} characters.`);
  return full;
}

export function referenceIn(purpose: string): string | null {
  return REFERENCE.exec(purpose)?.[1] ?? null;
}
