/** The heading of a table: only those that were agreed with its sender. */
import { refusal } from './source.ts';

/** The columns of a heading line, which must be one of those agreed.
 *  Errors  FILE_MALFORMED */
export function headingOf(
  text: string,
  headings: readonly (readonly string[])[],
  separator: string,
  file: string,
  line: number,
): readonly string[] {
  const columns = text.split(separator).map((column) => column.trim());
  const wanted = columns.join('|').toLowerCase();
  const found = headings.find((heading) => heading.join('|').toLowerCase() === wanted);
  if (found === undefined)
    throw refusal('FILE_MALFORMED', file, { line, column: '' }, 'The heading is not one that was agreed.');
  return found;
}
