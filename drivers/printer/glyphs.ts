/** Characters as a receipt printer can set them.
 *
 *  Two alphabets, never mixed in one run: code page 866 (Latin, Cyrillic, box drawing; one column) and, where the
 *  printer has a Chinese ROM, GB18030 (two columns). A Cyrillic letter exists in GB18030 too, twice as wide, so code
 *  page 866 is always asked first. What neither has goes through an explicit table; what is not there either is an
 *  error at build of the receipt, never a question mark on paper.
 *
 *  Source  GB 18030-2000, code page 866; widths of font A: 12 dots a column, Han 24 dots. */
import iconv from 'iconv-lite';
import { DriverError } from '../contract/device.ts';

export interface Glyph {
  /** What stands on paper, after substitution. */
  readonly char: string;
  readonly columns: 1 | 2;
  readonly bytes: Uint8Array;
}

export interface Where {
  readonly block: number;
  readonly part: string;
}

const HAN_YUAN_SIGN = '\uffe5';

const SUBSTITUTES: ReadonlyMap<string, string> = new Map([
  ['«', '"'],
  ['»', '"'],
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['‘', "'"],
  ['’', "'"],
  ['₽', 'руб.'],
  ['€', 'EUR'],
  ['—', '-'],
  ['–', '-'],
  ['−', '-'],
  ['‐', '-'],
  ['\u2011', '-'],
  ['…', '...'],
  ['×', 'x'],
  ['•', '·'],
  ['®', '(R)'],
  ['™', '(TM)'],
  ['©', '(c)'],
  ['½', '1/2'],
  ['²', '2'],
  ['³', '3'],
  ['ß', 'ss'],
  ['ø', 'o'],
  ['Ø', 'O'],
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['ł', 'l'],
  ['Ł', 'L'],
  // Belarusian and Ukrainian: code page 866 has their other letters and not this one.
  ['і', 'i'],
  ['І', 'I'],
  ['\t', ' '],
  ['\u00a0', ' '],
  ['\u2007', ' '],
  ['\u2008', ' '],
  ['\u2009', ' '],
  ['\u200a', ' '],
  ['\u202f', ' '],
  ['\u00ad', ''],
  ['\u200b', ''],
  ['\ufeff', ''],
]);

/** Text of one line, without line breaks. */
export function toGlyphs(text: string, hanRom: boolean, where: Where): Glyph[] {
  const glyphs: Glyph[] = [];
  let position = 0;
  for (const char of text.normalize('NFC')) {
    for (const printed of substitute(char, hanRom)) {
      const glyph = narrowGlyph(printed) ?? (hanRom ? hanGlyph(printed) : null);
      if (glyph === null) throw unmappable(char, position, where);
      glyphs.push(glyph);
    }
    position += 1;
  }
  return glyphs;
}

export function columnsOf(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, glyph) => sum + glyph.columns, 0);
}

function substitute(char: string, hanRom: boolean): string {
  if (char === '¥') return hanRom ? HAN_YUAN_SIGN : 'CNY';
  if (char === HAN_YUAN_SIGN && !hanRom) return 'CNY';
  return SUBSTITUTES.get(char) ?? latinBase(char) ?? char;
}

/** `é` as `e`: a Latin letter keeps its place in a name without its accent. */
function latinBase(char: string): string | null {
  const base = char.normalize('NFD').charAt(0);
  return base !== char && /^[A-Za-z]$/.test(base) ? base : null;
}

function narrowGlyph(char: string): Glyph | null {
  if (isControl(char)) return null;
  const bytes = iconv.encode(char, 'cp866');
  return bytes.length === 1 && iconv.decode(bytes, 'cp866') === char ? { char, columns: 1, bytes } : null;
}

function hanGlyph(char: string): Glyph | null {
  if (!isHan(char)) return null;
  const bytes = iconv.encode(char, 'gb18030');
  const inRom = bytes.length === 2 || (bytes.length === 4 && isExtensionA(char));
  return inRom && iconv.decode(bytes, 'gb18030') === char ? { char, columns: 2, bytes } : null;
}

function isControl(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f;
}

/** Ideographs, CJK punctuation, kana, bopomofo and full-width forms: what GB18030 sets two columns wide by nature. */
function isHan(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (
    (code >= 0x3000 && code <= 0x312f) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xff01 && code <= 0xff5e) ||
    (code >= 0xffe0 && code <= 0xffe5) ||
    isExtensionA(char)
  );
}

/** The only four-byte characters GB 18030-2000 obliges a device to have. */
function isExtensionA(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return code >= 0x3400 && code <= 0x4dbf;
}

function unmappable(char: string, position: number, where: Where): DriverError {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return new DriverError('TEXT_UNMAPPABLE', 'The printer has no way to print this character.', {
    character: isControl(char) ? '' : char,
    codePoint: `U+${code}`,
    position,
    block: where.block,
    part: where.part,
  });
}
