/** Character tables by their `ESC t` number, in the numbering most Epson-like printers share; another may be given. */
import iconv from 'iconv-lite';

export type CodePages = ReadonlyMap<number, string>;

export const EPSON_CODE_PAGES: CodePages = new Map([
  [0, 'cp437'],
  [2, 'cp850'],
  [3, 'cp860'],
  [4, 'cp863'],
  [5, 'cp865'],
  [13, 'cp857'],
  [14, 'cp737'],
  [16, 'win1252'],
  [17, 'cp866'],
  [18, 'cp852'],
  [19, 'cp858'],
  [34, 'cp855'],
  [45, 'win1250'],
  [46, 'win1251'],
]);

/** A page's 256 characters; null where it has none. */
export function characterTable(encoding: string): readonly (string | null)[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const text = iconv.decode(Buffer.from([byte]), encoding);
    return text === '\uFFFD' ? null : text;
  });
}

/** How many bytes the GB18030 character that begins so takes: 1, 2 or 4; null when one more byte must be seen. */
export function hanLength(first: number, second: number | undefined): 1 | 2 | 4 | null {
  if (first < 0x81) return 1;
  if (second === undefined) return null;
  return second >= 0x30 && second <= 0x39 ? 4 : 2;
}

export function decodeHan(bytes: Uint8Array): string | null {
  const text = iconv.decode(Buffer.from(bytes), 'gb18030');
  return text === '' || text.includes('\uFFFD') ? null : text;
}
